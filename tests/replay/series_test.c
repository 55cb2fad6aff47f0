/* SPDX-License-Identifier: ISC
 *
 * series_test.c - one series of numbers: what is unusual, what is not, and that a restart forgets
 * nothing.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <math.h>
#include <string.h>

#include "tests/replay/random.h"
#include "watchdogd/detect/fuse.h"
#include "watchdogd/detect/series.h"
#include "watchdogd/detect/surprise.h"

#define STEP_S 5
#define DAY_S 86400
#define MONDAY_S 1767571200
#define YEAR_SCORE 7.5 /* log10 of the seconds of a year */

struct life {
	struct series series;
	struct series_shape shape;
	struct random random;
	int64_t now_s;
};

/* Three times as much by day as by night, never more on any other day. */
static double
rate_at(int64_t now_s)
{
	return now_s % DAY_S / 3600 >= 8 && now_s % DAY_S / 3600 < 18 ? 3 : 1;
}

static struct series_verdict
step(struct life *life, double value, bool frozen)
{
	struct series_verdict verdict;
	const struct series_sample sample = {
	    .time_s = life->now_s,
	    .week_s = (int32_t)((life->now_s - MONDAY_S) % SEASON_WEEK_S),
	    .value = value,
	    .exposure = life->shape.kind == SERIES_GAUGE ? 1 : STEP_S,
	    .frozen = frozen,
	};
	series_step(&life->series, &life->shape, &sample, &verdict);
	life->now_s += STEP_S;
	return verdict;
}

/* `times` the normal for so long. Returns the highest score. */
static double
live(struct life *life, int64_t span_s, double times)
{
	double most = 0;
	for (int64_t end_s = life->now_s + span_s; life->now_s < end_s;) {
		double mean = rate_at(life->now_s) * STEP_S * times;
		double score = step(life, random_poisson(&life->random, mean), false).score;
		most = score > most ? score : most;
	}
	return most;
}

static void
begin(struct life *life, enum series_kind kind, uint64_t seed)
{
	*life = (struct life){.now_s = MONDAY_S, .random = {seed}};
	life->shape = series_shape_of(kind, STEP_S);
	series_init(&life->series, &life->shape);
}

static void
tails_are_those_of_the_tables(void **state UNUSED)
{
	const struct {
		double found, expected;
	} table[] = {
	    {surprise_normal(2.3263), 2},
	    {surprise_normal(3.0902), 3},
	    {surprise_normal(6.3613), 10},
	    {surprise_count(8, 1, 0), 4.991}, /* Poisson */
	    {surprise_count(60, 20, 0), 12.37},
	    {surprise_count(20, 5, 0.2), 3.11}, /* size 5, probability 1/2 */
	    {surprise_lack(5, 20, 0), 4.14},
	    {surprise_share(9, 10, 1, 1), 8.04},
	};
	for (size_t i = 0; i < ARRAY_LENGTH(table); i++)
		assert_true(fabs(table[i].found - table[i].expected) < 0.08 * table[i].expected);
	assert_true(surprise_count(5, 5, 0) == 0);
	assert_true(surprise_count(0, 1e-4, 0.5) == 0);
	assert_true(isfinite(surprise_share(10, 10, 1, 1)));
}

static void
tail_learns_how_seldom(void **state UNUSED)
{
	struct tail tail;
	struct random random = {7};
	tail_init(&tail, 43200, 2, 0.3);
	/* a peak every hour, exponential with mean 1: one over 12 hours' worth is log(12) and more */
	for (int i = 0; i < 20000; i++) {
		double score = i % 2 == 0 ? -log(1 - random_unit(&random)) : 0;
		tail_learn(&tail, score, 1800, 1800, false);
	}
	assert_true(fabs((double)tail.threshold - log(12)) < 0.5);
	assert_true(fabs(tail_period(&tail, log(12) + log(1000)) - log10(43200e3)) < 0.5);
	struct tail before = tail;
	tail_learn(&tail, 50, 1800, 1800, true);
	tail_learn(&tail, 0, 1800, 1800, true);
	assert_true(tail.excess == before.excess && tail.clusters == before.clusters);
}

