/* SPDX-License-Identifier: ISC
 *
 * baseline_test.c - seconds of rows, what a signal is learned by, and what is found at once.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "lib/mem.h"
#include "watchdogd/engine/baseline.h"
#include "watchdogd/engine/unusual.h"

#define BEGIN_S 1782086400 /* a Monday, 00:00 */
#define DAY_S 86400

static struct row_sample
make_row(int64_t time_s, int64_t mails)
{
	return (struct row_sample){
	    .time_s = time_s,
	    .arrivals = mails,
	    .senders = mails,
	    .first_attempts = mails,
	    .first_deferred = mails / 20,
	    .bounces_made = time_s / 60 % 7 == 0,
	    .bounces = 3 + time_s / 60 % 3,
	};
}

/* Minutes of some 30 messages. */
static struct baseline_instance *
learn(int64_t span_s)
{
	struct baseline_instance *instance = mem_alloc(sizeof(*instance));
	baseline_init(instance);
	for (int64_t time_s = BEGIN_S; time_s < BEGIN_S + span_s; time_s += 60) {
		struct row_sample row = make_row(time_s, 26 + time_s / 60 % 9);
		baseline_step(
		    instance, &row, (int32_t)((time_s - BEGIN_S) % SEASON_WEEK_S), false, true);
	}
	return instance;
}

/* A second; returns what is found of a signal. */
static struct baseline_finding
live(struct baseline_instance *instance, int64_t mails, int64_t bounces_made, bool frozen)
{
	struct baseline_finding finding;
	struct row_sample row = make_row(instance->until_s + 1, mails);
	row.bounces_made = bounces_made;
	baseline_step(
	    instance, &row, (int32_t)((row.time_s - BEGIN_S) % SEASON_WEEK_S), frozen, true);
	(void)baseline_find(instance, SIGNAL_ARRIVALS, &finding);
	return finding;
}

/* A new signal must have its row: 0 would be another's. */
static void
every_signal_has_its_series(void **state UNUSED)
{
	AUTO_FREE struct baseline_instance *instance = mem_alloc(sizeof(*instance));
	baseline_init(instance);
	for (int signal = 0; signal < SIGNAL_COUNT; signal++)
		if (signal <= SIGNAL_OLDEST_AGE) /* the others are a detector's own */
			assert_string_equal(
			    baseline_series_name(baseline_series_of((enum signal_name)signal)),
			    names_get(&names_signal, signal));
}

static void
minutes_are_spread_over_their_seconds(void **state UNUSED)
{
	AUTO_FREE struct baseline_instance *instance = learn(2 * DAY_S);
	struct baseline_finding finding;
	(void)baseline_find(instance, SIGNAL_ARRIVALS, &finding);
	assert_true(finding.judges);
	assert_in_range((int)finding.normal, 27, 33);
	assert_true(finding.score < 4);
	/* what is told of more than a minute is nobody's: nothing jumps */
	struct row_sample row = make_row(instance->until_s + 7200, 100000);
	baseline_step(instance, &row, 9 * 3600, false, true);
	(void)baseline_find(instance, SIGNAL_ARRIVALS, &finding);
	assert_true(finding.score < 4);
}

static void
flood_is_found_in_its_first_seconds(void **state UNUSED)
{
	AUTO_FREE struct baseline_instance *instance = learn(9 * DAY_S);
	struct settings_rule rule = {.signal = SIGNAL_ARRIVALS,
	    .above = SETTINGS_NONE,
	    .or_times_normal = 10,
	    .or_rarer_than_s = 365 * DAY_S};
	char text[512];
	struct baseline_finding finding = live(instance, 1, 0, false);
	assert_false(unusual_is_rare(&rule, &finding, 30));
	assert_true(unusual_is_over(&rule, &finding, 30));
	for (int i = 0; i < 2; i++)
		finding = live(instance, 100, 0, false);
	assert_true(unusual_is_rare(&rule, &finding, 230));
	assert_false(unusual_is_over(&rule, &finding, 230));
	assert_false(unusual_is_many(&rule, &finding, 230));
	assert_true(unusual_is_many(&rule, &finding, 430));
	/* what moves others alone is not about this signal */
	assert_false(unusual_is_rare(&rule, &finding, 40));
	unusual_describe(&rule, &finding, 230, text, sizeof(text));
	assert_non_null(strstr(text, "arrivals 230, rarer than once in 365 d: senders "));
	assert_non_null(strstr(text, " times the normal "));
	assert_non_null(strstr(text, " for Tuesdays at 23:00"));
}

static void
nothing_is_learned_while_frozen(void **state UNUSED)
{
	AUTO_FREE struct baseline_instance *instance = learn(2 * DAY_S);
	struct baseline_finding before = live(instance, 1, 0, true), after = before;
	for (int i = 0; i < 3600; i++)
		after = live(instance, 100, 5, true);
	assert_true(after.normal < before.normal * 1.2);
	assert_true(after.score > before.score);
}

/* Neither is judged on the first day, nor is anything known before anything was seen. */
static void
first_day_judges_nothing(void **state UNUSED)
{
	int64_t needed_s;
	struct baseline_finding finding;
	struct settings_rule rule = {.or_times_normal = 2, .or_rarer_than_s = 60};
	AUTO_FREE struct baseline_instance *fresh = mem_alloc(sizeof(*fresh));
	baseline_init(fresh);
	(void)baseline_find(fresh, SIGNAL_BOUNCES, &finding);
	assert_true(finding.normal < 0);
	assert_true(unusual_is_over(&rule, &finding, 1000));
	assert_false(unusual_is_over(&rule, NULL, 1000)); /* old times are being learned */
	AUTO_FREE struct baseline_instance *young = learn(DAY_S / 2);
	finding = live(young, 500, 0, false);
	assert_false(finding.judges);
	assert_false(unusual_is_rare(&rule, &finding, 30000));
	assert_false(unusual_is_many(&rule, &finding, 30000));
	assert_in_range(baseline_learned(young, &needed_s), DAY_S / 2 - 100, DAY_S / 2);
	assert_int_equal(needed_s, 10 * DAY_S);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_signal_has_its_series),
	    cmocka_unit_test(minutes_are_spread_over_their_seconds),
	    cmocka_unit_test(flood_is_found_in_its_first_seconds),
	    cmocka_unit_test(nothing_is_learned_while_frozen),
	    cmocka_unit_test(first_day_judges_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
