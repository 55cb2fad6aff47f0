/* SPDX-License-Identifier: ISC
 *
 * series.c - the steps of one sample: expect, judge, learn. Detect; pure.
 *
 * What an attack could teach is kept out: nothing is learned while frozen (for at most four hours:
 * by then it is how things are), and a value counts for no more than four standard deviations.
 */
#include "watchdogd/detect/series.h"

#include <math.h>

#include "watchdogd/detect/surprise.h"

#define LOG10_E 0.4342944819
#define FROZEN_MOST_S (4 * 3600)
#define WARMUP_LEAST 0.4
#define SILENT 0.1 /* of the warm-up, in which nothing is judged: the first day */
#define WINSOR 4.0
#define SEASON_PRIOR 5
#define COVERED_LEAST 0.8f
#define RATE_LEAST 1e-4 /* events a second: two in five hours are no wonder anywhere */
#define SHARE_LEAST 1e-3
#define SHARE_MOST 0.95
#define LEVEL_PRIOR 10.0f /* events that the level has to win over */
#define LEVEL_LEAST 0.1
#define LEVEL_MOST 10.0
#define JUMP_FACTOR 20.0
#define JUMP_CAP 100.0
#define JUMP_CALM_S 300
#define VOLUME_FACTOR 1.5
#define VOLUME_CAP 60.0
#define VOLUME_DECAY 0.95f
#define SCATTER_PRIOR 20
#define SCATTER_MEMORY 8000
#define SCATTER_FLOW 0.3f
#define DISPERSION_LEAST 0.003
#define DISPERSION_MOST 5.0

struct series_shape
series_shape_of(enum series_kind kind, int32_t step_s)
{
	int32_t samples = step_s >= RECENT_SAMPLES ? 1 : RECENT_SAMPLES / step_s;
	int32_t bucket_s = step_s > 15 ? step_s : 15;
	return (struct series_shape){
	    .kind = kind,
	    .spans =
		{
		    .step_s = step_s,
		    .samples = samples,
		    .middle_s = 12 * bucket_s,
		    .long_s = RECENT_BUCKETS * bucket_s,
		},
	    .level_s = kind == SERIES_FLOW || kind == SERIES_GAUGE ? 480 * bucket_s : 0,
	    .warmup_s = 10 * 86400,
	    .period_s = 43200 > 100 * step_s ? 43200 : 100 * step_s,
	};
}

/* Thresholds and excesses to begin with: of -log10 of a probability, of twice log2 of 1 + standard
 * deviations, of log2 of 1 + a number. */
void
series_init(struct series *series, const struct series_shape *shape)
{
	*series = (struct series){0};
	bool is_count = shape->kind == SERIES_FLOW || shape->kind == SERIES_SHARE;
	season_init(&series->season, is_count ? SEASON_PRIOR : 0);
	recent_init(&series->recent);
	double threshold = is_count ? 3.5 : shape->kind == SERIES_GAUGE ? 4.6 : 5;
	double excess = shape->kind == SERIES_PEAK ? 1 : 0.6;
	for (int test = 0; test < SERIES_TEST_COUNT; test++)
		tail_init(&series->tails[test], shape->period_s, threshold, excess);
}

double
series_learned(const struct series *series, const struct series_shape *shape)
{
	double part = series->learned_s / shape->warmup_s;
	return part < 1 ? part : 1;
}

bool
series_judges(const struct series *series, const struct series_shape *shape)
{
	return series_learned(series, shape) >= SILENT;
}

/* ---- expect ---- */

static double
find_level(const struct series *series)
{
	double level =
	    (double)((series->level_seen + LEVEL_PRIOR) / (series->level_expected + LEVEL_PRIOR));
	return fmin(fmax(level, LEVEL_LEAST), LEVEL_MOST);
}

double
series_normal(struct series *series, const struct series_shape *shape, int32_t week_s)
{
	if (!season_knows(&series->season))
		return -1;
	double normal = season_expect(&series->season, week_s);
	switch (shape->kind) {
	case SERIES_FLOW:
		return fmax(normal * find_level(series), RATE_LEAST);
	case SERIES_SHARE:
		return fmin(fmax(normal, SHARE_LEAST), SHARE_MOST);
	case SERIES_GAUGE:
		return normal + (double)series->level_seen;
	case SERIES_PEAK:
	case SERIES_KIND_COUNT:
		break;
	}
	return 0;
}

