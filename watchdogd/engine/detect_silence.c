/* SPDX-License-Identifier: ISC
 *
 * detect_silence.c - nothing comes in at an hour when mail is normal: the line, the firewall or an MX
 * record is broken, or smtpd(8) takes nothing. The number is the seconds since mail came as it
 * should. What is normal at this hour of the week is learned; until then nothing is judged.
 */
#include "watchdogd/engine/detect.h"

#include <inttypes.h>
#include <stdio.h>

#include "lib/clock.h"

#define MISSED_MIN \
	100 /* messages: even where mail comes in bursts, so many do not fail by chance */
#define LEAK 50 /* one arrival for so many that are normal is none: a monitoring probe */

static void
begin(struct detect_silence *silence, int64_t now_s)
{
	*silence = (struct detect_silence){.since_s = now_s, .seen_s = now_s};
}

/* Counts on, or begins anew when mail comes. a_minute: what is normal. */
static void
count(struct detect_silence *silence, const struct detect_input *input, double a_minute)
{
	int64_t passed_s = input->now_s - silence->seen_s;
	if (silence->since_s == 0 || passed_s < 0 || passed_s > WINDOW_SECONDS) {
		begin(silence, input->now_s);
		return;
	}
	silence->seen_s = input->now_s;
	silence->normal += a_minute / 60 * (double)passed_s;
	silence->arrivals += (int64_t)input->seen->last.flow.arrivals;
	if ((double)silence->arrivals * LEAK > silence->normal)
		begin(silence, input->now_s);
}

static void
describe(const struct detect_silence *silence, struct detect_finding *finding)
{
	char span[CLOCK_SPAN_SIZE];
	clock_format_span(finding->value, span);
	snprintf(finding->text, sizeof(finding->text),
	    "in %s %" PRId64 " arrived, where %.0f are normal at this hour of the week", span,
	    silence->arrivals, silence->normal);
}

static void
step(const struct settings_rule *rule, struct detect_state *state, const struct detect_input *input,
    struct detect_finding *ret_finding)
{
	struct detect_silence *silence = &state->silence;
	const struct baseline_finding *learned = input->learned;
	bool is_known = learned != NULL && learned->judges && learned->normal >= 0;
	if (is_known)
		count(silence, input, learned->normal);
	else
		begin(silence, input->now_s);
	struct detect_finding finding = {
	    .now_s = input->now_s,
	    .value = input->now_s - silence->since_s,
	};
	finding.above = finding.value > rule->above && silence->normal >= MISSED_MIN;
	finding.low = finding.value < rule->clear_below || finding.value == 0;
	detect_hold(rule, state, &finding);
	if (finding.above)
		finding.since_s = silence->since_s;
	describe(silence, &finding);
	*ret_finding = finding;
}

const struct detector detect_silence = {
    .step = step,
    .learns_arrivals = true,
};
