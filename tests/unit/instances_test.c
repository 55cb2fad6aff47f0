/* SPDX-License-Identifier: ISC
 *
 * instances_test.c - what postmulti and postconf print, and the list that is made of it. For the
 * latter small programs stand in for Postfix's own.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/guard.h"
#include "lib/log.h"
#include "lib/mem.h"
#include "watchdogd/parent/instances.h"

/* ---- text ---- */

static void
test_lists(void **state UNUSED)
{
	static const struct {
		const char *output;
		const char *directories; /* joined by blanks; NULL: refused */
	} rows[] = {
	    {"-               -               y         /etc/postfix\n", "/etc/postfix"},
	    {"- - y /etc/postfix", "/etc/postfix"}, /* no line end */
	    {"-               -               y         /etc/postfix\n"
	     "out             mta             y         /etc/postfix-out\n"
	     "test            -               n         /etc/postfix-test\n",
		"/etc/postfix /etc/postfix-out /etc/postfix-test"},
	    {"postmulti: warning: something\n-\t-\ty\t/etc/postfix\n", "/etc/postfix"},
	    {"", NULL},
	    {"\n\n", NULL},
	    {"- - y\n", NULL},
	    {"- - y etc/postfix\n", NULL}, /* no absolute path */
	    {"- - maybe /etc/postfix\n", NULL},
	    {"postmulti: fatal: open /etc/postfix/main.cf: No such file\n", NULL},
	};
	AUTO_FREE struct instances_directories *got = mem_alloc(sizeof(*got));
	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		char joined[256] = "";
		int r = instances_parse_list(rows[i].output, got);
		assert_int_equal(r, rows[i].directories != NULL ? 0 : -ENOENT);
		for (int k = 0; r == 0 && k < got->count; k++) {
			strcat(joined, k > 0 ? " " : "");
			strcat(joined, got->list[k]);
		}
		if (r == 0)
			assert_string_equal(joined, rows[i].directories);
	}
}

static void
test_more_rows_than_room(void **state UNUSED)
{
	AUTO_FREE struct instances_directories *got = mem_alloc(sizeof(*got));
	char output[(INSTANCES_MAX + 10) * 32], *at = output;
	for (int i = 0; i < INSTANCES_MAX + 10; i++)
		at += sprintf(at, "i%d - y /etc/postfix-%d\n", i, i);
	assert_int_equal(instances_parse_list(output, got), 0);
	assert_int_equal(got->count, INSTANCES_MAX);
	assert_string_equal(got->list[INSTANCES_MAX - 1], "/etc/postfix-63");
}

static void
test_settings(void **state UNUSED)
{
	static const struct {
		const char *output;
		const char *queue, *owner, *name; /* queue NULL: refused */
	} rows[] = {
	    {"queue_directory = /var/spool/postfix\nmail_owner = postfix\nmulti_instance_name =\n",
		"/var/spool/postfix", "postfix", "-"},
	    {"multi_instance_name = postfix-out\nmail_owner = pf\nqueue_directory = /q/out\n",
		"/q/out", "pf", "postfix-out"},
	    {"postconf: warning: /etc/postfix/main.cf: unused parameter: x=y\n"
	     "queue_directory = /q\nmail_owner = postfix\n",
		"/q", "postfix", "-"},
	    {"queue_directory = /a queue\nmail_owner = postfix\n", "/a queue", "postfix", "-"},
	    {"queue_directory =\nmail_owner = postfix\n", NULL, NULL, NULL},
	    {"queue_directory = spool\nmail_owner = postfix\n", NULL, NULL, NULL},
	    {"queue_directory = /q\n", NULL, NULL, NULL},
	    {"mail_owner = postfix\n", NULL, NULL, NULL},
	    {"queue_directory_x = /q\nmail_owner = postfix\n", NULL, NULL, NULL},
	    {"", NULL, NULL, NULL},
	};
	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		struct message_instance got;
		int r = instances_parse_settings(rows[i].output, "/etc/pf", &got);
		assert_int_equal(r, rows[i].queue != NULL ? 0 : -EBADMSG);
		if (r < 0)
			continue;
		assert_string_equal(got.config_directory, "/etc/pf");
		assert_string_equal(got.queue_directory, rows[i].queue);
		assert_string_equal(got.mail_owner, rows[i].owner);
		assert_string_equal(got.name, rows[i].name);
	}
}

