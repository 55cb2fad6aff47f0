/* SPDX-License-Identifier: ISC
 *
 * detect_bench.c - how well and how fast detectors see trouble, on a labelled workload
 * (tests/replay/workload.h), against an operator's static thresholds on the same rows.
 *
 *     detect_bench [-s first seed] [-n gateways of each size] [-d days] [-p A|B] [-e] [-q] [-l level]
 *
 * -p B: holidays, daylight saving, growth, a level shift; -e: floods are deferred no more than other
 * mail; -q: no incidents. Tuned on seeds from 1 on; what is reported is on others (bench.mk).
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/replay/workload.h"
#include "watchdogd/detect/fuse.h"
#include "watchdogd/detect/series.h"

#define MONTH_S (30.0 * 86400)
#define DELAYS_MAX 4000
#define SLACK_S 1800 /* after an incident, in which an alarm is its own */
#define USUAL 4.6 /* what is seen twice a day clears */
#define CALM_S 60
#define COOLDOWN_S 900
#define AGE_MOST_S 60
#define STATIC_FOR_S 30

/* name, kind, value, exposure */
#define SERIES_LIST(X)                                                               \
	X(ARRIVALS, FLOW, row->capped, WORKLOAD_STEP_S)                              \
	X(DEFERRALS, FLOW, row->deferred, WORKLOAD_STEP_S)                           \
	X(DEFERRED_SHARE, SHARE, row->deferred, row->attempts)                       \
	X(BOUNCES, FLOW, row->bounces_made, WORKLOAD_STEP_S)                         \
	X(BOUNCE_SHARE, SHARE, row->bounces_made, row->bounces_made + row->attempts) \
	X(TOP_1, PEAK, row->top_1, 1)                                                \
	X(TOP_10, PEAK, row->top_10, 1)                                              \
	X(TOP_60, PEAK, row->top_60, 1)
enum bench_series {
#define X(name, kind, value, exposure) BENCH_##name,
	SERIES_LIST(X)
#undef X
	BENCH_SERIES
};
static const enum series_kind kinds[] = {
#define X(name, kind, value, exposure) SERIES_##kind,
    SERIES_LIST(X)
#undef X
};

#define CLASSES 3
static const struct {
	int count;
	enum bench_series members[FUSE_MEMBERS_MAX];
} classes[CLASSES] = {
    {3, {BENCH_ARRIVALS, BENCH_DEFERRALS, BENCH_DEFERRED_SHARE}},
    {2, {BENCH_BOUNCES, BENCH_BOUNCE_SHARE}},
    {5, {BENCH_TOP_1, BENCH_TOP_10, BENCH_TOP_60, BENCH_DEFERRED_SHARE, BENCH_DEFERRALS}},
};

/* An alarm of one detector, with its hysteresis. */
struct alarm {
	bool is_on, began;
	int64_t low_since_s, off_s;
};

#define STATICS 5
static const double factors[STATICS] = {0.7, 1, 1.3, 1.8, 3};
#define STATIC_SIGNALS 5

struct gateway {
	struct series series[BENCH_SERIES];
	struct series_shape shapes[BENCH_SERIES];
	struct fuse fuses[CLASSES];
	struct alarm alarms[CLASSES + 1];
	double peaks[STATIC_SIGNALS];
	int above_s[STATICS];
	struct alarm statics[STATICS];
};

struct score {
	int false_alarms, nuisances;
	int floods[WORKLOAD_KIND_COUNT + 1], missed[WORKLOAD_KIND_COUNT + 1];
	double delays[WORKLOAD_KIND_COUNT + 1][DELAYS_MAX];
};

struct bench {
	struct score detectors, statics[STATICS];
	double level, months;
	double alarmed_s; /* outside of incidents */
};

/* ---- one incident's end ---- */

struct incident {
	int number;
	enum workload_kind kind;
	int64_t from_s, until_s;
	double times;
	double found_s[1 + STATICS]; /* delay, negative: not yet */
};

#define STRONG WORKLOAD_KIND_COUNT /* virus steps of four times the mean and more */

static void
note(struct score *score, int kind, double delay_s)
{
	int n = score->floods[kind]++;
	if (delay_s < 0)
		score->missed[kind]++;
	if (n < DELAYS_MAX)
		score->delays[kind][n] = delay_s < 0 ? INFINITY : delay_s;
}

