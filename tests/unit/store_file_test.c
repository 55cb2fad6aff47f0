/* SPDX-License-Identifier: ISC
 *
 * store_file_test.c - the file: made, migrated, refused, killed in the middle, full, and read by
 * one who may only read. Runs as root: it mounts a small file system in a namespace of its own
 * and becomes nobody.
 */
#include "tests/unit/store_place.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define NOBODY 65534
#define ACTIONS_EACH 5 /* of one incident, in one transaction */

/* ---- whole transactions: an incident and its actions ---- */

static int
add_story(struct store *store, bool durable)
{
	struct row_incident incident = {.rule = "bounce-flood", .text = "a story"};
	struct row_action action = {.remedy = "hold-bounces"};
	int64_t id;
	int r = store_begin(store);
	if (r == 0)
		r = store_save_incident(store, &incident, &action.incident);
	for (int i = 0; r == 0 && i < ACTIONS_EACH; i++)
		r = store_save_action(store, &action, &id);
	return r == 0 ? store_commit(store, durable) : r;
}

struct tally {
	struct store *store;
	int incidents, actions;
};

static int
count_action(const struct row_action *row, void *owner)
{
	struct tally *tally = owner;
	tally->actions += row->incident > 0;
	return 0;
}

static int
count_incident(const struct row_incident *row, void *owner)
{
	struct tally *tally = owner;
	struct tally mine = {0};
	int r = store_list_actions(tally->store, row->id, false, 100, count_action, &mine);
	tally->incidents++;
	tally->actions += mine.actions;
	return r != 0 || mine.actions == ACTIONS_EACH ? r : -EBADMSG;
}

/* How many stories there are, each whole; or -errno. */
static int
count_stories(struct store *store)
{
	struct tally tally = {.store = store};
	int r = store_list_incidents(store, false, 1000000, count_incident, &tally);
	return r == 0 ? tally.incidents : r;
}

static int
count_stories_in(const char *path)
{
	struct store *store;
	int r = store_open_read(path, &store);
	if (r < 0)
		return r;
	r = count_stories(store);
	store_close(store);
	return r;
}

/* ---- children: what they find is their exit status ---- */

