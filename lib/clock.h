/* SPDX-License-Identifier: ISC
 *
 * clock.h - the two clocks, as two types, so that they cannot be mixed. Only a role's main file
 * reads a clock; everything below takes `now` as a parameter and so can be replayed.
 */
#ifndef WATCHDOGD_LIB_CLOCK_H
#define WATCHDOGD_LIB_CLOCK_H

#include <stddef.h>
#include <stdint.h>

/* Milliseconds since boot; never jumps. For intervals and timers. */
struct clock_mono {
	int64_t ms;
};

/* Milliseconds since 1970-01-01 UTC. For what people and files call the time. */
struct clock_wall {
	int64_t ms;
};

struct clock_mono clock_mono_now(void);
struct clock_wall clock_wall_now(void);

/* Writes local time with zone, "2026-06-03 14:05:09 +0900", into text (CLOCK_TEXT_SIZE bytes). */
#define CLOCK_TEXT_SIZE 32
char *clock_format(struct clock_wall when, char text[CLOCK_TEXT_SIZE]);
/* The same of seconds. */
char *clock_format_seconds(int64_t time_s, char text[CLOCK_TEXT_SIZE]);

/* Second of the local week, Monday 00:00 is 0. */
int32_t clock_week_second(int64_t seconds);

/* Writes "12 s", "4 min 10 s", "3 h 20 min", "5 d 2 h" into text (CLOCK_SPAN_SIZE bytes). */
#define CLOCK_SPAN_SIZE 32
char *clock_format_span(int64_t span_s, char text[CLOCK_SPAN_SIZE]);

#endif
