/* SPDX-License-Identifier: ISC
 *
 * event_limit_test.c - the kernel's limit is raised, never lowered, and never guessed at.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "watchdogd/parent/event_limit.h"

static void
test_raise(void **state UNUSED)
{
	static const struct {
		const char *before;
		int64_t wanted;
		int result;
		const char *after;
	} rows[] = {
	    {"16384\n", 262144, 1, "262144\n"},
	    {"16384\n", 16384, 0, "16384\n"},
	    {"262144\n", 16384, 0, "262144\n"},
	    {"none\n", 16384, -EBADMSG, "none\n"},
	    {"", 16384, -EBADMSG, ""},
	};
	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		char path[] = "/tmp/event_limit_test.XXXXXX", text[64];
		AUTO_CLOSE int fd = mkstemp(path);
		assert_true(fd >= 0);
		size_t length = strlen(rows[i].before);
		assert_int_equal(write(fd, rows[i].before, length), (ssize_t)length);
		assert_int_equal(event_limit_raise(path, rows[i].wanted), rows[i].result);
		ssize_t got = pread(fd, text, sizeof(text) - 1, 0);
		assert_true(got >= 0);
		text[got] = '\0';
		assert_string_equal(text, rows[i].after);
		unlink(path);
	}
	assert_int_equal(event_limit_raise("/nowhere/max_queued_events", 1), -ENOENT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_raise),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