/* Smtpd wants one and a half of the largest message left, or what queue_minfree says. */
static void
test_limits(void **state UNUSED)
{
	static const struct {
		const char *output;
		uint64_t active_limit, reserve;
	} rows[] = {
	    {"qmgr_message_active_limit = 20000\nqueue_minfree = 0\nmessage_size_limit = "
	     "10240000\n",
		20000, 15360000},
	    {"qmgr_message_active_limit = 5\nqueue_minfree = 20000000\nmessage_size_limit = 10\n",
		5, 20000000},
	    {"message_size_limit = 0\n", 0, 0}, /* no limit */
	    {"qmgr_message_active_limit = many\nqueue_minfree = -1\n"
	     "message_size_limit = 99999999999999999999999\n",
		0, 0},
	};
	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		struct message_instance got;
		AUTO_FREE char *output =
		    mem_format("queue_directory = /q\nmail_owner = p\n%s", rows[i].output);
		assert_int_equal(instances_parse_settings(output, "/etc/pf", &got), 0);
		assert_int_equal(got.active_limit, rows[i].active_limit);
		assert_int_equal(got.reserve_bytes, rows[i].reserve);
	}
}

static void
test_values_that_do_not_fit(void **state UNUSED)
{
	char long_text[PATH_TEXT_SIZE + 1], output[2 * PATH_TEXT_SIZE + 128];
	struct message_instance got;
	memset(long_text, 'x', PATH_TEXT_SIZE);
	long_text[0] = '/';
	long_text[PATH_TEXT_SIZE] = '\0';
	snprintf(output, sizeof(output), "queue_directory = %s\nmail_owner = postfix\n", long_text);
	assert_int_equal(instances_parse_settings(output, "/etc/pf", &got), -EBADMSG);
	assert_int_equal(
	    instances_parse_settings("queue_directory = /q\nmail_owner = p\n", long_text, &got),
	    -EBADMSG);
}

/* ---- asking ---- */

static char place[] = "/tmp/instances-test-XXXXXX";

static void
write_program(const char *name, const char *text)
{
	char path[96];
	snprintf(path, sizeof(path), "%s/%s", place, name);
	unlink(path);
	AUTO_CLOSE int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0700);
	assert_true(fd >= 0);
	assert_true(dprintf(fd, "#!/bin/sh\n%s", text) > 0);
}

/* Every instance but /etc/broken answers; its name is its directory's last part. */
#define POSTCONF                                                               \
	"[ \"$1 $3\" = \"-c -x\" ] || exit 9\n"                                \
	"[ $2 != /etc/broken ] || { echo postconf: fatal: broken; exit 1; }\n" \
	"echo queue_directory = /q${2#/etc}; echo mail_owner = postfix\n"      \
	"[ $2 = /etc/one ] || echo multi_instance_name = ${2#/etc/}\n"

static void
make_settings(struct settings *ret_settings)
{
	settings_defaults(ret_settings);
	strcpy(ret_settings->postfix.command_directory, place);
}

/* The names that were found, joined by blanks. */
static const char *
join_names(const struct instances *instances)
{
	static char joined[256];
	joined[0] = '\0';
	for (int i = 0; i < instances->count; i++) {
		strcat(joined, i > 0 ? " " : "");
		strcat(joined, instances->list[i].name);
	}
	return joined;
}

struct asked {
	struct settings settings;
	struct instances known, found;
};

static void
test_discover_by_postmulti(void **state UNUSED)
{
	AUTO_FREE struct asked *asked = mem_alloc(sizeof(*asked));
	make_settings(&asked->settings);
	write_program("postmulti",
	    "[ \"$*\" = -l ] && echo '- - y /etc/one' && "
	    "echo 'two - y /etc/two'\n");
	write_program("postconf", POSTCONF);
	assert_int_equal(instances_discover(&asked->settings, &asked->known, &asked->found), 0);
	assert_string_equal(join_names(&asked->found), "- two");
	assert_string_equal(asked->found.list[1].queue_directory, "/q/two");
	assert_string_equal(asked->found.list[1].config_directory, "/etc/two");
	assert_false(instances_are_equal(&asked->found, &asked->known));
	asked->known = asked->found;
	assert_true(instances_are_equal(&asked->found, &asked->known));
	strcpy(asked->known.list[1].mail_owner, "other");
	assert_false(instances_are_equal(&asked->found, &asked->known));
}