/* ---- judge ---- */

static double
find_dispersion(const struct series *series, int window)
{
	double ratio = (double)(series->scatter[window] / series->scatter_base[window]);
	return fmin(fmax(ratio, DISPERSION_LEAST), DISPERSION_MOST);
}

static double
find_spread(const struct series *series, int window)
{
	return fmax((double)(series->scatter[window] / series->scatter_base[window]), 1);
}

static double
judge_gauge(const struct series *series, int window, const struct recent_sum *sum)
{
	double variance = (double)(series->scatter[window] / series->scatter_base[window]);
	if (variance <= 0)
		return 0;
	double off = fabs((double)((sum->seen - sum->expected) / sum->exposure));
	return 2 * log2(1 + off / sqrt(variance));
}

static double
judge_window(const struct series *series, const struct series_shape *shape, int window)
{
	struct recent_sum sum = recent_get(&series->recent, (enum recent_window)window);
	float span_s = (float)recent_span(&shape->spans, (enum recent_window)window);
	if (sum.covered_s < COVERED_LEAST * span_s || sum.exposure <= 0)
		return 0;
	double seen = (double)sum.seen, expected = (double)sum.expected;
	if (shape->kind == SERIES_GAUGE)
		return judge_gauge(series, window, &sum);
	if (shape->kind == SERIES_SHARE)
		return surprise_share(
		    seen, (double)sum.exposure, expected, find_spread(series, window));
	return surprise_count(seen, expected, find_dispersion(series, window));
}

/* Log-likelihood of twenty times the normal against the normal. */
static double
weigh_jump(const struct series *series, const struct series_shape *shape,
    const struct series_sample *sample, double expected)
{
	double value = sample->value;
	if (shape->kind == SERIES_SHARE) {
		if (sample->exposure <= 0)
			return 0;
		double share = expected / sample->exposure;
		double other = fmin(JUMP_FACTOR * share, (1 + share) / 2);
		double grown = value * log(other / share) +
		    (sample->exposure - value) * log((1 - other) / (1 - share));
		return grown / find_spread(series, RECENT_SHORT);
	}
	double size = 1 / find_dispersion(series, RECENT_SHORT);
	return value * log(JUMP_FACTOR) -
	    (value + size) * log((JUMP_FACTOR * expected + size) / (expected + size));
}

/* A standard deviation of the long window, and one more. */
static double
find_unit(const struct series *series, const struct series_shape *shape)
{
	struct recent_sum sum = recent_get(&series->recent, RECENT_LONG);
	double mean = (double)sum.expected;
	double variance = shape->kind == SERIES_SHARE
	    ? mean * find_spread(series, RECENT_LONG)
	    : mean + find_dispersion(series, RECENT_LONG) * mean * mean;
	return sqrt(variance) + 1;
}

/* What happened to the two sums; a sum with nothing behind it for minutes is over. */
static void
add_sums(struct series *series, const struct series_shape *shape,
    const struct series_sample *sample, double expected)
{
	if (sample->value > 0)
		series->event_s = sample->time_s;
	double jump = 0; /* where it stays when less came than was expected */
	if (series->jump > 0 || sample->value > expected)
		jump = (double)series->jump + weigh_jump(series, shape, sample, expected);
	bool is_calm = sample->time_s - series->event_s > JUMP_CALM_S + shape->spans.step_s;
	series->jump = (float)(is_calm ? 0 : fmin(fmax(jump, 0), JUMP_CAP));
	double unit = find_unit(series, shape);
	struct recent_sum middle = recent_get(&series->recent, RECENT_MIDDLE);
	if (middle.seen <= middle.expected) /* it is over: minutes, not hours, to come down */
		series->volume *= VOLUME_DECAY;
	double volume = (double)series->volume + sample->value - VOLUME_FACTOR * expected;
	series->volume = (float)fmin(fmax(volume, 0), VOLUME_CAP * unit);
	if (is_calm)
		series->volume = 0;
}

static double
judge_volume(const struct series *series, const struct series_shape *shape)
{
	if (series->volume <= 0)
		return 0;
	return 2 * log2(1 + (double)series->volume / find_unit(series, shape));
}

