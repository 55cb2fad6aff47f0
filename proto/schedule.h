/* SPDX-License-Identifier: ISC
 *
 * schedule.h - times of the week: "07:30", "mon-fri 07:30", "mon,wed,sat-sun 18:00". Local time, as the
 * process knows it. A time that a day lacks, since the clocks go forward, is as much later; one that
 * it has twice is one of the two.
 */
#ifndef WATCHDOGD_PROTO_SCHEDULE_H
#define WATCHDOGD_PROTO_SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>

#define SCHEDULE_TEXT_SIZE 48

struct schedule {
	unsigned days; /* bit set of 1 << day, Sunday is 0 */
	int minute; /* of the day */
};

/* False, with ret_schedule untouched: it is none. */
bool schedule_parse(const char *text, struct schedule *ret_schedule);

/* The last moment at or before now_s that it means, in seconds since 1970; 0: none in the last
 * eight days, which no schedule has. */
int64_t schedule_last(const struct schedule *schedule, int64_t now_s);

/* The same time of day so many days before, in seconds since 1970. */
int64_t schedule_days_before(int64_t time_s, int days);

#endif
