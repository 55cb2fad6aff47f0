/* SPDX-License-Identifier: ISC
 *
 * detect_destination.c - one host defers what it is sent, or does not answer: theirs is down. The
 * number is the deferrals there of late, which halve in five minutes. It must be most of what is
 * deferred: where everything is, whatever host it goes to, it is ours (detect_outage.c).
 */
#include "watchdogd/engine/detect.h"

#include <inttypes.h>
#include <stdio.h>

#include "watchdogd/engine/deferring.h"

static void
describe(const struct deferring *deferring, char text[REASON_TEXT_SIZE])
{
	if (deferring->hop == NULL) {
		snprintf(text, REASON_TEXT_SIZE, "no host defers mail");
		return;
	}
	snprintf(text, REASON_TEXT_SIZE,
	    "%" PRId64 " deferrals of late at %.*s, %d %% of all%s%.*s", deferring->at_hop,
	    ADDRESS_TEXT_SIZE / 2, deferring->hop->key, deferring->hop_share,
	    deferring->reason != NULL ? "; most often: " : "", ADDRESS_TEXT_SIZE,
	    deferring->reason != NULL ? deferring->reason->key : "");
}

static void
step(const struct settings_rule *rule, struct detect_state *state, const struct detect_input *input,
    struct detect_finding *ret_finding)
{
	struct deferring deferring = deferring_look(input->seen);
	struct detect_finding finding = {.now_s = input->now_s, .value = deferring.at_hop};
	finding.above = finding.value > rule->above && deferring_is_theirs(&deferring);
	finding.low = finding.value < rule->clear_below || finding.value == 0;
	detect_hold(rule, state, &finding);
	describe(&deferring, finding.text);
	*ret_finding = finding;
}

const struct detector detect_destination = {
    .step = step,
};
