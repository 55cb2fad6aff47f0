/* SPDX-License-Identifier: ISC
 *
 * clock_test.c - times and spans as people read them.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <time.h>

#include "lib/clock.h"
#include "lib/guard.h"

static void
test_spans(void **state UNUSED)
{
	static const struct {
		int64_t span_s;
		const char *text;
	} rows[] = {
	    {-5, "0 s"},
	    {0, "0 s"},
	    {59, "59 s"},
	    {60, "1 min"},
	    {250, "4 min 10 s"},
	    {3599, "59 min 59 s"},
	    {3600, "1 h"},
	    {12059, "3 h 20 min"},
	    {86400, "1 d"},
	    {439200, "5 d 2 h"},
	    {INT64_MAX, "106751991167300 d 15 h"},
	};
	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		char text[CLOCK_SPAN_SIZE];
		assert_string_equal(clock_format_span(rows[i].span_s, text), rows[i].text);
	}
}

static void
test_week_second(void **state UNUSED)
{
	static const struct {
		int64_t seconds;
		const char *zone;
		int32_t second;
	} rows[] = {
	    {0, "UTC0", 3 * 86400}, /* a Thursday */
	    {4 * 86400 - 1, "UTC0", 7 * 86400 - 1},
	    {4 * 86400, "UTC0", 0},
	    {4 * 86400, "KST-9", 9 * 3600},
	    {4 * 86400, "EST5", 7 * 86400 - 5 * 3600},
	};
	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		setenv("TZ", rows[i].zone, 1);
		tzset();
		assert_int_equal(clock_week_second(rows[i].seconds), rows[i].second);
	}
}

static void
test_local_time(void **state UNUSED)
{
	static const struct {
		int64_t ms;
		const char *zone, *text;
	} rows[] = {
	    {0, "UTC0", "1970-01-01 00:00:00 +0000"},
	    {1999, "UTC0", "1970-01-01 00:00:01 +0000"},
	    {-1, "UTC0", "1969-12-31 23:59:59 +0000"},
	    {1780463109000, "KST-9", "2026-06-03 14:05:09 +0900"},
	    {1780463109000, "EST5", "2026-06-03 00:05:09 -0500"},
	};
	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		char text[CLOCK_TEXT_SIZE];
		setenv("TZ", rows[i].zone, 1);
		tzset();
		assert_string_equal(
		    clock_format((struct clock_wall){rows[i].ms}, text), rows[i].text);
	}
	unsetenv("TZ");
	tzset();
}

static void
test_far_future_fits(void **state UNUSED)
{
	char text[CLOCK_TEXT_SIZE];
	assert_ptr_equal(clock_format((struct clock_wall){INT64_MAX}, text), text);
	assert_int_not_equal(text[0], '\0');
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_spans),
	    cmocka_unit_test(test_week_second),
	    cmocka_unit_test(test_local_time),
	    cmocka_unit_test(test_far_future_fits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
