/* SPDX-License-Identifier: ISC
 *
 * recent.h - what was seen and what was expected in the last seconds, minutes and quarter of an
 * hour, as sums. Detect; pure, constant memory: the longer windows move on in steps of a 60th.
 */
#ifndef WATCHDOGD_DETECT_RECENT_H
#define WATCHDOGD_DETECT_RECENT_H

#include <stdbool.h>
#include <stdint.h>

#define RECENT_BUCKETS 60
#define RECENT_SAMPLES 5 /* that the short window holds at most */

#define RECENT_WINDOWS(X)   \
	X(SHORT, "short")   \
	X(MIDDLE, "middle") \
	X(LONG, "long")
enum recent_window {
#define X(name, text) RECENT_##name,
	RECENT_WINDOWS(X)
#undef X
	RECENT_COUNT
};

struct recent_sum {
	float seen, expected;
	float exposure;
	float covered_s; /* time that samples tell of */
};

struct recent {
	struct recent_sum buckets[RECENT_BUCKETS];
	struct recent_sum samples[RECENT_SAMPLES];
	struct recent_sum
	    before[RECENT_COUNT]; /* whole buckets of a window without the one that runs */
	struct recent_sum
	    now[RECENT_COUNT]; /* what each window holds since the last sample; not saved */
	int64_t bucket; /* number of the one that runs: its time over bucket_s */
	uint8_t sample; /* where the next one goes */
};

/* Spans of the windows; long_s is a multiple of RECENT_BUCKETS, middle_s of long_s / RECENT_BUCKETS,
 * the short one is `samples` samples. */
struct recent_spans {
	int32_t step_s, middle_s, long_s;
	int32_t samples;
};

void recent_init(struct recent *recent);
/* Adds a sample of this time. Returns whether a bucket was begun. */
bool recent_add(struct recent *recent, const struct recent_spans *spans, int64_t time_s,
    const struct recent_sum *sample);
/* What a window holds, once a sample was added since it was loaded. */
struct recent_sum recent_get(const struct recent *recent, enum recent_window window);
int32_t recent_span(const struct recent_spans *spans, enum recent_window window);

#endif
