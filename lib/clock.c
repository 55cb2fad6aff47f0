/* SPDX-License-Identifier: ISC
 *
 * clock.c - the only place that reads a clock.
 */
#include "lib/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "lib/log.h"

static int64_t
read_ms(clockid_t id)
{
	struct timespec now;
	clock_gettime(id, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

struct clock_mono
clock_mono_now(void)
{
	return (struct clock_mono){read_ms(CLOCK_MONOTONIC)};
}

struct clock_wall
clock_wall_now(void)
{
	return (struct clock_wall){read_ms(CLOCK_REALTIME)};
}

char *
clock_format(struct clock_wall when, char text[CLOCK_TEXT_SIZE])
{
	/* Rounded down, also before 1970. */
	time_t seconds = (time_t)((when.ms - (when.ms < 0 ? 999 : 0)) / 1000);
	struct tm parts;
	if (localtime_r(&seconds, &parts) == NULL ||
	    strftime(text, CLOCK_TEXT_SIZE, "%Y-%m-%d %H:%M:%S %z", &parts) == 0)
		snprintf(text, CLOCK_TEXT_SIZE, "@%" PRId64, when.ms / 1000);
	return text;
}

int32_t
clock_week_second(int64_t seconds)
{
	time_t when = (time_t)seconds;
	struct tm parts;
	if (localtime_r(&when, &parts) == NULL)
		panic("clock: no such time");
	int second = parts.tm_sec < 60 ? parts.tm_sec : 59; /* of a leap second, too */
	return (parts.tm_wday + 6) % 7 * 86400 + parts.tm_hour * 3600 + parts.tm_min * 60 + second;
}

char *
clock_format_seconds(int64_t time_s, char text[CLOCK_TEXT_SIZE])
{
	return clock_format((struct clock_wall){time_s * 1000}, text);
}

char *
clock_format_span(int64_t span_s, char text[CLOCK_SPAN_SIZE])
{
	static const struct {
		int64_t seconds;
		const char *unit;
	} units[] = {{86400, "d"}, {3600, "h"}, {60, "min"}, {1, "s"}};
	if (span_s < 0)
		span_s = 0;
	size_t i = 0;
	while (units[i].seconds > 1 && span_s < units[i].seconds)
		i++;
	int64_t major = span_s / units[i].seconds;
	int64_t minor = units[i].seconds > 1 ? span_s % units[i].seconds / units[i + 1].seconds : 0;
	int length = snprintf(text, CLOCK_SPAN_SIZE, "%" PRId64 " %s", major, units[i].unit);
	if (minor > 0)
		snprintf(text + length, CLOCK_SPAN_SIZE - (size_t)length, " %" PRId64 " %s", minor,
		    units[i + 1].unit);
	return text;
}
