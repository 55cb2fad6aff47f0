/* SPDX-License-Identifier: ISC
 *
 * series.h - one series of numbers in, how unusual its last moments are out. Detect; pure: no clock,
 * no I/O, constant memory, so that what is replayed is what was live.
 *
 * What is normal is a mean for each hour of the week (season.h) times a slow level. The last seconds,
 * minutes and quarter of an hour are each held against it, and two sums that only grow with an excess
 * beside them; each of these tests says by its own history how seldom it is as high as now (tail.h).
 * A score is log10 of the seconds between two such moments: once a year is 7.5. Who asks N tests at
 * once adds log10(N).
 */
#ifndef WATCHDOGD_DETECT_SERIES_H
#define WATCHDOGD_DETECT_SERIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/guard.h"
#include "watchdogd/detect/recent.h"
#include "watchdogd/detect/season.h"
#include "watchdogd/detect/tail.h"

/* What the numbers are. */
#define SERIES_KINDS(X)                                                         \
	X(FLOW, "flow") /* events since the sample before; exposure: seconds */ \
	X(SHARE, "share") /* so many of `exposure` events */                    \
	X(GAUGE, "gauge") /* any number, too high or too low; exposure: 1 */    \
	X(PEAK, "peak") /* a number that is sometimes large, without a rhythm: of the busiest */
enum series_kind {
#define X(name, text) SERIES_##name,
	SERIES_KINDS(X)
#undef X
	SERIES_KIND_COUNT
};

/* The first three are recent.h's windows. */
#define SERIES_TESTS(X)                                                                \
	X(SHORT, "short")                                                              \
	X(MIDDLE, "middle")                                                            \
	X(LONG, "long")                                                                \
	X(JUMP, "jump") /* likelihood of twenty times the normal against the normal */ \
	X(VOLUME, "volume") /* what came beyond half more than the normal, summed */
enum series_test {
#define X(name, text) SERIES_##name,
	SERIES_TESTS(X)
#undef X
	SERIES_TEST_COUNT
};

/* What is asked of a series; the same for as long as it lives. */
struct series_shape {
	enum series_kind kind;
	struct recent_spans spans;
	int32_t level_s; /* time in which the level follows; 0: no level */
	int32_t warmup_s; /* until scores count in full */
	int32_t period_s; /* between the moments that its tails are learned from */
};

struct series_sample {
	int64_t time_s;
	int32_t week_s; /* second of the local week, Monday 00:00 is 0 */
	double value, exposure; /* negative exposure: nothing was measured */
	bool frozen; /* an incident that this takes part in is open: judge, do not learn */
};

struct series_verdict {
	double score;
	enum series_test test; /* that said so */
	double seen,
	    normal; /* in that test's span: the sum of a flow, the mean of a gauge, a share */
	int32_t span_s;
};

struct series {
	int64_t last_s; /* of the last sample, 0: none */
	int64_t event_s; /* when a value was not 0 last */
	double learned_s; /* time that was learned from */
	double frozen_s; /* for how long it is frozen now */
	float level_seen, level_expected; /* a gauge's level is level_seen */
	float jump, volume;
	float scatter[RECENT_COUNT],
	    scatter_base[RECENT_COUNT]; /* dispersion, as a ratio of means */
	uint32_t scatters; /* learned */
	struct season season;
	struct recent recent;
	struct tail tails[SERIES_TEST_COUNT];
};

/* Shapes for samples of this step: the windows of 5 s, 3 min and 15 min, or as many steps as are
 * needed to fill them. */
struct series_shape series_shape_of(enum series_kind kind, int32_t step_s);

void series_init(struct series *series, const struct series_shape *shape);
/* One sample. Times that do not rise are taken as one step on. */
void series_step(struct series *series, const struct series_shape *shape,
    const struct series_sample *sample, struct series_verdict *ret_verdict);
/* The normal rate (share, mean) at this moment, level included; negative: not known yet. */
double series_normal(struct series *series, const struct series_shape *shape, int32_t week_s);
/* Whether there is a verdict at all yet: not on the first day. */
bool series_judges(const struct series *series, const struct series_shape *shape);
/* How far learning has come, 0 to 1. */
double series_learned(const struct series *series, const struct series_shape *shape);
/* "212 in 5 s, 38 times the normal 5.6 for Tuesdays at 14:00"; what the numbers are is the caller's
 * to say. Returns text. */
char *series_describe(const struct series_shape *shape, const struct series_verdict *verdict,
    int32_t week_s, char *text, size_t size);

/* The state as bytes, for the store; the same state gives the same bytes. */
#define SERIES_BYTES_MAX 3072
/* Returns the length. */
size_t series_encode(const struct series *series, uint8_t bytes[SERIES_BYTES_MAX]);
/* 0; -EBADMSG: not such bytes, of another version, or of no number. ret_series is untouched then. */
int series_decode(const uint8_t *bytes, size_t length, struct series *ret_series) MUST_CHECK;

#endif
