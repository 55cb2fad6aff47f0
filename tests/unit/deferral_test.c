/* SPDX-License-Identifier: ISC
 *
 * deferral_test.c - logs of bounce(8) as Postfix 3.7 writes them, cut off, and of strangers' bytes.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

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
	assert_string_equal(deferral.next_hop, "");
	assert_string_equal(deferral.reason, "connect to dead.test[192.0.2.2]:25: timed out");
	assert_false(deferral_next(&log, &deferral));
	assert_string_equal(deferral.recipient, "v@dead.test");
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
	    cmocka_unit_test(test_cut_off),
	    cmocka_unit_test(test_strange_bytes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
