/* SPDX-License-Identifier: ISC
 *
 * waiting_test.c - directories where mail waits outside Postfix, real ones: what is counted, by
 * file and by directory, what a name or a link cannot do, and when a look is due.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/guard.h"
#include "lib/log.h"
#include "lib/mem.h"
#include "watchdogd/watch/waiting.h"

#define MANY 50000
#define STEP 1000 /* names */

struct fixture {
	char directory[64];
	struct settings *settings;
	struct inotify *inotify;
	struct waiting *waiting;
};

/* ---- the directories ---- */

static void
format_path(const struct fixture *at, const char *name, char path[PATH_TEXT_SIZE])
{
	snprintf(path, PATH_TEXT_SIZE, "%s/%s", at->directory, name);
}

static void
make_directory(const struct fixture *at, const char *name)
{
	char path[PATH_TEXT_SIZE];
	format_path(at, name, path);
	assert_int_equal(mkdir(path, 0700), 0);
}

static void
write_file(const struct fixture *at, const char *name, size_t bytes)
{
	char path[PATH_TEXT_SIZE];
	format_path(at, name, path);
	AUTO_CLOSE int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, (off_t)bytes), 0);
}

static void
remove_file(const struct fixture *at, const char *name)
{
	char path[PATH_TEXT_SIZE];
	format_path(at, name, path);
	assert_int_equal(remove(path), 0);
}

static void
move(const struct fixture *at, const char *from, const char *to)
{
	char one[PATH_TEXT_SIZE], other[PATH_TEXT_SIZE];
	format_path(at, from, one);
	format_path(at, to, other);
	assert_int_equal(rename(one, other), 0);
}

static void
link_to(const struct fixture *at, const char *target, const char *name)
{
	char path[PATH_TEXT_SIZE];
	format_path(at, name, path);
	assert_int_equal(symlink(target, path), 0);
}

/* ---- the watcher ---- */

static int
setup(void **state)
{
	struct fixture *at = mem_alloc(sizeof(*at));
	log_set_level(LOG_LEVEL_ERROR);
	snprintf(at->directory, sizeof(at->directory), "/tmp/waiting_test.XXXXXX");
	assert_non_null(mkdtemp(at->directory));
	at->settings = mem_alloc(sizeof(*at->settings));
	at->settings->watch.reconcile_s = 60;
	at->waiting = mem_alloc(sizeof(*at->waiting));
	assert_int_equal(inotify_open(&at->inotify), 0);
	*state = at;
	return 0;
}

static int
remove_one(
    const char *path, const struct stat *status UNUSED, int type UNUSED, struct FTW *where UNUSED)
{
	return remove(path);
}