static double
judge(const struct series *series, const struct series_shape *shape, int test)
{
	switch ((enum series_test)test) {
	case SERIES_SHORT:
	case SERIES_MIDDLE:
	case SERIES_LONG:
		return judge_window(series, shape, test);
	case SERIES_JUMP:
		return (double)series->jump * LOG10_E;
	case SERIES_VOLUME:
		return judge_volume(series, shape);
	case SERIES_TEST_COUNT:
		break;
	}
	return 0;
}

/* ---- learn ---- */

static void
learn_scatter(struct series *series, const struct series_shape *shape)
{
	uint32_t known = series->scatters + SCATTER_PRIOR;
	float gain = 1.0f / (float)(known < SCATTER_MEMORY ? known : SCATTER_MEMORY);
	for (int window = 0; window < RECENT_COUNT; window++) {
		struct recent_sum sum = recent_get(&series->recent, (enum recent_window)window);
		float *scatter = &series->scatter[window], *base = &series->scatter_base[window];
		if (sum.exposure <= 0 || (shape->kind != SERIES_GAUGE && sum.expected <= 0))
			continue;
		float off = sum.seen - sum.expected, unit, plain;
		if (shape->kind == SERIES_GAUGE) {
			off /= sum.exposure;
			plain = 0;
			unit = 1;
		} else if (shape->kind == SERIES_SHARE) {
			plain = 0;
			unit = sum.expected * (1 - sum.expected / sum.exposure);
		} else {
			plain = sum.expected;
			unit = sum.expected * sum.expected;
		}
		if (*base <= 0) {
			*base = unit;
			*scatter = shape->kind == SERIES_FLOW ? SCATTER_FLOW * unit
			    : shape->kind == SERIES_SHARE     ? unit
							      : off * off;
		}
		float most = (float)(WINSOR * WINSOR) * (plain + *scatter / *base * unit);
		float square = off * off;
		if (square > most && most > 0)
			square = most;
		*scatter += gain * (square - plain - *scatter);
		*base += gain * (unit - *base);
		if (shape->kind == SERIES_FLOW && *scatter < 0)
			*scatter = 0;
	}
	if (series->scatters < UINT32_MAX)
		series->scatters++;
}

/* No more than four standard deviations off. */
static double
limit_value(const struct series *series, const struct series_shape *shape,
    const struct series_sample *sample, double expected)
{
	double variance;
	if (series->scatter_base[RECENT_SHORT] <= 0)
		return sample->value;
	if (shape->kind == SERIES_GAUGE)
		variance = (double)series->scatter[RECENT_SHORT];
	else if (shape->kind == SERIES_SHARE)
		variance = expected * find_spread(series, RECENT_SHORT);
	else
		variance = expected + find_dispersion(series, RECENT_SHORT) * expected * expected;
	double most = WINSOR * sqrt(variance) + (shape->kind == SERIES_GAUGE ? 0 : 1);
	return fmin(fmax(sample->value, expected - most), expected + most);
}

static void
learn_level(struct series *series, const struct series_shape *shape, double value,
    const struct series_sample *sample, double elapsed_s)
{
	if (shape->level_s == 0 || series->season.hours == 0)
		return;
	double plain = season_expect(&series->season, sample->week_s) * sample->exposure;
	double part = fmin(elapsed_s / shape->level_s, 1);
	if (shape->kind == SERIES_GAUGE) {
		series->level_seen += (float)(part * (value - plain - (double)series->level_seen));
		return;
	}
	series->level_seen = (float)((double)series->level_seen * (1 - part) + value);
	series->level_expected = (float)((double)series->level_expected * (1 - part) + plain);
}

/* ---- a sample ---- */

static double
note_time(
    struct series *series, const struct series_shape *shape, const struct series_sample *sample)
{
	double elapsed_s = shape->spans.step_s;
	if (series->last_s != 0 && sample->time_s > series->last_s)
		elapsed_s = (double)(sample->time_s - series->last_s);
	series->last_s = sample->time_s;
	double frozen_s = sample->frozen ? series->frozen_s + elapsed_s : 0;
	if (frozen_s >= FROZEN_MOST_S && series->frozen_s < FROZEN_MOST_S)
		for (int test = 0; test < SERIES_TEST_COUNT; test++)
			tail_accept(&series->tails[test]);
	series->frozen_s = frozen_s;
	return elapsed_s;
}

