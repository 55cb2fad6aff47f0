/* SPDX-License-Identifier: ISC
 *
 * detect_silence_test.c - how long nothing has to come, by what is normal.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "watchdogd/engine/detect.h"

#define START_S 1000000

static const struct settings_rule rule = {
    .name = "mail-silence",
    .signal = SIGNAL_SILENT,
    .detector = DETECTOR_SILENCE,
    .above = 300,
    .clear_below = 150,
    .clear_for_s = 60,
};

struct gateway {
	struct detect_state state;
	struct window_instance seen;
	struct baseline_finding learned;
	struct detect_finding finding;
	int64_t now_s;
};

/* Each `every` seconds a message, 0: none. Seconds until it was above; -1: it was not. */
static int
play(struct gateway *gateway, double normal_a_minute, int seconds, int every)
{
	int above_s = -1;
	gateway->learned.normal = normal_a_minute;
	for (int second = 0; second < seconds; second++) {
		gateway->seen.last.flow.arrivals = every > 0 && second % every == 0;
		struct detect_input input = {
		    .now_s = START_S + gateway->now_s++,
		    .seen = &gateway->seen,
		    .learned = &gateway->learned,
		};
		detect_silence.step(&rule, &gateway->state, &input, &gateway->finding);
		if (gateway->finding.above && above_s < 0)
			above_s = second;
	}
	return above_s;
}

static void
silence_is_judged_by_what_is_normal(void **state UNUSED)
{
	const struct {
		const char *what;
		double normal; /* a minute */
		int seconds, every;
		int from_s, to_s;
	} table[] = {
	    {"a busy hour", 60, 600, 0, 295, 305},
	    {"a busy hour, and a probe each minute", 60, 600, 60, 295, 305},
	    {"a slow hour", 6, 3600, 0, 980, 1005},
	    {"a night", 0.1, 36000, 0, -1, -1},
	    {"nothing is normal", 0, 36000, 0, -1, -1},
	    {"not known what is normal", -1, 3600, 0, -1, -1},
	    {"a tenth of what is normal", 60, 3600, 10, -1, -1},
	};
	for (size_t i = 0; i < ARRAY_LENGTH(table); i++) {
		struct gateway gateway = {.learned.judges = true};
		assert_int_equal(play(&gateway, 60, 600, 1), -1);
		int above_s = play(&gateway, table[i].normal, table[i].seconds, table[i].every);
		if (above_s < table[i].from_s || above_s > table[i].to_s)
			fail_msg("%s: above after %d s: %s", table[i].what, above_s,
			    gateway.finding.text);
	}
}

static void
it_says_so_and_is_over_when_mail_comes(void **state UNUSED)
{
	struct gateway gateway = {.learned.judges = true};
	play(&gateway, 60, 600, 1);
	play(&gateway, 60, 370, 0);
	assert_true(gateway.finding.raised);
	assert_int_equal(gateway.finding.since_s, START_S + 599);
	assert_string_equal(gateway.finding.text,
	    "in 6 min 10 s 0 arrived, where 370 are normal at this hour of the week");
	play(&gateway, 60, 100, 1);
	assert_true(gateway.finding.cleared);
}

/* On the first day, and in a history without lessons. */
static void
nothing_is_said_before_it_is_known(void **state UNUSED)
{
	struct gateway gateway = {.learned.judges = false};
	assert_int_equal(play(&gateway, 60, 3600, 0), -1);
	assert_true(gateway.finding.low);
	struct detect_input input = {.now_s = START_S + 9999, .seen = &gateway.seen};
	detect_silence.step(&rule, &gateway.state, &input, &gateway.finding);
	assert_true(gateway.finding.low);
}

/* A gap in what watch says is no silence, nor is a clock that is set back. */
static void
gap_is_no_silence(void **state UNUSED)
{
	const int64_t jumps[] = {3600, -3600};
	for (size_t i = 0; i < ARRAY_LENGTH(jumps); i++) {
		struct gateway gateway = {.learned.judges = true};
		play(&gateway, 60, 200, 0);
		gateway.now_s += jumps[i];
		assert_int_equal(play(&gateway, 60, 200, 0), -1);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(silence_is_judged_by_what_is_normal),
	    cmocka_unit_test(it_says_so_and_is_over_when_mail_comes),
	    cmocka_unit_test(nothing_is_said_before_it_is_known),
	    cmocka_unit_test(gap_is_no_silence),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
