/* SPDX-License-Identifier: ISC
 *
 * schedule_test.c - what is a time of the week, and when it was last, over changes of the clocks.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "lib/guard.h"
#include "proto/schedule.h"

static void
good_times_are_taken(void **state UNUSED)
{
	static const struct {
		const char *text;
		unsigned days;
		int minute;
	} rows[] = {
	    {"07:30", 0x7f, 450},
	    {"00:00", 0x7f, 0},
	    {"mon 23:59", 0x02, 1439},
	    {"mon-fri 08:05", 0x3e, 485},
	    {"sat-sun 10:00", 0x41, 600},
	    {"fri-mon 10:00", 0x63, 600},
	    {"mon,wed,sat-sun 18:00", 0x4b, 1080},
	};
	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		struct schedule schedule;
		assert_true(schedule_parse(rows[i].text, &schedule));
		assert_int_equal(schedule.days, rows[i].days);
		assert_int_equal(schedule.minute, rows[i].minute);
	}
}

static void
bad_times_are_refused(void **state UNUSED)
{
	static const char *const rows[] = {"", "7:30", "07:30 ", "24:00", "07:60", "mon", "mon ",
	    "mon  07:30", "monday 07:30", "mon- 07:30", "mon, 07:30", "Mon 07:30", "07.30",
	    "mon-fri,07:30", "* 07:30"};
	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		struct schedule schedule = {.minute = -7};
		assert_false(schedule_parse(rows[i], &schedule));
		assert_int_equal(schedule.minute, -7);
	}
}

static int64_t
at(const char *text)
{
	struct tm local = {.tm_isdst = -1};
	assert_non_null(strptime(text, "%Y-%m-%d %H:%M:%S", &local));
	return (int64_t)mktime(&local);
}

static void
assert_last(const char *schedule_text, const char *now, const char *expected)
{
	char text[32];
	struct schedule schedule;
	assert_true(schedule_parse(schedule_text, &schedule));
	time_t last = (time_t)schedule_last(&schedule, at(now));
	struct tm local;
	strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", localtime_r(&last, &local));
	assert_string_equal(text, expected);
}

static void
the_last_time_is_found(void **state UNUSED)
{
	setenv("TZ", "Europe/Berlin", 1);
	tzset();
	assert_last("07:30", "2026-06-03 07:30:00", "2026-06-03 07:30:00");
	assert_last("07:30", "2026-06-03 07:29:59", "2026-06-02 07:30:00");
	assert_last("mon-fri 07:30", "2026-06-07 12:00:00", "2026-06-05 07:30:00"); /* a Sunday */
	assert_last("wed 07:30", "2026-06-03 07:00:00", "2026-05-27 07:30:00");
	/* the clocks go forward at 02:00 on 2026-03-29: 02:30 is not there, and still comes once */
	assert_last("sun 02:30", "2026-03-29 01:59:59", "2026-03-22 02:30:00");
	assert_last("sun 02:30", "2026-03-29 12:00:00", "2026-03-29 03:30:00");
	/* and back at 03:00 on 2026-10-25 */
	assert_last("02:30", "2026-10-25 12:00:00", "2026-10-25 02:30:00");
}

/* Second by second over both nights, each time comes once. */
static void
each_day_has_one(void **state UNUSED)
{
	static const char *const nights[] = {"2026-03-28 12:00:00", "2026-10-24 12:00:00"};
	static const char *const times[] = {"00:00", "01:30", "02:00", "02:30", "03:00", "23:59"};
	setenv("TZ", "Europe/Berlin", 1);
	tzset();
	for (size_t night = 0; night < ARRAY_LENGTH(nights); night++)
		for (size_t i = 0; i < ARRAY_LENGTH(times); i++) {
			struct schedule schedule;
			assert_true(schedule_parse(times[i], &schedule));
			int64_t begin_s = at(nights[night]), last_s;
			int changes = 0;
			last_s = schedule_last(&schedule, begin_s);
			for (int64_t now_s = begin_s; now_s < begin_s + 48 * 3600; now_s += 10) {
				int64_t found_s = schedule_last(&schedule, now_s);
				assert_true(found_s >= last_s && found_s <= now_s);
				changes += found_s != last_s;
				last_s = found_s;
			}
			assert_int_equal(changes, 2);
		}
}

static void
days_before_are_days(void **state UNUSED)
{
	setenv("TZ", "Europe/Berlin", 1);
	tzset();
	int64_t monday_s = at("2026-03-30 07:30:00");
	assert_int_equal(schedule_days_before(monday_s, 1), at("2026-03-29 07:30:00"));
	assert_int_equal(schedule_days_before(monday_s, 7), at("2026-03-23 07:30:00"));
	assert_int_equal(monday_s - schedule_days_before(monday_s, 2), 47 * 3600);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(good_times_are_taken),
	    cmocka_unit_test(bad_times_are_refused),
	    cmocka_unit_test(the_last_time_is_found),
	    cmocka_unit_test(each_day_has_one),
	    cmocka_unit_test(days_before_are_days),
	};
	return cmocka_run_group_tests_name("schedule", tests, NULL, NULL);
}
