/* SPDX-License-Identifier: ISC
 *
 * copies_test.c - messages are deleted by the real postsuper, with a copy, and come back from it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "lib/random.h"
#include "tests/unit/spool_place.h"

static void
write_text(const char *name, const char *text)
{
	char path[1024];
	path_below(path, "spool/%s", name);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

/* The one message in maildrop: its text; its name may be asked for. */
static char *
read_maildrop(char name[QUEUE_ID_SIZE])
{
	char path[1024], text[64] = "";
	const struct dirent *entry;
	struct stat st;
	int count = 0;
	path_below(path, "spool/maildrop");
	DIR *directory = opendir(path);
	assert_non_null(directory);
	while ((entry = readdir(directory)) != NULL)
		if (entry->d_name[0] != '.' && ++count == 1)
			snprintf(name, QUEUE_ID_SIZE, "%.*s", QUEUE_ID_SIZE - 1, entry->d_name);
	closedir(directory);
	assert_int_equal(count, 1);
	path_below(path, "spool/maildrop/%s", name);
	FILE *file = fopen(path, "r");
	assert_non_null(file);
	assert_int_equal(fstat(fileno(file), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	assert_int_equal(st.st_uid, spool.owner);
	assert_non_null(fgets(text, sizeof(text), file));
	fclose(file);
	return mem_text(text);
}

/* Deletes one message, of which there is a copy then; what is listed in the order stays listed. */
static void
delete_one(const char *text)
{
	struct stat st;
	char path[1024];
	add_message("hold/A0001F1", 0700);
	write_text("hold/A0001F1", text);
	path_below(path, "spool/hold/A0001F1");
	assert_int_equal(stat(path, &st), 0);
	spool.messages[0].ctime_ns =
	    (uint64_t)st.st_ctim.tv_sec * 1000000000u + (uint64_t)st.st_ctim.tv_nsec;
	strcpy(spool.instance.mail_owner, "postfix");
	strcpy(spool.instance.name, "-");
	assert_string_equal(run("delete-bounces", false).text, "deleted 1 of 1 messages");
	assert_false(exists("hold/A0001F1"));
}

static void
expect_empty_maildrop(void)
{
	char path[1024];
	path_below(path, "spool/maildrop");
	assert_int_equal(rmdir(path), 0);
	make_directory("maildrop");
}

static struct copy
find_copy(void)
{
	struct copy copy;
	char name[COPY_NAME_SIZE];
	copies_format_name(
	    name, "-", "A0001F1", spool.messages[0].inode, spool.messages[0].ctime_ns);
	assert_int_equal(copies_find(&spool.copies, name, &copy), 0);
	return copy;
}

static void
a_deleted_message_comes_back_once(void **state UNUSED)
{
	char name[QUEUE_ID_SIZE], path[1024];
	delete_one("the whole of it");
	assert_string_equal(run("restore", false).text, "restored 1 of 1 messages");
	AUTO_FREE char *text = read_maildrop(name);
	assert_string_equal(text, "the whole of it");
	assert_true(queue_id_is(name));
	assert_int_equal(run("restore", true).failed, 0);
	assert_int_equal(spool.messages[0].outcome, OUTCOME_DONE);
	path_below(path, "spool/maildrop/%s", name);
	assert_int_equal(unlink(path), 0); /* pickup has taken it */
	assert_string_equal(run("restore", true).text, "restored 1 of 1 messages");
	assert_string_equal(run("restore", false).text, "restored 0 of 1 messages: 1 gone");
	expect_empty_maildrop(); /* nothing came in again */
	open_copies(1);
	assert_int_equal(spool.copies.bytes, 0);
}

/* At each step at which the role may be killed. */
static void
a_restore_that_was_killed_goes_on(void **state UNUSED)
{
	char name[QUEUE_ID_SIZE], beside[1024];
	delete_one("the whole of it");
	AUTO_COPY struct copy copy = find_copy();
	snprintf(beside, sizeof(beside), "maildrop/watchdogd.%s", copy.name);
	write_text(beside, "the who"); /* it was being written */
	assert_string_equal(run("restore", true).text, "restored 1 of 1 messages");
	AUTO_FREE char *text = read_maildrop(name);
	assert_string_equal(text, "the whole of it");
	assert_false(exists(beside));
	remove_file(strcat(strcpy(beside, "maildrop/"), name));

	copy.state = COPY_BACK; /* it lay beside the queue, whole */
	assert_int_equal(copy_set_state(&copy, COPY_GOING), 0);
	snprintf(beside, sizeof(beside), "maildrop/watchdogd.%s", copy.name);
	make_file(beside, 0700);
	write_text(beside, "again");
	assert_string_equal(run("restore", true).text, "restored 1 of 1 messages");
	AUTO_FREE char *again = read_maildrop(name);
	assert_string_equal(again, "again");
	remove_file(strcat(strcpy(beside, "maildrop/"), name));

	copy.state = COPY_BACK; /* it had been let in, and was taken */
	assert_int_equal(copy_set_state(&copy, COPY_GOING), 0);
	assert_string_equal(run("restore", true).text, "restored 1 of 1 messages");
	expect_empty_maildrop();
}

static void
a_damaged_copy_is_told(void **state UNUSED)
{
	char path[1024];
	delete_one("the whole of it");
	AUTO_COPY struct copy copy = find_copy();
	path_below(path, "state/copies/%d/%s.gz", NOW_S / 86400, copy.name);
	assert_int_equal(truncate(path, 20), 0);
	struct message_outcome outcome = run("restore", false);
	assert_string_equal(
	    outcome.text, "restored 0 of 1 messages: 1 failed; copy of A0001F1: damaged");
	expect_empty_maildrop();
}

/* Text that does not become smaller. */
static void
write_noise(const char *name, size_t size)
{
	char path[1024];
	uint8_t noise[250];
	path_below(path, "%s", name);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	for (size_t left = size; left > 0; left -= sizeof(noise)) {
		random_fill(noise, sizeof(noise));
		assert_int_equal(fwrite(noise, 1, sizeof(noise), file), sizeof(noise));
	}
	assert_int_equal(fclose(file), 0);
}

static int
keep_noise(const char *name, size_t size, int64_t now_s)
{
	char path[1024];
	write_noise("noise", size);
	path_below(path, "noise");
	AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	return copies_keep(&spool.copies, name, fd, now_s);
}

static void
the_oldest_copies_make_room(void **state UNUSED)
{
	struct copy copy;
	assert_int_equal(keep_noise("big", 1000000, NOW_S), -EFBIG);
	assert_int_equal(keep_noise("a", 300000, NOW_S - 3 * 86400), 0);
	assert_int_equal(keep_noise("b", 300000, NOW_S - 2 * 86400), 0);
	assert_int_equal(keep_noise("c", 300000, NOW_S), 0);
	assert_int_equal(copies_find(&spool.copies, "a", &copy), 0);
	copy_done(&copy);
	assert_int_equal(keep_noise("d", 300000, NOW_S), 0);
	assert_int_equal(copies_find(&spool.copies, "a", &copy), -ENOENT);
	assert_int_equal(copies_find(&spool.copies, "b", &copy), -ENOENT); /* a tenth more */
	assert_int_equal(copies_find(&spool.copies, "c", &copy), 0);
	copy_done(&copy);
	assert_true(spool.copies.bytes >= 600000 && spool.copies.bytes <= 1000000);
	int64_t bytes = spool.copies.bytes;
	copies_sweep(&spool.copies, NOW_S + 3600);
	assert_int_equal(spool.copies.bytes, bytes);
	copies_sweep(&spool.copies, NOW_S + 61 * 86400);
	assert_int_equal(spool.copies.bytes, 0);
	assert_int_equal(copies_find(&spool.copies, "d", &copy), -ENOENT);
}

static void
without_a_place_for_copies_nothing_is_deleted(void **state UNUSED)
{
	const struct remedy_message *message = add_message("hold/A0001F1", 0700);
	guard_close(&spool.copies.directory);
	spool.copies.directory = -1;
	struct message_outcome outcome = run("delete-bounces", false);
	assert_string_equal(
	    outcome.text, "deleted 0 of 1 messages: 1 failed; no copy of A0001F1: Not a directory");
	assert_int_equal(message->outcome, OUTCOME_FAILED);
	assert_true(exists("hold/A0001F1"));
	spool.copies.max_bytes = 0; /* none are wanted */
	assert_string_equal(run("delete-bounces", false).text, "deleted 1 of 1 messages");
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(a_deleted_message_comes_back_once),
	    TEST(a_restore_that_was_killed_goes_on),
	    TEST(a_damaged_copy_is_told),
	    TEST(the_oldest_copies_make_room),
	    TEST(without_a_place_for_copies_nothing_is_deleted),
	};
	return cmocka_run_group_tests_name("copies", tests, NULL, NULL);
}
