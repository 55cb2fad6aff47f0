/* SPDX-License-Identifier: ISC
 *
 * detect_self.c - watchdogd itself is not well: roles that die, events that are lost, counts that had
 * to be corrected, mail that no relay takes. The number is how many of these are so at once. One
 * such event is nothing, and is in the log; they count together until there is none for a while.
 */
#include "watchdogd/engine/detect.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/clock.h"

#define TOGETHER_S 600 /* events no further apart are one trouble */
#define MAIL_WAITS_S 1800 /* longer than a relay is down for a restart or two */

/* A counter of what should not happen, and from how many on it is a trouble. */
static const struct {
	const char *text; /* after its number */
	int64_t many;
} kinds[DETECT_MISHAPS] = {
    [DETECT_RESTARTS] = {"restarts of roles", 3},
    [DETECT_OVERFLOWS] = {"overflows of the event queue", 5},
    [DETECT_DRIFT] = {"corrections of the counts", 10},
};

/* Counts what came since the last look; a counter that falls began anew with its role. */
static void
note(struct detect_mishap *mishap, int64_t now_s, int64_t counter, bool is_first)
{
	int64_t more = counter - mishap->counter;
	if (more < 0)
		more = counter;
	mishap->counter = counter;
	if (mishap->last_s > now_s || now_s - mishap->last_s > TOGETHER_S)
		mishap->count = 0;
	if (is_first || more == 0)
		return;
	if (mishap->count == 0)
		mishap->first_s = now_s;
	mishap->last_s = now_s;
	mishap->count += more;
}

static void
append(char text[REASON_TEXT_SIZE], int64_t number, const char *what, int64_t span_s)
{
	char span[CLOCK_SPAN_SIZE];
	size_t used = strlen(text);
	clock_format_span(span_s, span);
	if (number > 0)
		snprintf(text + used, REASON_TEXT_SIZE - used, "%s%" PRId64 " %s in %s",
		    used > 0 ? "; " : "", number, what, span);
	else
		snprintf(text + used, REASON_TEXT_SIZE - used, "%s%s %s", used > 0 ? "; " : "",
		    what, span);
}

/* How many are so at once, in words. */
static int64_t
gather(const struct detect_mishaps *mishaps, const struct detect_input *input,
    struct detect_finding *finding)
{
	int64_t troubles = 0;
	int64_t mail_waits_s = input->self->mail_waits_s;
	for (int i = 0; i < DETECT_MISHAPS; i++) {
		const struct detect_mishap *mishap = &mishaps->list[i];
		if (mishap->count < kinds[i].many)
			continue;
		append(finding->text, mishap->count, kinds[i].text,
		    mishap->last_s - mishap->first_s + 1);
		troubles++;
	}
	if (mail_waits_s >= MAIL_WAITS_S) {
		append(finding->text, 0, "mail to the staff that no relay takes waits for",
		    mail_waits_s);
		troubles++;
	}
	return troubles;
}

static void
step(const struct settings_rule *rule, struct detect_state *state, const struct detect_input *input,
    struct detect_finding *ret_finding)
{
	struct detect_mishaps *mishaps = &state->mishaps;
	struct detect_finding finding = {.now_s = input->now_s, .text = ""};
	const struct message_tick_flow *flow = &input->seen->last.flow;
	if (input->self != NULL) {
		bool is_first = !mishaps->has_begun;
		mishaps->has_begun = true;
		note(
		    &mishaps->list[DETECT_RESTARTS], input->now_s, input->self->restarts, is_first);
		note(&mishaps->list[DETECT_OVERFLOWS], input->now_s, (int64_t)flow->overflows,
		    is_first);
		note(&mishaps->list[DETECT_DRIFT], input->now_s, (int64_t)flow->drift, is_first);
		finding.value = gather(mishaps, input, &finding);
	}
	finding.above = finding.value > rule->above;
	finding.low = finding.value < rule->clear_below || finding.value == 0;
	detect_hold(rule, state, &finding);
	if (finding.text[0] == '\0')
		snprintf(finding.text, sizeof(finding.text), "watchdogd is well");
	*ret_finding = finding;
}

const struct detector detect_self = {
    .step = step,
    .is_of_daemon = true,
};
