/* SPDX-License-Identifier: ISC
 *
 * detect_level.c - the operator's plain threshold: a signal above a number for a time raises, below
 * a lower number for a longer time clears. Between the two numbers nothing changes.
 */
#include "watchdogd/engine/detect.h"

#include <inttypes.h>
#include <stdio.h>

#include "lib/clock.h"

#define RISE_MAX_S 3600 /* a slower rise from calm to the level is none */

/* Keeps "since when" of a condition. */
static void
note_since(int64_t *since_s, bool holds, int64_t now_s)
{
	if (!holds)
		*since_s = 0;
	else if (*since_s == 0 || *since_s > now_s)
		*since_s = now_s;
}

/* Calm is below the clear level; an empty queue is calm whatever the level. */
static bool
is_low(const struct settings_rule *rule, int64_t value)
{
	return value < rule->clear_below || value == 0;
}

static void
describe(const struct settings_rule *rule, int64_t value, int64_t held_since_s,
    struct detect_finding *finding, int64_t now_s)
{
	char span[CLOCK_SPAN_SIZE];
	clock_format_span(now_s - held_since_s, span);
	const char *signal = names_get(&names_signal, rule->signal);
	if (finding->above)
		snprintf(finding->text, sizeof(finding->text),
		    "%s %" PRId64 ", above %" PRId64 " for %s", signal, value, rule->above, span);
	else if (finding->low)
		snprintf(finding->text, sizeof(finding->text),
		    "%s %" PRId64 ", below %" PRId64 " for %s", signal, value, rule->clear_below,
		    span);
	else
		snprintf(finding->text, sizeof(finding->text),
		    "%s %" PRId64 ", between %" PRId64 " and %" PRId64, signal, value,
		    rule->clear_below, rule->above);
}

/* What is above its level began when it left the calm, unless it had hovered in between for long. */
static int64_t
find_beginning(const struct detect_state *state)
{
	bool is_rise = state->above_since_s - state->uncalm_since_s <= RISE_MAX_S;
	return is_rise ? state->uncalm_since_s : state->above_since_s;
}

static void
step(const struct settings_rule *rule, struct detect_state *state, const struct detect_input *input,
    struct detect_finding *ret_finding)
{
	int64_t value = input->value, now_s = input->now_s;
	struct detect_finding finding = {
	    .now_s = now_s,
	    .above = value > rule->above,
	    .low = is_low(rule, value),
	};
	note_since(&state->above_since_s, finding.above, now_s);
	note_since(&state->low_since_s, finding.low, now_s);
	note_since(&state->uncalm_since_s, !finding.low, now_s);
	finding.raised = finding.above && now_s - state->above_since_s >= rule->for_s;
	finding.cleared = finding.low && now_s - state->low_since_s >= rule->clear_for_s;
	int64_t held_since_s = finding.above ? state->above_since_s
	    : finding.low                    ? state->low_since_s
					     : now_s;
	finding.since_s = finding.above ? find_beginning(state) : held_since_s;
	describe(rule, value, held_since_s, &finding, now_s);
	*ret_finding = finding;
}

const struct detector detect_level = {
    .step = step,
};
