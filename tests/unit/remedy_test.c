/* SPDX-License-Identifier: ISC
 *
 * remedy_test.c - orders carried out by the real postsuper.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "lib/spawn.h"
#include "remedies/privilege.h"
#include "tests/unit/spool_place.h"

static void
bounces_are_held_and_released(void **state UNUSED)
{
	make_directory("deferred/A");
	make_directory("deferred/B");
	const struct remedy_message *first = add_message("deferred/A/A0001F1", 0700);
	const struct remedy_message *second = add_message("deferred/B/B0002F2", 0700);
	const struct remedy_message *third = add_message("incoming/C0003F3", 0700);
	make_file("deferred/A/A0009F9", 0700);

	struct message_outcome outcome = run("hold-bounces", false);
	assert_string_equal(outcome.text, "held 3 of 3 messages");
	assert_false(outcome.failed);
	assert_int_equal(first->outcome, OUTCOME_DONE);
	assert_int_equal(second->outcome, OUTCOME_DONE);
	assert_int_equal(third->outcome, OUTCOME_DONE);
	assert_true(exists("hold/A0001F1") && exists("hold/B0002F2") && exists("hold/C0003F3"));
	assert_true(exists("deferred/A/A0009F9"));
	assert_false(exists("deferred/A/A0001F1"));

	spool.order.count = 0;
	struct stat st;
	char path[1024];
	path_below(path, "spool/hold/A0001F1");
	assert_int_equal(stat(path, &st), 0);
	spool.messages[spool.order.count++] = (struct remedy_message){
	    .queue_id = "A0001F1",
	    .queue = QUEUE_HOLD,
	    .inode = st.st_ino,
	    .ctime_ns = (uint64_t)st.st_ctim.tv_sec * 1000000000u + (uint64_t)st.st_ctim.tv_nsec,
	};
	outcome = run("release", false);
	assert_string_equal(outcome.text, "released 1 of 1 messages");
	assert_true(exists("deferred/A/A0001F1"));
	assert_true(exists("hold/B0002F2"));
}

static void
bounces_are_deleted_with_their_logs(void **state UNUSED)
{
	make_directory("deferred/A");
	make_directory("defer/A");
	add_message("deferred/A/A0001F1", 0700);
	add_message("hold/B0002F2", 0700);
	make_file("defer/A/A0001F1", 0600);
	make_file("hold/C0003F3", 0700);
	struct message_outcome outcome = run("delete-bounces", false);
	assert_string_equal(outcome.text, "deleted 2 of 2 messages");
	assert_false(exists("deferred/A/A0001F1"));
	assert_false(exists("defer/A/A0001F1"));
	assert_false(exists("hold/B0002F2"));
	assert_true(exists("hold/C0003F3"));
}

/* Whatever has changed since it was selected is somebody else's by now. */
static void
changed_messages_are_left_alone(void **state UNUSED)
{
	char path[1024], other[1024];
	make_directory("deferred/A");
	const struct remedy_message *touched = add_message("deferred/A/A0001F1", 0700);
	const struct remedy_message *replaced = add_message("deferred/A/A0002F2", 0700);
	const struct remedy_message *gone = add_message("deferred/A/A0003F3", 0700);
	const struct remedy_message *moved = add_message("deferred/A/A0004F4", 0700);
	const struct remedy_message *unfinished = add_message("deferred/A/A0005F5", 0600);
	const struct remedy_message *good = add_message("deferred/A/A0006F6", 0700);
	path_below(path, "spool/deferred/A/A0001F1");
	assert_int_equal(chmod(path, 0740), 0); /* postqueue -i does that */
	make_file("deferred/A/new", 0700);
	path_below(path, "spool/deferred/A/new");
	path_below(other, "spool/deferred/A/A0002F2");
	assert_int_equal(rename(path, other), 0);
	remove_file("deferred/A/A0003F3");
	path_below(path, "spool/deferred/A/A0004F4");
	path_below(other, "spool/active/A0004F4");
	assert_int_equal(rename(path, other), 0);

	struct message_outcome outcome = run("delete-bounces", false);
	assert_string_equal(outcome.text, "deleted 1 of 6 messages: 2 gone, 3 changed");
	assert_false(outcome.failed);
	assert_int_equal(touched->outcome, OUTCOME_CHANGED);
	assert_int_equal(replaced->outcome, OUTCOME_CHANGED);
	assert_int_equal(gone->outcome, OUTCOME_GONE);
	assert_int_equal(moved->outcome, OUTCOME_GONE);
	assert_int_equal(unfinished->outcome, OUTCOME_CHANGED);
	assert_int_equal(good->outcome, OUTCOME_DONE);
	assert_true(exists("deferred/A/A0001F1") && exists("deferred/A/A0002F2"));
	assert_true(exists("active/A0004F4") && exists("deferred/A/A0005F5"));
}