/* A score that is never low again is what is normal now, even where an alarm froze all learning. */
static void
tail_gets_out_of_what_does_not_end(void **state UNUSED)
{
	struct fuse fuse;
	fuse_init(&fuse);
	double score = 0;
	for (int i = 0; i < 20 * DAY_S / STEP_S; i++)
		score = fuse_step(&fuse, (const double[]){8, 5}, 2, STEP_S, score > 4.7, NULL);
	assert_true(score < 4.7);
}

static void
rhythm_is_normal_and_a_flood_is_not(void **state UNUSED)
{
	struct life life;
	begin(&life, SERIES_FLOW, 1);
	live(&life, 21 * DAY_S, 1);
	assert_true(live(&life, 7 * DAY_S, 1) < YEAR_SCORE);
	double normal = series_normal(&life.series, &life.shape, 12 * 3600);
	assert_true(fabs(normal - 3) < 0.3);
	live(&life, 12 * 3600, 1);
	struct life other = life;
	assert_true(live(&life, 15, 4) > YEAR_SCORE); /* at once */
	assert_true(live(&other, 900, 1.6) > 5.5); /* and with patience, as once in four days */
}

static void
first_days_are_careful(void **state UNUSED)
{
	struct life life;
	begin(&life, SERIES_FLOW, 2);
	assert_true(live(&life, DAY_S - STEP_S, 50) == 0); /* nothing is known yet */
	begin(&life, SERIES_FLOW, 2);
	assert_true(live(&life, 7 * DAY_S, 1) < YEAR_SCORE);
	double learned = series_learned(&life.series, &life.shape);
	assert_true(fabs(learned - 0.7) < 0.01);
}

static void
frozen_is_not_learned(void **state UNUSED)
{
	struct life life;
	begin(&life, SERIES_FLOW, 3);
	live(&life, 8 * DAY_S, 1);
	double before = series_normal(&life.series, &life.shape, 3600);
	for (int i = 0; i < 3600 / STEP_S; i++)
		step(&life, 500, true);
	assert_true(series_normal(&life.series, &life.shape, 3600) == before);
	for (int i = 0; i < 4 * 3600 / STEP_S; i++)
		step(&life, 500, true);
	assert_true(series_normal(&life.series, &life.shape, 3600) > before);
}

static void
gauge_tells_both_sides(void **state UNUSED)
{
	struct life life;
	begin(&life, SERIES_GAUGE, 4);
	for (int i = 0; i < 14 * DAY_S / STEP_S; i++)
		step(&life, -50 + random_normal(&life.random), false);
	struct life other = life;
	assert_true(step(&life, -50 + 12, false).score > YEAR_SCORE);
	assert_true(step(&other, -50 - 12, false).score > YEAR_SCORE);
}

static void
missing_and_odd_samples_do_no_harm(void **state UNUSED)
{
	struct life life;
	begin(&life, SERIES_FLOW, 5);
	live(&life, 10 * DAY_S, 1);
	life.now_s += 3 * DAY_S;
	assert_true(live(&life, 3600, 1) < YEAR_SCORE);
	life.now_s -= 7200; /* the clock is set back */
	assert_true(live(&life, 3600, 1) < YEAR_SCORE);
	assert_true(isfinite(step(&life, 1e30, false).score));
	assert_true(isfinite(step(&life, 0, false).score));
}

