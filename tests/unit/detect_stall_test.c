/* SPDX-License-Identifier: ISC
 *
 * detect_stall_test.c - what is a stall, and what only looks like one.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "watchdogd/engine/detect.h"

#define START_S 1000000

static const struct settings_rule rule = {
    .name = "filter-stall",
    .signal = SIGNAL_STALLED,
    .detector = DETECTOR_STALL,
    .above = 60,
    .for_s = 5,
    .clear_below = 30,
    .clear_for_s = 20,
};

/* A gateway, second by second. */
struct gateway {
	struct detect_state state;
	struct window_instance seen;
	struct detect_finding finding;
	int64_t now_s;
};

/* For so many seconds: each `every` seconds, or each second, so much comes and goes; the rest waits in
 * active. Retries are deferred again. */
struct stretch {
	int seconds, every;
	uint64_t in, out, deferred, bounced, retried;
};

static void
pass_second(struct gateway *gateway, const struct stretch *stretch, bool is_busy)
{
	struct message_tick_flow *flow = &gateway->seen.last.flow;
	uint64_t *active = &gateway->seen.last.queues[QUEUE_ACTIVE].messages;
	*flow = (struct message_tick_flow){0};
	if (!is_busy)
		return;
	flow->arrivals = stretch->in;
	flow->deliveries = stretch->out;
	flow->deferrals = stretch->deferred + stretch->retried;
	flow->bounced = stretch->bounced;
	uint64_t leaving = stretch->out + stretch->deferred + stretch->bounced;
	*active += stretch->in;
	*active = *active > leaving ? *active - leaving : 0;
}

/* Seconds after its beginning in which it was raised first; -1: it was not. */
static int
play(struct gateway *gateway, const struct stretch *stretch)
{
	int raised_s = -1;
	for (int second = 0; second < stretch->seconds; second++) {
		pass_second(gateway, stretch, stretch->every == 0 || second % stretch->every == 0);
		struct detect_input input = {
		    .now_s = START_S + gateway->now_s++,
		    .seen = &gateway->seen,
		};
		detect_stall.step(&rule, &gateway->state, &input, &gateway->finding);
		if (gateway->finding.raised && raised_s < 0)
			raised_s = second;
	}
	return raised_s;
}

#define PLAY(gateway, ...) play(gateway, &(struct stretch){__VA_ARGS__})

static void
what_is_a_stall(void **state UNUSED)
{
	const struct {
		const char *what;
		struct stretch then; /* after ten minutes of mail that flows */
		bool stalls;
	} table[] = {
	    {"a busy filter hangs", {.seconds = 120, .in = 5}, true},
	    {"a slow one hangs", {.seconds = 120, .every = 5, .in = 1}, true},
	    {"one retry gets past it", {.seconds = 120, .every = 20, .in = 100, .out = 1}, true},
	    {"deferred mail is retried", {.seconds = 120, .in = 5, .retried = 3}, true},
	    {"mail flows", {.seconds = 600, .in = 5, .out = 5}, false},
	    {"a flood comes faster than it goes", {.seconds = 600, .in = 50, .out = 5}, false},
	    {"all of it bounces", {.seconds = 600, .in = 5, .bounced = 5}, false},
	    {"all of it is deferred", {.seconds = 600, .in = 5, .deferred = 5}, false},
	    {"a slow delivery at night", {.seconds = 540, .every = 60, .in = 1}, false},
	    {"nothing comes, nothing waits", {.seconds = 3600}, false},
	};
	for (size_t i = 0; i < ARRAY_LENGTH(table); i++) {
		struct gateway gateway = {0};
		assert_int_equal(PLAY(&gateway, .seconds = 600, .in = 5, .out = 5), -1);
		int raised_s = play(&gateway, &table[i].then);
		if ((raised_s >= 0) != table[i].stalls || raised_s > 70)
			fail_msg("%s: raised at %d s: %s", table[i].what, raised_s,
			    gateway.finding.text);
	}
}

/* Mail that waited before, and is there still, is not what has come since. */
static void
only_what_came_since_counts(void **state UNUSED)
{
	struct gateway gateway = {0};
	gateway.seen.last.queues[QUEUE_ACTIVE].messages = 500;
	assert_int_equal(PLAY(&gateway, .seconds = 120), -1);
	assert_int_equal(PLAY(&gateway, .seconds = 120, .in = 5, .deferred = 5), -1);
	assert_true(PLAY(&gateway, .seconds = 600, .in = 5) > 0);
}

/* It is over when mail is delivered, not when it is deferred at last. */
static void
says_what_it_saw_and_when_it_is_over(void **state UNUSED)
{
	struct gateway gateway = {0};
	PLAY(&gateway, .seconds = 600, .in = 5, .out = 5);
	assert_true(gateway.finding.low);
	PLAY(&gateway, .seconds = 100, .in = 5);
	assert_true(gateway.finding.raised);
	assert_int_equal(gateway.finding.since_s, START_S + 599);
	assert_int_equal(gateway.finding.value, 100);
	assert_string_equal(gateway.finding.text,
	    "in 1 min 40 s 500 arrived, 0 were delivered, 0 deferred; 500 wait in incoming and "
	    "active, 0 before");
	PLAY(&gateway, .seconds = 60, .deferred = 10); /* timed out: active is empty */
	assert_int_equal(gateway.seen.last.queues[QUEUE_ACTIVE].messages, 0);
	assert_false(gateway.finding.low);
	PLAY(&gateway, .seconds = 4, .in = 5, .out = 5); /* not even one in 20 */
	assert_false(gateway.finding.low);
	PLAY(&gateway, .seconds = 40, .in = 5, .out = 5);
	assert_true(gateway.finding.cleared);
}

/* A clock that is set back begins anew. */
static void
clock_may_be_set_back(void **state UNUSED)
{
	struct gateway gateway = {0};
	PLAY(&gateway, .seconds = 50, .in = 5);
	gateway.now_s -= 3600;
	assert_int_equal(PLAY(&gateway, .seconds = 50, .in = 5), -1);
	assert_true(gateway.finding.value < 60);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_a_stall),
	    cmocka_unit_test(only_what_came_since_counts),
	    cmocka_unit_test(says_what_it_saw_and_when_it_is_over),
	    cmocka_unit_test(clock_may_be_set_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
