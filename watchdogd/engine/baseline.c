/* SPDX-License-Identifier: ISC
 *
 * baseline.c - rows into seconds, seconds into series, series into findings.
 */
#include "watchdogd/engine/baseline.h"

#include <math.h>
#include <stdio.h>

#include "lib/guard.h"

#define MINUTE_S 60.0
#define CROWD 20 /* events a second, of which each needs no die of its own */

static const char *const names[] = {
#define X(name, text, kind, value, exposure) text,
    BASELINE_SERIES(X)
#undef X
};

static const enum series_kind kinds[] = {
#define X(name, text, kind, value, exposure) SERIES_##kind,
    BASELINE_SERIES(X)
#undef X
};

/* As they were measured: tests/bench/detect_bench.c. */
static const struct {
	const char *name;
	int count;
	enum baseline_series members[FUSE_MEMBERS_MAX];
} troubles[BASELINE_TROUBLE_COUNT] = {
    [BASELINE_FLOOD] = {"flood", 3,
	{BASELINE_SENDERS, BASELINE_FIRST_DEFERRED, BASELINE_DEFERRED_SHARE}},
    [BASELINE_BOUNCING] = {"bouncing", 2, {BASELINE_BOUNCES_MADE, BASELINE_BOUNCE_SHARE}},
};

/* What a signal is learned by; ALONE: its series speaks for itself. A detector's own is not learned. */
#define ALONE BASELINE_TROUBLE_COUNT
static const struct {
	bool is_learned;
	enum baseline_series series;
	enum baseline_trouble trouble;
} signals[SIGNAL_COUNT] = {
    [SIGNAL_BOUNCES] = {true, BASELINE_BOUNCES, BASELINE_BOUNCING},
    [SIGNAL_BOUNCES_MADE] = {true, BASELINE_BOUNCES_MADE, BASELINE_BOUNCING},
    [SIGNAL_DSN] = {true, BASELINE_DSN, ALONE},
    [SIGNAL_MAILDROP] = {true, BASELINE_MAILDROP, ALONE},
    [SIGNAL_INCOMING] = {true, BASELINE_INCOMING, ALONE},
    [SIGNAL_ACTIVE] = {true, BASELINE_ACTIVE, ALONE},
    [SIGNAL_DEFERRED] = {true, BASELINE_DEFERRED, ALONE},
    [SIGNAL_HOLD] = {true, BASELINE_HOLD, ALONE},
    [SIGNAL_CORRUPT] = {true, BASELINE_CORRUPT, ALONE},
    [SIGNAL_ARRIVALS] = {true, BASELINE_ARRIVALS, BASELINE_FLOOD},
    [SIGNAL_OLDEST_AGE] = {true, BASELINE_OLDEST_AGE, ALONE},
};

static struct series_shape
shape_of(int series)
{
	return series_shape_of(kinds[series], 1);
}

void
baseline_init(struct baseline_instance *instance)
{
	*instance = (struct baseline_instance){0};
	for (int i = 0; i < BASELINE_SERIES_COUNT; i++) {
		struct series_shape shape = shape_of(i);
		series_init(&instance->series[i], &shape);
	}
	for (int i = 0; i < BASELINE_TROUBLE_COUNT; i++)
		fuse_init(&instance->fuses[i]);
}

/* ---- rows into seconds ---- */