static void
close_incident(struct bench *bench, struct incident *incident)
{
	if (incident->number == 0)
		return;
	for (int i = 0; i <= STATICS; i++) {
		struct score *score = i == 0 ? &bench->detectors : &bench->statics[i - 1];
		note(score, incident->kind, incident->found_s[i]);
		if (incident->kind == WORKLOAD_VIRUS && incident->times >= 4)
			note(score, STRONG, incident->found_s[i]);
	}
	incident->number = 0;
}

/* ---- alarms ---- */

/* Returns whether it was raised just now. */
static bool
turn_alarm(struct alarm *alarm, bool high, bool low, int64_t now_s)
{
	alarm->began = false;
	if (!low)
		alarm->low_since_s = now_s;
	if (alarm->is_on && now_s - alarm->low_since_s >= CALM_S) {
		alarm->is_on = false;
		alarm->off_s = now_s;
	}
	if (alarm->is_on || !high)
		return false;
	alarm->is_on = alarm->began = true;
	alarm->low_since_s = now_s;
	return alarm->off_s == 0 || now_s - alarm->off_s > COOLDOWN_S;
}

static void
judge(struct score *score, double *found_s, struct incident *incident,
    const struct workload_row *row, bool began, bool raised, int64_t bulk_s)
{
	if (row->kind != WORKLOAD_NONE && row->kind != WORKLOAD_BULK) {
		if (began && *found_s < 0)
			*found_s = (double)(row->time_s - incident->from_s) + WORKLOAD_STEP_S;
		return;
	}
	if (!raised || (incident->until_s > 0 && row->time_s - incident->until_s < SLACK_S))
		return;
	if (row->time_s - bulk_s < SLACK_S)
		score->nuisances++;
	else
		score->false_alarms++;
}

/* ---- detectors ---- */

static double
feed(struct gateway *gateway, int which, const struct workload_row *row, bool frozen)
{
	const double values[][2] = {
#define X(name, kind, value, exposure) {value, exposure},
	    SERIES_LIST(X)
#undef X
	};
	const struct series_sample sample = {
	    .time_s = row->time_s,
	    .week_s = row->week_s,
	    .value = values[which][0],
	    .exposure = values[which][1],
	    .frozen = frozen,
	};
	struct series_verdict verdict;
	series_step(&gateway->series[which], &gateway->shapes[which], &sample, &verdict);
	return verdict.score;
}

/* Sets whether an alarm is on, and returns whether the first one was raised now. */
static bool
detect(
    struct bench *bench, struct gateway *gateway, const struct workload_row *row, bool *ret_began)
{
	double scores[BENCH_SERIES];
	bool raised = false, began = false, was_on = false;
	for (int i = 0; i <= CLASSES; i++)
		was_on = was_on || gateway->alarms[i].is_on;
	for (int i = 0; i < BENCH_SERIES; i++)
		scores[i] = feed(gateway, i, row, was_on);
	for (int i = 0; i < CLASSES; i++) {
		double members[FUSE_MEMBERS_MAX];
		for (int m = 0; m < classes[i].count; m++)
			members[m] = scores[classes[i].members[m]];
		double score = fuse_step(
		    &gateway->fuses[i], members, classes[i].count, WORKLOAD_STEP_S, was_on, NULL);
		raised = turn_alarm(&gateway->alarms[i], score >= bench->level, score < USUAL,
			     row->time_s) ||
		    raised;
		began = began || gateway->alarms[i].began;
	}
	struct alarm *age = &gateway->alarms[CLASSES];
	bool old = row->filter_age_s >= AGE_MOST_S;
	raised = turn_alarm(age, old, !old, row->time_s) || raised;
	bench->alarmed_s += was_on && row->kind == WORKLOAD_NONE ? WORKLOAD_STEP_S : 0;
	*ret_began = began || age->began;
	return raised && !was_on;
}

