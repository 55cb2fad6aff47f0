/* SPDX-License-Identifier: ISC
 *
 * detect_hold.c - hysteresis in time, the same for every detector: above for the rule's `for`
 * raises, low for its `clear_for` clears, and between the two nothing changes.
 */
#include "watchdogd/engine/detect.h"

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

/* What is above its level began when it left the calm, unless it had hovered in between for long. */
static int64_t
find_beginning(const struct detect_state *state)
{
	bool is_rise = state->above_since_s - state->uncalm_since_s <= RISE_MAX_S;
	return is_rise ? state->uncalm_since_s : state->above_since_s;
}

void
detect_hold(
    const struct settings_rule *rule, struct detect_state *state, struct detect_finding *finding)
{
	int64_t now_s = finding->now_s;
	if (finding->above && finding->level == 0)
		finding->level = rule->above;
	note_since(&state->above_since_s, finding->above, now_s);
	note_since(&state->low_since_s, finding->low, now_s);
	note_since(&state->uncalm_since_s, !finding->low, now_s);
	finding->raised = finding->above && now_s - state->above_since_s >= rule->for_s;
	finding->cleared = finding->low && now_s - state->low_since_s >= rule->clear_for_s;
	finding->held_since_s = finding->above ? state->above_since_s
	    : finding->low                     ? state->low_since_s
					       : now_s;
	finding->since_s = finding->above ? find_beginning(state) : finding->held_since_s;
}
