/* SPDX-License-Identifier: ISC
 *
 * detect_level.c - a signal above a number, or above what is normal (unusual.h): the operator's plain
 * threshold and the learned ones beside it. Any of them raises, after the rule's time; what is rarer
 * than the rule asks has been weighed over seconds to minutes and raises at once. All of them have to
 * be calm to clear. In between nothing changes.
 */
#include "watchdogd/engine/detect.h"

#include <inttypes.h>
#include <stdio.h>

#include "lib/clock.h"
#include "watchdogd/engine/unusual.h"

/* What holds of a rule's conditions. */
struct holding {
	bool is_high, is_many, is_rare;
};

static struct holding
find_holding(const struct settings_rule *rule, const struct detect_input *input)
{
	return (struct holding){
	    .is_high = rule->above != SETTINGS_NONE && input->value > rule->above,
	    .is_many = unusual_is_many(rule, input->learned, input->value),
	    .is_rare = unusual_is_rare(rule, input->learned, input->value),
	};
}

/* Calm is below the clear level; an empty queue is calm whatever the level. */
static bool
is_low(const struct settings_rule *rule, const struct detect_input *input)
{
	bool is_below = rule->clear_below == SETTINGS_NONE || input->value < rule->clear_below ||
	    input->value == 0;
	return is_below && unusual_is_over(rule, input->learned, input->value);
}

/* "bounces 512, above 500 for 30 s", and what is unusual about it. */
static void
describe_above(const struct settings_rule *rule, const struct detect_input *input,
    const struct holding *holding, const char *span, struct detect_finding *finding)
{
	char unusual[384] = "";
	size_t size = sizeof(finding->text);
	if (holding->is_many || holding->is_rare)
		unusual_describe(rule, input->learned, input->value, unusual, sizeof(unusual));
	if (holding->is_high)
		snprintf(finding->text, size, "%s %" PRId64 ", above %" PRId64 " for %s%s%s",
		    names_get(&names_signal, rule->signal), finding->value, rule->above, span,
		    unusual[0] != '\0' ? "; " : "", unusual);
	else
		snprintf(finding->text, size, "%s, for %s", unusual, span);
}

static void
describe_rest(const struct settings_rule *rule, const char *span, struct detect_finding *finding)
{
	const char *signal = names_get(&names_signal, rule->signal);
	int64_t value = finding->value;
	if (!finding->low)
		snprintf(finding->text, sizeof(finding->text),
		    "%s %" PRId64 ", neither high nor calm", signal, value);
	else if (rule->clear_below == SETTINGS_NONE)
		snprintf(finding->text, sizeof(finding->text), "%s %" PRId64 ", calm for %s",
		    signal, value, span);
	else
		snprintf(finding->text, sizeof(finding->text),
		    "%s %" PRId64 ", below %" PRId64 " for %s", signal, value, rule->clear_below,
		    span);
}

static void
step(const struct settings_rule *rule, struct detect_state *state, const struct detect_input *input,
    struct detect_finding *ret_finding)
{
	char span[CLOCK_SPAN_SIZE];
	struct holding holding = find_holding(rule, input);
	struct detect_finding finding = {
	    .now_s = input->now_s,
	    .value = input->value,
	    .above = holding.is_high || holding.is_many || holding.is_rare,
	    .low = is_low(rule, input),
	};
	finding.low = finding.low && !finding.above;
	if (finding.above)
		finding.level = holding.is_high ? rule->above : unusual_level(rule, input->learned);
	detect_hold(rule, state, &finding);
	finding.raised = finding.raised || holding.is_rare;
	clock_format_span(finding.now_s - finding.held_since_s, span);
	if (finding.above)
		describe_above(rule, input, &holding, span, &finding);
	else
		describe_rest(rule, span, &finding);
	*ret_finding = finding;
}

const struct detector detect_level = {
    .step = step,
};