/* What an operator sets: so many times the highest of the first three weeks, for 30 s. */
static bool
compare_static(struct gateway *gateway, int which, const struct workload_row *row)
{
	const double now[STATIC_SIGNALS] = {
	    row->arrivals, row->bounces_stock, row->active, row->deferred_stock, row->filter_age_s};
	bool high = false;
	for (int i = 0; i < STATIC_SIGNALS; i++)
		high = high || now[i] > factors[which] * gateway->peaks[i];
	gateway->above_s[which] = high ? gateway->above_s[which] + WORKLOAD_STEP_S : 0;
	return turn_alarm(
	    &gateway->statics[which], gateway->above_s[which] >= STATIC_FOR_S, !high, row->time_s);
}

static void
learn_static(struct gateway *gateway, const struct workload_row *row)
{
	const double now[STATIC_SIGNALS] = {
	    row->arrivals, row->bounces_stock, row->active, row->deferred_stock, row->filter_age_s};
	for (int i = 0; i < STATIC_SIGNALS; i++)
		gateway->peaks[i] = fmax(gateway->peaks[i], now[i]);
}

/* ---- a gateway ---- */

static void
note_label(struct bench *bench, struct incident *incident, const struct workload_row *row)
{
	if (row->incident != 0) {
		if (incident->number == 0) {
			*incident = (struct incident){
			    row->incident, row->kind, row->time_s, row->time_s, row->times, {0}};
			for (int i = 0; i <= STATICS; i++)
				incident->found_s[i] = -1;
		}
		incident->until_s = row->time_s;
	} else {
		close_incident(bench, incident);
	}
}

static void
run_gateway(struct bench *bench, const struct workload_setup *setup)
{
	static struct gateway gateway;
	struct workload *workload = workload_new(setup);
	struct workload_row row;
	struct incident incident = {0};
	int64_t bulk_s = 0, first_s = 0;
	memset(&gateway, 0, sizeof(gateway));
	for (int i = 0; i < BENCH_SERIES; i++) {
		gateway.shapes[i] = series_shape_of(kinds[i], WORKLOAD_STEP_S);
		series_init(&gateway.series[i], &gateway.shapes[i]);
	}
	for (int i = 0; i < CLASSES; i++)
		fuse_init(&gateway.fuses[i]);
	while (workload_next(workload, &row)) {
		bool began;
		bool raised = detect(bench, &gateway, &row, &began);
		if (first_s == 0)
			first_s = row.time_s;
		if (row.kind == WORKLOAD_BULK)
			bulk_s = row.time_s;
		if (row.time_s - first_s < (int64_t)WORKLOAD_QUIET_DAYS * 86400) {
			learn_static(&gateway, &row);
			continue;
		}
		note_label(bench, &incident, &row);
		judge(&bench->detectors, &incident.found_s[0], &incident, &row, began, raised,
		    bulk_s);
		for (int i = 0; i < STATICS; i++) {
			raised = compare_static(&gateway, i, &row);
			judge(&bench->statics[i], &incident.found_s[1 + i], &incident, &row,
			    gateway.statics[i].began, raised, bulk_s);
		}
	}
	close_incident(bench, &incident);
	bench->months += (setup->days - WORKLOAD_QUIET_DAYS) * 86400.0 / MONTH_S;
	workload_free(workload);
}

/* ---- the table ---- */

static int
compare_numbers(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;
	return (left > right) - (left < right);
}

static void
print_kind(struct score *score, int kind, const char *name)
{
	int n = score->floods[kind] < DELAYS_MAX ? score->floods[kind] : DELAYS_MAX;
	if (n == 0)
		return;
	double *delays = score->delays[kind];
	qsort(delays, (size_t)n, sizeof(*delays), compare_numbers);
	printf("  %-16s %4d  missed %3.0f %%  p50 %6.0f  p90 %6.0f  p95 %6.0f s\n", name, n,
	    100.0 * score->missed[kind] / n, delays[n / 2], delays[n * 9 / 10],
	    delays[n * 95 / 100]);
}