/* An order that is sent again finds what is done already, and does the rest. */
static void
a_repeat_finishes_the_rest(void **state UNUSED)
{
	char path[1024], other[1024];
	make_directory("deferred/A");
	const struct remedy_message *done = add_message("deferred/A/A0001F1", 0700);
	const struct remedy_message *due = add_message("deferred/A/A0002F2", 0700);
	path_below(path, "spool/deferred/A/A0001F1");
	path_below(other, "spool/hold/A0001F1");
	assert_int_equal(rename(path, other), 0);
	struct message_outcome outcome = run("hold-bounces", true);
	assert_string_equal(outcome.text, "held 2 of 2 messages");
	assert_int_equal(done->outcome, OUTCOME_DONE);
	assert_int_equal(due->outcome, OUTCOME_DONE);
	assert_true(exists("hold/A0002F2"));

	/* ... and once more: all is done */
	outcome = run("hold-bounces", true);
	assert_string_equal(outcome.text, "held 2 of 2 messages");

	spool.order.count = 0;
	add_message("hold/D0001F1", 0700);
	remove_file("hold/D0001F1");
	outcome = run("delete-bounces", true);
	assert_string_equal(outcome.text, "deleted 1 of 1 messages");
	outcome = run("delete-bounces", false);
	assert_string_equal(outcome.text, "deleted 0 of 1 messages: 1 gone");
}

/* Where Postfix puts an id is where we find it: short and long ids, at any depth of hashing. */
static void
hashed_messages_are_found(void **state UNUSED)
{
	static const struct {
		int depth;
		const char *id, *path;
	} rows[] = {
	    {1, "7E0A212F4C1", "deferred/7/7E0A212F4C1"},
	    {2, "7E0A212F4C2", "deferred/7/E/7E0A212F4C2"},
	    {1, "4h5LqX0Rk3zB1c2", "deferred/0/4h5LqX0Rk3zB1c2"},
	    {2, "4h5LqX2Rk3zB1c2", "deferred/5/4/4h5LqX2Rk3zB1c2"},
	    {3, "4h5LqX6Rk3zB1c2", "deferred/D/D/A/4h5LqX6Rk3zB1c2"},
	};
	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		char name[64];
		write_main_cf(rows[i].depth);
		snprintf(name, sizeof(name), "hold/%s", rows[i].id);
		spool.order.count = 0;
		add_message(name, 0700);
		struct message_outcome outcome = run("release", false);
		assert_string_equal(outcome.text, "released 1 of 1 messages");
		assert_true(exists(rows[i].path));
	}
}

static void
failures_are_told(void **state UNUSED)
{
	char path[1024];
	make_directory("deferred/A");
	const struct remedy_message *message = add_message("deferred/A/A0001F1", 0700);

	spool.order.command_directory = "/nonexistent";
	struct message_outcome outcome = run("hold-bounces", false);
	assert_true(outcome.failed);
	assert_string_equal(outcome.text,
	    "held 0 of 1 messages: 1 failed; /nonexistent/postsuper: not started, "
	    "No such file or directory");
	assert_int_equal(message->outcome, OUTCOME_FAILED);

	spool.order.command_directory = NULL;
	path_below(path, "spool/hold");
	assert_int_equal(chown(path, 0, 0), 0); /* not writable for mail_owner */
	outcome = run("hold-bounces", false);
	assert_true(outcome.failed);
	assert_int_equal(message->outcome, OUTCOME_FAILED);
	assert_non_null(strstr(outcome.text, "postsuper -h: exit 1: postsuper: fatal: "));
	assert_non_null(strstr(outcome.text, "Permission denied"));
	assert_null(strchr(outcome.text, '\n'));

	memcpy(spool.instance.queue_directory, "/nonexistent", sizeof("/nonexistent"));
	outcome = run("hold-bounces", false);
	assert_true(outcome.failed);
	assert_string_equal(outcome.text, "queue directory: No such file or directory");
	assert_int_equal(message->outcome, OUTCOME_FAILED);
}

static void
programs_are_started_as_they_should(void **state UNUSED)
{
	struct spawn spawn = {.uid = 0};
	strcpy(spool.instance.mail_owner, "postfix");
	assert_int_equal(privilege_set(AS_ROOT, &spool.instance, &spawn), 0);
	assert_int_equal(spawn.uid, 0);
	assert_int_equal(privilege_set(AS_MAIL_OWNER, &spool.instance, &spawn), 0);
	assert_int_equal(spawn.uid, spool.owner);
	assert_int_equal(spawn.gid, spool.group);
	assert_int_equal(privilege_set(AS_NOBODY, &spool.instance, &spawn), 0);
	assert_int_equal(spawn.uid, getpwnam("nobody")->pw_uid);
	strcpy(spool.instance.mail_owner, "root");
	assert_int_equal(privilege_set(AS_MAIL_OWNER, &spool.instance, &spawn), -EPERM);
	strcpy(spool.instance.mail_owner, "no such user");
	assert_int_equal(privilege_set(AS_MAIL_OWNER, &spool.instance, &spawn), -ENOENT);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(bounces_are_held_and_released),
	    TEST(bounces_are_deleted_with_their_logs),
	    TEST(changed_messages_are_left_alone),
	    TEST(a_repeat_finishes_the_rest),
	    TEST(hashed_messages_are_found),
	    TEST(failures_are_told),
	    TEST(programs_are_started_as_they_should),
	};
	return cmocka_run_group_tests_name("remedy", tests, NULL, NULL);
}
