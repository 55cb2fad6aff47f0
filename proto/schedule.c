/* SPDX-License-Identifier: ISC
 *
 * schedule.c - days and a time of day.
 */
#include "proto/schedule.h"

#include <ctype.h>
#include <string.h>
#include <time.h>

#define DAYS 7
#define LOOK_BACK 8 /* days: a week, and one that the clocks have shortened */

static const char *const day_names[DAYS] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

/* "mon" at the beginning of text, or -1. */
static int
find_day(const char *text)
{
	for (int day = 0; day < DAYS; day++)
		if (strncmp(text, day_names[day], 3) == 0)
			return day;
	return -1;
}

/* "mon,wed-fri "; NULL: malformed, else what comes behind. */
static const char *
parse_days(const char *text, unsigned *ret_days)
{
	unsigned days = 0;
	for (;;) {
		int first = find_day(text), last = first;
		if (first < 0)
			return NULL;
		text += 3;
		if (*text == '-') {
			last = find_day(text + 1);
			if (last < 0)
				return NULL;
			text += 4;
		}
		for (int day = first;; day = (day + 1) % DAYS) {
			days |= 1u << day;
			if (day == last)
				break;
		}
		if (*text != ',')
			break;
		text++;
	}
	if (*text != ' ')
		return NULL;
	*ret_days = days;
	return text + 1;
}

bool
schedule_parse(const char *text, struct schedule *ret_schedule)
{
	unsigned days = (1u << DAYS) - 1;
	const char *time = isdigit((unsigned char)text[0]) ? text : parse_days(text, &days);
	if (time == NULL || strlen(time) != 5 || time[2] != ':')
		return false;
	for (int i = 0; i < 5; i++)
		if (i != 2 && !isdigit((unsigned char)time[i]))
			return false;
	int hour = (time[0] - '0') * 10 + time[1] - '0';
	int minute = (time[3] - '0') * 10 + time[4] - '0';
	if (hour > 23 || minute > 59)
		return false;
	*ret_schedule = (struct schedule){days, hour * 60 + minute};
	return true;
}

/* That time of the day that is so many days before the one of now_s. */
static int64_t
moment_of(int64_t now_s, int days_before, int minute, int *ret_day)
{
	time_t now = (time_t)now_s;
	struct tm local;
	if (localtime_r(&now, &local) == NULL)
		return 0;
	local.tm_mday -= days_before;
	local.tm_hour = minute / 60;
	local.tm_min = minute % 60;
	local.tm_sec = 0;
	local.tm_isdst = -1;
	/* the day is that of noon: a time that the clocks leave out may be moved into another one */
	struct tm noon = local;
	noon.tm_hour = 12;
	if (mktime(&noon) == -1)
		return 0;
	*ret_day = noon.tm_wday;
	return (int64_t)mktime(&local);
}

int64_t
schedule_last(const struct schedule *schedule, int64_t now_s)
{
	for (int before = 0; before <= LOOK_BACK; before++) {
		int day = 0;
		int64_t moment_s = moment_of(now_s, before, schedule->minute, &day);
		if (moment_s > 0 && moment_s <= now_s && (schedule->days & 1u << day) != 0)
			return moment_s;
	}
	return 0;
}

int64_t
schedule_days_before(int64_t time_s, int days)
{
	time_t when = (time_t)time_s;
	struct tm local;
	if (localtime_r(&when, &local) == NULL)
		return time_s - days * INT64_C(86400);
	local.tm_mday -= days;
	local.tm_isdst = -1;
	return (int64_t)mktime(&local);
}