/* A die without memory (splitmix64). */
static uint64_t
roll(uint64_t seed)
{
	uint64_t x = seed + UINT64_C(0x9e3779b97f4a7c15);
	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

/* Of `count` events in so many seconds, how many fall into each. */
static void
spread(int64_t count, int seconds, uint64_t seed, int64_t out[BASELINE_SPAN_MOST_S])
{
	int64_t even = count > (int64_t)CROWD * seconds ? count / seconds : 0;
	for (int i = 0; i < seconds; i++)
		out[i] = even;
	for (int64_t rest = count - even * seconds; rest > 0; rest--)
		out[roll(seed + (uint64_t)rest) % (uint64_t)seconds]++;
}

struct seconds {
	int64_t arrivals[BASELINE_SPAN_MOST_S], bounces_made[BASELINE_SPAN_MOST_S];
	int64_t senders[BASELINE_SPAN_MOST_S], passed[BASELINE_SPAN_MOST_S];
	int64_t deferred[BASELINE_SPAN_MOST_S];
};

static void
spread_row(const struct row_sample *row, int count, struct seconds *ret_seconds)
{
	uint64_t seed = roll((uint64_t)row->time_s);
	spread(row->arrivals, count, roll(seed + 1), ret_seconds->arrivals);
	spread(row->bounces_made, count, roll(seed + 2), ret_seconds->bounces_made);
	spread(row->senders, count, roll(seed + 3), ret_seconds->senders);
	spread(
	    row->first_attempts - row->first_deferred, count, roll(seed + 4), ret_seconds->passed);
	spread(row->first_deferred, count, roll(seed + 5), ret_seconds->deferred);
}

static void
take_second(const struct seconds *seconds, int at, struct row_sample *row)
{
	row->arrivals = seconds->arrivals[at];
	row->bounces_made = seconds->bounces_made[at];
	row->senders = seconds->senders[at];
	row->first_deferred = seconds->deferred[at];
	row->first_attempts = seconds->deferred[at] + seconds->passed[at];
}

/* ---- seconds into series ---- */

/* What watch has not always told of. */
static bool
is_new_series(int series)
{
	return series == BASELINE_SENDERS || series == BASELINE_FIRST_DEFERRED ||
	    series == BASELINE_DEFERRED_SHARE || series == BASELINE_BOUNCE_SHARE ||
	    kinds[series] == SERIES_PEAK;
}

static bool
is_known(int series, bool has_flows, bool is_whole)
{
	bool is_flow = kinds[series] == SERIES_FLOW || kinds[series] == SERIES_SHARE;
	return (has_flows || !is_flow) &&
	    (is_whole || series == BASELINE_OLDEST_AGE || !is_new_series(series));
}

struct instant {
	int64_t time_s;
	int32_t week_s;
	bool frozen, has_flows, is_whole;
};

static void
step_series(
    struct baseline_instance *instance, const struct row_sample *row, const struct instant *moment)
{
	const double values[][2] = {
#define X(name, text, kind, value, exposure) {(double)(value), (double)(exposure)},
	    BASELINE_SERIES(X)
#undef X
	};
	for (int i = 0; i < BASELINE_SERIES_COUNT; i++) {
		instance->verdicts[i] = (struct series_verdict){0};
		if (!is_known(i, moment->has_flows, moment->is_whole))
			continue;
		const struct series_sample sample = {
		    .time_s = moment->time_s,
		    .week_s = moment->week_s,
		    .value = values[i][0],
		    .exposure = values[i][1],
		    .frozen = moment->frozen,
		};
		struct series_shape shape = shape_of(i);
		series_step(&instance->series[i], &shape, &sample, &instance->verdicts[i]);
	}
}

static void
step_fuses(struct baseline_instance *instance, bool frozen)
{
	for (int i = 0; i < BASELINE_TROUBLE_COUNT; i++) {
		double scores[FUSE_MEMBERS_MAX];
		for (int m = 0; m < troubles[i].count; m++)
			scores[m] = instance->verdicts[troubles[i].members[m]].score;
		instance->scores[i] = fuse_step(&instance->fuses[i], scores, troubles[i].count, 1,
		    frozen, &instance->firsts[i]);
	}
}

void
baseline_step(struct baseline_instance *instance, const struct row_sample *row, int32_t week_s,
    bool frozen, bool is_whole)
{
	int64_t span_s = instance->until_s != 0 ? row->time_s - instance->until_s : 0;
	bool is_gap = span_s < 1 || span_s > BASELINE_SPAN_MOST_S;
	int count = is_gap ? 1 : (int)span_s;
	struct seconds seconds;
	spread_row(row, count, &seconds);
	for (int i = 0; i < count; i++) {
		int32_t back_s = count - 1 - i;
		const struct instant moment = {
		    .time_s = row->time_s - back_s,
		    .week_s = (week_s + SEASON_WEEK_S - back_s) % SEASON_WEEK_S,
		    .frozen = frozen,
		    .has_flows = !is_gap,
		    .is_whole = is_whole,
		};
		struct row_sample second = *row;
		take_second(&seconds, i, &second);
		step_series(instance, &second, &moment);
		step_fuses(instance, frozen);
	}
	instance->until_s = row->time_s;
	instance->week_s = week_s;
}

/* ---- findings ---- */

/* Of the busiest what is seen twice a day: there is no normal but that. */
static double
find_normal(struct baseline_instance *instance, int series)
{
	struct series_shape shape = shape_of(series);
	struct series *of = &instance->series[series];
	if (kinds[series] == SERIES_PEAK)
		return exp2((double)of->tails[SERIES_SHORT].threshold) - 1;
	double normal = series_normal(of, &shape, instance->week_s);
	return kinds[series] == SERIES_FLOW ? normal * MINUTE_S : normal;
}

bool
baseline_find(struct baseline_instance *instance, enum signal_name signal,
    struct baseline_finding *ret_finding)
{
	if (!signals[signal].is_learned)
		return false;
	int series = (int)signals[signal].series, first = series;
	int trouble = (int)signals[signal].trouble;
	double score = instance->verdicts[series].score;
	struct series_shape shape = shape_of(series);
	if (trouble != ALONE) {
		score = instance->scores[trouble];
		first = (int)troubles[trouble].members[instance->firsts[trouble]];
	}
	*ret_finding = (struct baseline_finding){
	    .judges = series_judges(&instance->series[series], &shape),
	    .normal = find_normal(instance, series),
	    .score = score,
	    .week_s = instance->week_s,
	    .first = names[first],
	    .kind = kinds[first],
	    .verdict = instance->verdicts[first],
	};
	return true;
}

char *
baseline_describe(const struct baseline_finding *finding, char *text, size_t size)
{
	char seen[160];
	struct series_shape shape = series_shape_of(finding->kind, 1);
	series_describe(&shape, &finding->verdict, finding->week_s, seen, sizeof(seen));
	snprintf(text, size, "%s %s", finding->first, seen);
	return text;
}

int64_t
baseline_learned(const struct baseline_instance *instance, int64_t *ret_needed_s)
{
	double least = INFINITY;
	for (int i = 0; i < BASELINE_SERIES_COUNT; i++)
		least = fmin(least, instance->series[i].learned_s);
	*ret_needed_s = shape_of(0).warmup_s;
	return (int64_t)fmin(least, (double)*ret_needed_s);
}

enum baseline_series
baseline_series_of(enum signal_name signal)
{
	return signals[signal].is_learned ? signals[signal].series : BASELINE_SERIES_COUNT;
}

const char *
baseline_series_name(enum baseline_series series)
{
	return names[series];
}

const char *
baseline_trouble_name(enum baseline_trouble trouble)
{
	return troubles[trouble].name;
}