static int
wait_for(pid_t pid)
{
	int status;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static void
require_root(void)
{
	if (geteuid() != 0)
		fail_msg("this test has to run as root");
}

/* ---- opening ---- */

/* A file's SQL, by another connection: what a newer or a damaged program would have left. */
static void
run_sql(const char *path, const char *sql)
{
	sqlite3 *db;
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static void
close_store(struct place *place)
{
	store_close(place->store);
	place->store = NULL;
}

static mode_t
mode_of(const char *path, const char *tail)
{
	struct stat found;
	AUTO_FREE char *name = mem_format("%s%s", path, tail);
	assert_int_equal(stat(name, &found), 0);
	return found.st_mode & 07777;
}

static void
test_new_file_is_migrated_and_private(void **state)
{
	struct place *place = *state;
	static const char *const tails[] = {"", "-wal", "-shm"};
	assert_int_equal(add_story(place->store, true), 0);
	for (size_t i = 0; i < ARRAY_LENGTH(tails); i++)
		assert_int_equal(mode_of(place->path, tails[i]), 0640);
	close_store(place);
	assert_int_equal(store_open(place->path, &place->store), 0); /* nothing left to migrate */
	assert_int_equal(count_stories(place->store), 1);
}

static void
test_empty_file_is_migrated(void **state)
{
	struct place *place = *state;
	close_store(place);
	assert_int_equal(truncate(place->path, 0), 0);
	assert_int_equal(count_stories_in(place->path), -ENOENT);
	assert_int_equal(store_open(place->path, &place->store), 0);
	assert_int_equal(count_stories(place->store), 0);
}

/* The migrations as they are built in; the first is what was released as 0.1. */
static const char *const migrations[] = {
#include "schema/migrations.inc"
};

static int
note_step(const struct row_history *row, void *owner)
{
	*(struct row_history *)owner = *row;
	return 0;
}

static void
test_first_release_is_migrated_with_what_it_holds(void **state)
{
	struct place *place = *state;
	struct row_history hour = {0}, minute = {0};
	struct row_incident incident;
	close_store(place);
	assert_int_equal(truncate(place->path, 0), 0);
	run_sql(place->path, migrations[0]);
	run_sql(place->path,
	    "PRAGMA user_version = 1; INSERT INTO instance VALUES(1, '-', '', '', '', 1, 90);"
	    "INSERT INTO tick_flow VALUES(90, 1, 7, 6, 5, 4, 3, 2, 1, 0, 0, 0, 9);"
	    "INSERT INTO step_flow VALUES(3600, 0, 1, 60, 2.5, 9, 8, 70, 6, 5, 4, 3, 2);"
	    "INSERT INTO incident VALUES(42, 'bounce-flood', '-', 'bounces', 'open', 1, 2, 0, 0, "
	    "3, "
	    "4, 5, 6, 'x', '')");
	assert_stored(place->store, store_open(place->path, &place->store));
	assert_stored(place->store,
	    store_list_history(place->store, NULL, 0, 100, 3600, 9, note_step, &hour));
	assert_stored(place->store,
	    store_list_history(place->store, NULL, 60, 100, 60, 9, note_step, &minute));
	assert_int_equal(hour.arrivals, 70);
	assert_int_equal(hour.left_p95_s, 0);
	assert_int_equal(minute.arrivals, 7);
	assert_int_equal(minute.left_normal, 0);
	assert_stored(place->store, store_load_incident(place->store, 42, &incident));
	assert_int_equal(incident.peak, 5);
	/* and goes on */
	struct message_tick_flow flow = {.instance = "-", .left_normal = 2, .left_p50_s = 30};
	assert_stored(place->store, store_add_tick_flow(place->store, 91, &flow));
	assert_stored(place->store,
	    store_list_history(place->store, NULL, 60, 100, 60, 9, note_step, &minute));
	assert_int_equal(minute.left_p50_s, 30);
}

static void
test_newer_file_is_refused_and_left_alone(void **state)
{
	struct place *place = *state;
	assert_int_equal(add_story(place->store, true), 0);
	close_store(place);
	run_sql(place->path, "PRAGMA user_version = 1000");
	assert_int_equal(store_open(place->path, &place->store), -EPROTO);
	assert_int_equal(store_open_read(place->path, &place->store), -EPROTO);
	AUTO_FREE char *ours =
	    mem_format("PRAGMA user_version = %d", (int)ARRAY_LENGTH(migrations));
	run_sql(place->path, ours);
	assert_int_equal(count_stories_in(place->path), 1);
}

static void
test_damaged_file_is_refused(void **state)
{
	struct place *place = *state;
	static const char noise[100] = "this is no database at all";
	close_store(place);
	AUTO_CLOSE int fd = open(place->path, O_RDWR | O_CLOEXEC);
	assert_int_equal(pwrite(fd, noise, sizeof(noise), 0), sizeof(noise));
	assert_int_equal(store_open(place->path, &place->store), -EUCLEAN);
	assert_int_equal(store_open_read(place->path, &place->store), -EUCLEAN);
}

static void
test_unknown_word_makes_the_row_unreadable(void **state)
{
	struct place *place = *state;
	assert_int_equal(add_story(place->store, true), 0);
	run_sql(place->path, "UPDATE incident SET state = 'sideways'");
	assert_int_equal(count_stories(place->store), -EUCLEAN);
	assert_non_null(strstr(store_problem(place->store), "state"));
	run_sql(place->path, "UPDATE incident SET state = 'open', rule = hex(zeroblob(99))");
	assert_int_equal(count_stories(place->store), -EUCLEAN);
	assert_non_null(strstr(store_problem(place->store), "rule"));
}

static void
test_absent_places_are_told(void **state)
{
	struct place *place = *state;
	struct store *store;
	AUTO_FREE char *path = mem_format("%s/absent/history.db", place->directory);
	assert_int_equal(store_open(path, &store), -ENOENT);
	assert_int_equal(store_open_read(path, &store), -ENOENT);
	assert_int_equal(store_open(place->directory, &store), -EISDIR);
}

/* ---- transactions ---- */

static void
test_rollback_undoes_and_the_store_goes_on(void **state)
{
	struct place *place = *state;
	struct row_incident incident = {.rule = "bounce-flood"}, missing = {.id = 99};
	int64_t id;
	store_rollback(place->store); /* nothing was begun */
	assert_int_equal(store_begin(place->store), 0);
	assert_int_equal(store_save_incident(place->store, &incident, &id), 0);
	assert_int_equal(store_save_incident(place->store, &missing, &id), -ENOENT);
	store_rollback(place->store);
	assert_non_null(strstr(store_problem(place->store), "no such row"));
	assert_int_equal(count_stories(place->store), 0);
	assert_int_equal(add_story(place->store, false), 0);
	assert_int_equal(count_stories(place->store), 1);
}

static void
test_second_writer_is_told_to_wait(void **state)
{
	struct place *place = *state;
	struct store *other;
	assert_int_equal(store_begin(place->store), 0);
	assert_int_equal(store_open(place->path, &other), -EBUSY);
	assert_int_equal(count_stories_in(place->path), 0); /* a reader does not wait */
	store_rollback(place->store);
	assert_int_equal(store_open(place->path, &other), 0);
	store_close(other);
}

/* ---- killed ---- */

/* Writes stories for ever and a byte into fd after each commit. */
static void
write_stories(const char *path, int fd)
{
	struct store *store;
	if (store_open(path, &store) < 0)
		_exit(1);
	for (bool durable = false; add_story(store, durable) == 0; durable = !durable)
		if (write(fd, "x", 1) != 1)
			break;
	_exit(1);
}

/* Kills a writer that is at work after `count` commits. Returns how many it told of. */
static int
kill_writer(const char *path, int count)
{
	int fds[2], told = 0;
	char byte;
	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	pid_t pid = fork();
	if (pid == 0)
		write_stories(path, fds[1]);
	close(fds[1]);
	while (told < count && read(fds[0], &byte, 1) == 1)
		told++;
	assert_int_equal(kill(pid, SIGKILL), 0);
	while (read(fds[0], &byte, 1) == 1)
		told++;
	close(fds[0]);
	assert_int_equal(wait_for(pid), -SIGKILL);
	return told;
}

static void
test_killed_writer_leaves_whole_transactions(void **state)
{
	struct place *place = *state;
	int told = 0;
	close_store(place);
	for (int round = 0; round < 12; round++) {
		told += kill_writer(place->path, 1 + round * 7);
		int read_only = count_stories_in(place->path);
		assert_int_equal(store_open(place->path, &place->store), 0);
		int found = count_stories(place->store);
		close_store(place);
		assert_int_equal(read_only, found);
		/* one a round may have been committed and not yet told of */
		assert_in_range(found - told, 0, round + 1);
	}
}

/* ---- read only ---- */

static void
give_to_group(const struct place *place)
{
	static const char *const tails[] = {"", "-wal", "-shm"};
	assert_int_equal(chown(place->directory, 0, NOBODY), 0);
	assert_int_equal(chmod(place->directory, 0750), 0);
	for (size_t i = 0; i < ARRAY_LENGTH(tails); i++) {
		AUTO_FREE char *path = mem_format("%s%s", place->path, tails[i]);
		assert_true(chown(path, 0, NOBODY) == 0 || errno == ENOENT);
	}
}

/* Stories that a member of the group finds who may write nothing; 200 + errno on failure. */
static int
count_as_nobody(const char *path)
{
	pid_t pid = fork();
	if (pid == 0) {
		if (setgroups(0, NULL) < 0 || setgid(NOBODY) < 0 || setuid(NOBODY) < 0)
			_exit(199);
		int found = count_stories_in(path);
		_exit(found < 0 ? (200 - found) & 0xff : found);
	}
	return wait_for(pid);
}

static void
remove_file(const struct place *place, const char *tail)
{
	AUTO_FREE char *path = mem_format("%s%s", place->path, tail);
	assert_true(unlink(path) == 0 || errno == ENOENT);
}

static void
test_group_reads_whether_the_writer_lives_or_not(void **state)
{
	struct place *place = *state;
	require_root();
	give_to_group(place);
	assert_int_equal(add_story(place->store, true), 0);
	assert_int_equal(count_as_nobody(place->path), 1); /* alive */
	close_store(place);
	assert_int_equal(count_as_nobody(place->path), 1); /* ended */
	int told = kill_writer(place->path, 3);
	assert_true(count_as_nobody(place->path) >= 1 + told); /* killed, its WAL not merged */
	assert_int_equal(store_open(place->path, &place->store), 0);
	int all = count_stories(place->store);
	close_store(place);
	remove_file(place, "-shm");
	assert_int_equal(count_as_nobody(place->path), all); /* an empty WAL alone */
	remove_file(place, "-wal");
	assert_int_equal(count_as_nobody(place->path), all); /* the file alone, as from a backup */
}

static int
write_as_nobody(const char *path)
{
	pid_t pid = fork();
	if (pid == 0) {
		struct store *store;
		if (setgroups(0, NULL) < 0 || setgid(NOBODY) < 0 || setuid(NOBODY) < 0)
			_exit(199);
		_exit(-store_open(path, &store) & 0xff);
	}
	return wait_for(pid);
}

static void
test_group_may_not_write(void **state)
{
	struct place *place = *state;
	struct row_daemon daemon = {.mode = MODE_ACT};
	struct store *reader;
	require_root();
	give_to_group(place);
	assert_int_equal(write_as_nobody(place->path), EACCES);
	assert_int_equal(store_open_read(place->path, &reader), 0);
	assert_int_equal(store_save_daemon(reader, &daemon), -EROFS);
	store_close(reader);
}

static void
test_reader_sees_one_moment(void **state)
{
	struct place *place = *state;
	struct store *reader;
	assert_stored(place->store, add_story(place->store, false));
	assert_int_equal(store_open_read(place->path, &reader), 0);
	assert_stored(reader, store_begin_read(reader));
	assert_int_equal(count_stories(reader), 1);
	assert_stored(place->store, add_story(place->store, false)); /* meanwhile */
	assert_int_equal(count_stories(reader), 1);
	store_end_read(reader);
	assert_int_equal(count_stories(reader), 2);
	store_close(reader);
}

/* ---- full ---- */

/* Fills what is left of the file system with a file. */
static int
fill(const char *path)
{
	static const char zeros[4096];
	int fd = open(path, O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	while (write(fd, zeros, sizeof(zeros)) == sizeof(zeros))
		continue;
	close(fd);
	return 0;
}

/* The whole of the full disk's story, in a namespace where its mount dies with us. Returns the
 * number of the step that went wrong, or 0. */
static int
live_through_full_disk(const char *directory)
{
	struct store *store;
	AUTO_FREE char *path = mem_format("%s/history.db", directory);
	AUTO_FREE char *ballast = mem_format("%s/ballast", directory);
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return 1;
	if (mount("tmpfs", directory, "tmpfs", 0, "size=4m") < 0)
		return 2;
	if (store_open(path, &store) < 0 || add_story(store, true) < 0)
		return 3;
	if (fill(ballast) < 0)
		return 4;
	int written = 1, r = 0;
	while (written < 10000 && (r = add_story(store, written % 2 == 0)) == 0)
		written++;
	if (r != -ENOSPC || strlen(store_problem(store)) == 0)
		return 5;
	store_rollback(store);
	if (count_stories(store) != written) /* nothing lost, nothing torn */
		return 6;
	if (add_story(store, true) != -ENOSPC)
		return 7;
	store_rollback(store);
	if (unlink(ballast) < 0 || add_story(store, true) != 0)
		return 8;
	if (count_stories(store) != written + 1)
		return 9;
	store_close(store);
	return count_stories_in(path) == written + 1 ? 0 : 10;
}

static void
test_full_disk_passes(void **state)
{
	struct place *place = *state;
	require_root();
	close_store(place);
	pid_t pid = fork();
	if (pid == 0)
		_exit(live_through_full_disk(place->directory));
	assert_int_equal(wait_for(pid), 0);
}

static int
open_on_full_disk(const char *directory)
{
	struct store *store;
	AUTO_FREE char *path = mem_format("%s/history.db", directory);
	AUTO_FREE char *ballast = mem_format("%s/ballast", directory);
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return 1;
	if (mount("tmpfs", directory, "tmpfs", 0, "size=1m") < 0 || fill(ballast) < 0)
		return 2;
	if (store_open(path, &store) != -ENOSPC)
		return 3;
	if (unlink(ballast) < 0 || store_open(path, &store) != 0)
		return 4;
	return add_story(store, true) == 0 ? 0 : 5;
}

static void
test_store_cannot_begin_on_a_full_disk(void **state)
{
	struct place *place = *state;
	require_root();
	close_store(place);
	pid_t pid = fork();
	if (pid == 0)
		_exit(open_on_full_disk(place->directory));
	assert_int_equal(wait_for(pid), 0);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, place_make, place_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(test_new_file_is_migrated_and_private),
	    CASE(test_empty_file_is_migrated),
	    CASE(test_first_release_is_migrated_with_what_it_holds),
	    CASE(test_newer_file_is_refused_and_left_alone),
	    CASE(test_damaged_file_is_refused),
	    CASE(test_unknown_word_makes_the_row_unreadable),
	    CASE(test_absent_places_are_told),
	    CASE(test_rollback_undoes_and_the_store_goes_on),
	    CASE(test_second_writer_is_told_to_wait),
	    CASE(test_killed_writer_leaves_whole_transactions),
	    CASE(test_group_reads_whether_the_writer_lives_or_not),
	    CASE(test_group_may_not_write),
	    CASE(test_reader_sees_one_moment),
	    CASE(test_full_disk_passes),
	    CASE(test_store_cannot_begin_on_a_full_disk),
	};
	return cmocka_run_group_tests_name("store_file", tests, NULL, NULL);
}