static void
test_discover_listed(void **state UNUSED)
{
	AUTO_FREE struct asked *asked = mem_alloc(sizeof(*asked));
	make_settings(&asked->settings);
	strcpy(asked->settings.postfix.config_directories[0], "/etc/two");
	strcpy(asked->settings.postfix.config_directories[1], "/etc/broken");
	asked->settings.postfix.config_directory_count = 2;
	write_program("postmulti", "exit 1\n"); /* is not asked */
	write_program("postconf", POSTCONF);
	assert_int_equal(instances_discover(&asked->settings, &asked->known, &asked->found), 1);
	assert_string_equal(join_names(&asked->found), "two");
}

static void
test_what_fails_is_kept(void **state UNUSED)
{
	AUTO_FREE struct asked *asked = mem_alloc(sizeof(*asked));
	make_settings(&asked->settings);
	write_program("postmulti", "echo '- - y /etc/one'; echo 'b - y /etc/broken'\n");
	write_program("postconf", POSTCONF);
	asked->known.count = 1;
	strcpy(asked->known.list[0].name, "b");
	strcpy(asked->known.list[0].config_directory, "/etc/broken");
	assert_int_equal(instances_discover(&asked->settings, &asked->known, &asked->found), 1);
	assert_string_equal(join_names(&asked->found), "- b");
	write_program("postmulti", "exit 1\n");
	assert_int_equal(instances_discover(&asked->settings, &asked->known, &asked->found), 1);
	assert_string_equal(join_names(&asked->found), "b");
}

static void
test_same_name_twice(void **state UNUSED)
{
	AUTO_FREE struct asked *asked = mem_alloc(sizeof(*asked));
	make_settings(&asked->settings);
	strcpy(asked->settings.postfix.config_directories[0], "/etc/x");
	strcpy(asked->settings.postfix.config_directories[1], "/etc/y");
	asked->settings.postfix.config_directory_count = 2;
	write_program(
	    "postconf", "echo queue_directory = /q${2#/etc}; echo mail_owner = postfix\n");
	assert_int_equal(instances_discover(&asked->settings, &asked->known, &asked->found), 0);
	assert_int_equal(asked->found.count, 2);
	assert_string_equal(asked->found.list[0].name, "-");
	assert_string_equal(asked->found.list[1].name, "y");
}

/* Their names do not depend on which of them answers first. */
static void
test_unnamed_one_that_answers_late(void **state UNUSED)
{
	AUTO_FREE struct asked *asked = mem_alloc(sizeof(*asked));
	make_settings(&asked->settings);
	strcpy(asked->settings.postfix.config_directories[0], "/etc/x");
	strcpy(asked->settings.postfix.config_directories[1], "/etc/y");
	asked->settings.postfix.config_directory_count = 2;
	write_program("postconf",
	    "[ $2 = /etc/y ] || exit 1\n"
	    "echo queue_directory = /q${2#/etc}; echo mail_owner = postfix\n");
	assert_int_equal(instances_discover(&asked->settings, &asked->known, &asked->found), 1);
	assert_string_equal(join_names(&asked->found), "y");
	asked->known = asked->found;
	write_program(
	    "postconf", "echo queue_directory = /q${2#/etc}; echo mail_owner = postfix\n");
	assert_int_equal(instances_discover(&asked->settings, &asked->known, &asked->found), 0);
	assert_string_equal(join_names(&asked->found), "- y");
}

static void
test_no_postfix(void **state UNUSED)
{
	AUTO_FREE struct asked *asked = mem_alloc(sizeof(*asked));
	make_settings(&asked->settings);
	strcpy(asked->settings.postfix.command_directory, "/does/not/exist");
	assert_int_equal(instances_discover(&asked->settings, &asked->known, &asked->found), 1);
	assert_int_equal(asked->found.count, 0);
}

static int
set_up(void **state UNUSED)
{
	return mkdtemp(place) == NULL ? -1 : 0;
}

static int
tear_down(void **state UNUSED)
{
	static const char *const programs[] = {"postmulti", "postconf"};
	for (size_t i = 0; i < ARRAY_LENGTH(programs); i++) {
		char path[96];
		snprintf(path, sizeof(path), "%s/%s", place, programs[i]);
		unlink(path);
	}
	return rmdir(place);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_lists),
	    cmocka_unit_test(test_more_rows_than_room),
	    cmocka_unit_test(test_settings),
	    cmocka_unit_test(test_limits),
	    cmocka_unit_test(test_values_that_do_not_fit),
	    cmocka_unit_test(test_discover_by_postmulti),
	    cmocka_unit_test(test_discover_listed),
	    cmocka_unit_test(test_what_fails_is_kept),
	    cmocka_unit_test(test_same_name_twice),
	    cmocka_unit_test(test_unnamed_one_that_answers_late),
	    cmocka_unit_test(test_no_postfix),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
