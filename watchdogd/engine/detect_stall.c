/* SPDX-License-Identifier: ISC
 *
 * detect_stall.c - mail comes in and none gets out: the filter hangs, the delivery agents are stuck,
 * the queue manager is dead. The number is the seconds since mail was last delivered.
 *
 * A quiet night is none: too little has come. Nor is mail that is deferred as it comes: it moves.
 * Retries of deferred mail enter active and leave it again, so what waits there is compared with
 * what it was when the last delivery was seen: nearly all that has come since must be in it.
 */
#include "watchdogd/engine/detect.h"

#include <inttypes.h>
#include <stdio.h>

#include "lib/clock.h"

#define ARRIVALS_MIN 10 /* with fewer nothing can be said */
#define LEAK 20 /* one delivery in so many arrivals is none: a retry got through past the filter */
#define KEPT_PERCENT 80 /* so much of what has come waits, or it is not a stall */

static int64_t
count_waiting(const struct window_instance *seen)
{
	const struct message_tick_queue *queues = seen->last.queues;
	return (int64_t)(queues[QUEUE_INCOMING].messages + queues[QUEUE_ACTIVE].messages);
}

static void
begin(struct detect_stall *stall, int64_t now_s, int64_t waiting)
{
	*stall = (struct detect_stall){.since_s = now_s, .waited = waiting};
}

/* Counts on, or begins anew when mail gets out or there is none. */
static void
count(struct detect_stall *stall, const struct detect_input *input, int64_t waiting)
{
	const struct message_tick_flow *flow = &input->seen->last.flow;
	if (stall->since_s == 0 || stall->since_s > input->now_s)
		begin(stall, input->now_s, waiting);
	stall->arrivals += (int64_t)flow->arrivals;
	stall->delivered += (int64_t)(flow->deliveries + flow->bounced);
	stall->deferred += (int64_t)flow->deferrals;
	bool is_moving = stall->delivered * LEAK > stall->arrivals;
	bool is_empty = waiting == 0 && stall->deferred == 0;
	if (is_moving || is_empty)
		begin(stall, input->now_s, waiting);
}

static bool
is_stalled(const struct detect_stall *stall, int64_t waiting)
{
	return stall->arrivals >= ARRIVALS_MIN &&
	    (waiting - stall->waited) * 100 >= stall->arrivals * KEPT_PERCENT;
}

static void
describe(const struct detect_stall *stall, int64_t waiting, struct detect_finding *finding)
{
	char span[CLOCK_SPAN_SIZE];
	clock_format_span(finding->value, span);
	snprintf(finding->text, sizeof(finding->text),
	    "in %s %" PRId64 " arrived, %" PRId64 " were delivered, %" PRId64 " deferred; %" PRId64
	    " wait in incoming and active, %" PRId64 " before",
	    span, stall->arrivals, stall->delivered, stall->deferred, waiting, stall->waited);
}

static void
step(const struct settings_rule *rule, struct detect_state *state, const struct detect_input *input,
    struct detect_finding *ret_finding)
{
	struct detect_stall *stall = &state->stall;
	int64_t waiting = count_waiting(input->seen);
	count(stall, input, waiting);
	struct detect_finding finding = {
	    .now_s = input->now_s,
	    .value = input->now_s - stall->since_s,
	};
	finding.above = finding.value > rule->above && is_stalled(stall, waiting);
	finding.low = finding.value < rule->clear_below || finding.value == 0;
	detect_hold(rule, state, &finding);
	if (finding.above)
		finding.since_s = stall->since_s;
	describe(stall, waiting, &finding);
	*ret_finding = finding;
}

const struct detector detect_stall = {
    .step = step,
};
