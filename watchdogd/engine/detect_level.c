/* SPDX-License-Identifier: ISC
 *
 * detect_level.c - the operator's plain threshold: a signal above a number for a time raises, below
 * a lower number for a longer time clears. Between the two numbers nothing changes.
 */
#include "watchdogd/engine/detect.h"

#include <inttypes.h>
#include <stdio.h>

#include "lib/clock.h"

/* Calm is below the clear level; an empty queue is calm whatever the level. */
static bool
is_low(const struct settings_rule *rule, int64_t value)
{
	return value < rule->clear_below || value == 0;
}

static void
describe(const struct settings_rule *rule, struct detect_finding *finding)
{
	char span[CLOCK_SPAN_SIZE];
	int64_t value = finding->value;
	clock_format_span(finding->now_s - finding->held_since_s, span);
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

static void
step(const struct settings_rule *rule, struct detect_state *state, const struct detect_input *input,
    struct detect_finding *ret_finding)
{
	struct detect_finding finding = {
	    .now_s = input->now_s,
	    .value = input->value,
	    .above = input->value > rule->above,
	    .low = is_low(rule, input->value),
	};
	detect_hold(rule, state, &finding);
	describe(rule, &finding);
	*ret_finding = finding;
}

const struct detector detect_level = {
    .step = step,
};
