/* SPDX-License-Identifier: ISC
 *
 * window_test.c - what the signals' names mean in numbers.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "lib/mem.h"
#include "watchdogd/engine/window.h"

/* One instance whose every number is different. */
static struct tick *
make_tick(int64_t time_s)
{
	struct tick *tick = mem_alloc(sizeof(*tick));
	tick->time_s = time_s;
	tick->count = 1;
	struct tick_instance *instance = &tick->instances[0];
	memcpy(instance->name, "-", 2);
	for (int queue = 0; queue < QUEUE_COUNT; queue++) {
		instance->queues[queue].messages = 100 + (uint64_t)queue;
		instance->queues[queue].bounces = 1u << queue;
		instance->queues[queue].dsn = 1000u << queue;
		instance->queues[queue].oldest_age_s = 10 * (uint64_t)(queue + 1);
	}
	instance->flow.arrivals = 2;
	instance->flow.bounces_made = 3;
	instance->flow.deliveries = 5;
	return tick;
}

static void
stocks_are_the_last_tick(void **state UNUSED)
{
	AUTO_FREE struct window *window = mem_alloc(sizeof(*window));
	AUTO_FREE struct tick *tick = make_tick(1000);
	window_add(window, tick);
	const struct window_instance *instance = window_find(window, "-");
	const struct {
		enum signal_name signal;
		int64_t expected;
	} table[] = {
	    {SIGNAL_BOUNCES, 1 + 2 + 4 + 8}, /* not hold, not corrupt */
	    {SIGNAL_DSN, 1000 * (1 + 2 + 4 + 8)}, {SIGNAL_MAILDROP, 100}, {SIGNAL_INCOMING, 101},
	    {SIGNAL_ACTIVE, 102}, {SIGNAL_DEFERRED, 103}, {SIGNAL_HOLD, 104}, {SIGNAL_CORRUPT, 105},
	    {SIGNAL_OLDEST_AGE, 30}, /* active's, not deferred's */
	};
	for (size_t i = 0; i < ARRAY_LENGTH(table); i++)
		assert_int_equal(window_signal(instance, table[i].signal), table[i].expected);
	assert_null(window_find(window, "other"));
}

static void
signals_are_remembered_for_a_minute(void **state UNUSED)
{
	int64_t age_s = -1;
	AUTO_FREE struct window *window = mem_alloc(sizeof(*window));
	for (int64_t time_s = 1000; time_s < 1100; time_s++) {
		AUTO_FREE struct tick *tick = make_tick(time_s);
		tick->instances[0].queues[QUEUE_DEFERRED].messages = (uint64_t)time_s;
		window_add(window, tick);
		const struct window_instance *instance = window_find(window, "-");
		int64_t before = window_signal_before(instance, SIGNAL_DEFERRED, &age_s);
		int64_t oldest = time_s - (WINDOW_SECONDS - 1);
		assert_int_equal(before, oldest > 1000 ? oldest : 1000);
		assert_int_equal(age_s, time_s - before);
	}
	assert_int_equal(age_s, WINDOW_SECONDS - 1);
}

/* Those of the instance; replaced as a whole, and forgotten when they are old. */
static void
tops_are_those_said_last(void **state UNUSED)
{
	AUTO_FREE struct window *window = mem_alloc(sizeof(*window));
	AUTO_FREE struct tick *tick = make_tick(1000);
	const struct message_tick_top rows[] = {
	    {.instance = "other", .rank = 1, .key = "x"},
	    {.instance = "-", .rank = 1, .key = "a"},
	    {.instance = "-", .rank = 2, .key = "b"},
	};
	window_add(window, tick);
	const struct window_instance *instance = window_find(window, "-");
	assert_null(window_tops(instance));
	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++)
		assert_int_equal(tops_add(&tick->tops, &rows[i], TOPS_MAX), 0);
	tick->time_s = 1001;
	window_add(window, tick);
	assert_int_equal(window_tops(instance)->count, 2);
	assert_string_equal(window_tops(instance)->rows[0].key, "a");
	tick->tops.count = 2;
	tick->time_s = 1006;
	window_add(window, tick);
	assert_int_equal(window_tops(instance)->count, 1);
	tick->tops.count = 0;
	tick->time_s = 1006 + TOP_FRESH_S;
	window_add(window, tick);
	assert_non_null(window_tops(instance));
	tick->time_s++;
	window_add(window, tick);
	assert_null(window_tops(instance));
	tops_done(&tick->tops);
	window_done(window);
}

static void
flows_are_summed_over_a_minute(void **state UNUSED)
{
	AUTO_FREE struct window *window = mem_alloc(sizeof(*window));
	for (int64_t s = 0; s < 200; s++) {
		AUTO_FREE struct tick *tick = make_tick(5000 + s);
		window_add(window, tick);
	}
	const struct window_instance *instance = window_find(window, "-");
	assert_int_equal(window_signal(instance, SIGNAL_ARRIVALS), 2 * 60);
	assert_int_equal(window_signal(instance, SIGNAL_BOUNCES_MADE), 3 * 60);
	assert_int_equal(window_deliveries(instance), 5 * 60);
}

/* Ticks that are missing (watch was restarted) leave no old seconds in the sum. */
static void
gap_leaves_nothing_old(void **state UNUSED)
{
	AUTO_FREE struct window *window = mem_alloc(sizeof(*window));
	AUTO_FREE struct tick *before = make_tick(5000);
	AUTO_FREE struct tick *after = make_tick(5090);
	window_add(window, before);
	window_add(window, after);
	assert_int_equal(window_signal(window_find(window, "-"), SIGNAL_ARRIVALS), 2);
}

/* A tick that comes twice in one second adds up, it does not replace. */
static void
two_ticks_of_one_second_add_up(void **state UNUSED)
{
	AUTO_FREE struct window *window = mem_alloc(sizeof(*window));
	AUTO_FREE struct tick *tick = make_tick(5000);
	window_add(window, tick);
	window_add(window, tick);
	assert_int_equal(window_signal(window_find(window, "-"), SIGNAL_ARRIVALS), 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(stocks_are_the_last_tick),
	    cmocka_unit_test(signals_are_remembered_for_a_minute),
	    cmocka_unit_test(tops_are_those_said_last),
	    cmocka_unit_test(flows_are_summed_over_a_minute),
	    cmocka_unit_test(gap_leaves_nothing_old),
	    cmocka_unit_test(two_ticks_of_one_second_add_up),
	};
	return cmocka_run_group_tests_name("window", tests, NULL, NULL);
}
