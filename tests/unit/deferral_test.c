/* SPDX-License-Identifier: ISC
 *
 * deferral_test.c - logs of bounce(8) as Postfix 3.7 writes them, cut off, and of strangers' bytes.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "lib/guard.h"
#include "watchdogd/watch/deferral.h"

static const char whole[] = "\n"
			    "<u@slow.test>: host mx.slow.test[192.0.2.1] said: 450 4.2.0 later\n"
			    "recipient=u@slow.test\n"
			    "offset=613\n"
			    "dsn_orig_rcpt=rfc822;u@slow.test\n"
			    "status=4.2.0\n"
			    "action=delayed\n"
			    "diag_type=smtp\n"
			    "diag_text=450 4.2.0 later\n"
			    "mta_type=dns\n"
			    "mta_mname=mx.slow.test\n"
			    "reason=host mx.slow.test[192.0.2.1] said: 450 4.2.0 later\n"
			    "\n"
			    "\n"
			    "<v@dead.test>: connect to dead.test[192.0.2.2]:25: timed out\n"
			    "recipient=v@dead.test\n"
			    "status=4.4.1\n"
			    "reason=connect to dead.test[192.0.2.2]:25: timed out\n"
			    "\n";

static void
test_each_recipient(void **state UNUSED)
{
	struct deferral_log log;
	struct deferral deferral;
	deferral_open(&log, whole, sizeof(whole) - 1);
	assert_true(deferral_next(&log, &deferral));
	assert_string_equal(deferral.recipient, "u@slow.test");
	assert_string_equal(deferral.status, "4.2.0");
	assert_string_equal(deferral.next_hop, "mx.slow.test");
	assert_string_equal(deferral.reason, "host mx.slow.test[192.0.2.1] said: 450 4.2.0 later");
	assert_true(deferral_next(&log, &deferral));
	assert_string_equal(deferral.recipient, "v@dead.test");
	assert_string_equal(deferral.next_hop, "dead.test");
	assert_string_equal(deferral.reason, "connect to dead.test[192.0.2.2]:25: timed out");
	assert_false(deferral_next(&log, &deferral));
	assert_string_equal(deferral.recipient, "v@dead.test");
}

/* Who did not even answer. */
static void
test_next_hops(void **state UNUSED)
{
	static const struct {
		const char *reason, *next_hop;
	} rows[] = {
	    {"connect to mx.a.test[192.0.2.1]:25: Connection refused", "mx.a.test"},
	    {"connect to mx.a.test[private/lmtp]: No such file or directory", "mx.a.test"},
	    {"delivery temporarily suspended: connect to 192.0.2.1[192.0.2.1]:25: timed out",
		"192.0.2.1"},
	    {"lost connection with mx.a.test[2001:db8::1] while sending RCPT TO", "mx.a.test"},
	    {"conversation with mx.a.test[192.0.2.1] timed out while sending end of data",
		"mx.a.test"},
	    {"Host or domain name not found. Name service error for name=a.test type=MX: Host not "
	     "found, try again",
		"a.test"},
	    {"mail for a.test loops back to myself", ""},
	    {"connect to ", ""},
	};
	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		char text[512];
		struct deferral_log log;
		struct deferral deferral;
		snprintf(text, sizeof(text), "recipient=u@v.test\nreason=%s\n\n", rows[i].reason);
		deferral_open(&log, text, strlen(text));
		assert_true(deferral_next(&log, &deferral));
		assert_string_equal(deferral.next_hop, rows[i].next_hop);
	}
}

/* Files that a real Postfix made. */
static void
test_corpus(void **state UNUSED)
{
	static const struct {
		const char *name;
		int recipients;
		const char *status, *next_hop; /* of the first */
	} rows[] = {
	    {"retry", 1, "4.0.0", ""},
	    {"greylisted", 1, "4.2.0", "127.0.0.1"},
	    {"hangup", 1, "4.4.2", "127.0.0.1"},
	    {"unreachable", 1, "4.4.1", "127.0.0.1"},
	    {"several", 4, "4.0.0", ""},
	};
	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		char path[128], text[8192];
		struct deferral_log log;
		struct deferral deferral;
		snprintf(path, sizeof(path), "tests/corpus/defer/%s", rows[i].name);
		AUTO_FCLOSE FILE *file = fopen(path, "r");
		assert_non_null(file);
		deferral_open(&log, text, fread(text, 1, sizeof(text), file));
		for (int count = 0; deferral_next(&log, &deferral); count++) {
			assert_true(deferral.reason[0] != '\0' && count < rows[i].recipients);
			if (count > 0)
				continue;
			assert_string_equal(deferral.status, rows[i].status);
			assert_string_equal(deferral.next_hop, rows[i].next_hop);
		}
	}
}

/* Cut anywhere: only what is whole counts, and nothing is read past the end. */
static void
test_cut_off(void **state UNUSED)
{
	for (size_t length = 0; length < sizeof(whole); length++) {
		struct deferral_log log;
		struct deferral deferral;
		char text[sizeof(whole)];
		memcpy(text, whole, length);
		deferral_open(&log, text, length);
		int count = 0;
		while (deferral_next(&log, &deferral))
			count++;
		const char *second = strstr(whole, "\n\n\n") + 2;
		assert_int_equal(count,
		    length == sizeof(whole) - 1              ? 2
			: length >= (size_t)(second - whole) ? 1
							     : 0);
	}
}

static void
test_strange_bytes(void **state UNUSED)
{
	static const char text[] =
	    "recipient=a\x1b[31m\0@b.test\nreason=\xff\nstatus=4.0.0.0.0.0.0.0.0"
	    "\nrecipient\n=x\n\n";
	struct deferral_log log;
	struct deferral deferral;
	deferral_open(&log, text, sizeof(text) - 1);
	assert_true(deferral_next(&log, &deferral));
	assert_string_equal(deferral.recipient, "a\\x1b[31m\\x00@b.test");
	assert_string_equal(deferral.reason, "\\xff");
	assert_true(strlen(deferral.status) < sizeof(deferral.status));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_each_recipient),
	    cmocka_unit_test(test_next_hops),
	    cmocka_unit_test(test_corpus),
	    cmocka_unit_test(test_cut_off),
	    cmocka_unit_test(test_strange_bytes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
