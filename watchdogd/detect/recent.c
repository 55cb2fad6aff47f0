/* SPDX-License-Identifier: ISC
 *
 * recent.c - rings of sums.
 */
#include "watchdogd/detect/recent.h"

#include <string.h>

static void
add(struct recent_sum *sum, const struct recent_sum *more)
{
	sum->seen += more->seen;
	sum->expected += more->expected;
	sum->exposure += more->exposure;
	sum->covered_s += more->covered_s;
}

void
recent_init(struct recent *recent)
{
	*recent = (struct recent){.bucket = -1};
}

int32_t
recent_span(const struct recent_spans *spans, enum recent_window window)
{
	switch (window) {
	case RECENT_SHORT:
		return spans->samples * spans->step_s;
	case RECENT_MIDDLE:
		return spans->middle_s;
	case RECENT_LONG:
	case RECENT_COUNT:
		break;
	}
	return spans->long_s;
}

/* Sums of floats are made anew with each bucket, so that no error of rounding stays. */
static void
sum_buckets(struct recent *recent, const struct recent_spans *spans)
{
	int64_t middle = (int64_t)spans->middle_s * RECENT_BUCKETS / spans->long_s;
	memset(recent->before, 0, sizeof(recent->before));
	int64_t at = recent->bucket % RECENT_BUCKETS;
	struct recent_sum sum = {0};
	for (int64_t back = 1; back < RECENT_BUCKETS; back++) {
		at = at > 0 ? at - 1 : RECENT_BUCKETS - 1;
		add(&sum, &recent->buckets[at]);
		if (back == middle - 1)
			recent->before[RECENT_MIDDLE] = sum;
	}
	recent->before[RECENT_LONG] = sum;
}

static void
sum_now(struct recent *recent)
{
	const struct recent_sum *runs = &recent->buckets[recent->bucket % RECENT_BUCKETS];
	struct recent_sum samples = {0};
	for (int i = 0; i < RECENT_SAMPLES; i++)
		add(&samples, &recent->samples[i]);
	recent->now[RECENT_SHORT] = samples;
	for (int window = RECENT_MIDDLE; window < RECENT_COUNT; window++) {
		recent->now[window] = recent->before[window];
		add(&recent->now[window], runs);
	}
}

/* A clock that was set back, or a gap longer than everything, begins anew. */
static bool
move_on(struct recent *recent, const struct recent_spans *spans, int64_t time_s)
{
	int64_t bucket_s = spans->long_s / RECENT_BUCKETS;
	int64_t in_s = time_s - recent->bucket * bucket_s;
	if (recent->bucket >= 0 && in_s >= 0 && in_s < bucket_s)
		return false;
	int64_t bucket = time_s / bucket_s;
	if (recent->bucket < 0 || bucket < recent->bucket ||
	    bucket - recent->bucket >= RECENT_BUCKETS) {
		recent_init(recent);
		recent->bucket = bucket - 1;
	}
	while (recent->bucket < bucket) {
		recent->bucket++;
		recent->buckets[recent->bucket % RECENT_BUCKETS] = (struct recent_sum){0};
	}
	sum_buckets(recent, spans);
	return true;
}

bool
recent_add(struct recent *recent, const struct recent_spans *spans, int64_t time_s,
    const struct recent_sum *sample)
{
	bool begun = move_on(recent, spans, time_s);
	add(&recent->buckets[recent->bucket % RECENT_BUCKETS], sample);
	recent->samples[recent->sample] = *sample;
	recent->sample = recent->sample + 1 < spans->samples ? (uint8_t)(recent->sample + 1) : 0;
	sum_now(recent);
	return begun;
}

struct recent_sum
recent_get(const struct recent *recent, enum recent_window window)
{
	return recent->now[window];
}