static void
tell(const struct series *series, const struct series_shape *shape, int test,
    struct series_verdict *verdict)
{
	bool is_window = test < RECENT_COUNT;
	enum recent_window window = is_window ? (enum recent_window)test : RECENT_LONG;
	struct recent_sum sum = recent_get(&series->recent, window);
	double divisor = shape->kind == SERIES_FLOW || sum.exposure <= 0 ? 1 : (double)sum.exposure;
	verdict->test = (enum series_test)test;
	verdict->seen = (double)sum.seen / divisor;
	verdict->normal = (double)sum.expected / divisor;
	verdict->span_s = recent_span(&shape->spans, window);
}

static void
judge_all(struct series *series, const struct series_shape *shape, double elapsed_s, bool frozen,
    struct series_verdict *verdict)
{
	bool is_count = shape->kind == SERIES_FLOW || shape->kind == SERIES_SHARE;
	double scale = WARMUP_LEAST + (1 - WARMUP_LEAST) * series_learned(series, shape);
	int most = -1;
	for (int test = 0; test < (is_count ? SERIES_TEST_COUNT : (int)RECENT_COUNT); test++) {
		double score = judge(series, shape, test);
		double period = scale * tail_period(&series->tails[test], score);
		tail_learn(
		    &series->tails[test], score, elapsed_s, shape->spans.long_s / 3.0, frozen);
		if (period > verdict->score) {
			verdict->score = period;
			most = test;
		}
	}
	if (most >= 0)
		tell(series, shape, most, verdict);
}

/* Of the busiest there is no sum, and no normal but the tail. */
static void
step_peak(struct series *series, const struct series_shape *shape,
    const struct series_sample *sample, double elapsed_s, struct series_verdict *verdict)
{
	bool frozen = sample->frozen && series->frozen_s < FROZEN_MOST_S;
	double score = log2(1 + fmax(sample->value, 0));
	double scale = WARMUP_LEAST + (1 - WARMUP_LEAST) * series_learned(series, shape);
	struct tail *tail = &series->tails[SERIES_SHORT];
	verdict->score = scale * tail_period(tail, score);
	verdict->seen = sample->value;
	verdict->normal = exp2((double)tail->threshold) - 1;
	verdict->span_s = shape->spans.step_s;
	tail_learn(tail, score, elapsed_s, shape->spans.long_s / 3.0, frozen);
	if (!frozen)
		series->learned_s += elapsed_s;
}

static void
learn(struct series *series, const struct series_shape *shape, const struct series_sample *sample,
    double expected, double elapsed_s)
{
	double value = limit_value(series, shape, sample, expected);
	learn_level(series, shape, value, sample, elapsed_s);
	season_learn(&series->season, sample->week_s, value, sample->exposure);
	series->learned_s += fmin(elapsed_s, 2.0 * shape->spans.step_s);
}

void
series_step(struct series *series, const struct series_shape *shape,
    const struct series_sample *sample, struct series_verdict *ret_verdict)
{
	struct series_verdict verdict = {0};
	double elapsed_s = note_time(series, shape, sample);
	if (shape->kind == SERIES_PEAK) {
		step_peak(series, shape, sample, elapsed_s, &verdict);
		*ret_verdict = verdict;
		return;
	}
	bool frozen = sample->frozen && series->frozen_s < FROZEN_MOST_S;
	double normal = series_normal(series, shape, sample->week_s);
	double expected = normal * sample->exposure;
	bool judges = series_judges(series, shape) && sample->exposure >= 0;
	if (judges) {
		struct recent_sum sum = {
		    .seen = (float)sample->value,
		    .expected = (float)expected,
		    .exposure = (float)sample->exposure,
		    .covered_s = (float)shape->spans.step_s,
		};
		bool begun = recent_add(&series->recent, &shape->spans, sample->time_s, &sum);
		if (shape->kind != SERIES_GAUGE)
			add_sums(series, shape, sample, expected);
		if (series->scatters > 0)
			judge_all(series, shape, elapsed_s, frozen, &verdict);
		if (begun && !frozen)
			learn_scatter(series, shape);
	}
	if (sample->exposure >= 0 && !frozen)
		learn(series, shape, sample, judges ? expected : sample->value, elapsed_s);
	*ret_verdict = verdict;
}
