/* SPDX-License-Identifier: ISC
 *
 * series_codec.c - a series' state to bytes and back: one table of its fields (fields.h), a version
 * before them. The bytes are not trusted: no index outside of its ring.
 */
#include "watchdogd/detect/series.h"

#include <errno.h>

#include "watchdogd/detect/fields.h"

#define VERSION_BYTE 1
#define TIME_MAX_S (INT64_C(1) << 40)

#define FLOATS(name, n) FIELD_FLOATS(struct series, name, n)
#define DOUBLE(name) FIELD_DOUBLE(struct series, name)
#define NUMBERS(name, width, n) FIELD_NUMBERS(struct series, name, width, n)
#define TAIL(at) FIELD_TAIL(struct series, tails[at])

/* In the order of the bytes; numbers that stand together are one row. */
static const struct field fields[] = {
    NUMBERS(last_s, 8, 2),
    DOUBLE(learned_s),
    DOUBLE(frozen_s),
    FLOATS(level_seen, 4 + 2 * RECENT_COUNT),
    NUMBERS(scatters, 4, 1),
    FLOATS(season.mean, SEASON_HOURS),
    NUMBERS(season.seen, 1, SEASON_HOURS),
    FLOATS(season.all, 4),
    NUMBERS(season.hour, 8, 2),
    FLOATS(recent.buckets, 4 * RECENT_BUCKETS),
    FLOATS(recent.samples, 4 * RECENT_SAMPLES),
    FLOATS(recent.before, 4 * RECENT_COUNT),
    NUMBERS(recent.bucket, 8, 1),
    NUMBERS(recent.sample, 1, 1),
    TAIL(0),
    TAIL(1),
    TAIL(2),
    TAIL(3),
    TAIL(4),
};
_Static_assert(SERIES_TEST_COUNT == 5, "a row a tail");
_Static_assert(sizeof(struct recent_sum) == 4 * sizeof(float), "four floats a sum");
_Static_assert(sizeof(struct series) <= SERIES_BYTES_MAX, "a series is small");

#define FIELD_COUNT (sizeof(fields) / sizeof(fields[0]))

size_t
series_encode(const struct series *series, uint8_t bytes[SERIES_BYTES_MAX])
{
	bytes[0] = VERSION_BYTE;
	return 1 + fields_encode(fields, FIELD_COUNT, series, bytes + 1);
}

/* As far as any clock goes, or a count of its hours. */
static bool
is_time(int64_t time_s)
{
	return time_s >= -1 && time_s < TIME_MAX_S;
}

static bool
is_sound(const struct series *series)
{
	for (int test = 0; test < SERIES_TEST_COUNT; test++) {
		if (!tail_is_sound(&series->tails[test]))
			return false;
	}
	return series->recent.sample < RECENT_SAMPLES && series->season.hour >= -1 &&
	    series->season.hour < SEASON_HOURS && is_time(series->season.hours) &&
	    is_time(series->recent.bucket) && is_time(series->last_s) && is_time(series->event_s);
}

int
series_decode(const uint8_t *bytes, size_t length, struct series *ret_series)
{
	struct series series = {0};
	if (length < 1 || bytes[0] != VERSION_BYTE ||
	    fields_decode(fields, FIELD_COUNT, bytes + 1, length - 1, &series) < 0)
		return -EBADMSG;
	if (!is_sound(&series))
		return -EBADMSG;
	series.season.asked = -1;
	*ret_series = series;
	return 0;
}