/* 95 % interval of a Poisson mean, by its square root. */
static void
print_score(const struct bench *bench, const char *name, struct score *score)
{
	double n = score->false_alarms, low = fmax(sqrt(n) - 0.98, 0), high = sqrt(n + 0.96) + 0.98;
	int floods = 0, missed = 0;
	for (int i = WORKLOAD_VIRUS; i <= WORKLOAD_HANG; i++) {
		floods += score->floods[i];
		missed += score->missed[i];
	}
	printf("%s: false alarms a month %.2f (%.2f to %.2f), at bulk mail %.1f, missed %.1f %% of "
	       "%d\n",
	    name, n / bench->months, low * low / bench->months, high * high / bench->months,
	    score->nuisances / bench->months, floods > 0 ? 100.0 * missed / floods : 0.0, floods);
	for (int i = WORKLOAD_VIRUS; i <= WORKLOAD_DNS; i++)
		print_kind(score, i, workload_kind_names[i]);
	print_kind(score, STRONG, "virus >= 4 x");
}

static void
print(struct bench *bench)
{
	print_score(bench, "detectors", &bench->detectors);
	printf("  in alarm outside of incidents: %.2f h a month\n",
	    bench->alarmed_s / 3600 / bench->months);
	for (int i = 0; i < STATICS; i++) {
		char name[32];
		snprintf(name, sizeof(name), "static x %.1f", factors[i]);
		print_score(bench, name, &bench->statics[i]);
	}
}

#define COST_BEGIN_S 1767571200

/* The day before the ticks that are measured. */
static void
live_a_day(struct series *series, const struct series_shape *shape)
{
	struct series_verdict verdict;
	series_init(series, shape);
	series->learned_s = shape->warmup_s;
	for (int64_t now_s = COST_BEGIN_S - 86400; now_s < COST_BEGIN_S; now_s++) {
		const struct series_sample sample = {.time_s = now_s,
		    .week_s = (int32_t)(now_s % SEASON_WEEK_S),
		    .value = (double)(now_s * 7 % 11),
		    .exposure = 1};
		series_step(series, shape, &sample, &verdict);
	}
}

/* A tick a second over 2,000 series, all of them in use. */
static void
print_cost(void)
{
	enum {
		COUNT = 2000,
		TICKS = 500
	};
	static struct series all[COUNT];
	struct series_shape shape = series_shape_of(SERIES_FLOW, 1);
	struct series_verdict verdict;
	live_a_day(&all[0], &shape);
	for (int i = 1; i < COUNT; i++)
		all[i] = all[0];
	double begin_s = 0, samples = (double)COUNT * TICKS;
	for (int tick = 0; tick < 2 * TICKS; tick++) {
		if (tick == TICKS)
			begin_s = (double)clock() / CLOCKS_PER_SEC;
		int64_t now_s = COST_BEGIN_S + tick;
		for (int i = 0; i < COUNT; i++) {
			const struct series_sample sample = {.time_s = now_s,
			    .week_s = (int32_t)(now_s % SEASON_WEEK_S),
			    .value = (tick * 7 + i) % 11,
			    .exposure = 1};
			series_step(&all[i], &shape, &sample, &verdict);
		}
	}
	double took_s = (double)clock() / CLOCKS_PER_SEC - begin_s;
	printf("cost: %.0f ns a sample, %zu bytes a series, %.2f ms a tick of %d series\n",
	    took_s / samples * 1e9, sizeof(struct series), took_s * 1e3 / TICKS, COUNT);
}

int
main(int argc, char **argv)
{
	static struct bench bench = {.level = 8};
	static const double rates[] = {0.05, 1.5, 30};
	struct workload_setup setup = {.seed = 1, .days = 51};
	int gateways = 1, option, sizes = 3;
	while ((option = getopt(argc, argv, "s:n:d:p:l:z:eq")) != -1) {
		if (option == 's')
			setup.seed = strtoull(optarg, NULL, 10);
		else if (option == 'n')
			gateways = atoi(optarg);
		else if (option == 'd')
			setup.days = atoi(optarg);
		else if (option == 'p')
			setup.is_moving = optarg[0] == 'B';
		else if (option == 'l')
			bench.level = atof(optarg);
		else if (option == 'z')
			sizes = atoi(optarg);
		else if (option == 'e')
			setup.is_even = true;
		else if (option == 'q')
			setup.is_quiet = true;
		else
			return 2;
	}
	for (int i = 0; i < gateways; i++)
		for (int size = 0; size < sizes; size++) {
			setup.rate = rates[size];
			run_gateway(&bench, &setup);
			setup.seed++;
		}
	print(&bench);
	print_cost();
	return 0;
}
