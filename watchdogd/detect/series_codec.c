/* SPDX-License-Identifier: ISC
 *
 * series_codec.c - a series' state to bytes and back: one table of its fields, numbers little-endian
 * in the width that they have, a version before them. The bytes come from the store and are not
 * trusted: no number that is none, no index outside of its ring.
 */
#include "watchdogd/detect/series.h"

#include <endian.h>
#include <errno.h>
#include <math.h>
#include <string.h>

#define VERSION_BYTE 1

struct field {
	size_t offset, size, count;
	bool is_real;
};

#define FIELD(name) offsetof(struct series, name)
#define FLOATS(name, n) {FIELD(name), sizeof(float), n, true}
#define DOUBLE(name) {FIELD(name), sizeof(double), 1, true}
#define NUMBERS(name, width, n) {FIELD(name), width, n, false}
#define TAIL(at)                                                          \
	FLOATS(tails[at].period_s, 9), NUMBERS(tails[at].clusters, 2, 1), \
	    NUMBERS(tails[at].is_over, 1, 2)

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

/* The host's order to little-endian and back. */
static void
swap(const uint8_t *in, uint8_t *out, size_t size)
{
	for (size_t i = 0; i < size; i++)
		out[i] = in[__BYTE_ORDER == __LITTLE_ENDIAN ? i : size - 1 - i];
}

size_t
series_encode(const struct series *series, uint8_t bytes[SERIES_BYTES_MAX])
{
	size_t length = 0;
	bytes[length++] = VERSION_BYTE;
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		for (size_t n = 0; n < fields[i].count; n++) {
			const uint8_t *in = (const uint8_t *)series + fields[i].offset;
			swap(in + n * fields[i].size, bytes + length, fields[i].size);
			length += fields[i].size;
		}
	return length;
}

static bool
is_number(const uint8_t *at, size_t size)
{
	float narrow;
	double wide;
	if (size == sizeof(wide)) {
		memcpy(&wide, at, size);
		return isfinite(wide);
	}
	memcpy(&narrow, at, sizeof(narrow));
	return isfinite(narrow);
}

static bool
is_sound(const struct series *series)
{
	for (int test = 0; test < SERIES_TEST_COUNT; test++) {
		const struct tail *tail = &series->tails[test];
		if (tail->period_s < 1 || tail->excess <= 0 || tail->threshold < 0)
			return false;
	}
	return series->recent.sample < RECENT_SAMPLES && series->season.hour >= -1 &&
	    series->season.hour < SEASON_HOURS && series->season.hours >= 0 &&
	    series->recent.bucket >= -1;
}

int
series_decode(const uint8_t *bytes, size_t length, struct series *ret_series)
{
	struct series series = {0};
	size_t at = 1;
	if (length < 1 || bytes[0] != VERSION_BYTE)
		return -EBADMSG;
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		for (size_t n = 0; n < fields[i].count; n++) {
			size_t size = fields[i].size;
			uint8_t *out = (uint8_t *)&series + fields[i].offset + n * size;
			if (length - at < size)
				return -EBADMSG;
			swap(bytes + at, out, size);
			if (fields[i].is_real && !is_number(out, size))
				return -EBADMSG;
			at += size;
		}
	if (at != length || !is_sound(&series))
		return -EBADMSG;
	series.season.asked = -1;
	*ret_series = series;
	return 0;
}