static void
state_survives_byte_for_byte(void **state UNUSED)
{
	struct life life, other;
	uint8_t bytes[SERIES_BYTES_MAX], again[SERIES_BYTES_MAX];
	begin(&life, SERIES_FLOW, 6);
	live(&life, 3 * DAY_S + 4321, 1);
	size_t length = series_encode(&life.series, bytes);
	other = life;
	memset(&other.series, 0x55, sizeof(other.series));
	assert_int_equal(series_decode(bytes, length, &other.series), 0);
	for (int i = 0; i < 2 * DAY_S / STEP_S; i++) {
		double value = random_poisson(&life.random, i % 5000 < 30 ? 60 : 9);
		double ours = step(&life, value, i % 7 == 0).score;
		double theirs = step(&other, value, i % 7 == 0).score;
		assert_true(ours == theirs);
	}
	assert_int_equal(series_encode(&life.series, bytes), length);
	assert_int_equal(series_encode(&other.series, again), length);
	assert_memory_equal(bytes, again, length);
}

static void
bytes_of_another_are_refused(void **state UNUSED)
{
	struct life life;
	struct series untouched = {.last_s = 42};
	uint8_t bytes[SERIES_BYTES_MAX];
	begin(&life, SERIES_SHARE, 7);
	size_t length = series_encode(&life.series, bytes);
	assert_int_equal(series_decode(bytes, length - 1, &untouched), -EBADMSG);
	assert_int_equal(series_decode(bytes, 0, &untouched), -EBADMSG);
	bytes[0]++;
	assert_int_equal(series_decode(bytes, length, &untouched), -EBADMSG);
	bytes[0]--;
	memset(bytes + 17, 0xff, 8); /* learned_s is no number */
	assert_int_equal(series_decode(bytes, length, &untouched), -EBADMSG);
	assert_int_equal(untouched.last_s, 42);
}

static void
words_have_the_numbers(void **state UNUSED)
{
	const struct series_shape flow = series_shape_of(SERIES_FLOW, 1);
	const struct series_shape share = series_shape_of(SERIES_SHARE, 1);
	const int32_t tuesday_s = DAY_S + 14 * 3600 + 60;
	char text[160];
	const struct series_verdict flood = {.seen = 212, .normal = 5.6, .span_s = 180};
	assert_string_equal(series_describe(&flow, &flood, tuesday_s, text, sizeof(text)),
	    "212 in 3 min, 38 times the normal 5.6 for Tuesdays at 14:00");
	const struct series_verdict part = {.seen = 0.3, .normal = 0.2, .span_s = 5};
	assert_string_equal(series_describe(&share, &part, tuesday_s, text, sizeof(text)),
	    "30 % in 5 s, against the normal 20 % for Tuesdays at 14:00");
}

/* Two that are hardly worth a word are, together, more than each. */
static void
fused_says_more_than_one(void **state UNUSED)
{
	struct fuse fuse;
	int first;
	fuse_init(&fuse);
	double one = fuse_step(&fuse, (const double[]){7, 0, 0}, 3, 5, true, &first);
	assert_int_equal(first, 0);
	double both = fuse_step(&fuse, (const double[]){0, 8, 0}, 3, 5, true, &first);
	assert_int_equal(first, 1);
	assert_true(both > one + 1);
	double later = both;
	for (int i = 0; i < 20; i++)
		later = fuse_step(&fuse, (const double[]){0, 0, 0}, 3, 5, true, NULL);
	assert_true(later == 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(tails_are_those_of_the_tables),
	    cmocka_unit_test(tail_learns_how_seldom),
	    cmocka_unit_test(tail_gets_out_of_what_does_not_end),
	    cmocka_unit_test(rhythm_is_normal_and_a_flood_is_not),
	    cmocka_unit_test(first_days_are_careful),
	    cmocka_unit_test(frozen_is_not_learned),
	    cmocka_unit_test(gauge_tells_both_sides),
	    cmocka_unit_test(missing_and_odd_samples_do_no_harm),
	    cmocka_unit_test(state_survives_byte_for_byte),
	    cmocka_unit_test(bytes_of_another_are_refused),
	    cmocka_unit_test(words_have_the_numbers),
	    cmocka_unit_test(fused_says_more_than_one),
	};
	return cmocka_run_group_tests_name("series", tests, NULL, NULL);
}