static int
teardown(void **state)
{
	struct fixture *at = *state;
	waiting_done(at->waiting);
	inotify_close(at->inotify);
	assert_int_equal(nftw(at->directory, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
	free(at->waiting);
	free(at->settings);
	free(at);
	return 0;
}

static void
add_spool(struct fixture *at, const char *name, enum spool_count count, int64_t depth)
{
	struct settings_spool *spool = &at->settings->spools[at->settings->spool_count++];
	snprintf(spool->name, sizeof(spool->name), "%s", name);
	format_path(at, name, spool->path);
	spool->count = count;
	spool->depth = depth;
}

static void
begin(struct fixture *at)
{
	waiting_init(at->waiting, at->settings, at->inotify);
}

static void
on_change(const struct inotify_change *change, void *waiting)
{
	(void)waiting_on_change(waiting, change);
}

/* A second passes: what happened is told, what is due is looked at. Returns the steps. */
static int
tick(struct fixture *at)
{
	int steps = 1;
	assert_int_equal(inotify_drain(at->inotify, 100, on_change, at->waiting), 0);
	waiting_tick(at->waiting);
	while (waiting_step(at->waiting, STEP))
		steps++;
	return steps;
}

static struct message_tick_spool
sample_at(struct fixture *at, unsigned number, int64_t later_s)
{
	struct message_tick_spool sample;
	struct clock_wall now = clock_wall_now();
	now.ms += later_s * 1000;
	assert_true(waiting_sample(at->waiting, number, now, &sample));
	return sample;
}

static void
assert_counts(struct fixture *at, unsigned number, uint64_t messages, uint64_t bytes)
{
	struct message_tick_spool sample = sample_at(at, number, 0);
	assert_int_equal(sample.messages, messages);
	assert_int_equal(sample.bytes, bytes);
}

/* ---- counting ---- */

static void
files_are_counted_to_their_depth(void **state)
{
	struct fixture *at = *state;
	make_directory(at, "kept");
	make_directory(at, "kept/a");
	make_directory(at, "kept/a/b");
	write_file(at, "kept/one", 100);
	write_file(at, "kept/empty", 0);
	write_file(at, "kept/a/two", 20);
	write_file(at, "kept/a/b/deep", 3);
	add_spool(at, "kept", SPOOL_COUNT_FILES, 1);
	begin(at);
	tick(at);
	assert_counts(at, 0, 3, 120);
	struct message_tick_spool sample = sample_at(at, 0, 90);
	assert_true(sample.oldest_age_s >= 90 && sample.oldest_age_s < 100);
	assert_int_equal(sample.present, 1);
	assert_int_equal(sample.polled, 0);
	assert_string_equal(sample.name, "kept");
}

/* Amavis: a directory a message, left empty for the next one. */
static void
directories_are_counted_with_what_is_in_them(void **state)
{
	struct fixture *at = *state;
	make_directory(at, "work");
	make_directory(at, "work/amavis-1");
	make_directory(at, "work/amavis-1/parts");
	write_file(at, "work/amavis-1/email.txt", 1000);
	write_file(at, "work/amavis-1/parts/p001", 500);
	make_directory(at, "work/amavis-2");
	make_directory(at, "work/amavis-2/parts");
	write_file(at, "work/amavis-2/email.txt", 0);
	write_file(at, "work/stray", 7);
	add_spool(at, "work", SPOOL_COUNT_DIRECTORIES, 0);
	begin(at);
	tick(at);
	assert_counts(at, 0, 1, 1500);
	assert_int_equal(sample_at(at, 0, 0).polled, 1);
	/* nothing happens in work itself */
	write_file(at, "work/amavis-2/email.txt", 50);
	tick(at);
	assert_counts(at, 0, 2, 1550);
	write_file(at, "work/amavis-1/email.txt", 0);
	remove_file(at, "work/amavis-1/parts/p001");
	tick(at);
	assert_counts(at, 0, 1, 50);
}

/* MailScanner: a directory a process, below it one a message. */
static void
directories_may_be_further_down(void **state)
{
	struct fixture *at = *state;
	make_directory(at, "incoming");
	make_directory(at, "incoming/4711");
	make_directory(at, "incoming/4711/A1");
	make_directory(at, "incoming/4711/A2");
	make_directory(at, "incoming/Locks");
	write_file(at, "incoming/Locks/x", 5);
	write_file(at, "incoming/4711/A1.header", 5);
	write_file(at, "incoming/4711/A1/msg-1.txt", 11);
	write_file(at, "incoming/4711/A2/msg-1.txt", 13);
	add_spool(at, "incoming", SPOOL_COUNT_DIRECTORIES, 1);
	begin(at);
	tick(at);
	assert_counts(at, 0, 2, 24);
}

static void
links_and_odd_names_lead_nowhere(void **state)
{
	struct fixture *at = *state;
	char fifo[PATH_TEXT_SIZE];
	make_directory(at, "outside");
	write_file(at, "outside/secret", 1 << 20);
	make_directory(at, "odd");
	link_to(at, "../outside", "odd/directory");
	link_to(at, "../outside/secret", "odd/file");
	link_to(at, ".", "odd/loop");
	format_path(at, "odd/fifo", fifo);
	assert_int_equal(mkfifo(fifo, 0600), 0); /* one that opens it waits for ever */
	write_file(at, "odd/\n\x1b[2J\xff", 1);
	write_file(at, "odd/...", 2);
	write_file(at, "odd/-rf *", 4);
	make_directory(at, "odd/%s%n");
	write_file(at, "odd/%s%n/x", 8);
	add_spool(at, "odd", SPOOL_COUNT_FILES, 8);
	begin(at);
	tick(at);
	assert_counts(at, 0, 4, 15);
}

static void
levels_without_end_are_not_followed(void **state)
{
	struct fixture *at = *state;
	char name[PATH_TEXT_SIZE] = "deep";
	make_directory(at, name);
	for (int level = 0; level < 20; level++) {
		char file[PATH_TEXT_SIZE + 8];
		strcat(name, "/d");
		make_directory(at, name);
		snprintf(file, sizeof(file), "%s/f", name);
		write_file(at, file, 1);
	}
	add_spool(at, "deep", SPOOL_COUNT_DIRECTORIES, SETTINGS_SPOOL_DEPTH_MAX);
	begin(at);
	tick(at);
	assert_counts(at, 0, 1, 1 + WAITING_INSIDE);
}

/* ---- what happens ---- */

static void
files_come_and_go(void **state)
{
	struct fixture *at = *state;
	make_directory(at, "kept");
	make_directory(at, "kept/a");
	add_spool(at, "kept", SPOOL_COUNT_FILES, 2);
	begin(at);
	tick(at);
	assert_counts(at, 0, 0, 0);
	assert_int_equal(sample_at(at, 0, 50).oldest_age_s, 0);
	write_file(at, "kept/one", 10);
	tick(at);
	assert_counts(at, 0, 1, 10);
	write_file(at, "kept/one", 30); /* grows */
	write_file(at, "kept/a/two", 5);
	tick(at);
	assert_counts(at, 0, 2, 35);
	make_directory(at, "kept/new");
	tick(at);
	write_file(at, "kept/new/three", 1); /* in a directory that came after us */
	tick(at);
	assert_counts(at, 0, 3, 36);
	move(at, "kept/a/two", "two");
	remove_file(at, "kept/one");
	tick(at);
	assert_counts(at, 0, 1, 1);
	assert_int_equal(sample_at(at, 0, 0).polled, 0);
}

static void
nothing_is_read_where_nothing_happens(void **state)
{
	struct fixture *at = *state;
	make_directory(at, "kept");
	write_file(at, "kept/one", 10);
	add_spool(at, "kept", SPOOL_COUNT_FILES, 0);
	begin(at);
	assert_true(waiting_tick(at->waiting));
	tick(at);
	for (int second = 3; second < 62; second++)
		assert_false(waiting_tick(at->waiting));
	assert_true(waiting_tick(at->waiting)); /* to prove it, once a minute */
}

/* Events are lost: the look on its timer finds what they did not tell, and is one a second then. */
static void
change_without_events_is_found(void **state)
{
	struct fixture *at = *state;
	make_directory(at, "kept");
	add_spool(at, "kept", SPOOL_COUNT_FILES, 0);
	begin(at);
	tick(at);
	assert_int_equal(inotify_reopen(at->inotify), 0); /* watches nothing, as on NFS */
	write_file(at, "kept/one", 10);
	for (int second = 0; second < 61; second++)
		tick(at);
	assert_counts(at, 0, 1, 10);
	tick(at);
	assert_int_equal(sample_at(at, 0, 0).polled, 1);
	write_file(at, "kept/two", 5);
	tick(at);
	assert_counts(at, 0, 2, 15);
}

static void
watches_come_back_after_a_new_beginning(void **state)
{
	struct fixture *at = *state;
	make_directory(at, "kept");
	add_spool(at, "kept", SPOOL_COUNT_FILES, 0);
	begin(at);
	tick(at);
	assert_int_equal(inotify_reopen(at->inotify), 0);
	waiting_forget_watches(at->waiting);
	tick(at);
	write_file(at, "kept/one", 10);
	tick(at);
	assert_counts(at, 0, 1, 10);
	assert_int_equal(sample_at(at, 0, 0).polled, 0);
}

static void
directory_appears_and_goes(void **state)
{
	struct fixture *at = *state;
	add_spool(at, "later", SPOOL_COUNT_FILES, 0);
	begin(at);
	tick(at);
	assert_int_equal(sample_at(at, 0, 0).present, 0);
	make_directory(at, "later");
	write_file(at, "later/one", 10);
	tick(at);
	assert_int_equal(sample_at(at, 0, 0).present, 1);
	assert_counts(at, 0, 1, 10);
	assert_null(waiting_find_barred(at->waiting)); /* it can be read: no need to start again */
	remove_file(at, "later/one");
	remove_file(at, "later");
	tick(at);
	assert_int_equal(sample_at(at, 0, 0).present, 0);
	assert_counts(at, 0, 0, 0);
	make_directory(at, "later");
	tick(at);
	write_file(at, "later/two", 5);
	tick(at);
	assert_counts(at, 0, 1, 5);
}

static void
file_is_no_directory(void **state)
{
	struct fixture *at = *state;
	write_file(at, "file", 10);
	add_spool(at, "file", SPOOL_COUNT_FILES, 0);
	begin(at);
	tick(at);
	assert_int_equal(sample_at(at, 0, 0).present, 0);
	assert_null(waiting_find_barred(at->waiting));
}

static void
nothing_is_said_before_the_first_look(void **state)
{
	struct fixture *at = *state;
	struct message_tick_spool sample;
	make_directory(at, "kept");
	add_spool(at, "kept", SPOOL_COUNT_FILES, 0);
	begin(at);
	assert_false(waiting_sample(at->waiting, 0, clock_wall_now(), &sample));
}

/* ---- large ones ---- */

static void
large_one_is_read_in_portions(void **state)
{
	struct fixture *at = *state;
	make_directory(at, "large");
	make_directory(at, "small");
	for (int i = 0; i < MANY; i++) {
		char name[64];
		snprintf(name, sizeof(name), "large/%05d", i);
		write_file(at, name, 2);
	}
	write_file(at, "small/one", 1);
	add_spool(at, "large", SPOOL_COUNT_FILES, 0);
	add_spool(at, "small", SPOOL_COUNT_FILES, 0);
	begin(at);
	int steps = tick(at);
	assert_true(steps > MANY / STEP);
	assert_counts(at, 0, MANY, 2 * MANY);
	assert_counts(at, 1, 1, 1);
	/* it is looked at again after a second for each 10,000, the small one at once */
	remove_file(at, "large/00000");
	write_file(at, "small/two", 1);
	tick(at);
	assert_counts(at, 0, MANY, 2 * MANY);
	assert_counts(at, 1, 2, 2);
	for (int second = 2; second <= 6; second++)
		tick(at);
	assert_counts(at, 0, MANY - 1, 2 * MANY - 2);
}

static void
more_directories_than_watches_are_looked_at_on_a_timer(void **state)
{
	struct fixture *at = *state;
	make_directory(at, "wide");
	for (int i = 0; i < WAITING_WATCHES + 5; i++) {
		char name[64];
		snprintf(name, sizeof(name), "wide/%d", i);
		make_directory(at, name);
	}
	add_spool(at, "wide", SPOOL_COUNT_FILES, 1);
	begin(at);
	tick(at);
	assert_int_equal(sample_at(at, 0, 0).polled, 1);
	for (int i = 0; i < WAITING_WATCHES + 5; i++) {
		char name[64];
		snprintf(name, sizeof(name), "wide/%d/one", i);
		write_file(at, name, 1);
	}
	tick(at);
	assert_counts(at, 0, WAITING_WATCHES + 5, WAITING_WATCHES + 5);
}

static void
events_of_others_are_left_to_them(void **state)
{
	struct fixture *at = *state;
	add_spool(at, "kept", SPOOL_COUNT_FILES, 0);
	begin(at);
	const struct {
		struct inotify_change change;
		bool ours;
	} table[] = {
	    {{.kind = INOTIFY_CREATED, .slot = 0, .name = "x"}, false},
	    {{.kind = INOTIFY_CREATED, .slot = WAITING_SLOT - 1, .name = "x"}, false},
	    {{.kind = INOTIFY_CREATED, .slot = WAITING_SLOT, .name = "x"}, true},
	    {{.kind = INOTIFY_CREATED, .slot = WAITING_SLOT + 1, .name = "x"}, false},
	    {{.kind = INOTIFY_OVERFLOW, .slot = WAITING_SLOT, .name = ""}, false},
	};
	for (size_t i = 0; i < ARRAY_LENGTH(table); i++)
		assert_int_equal(waiting_on_change(at->waiting, &table[i].change), table[i].ours);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
	    TEST(files_are_counted_to_their_depth),
	    TEST(directories_are_counted_with_what_is_in_them),
	    TEST(directories_may_be_further_down),
	    TEST(links_and_odd_names_lead_nowhere),
	    TEST(levels_without_end_are_not_followed),
	    TEST(files_come_and_go),
	    TEST(nothing_is_read_where_nothing_happens),
	    TEST(change_without_events_is_found),
	    TEST(watches_come_back_after_a_new_beginning),
	    TEST(directory_appears_and_goes),
	    TEST(file_is_no_directory),
	    TEST(nothing_is_said_before_the_first_look),
	    TEST(large_one_is_read_in_portions),
	    TEST(more_directories_than_watches_are_looked_at_on_a_timer),
	    TEST(events_of_others_are_left_to_them),
	};
	return cmocka_run_group_tests_name("waiting", tests, NULL, NULL);
}
