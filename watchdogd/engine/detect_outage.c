/* SPDX-License-Identifier: ISC
 *
 * detect_outage.c - hardly anything can be delivered, whatever host it goes to: ours is down, such as
 * name service or the network. The number is the percentage of the last minute's attempts that were
 * deferred. Where most of it is at one host it is theirs (detect_destination.c).
 */
#include "watchdogd/engine/detect.h"

#include <inttypes.h>
#include <stdio.h>

#include "watchdogd/engine/deferring.h"

#define ATTEMPTS_MIN 20 /* in the last minute; with fewer nothing can be said */

static void
describe(
    const struct deferring *deferring, int64_t share, int64_t attempts, char text[REASON_TEXT_SIZE])
{
	int length = snprintf(text, REASON_TEXT_SIZE,
	    "%" PRId64 " %% of %" PRId64
	    " attempts deferred in the last minute, at most %d %% at one "
	    "host",
	    share, attempts, deferring->hop_share);
	if (deferring->reason != NULL)
		snprintf(text + length, REASON_TEXT_SIZE - (size_t)length, "; most often: %.*s",
		    ADDRESS_TEXT_SIZE, deferring->reason->key);
}

static void
step(const struct settings_rule *rule, struct detect_state *state, const struct detect_input *input,
    struct detect_finding *ret_finding)
{
	struct deferring deferring = deferring_look(input->seen);
	int64_t deferred = window_deferrals(input->seen);
	int64_t attempts = deferred + window_deliveries(input->seen);
	bool is_known = attempts >= ATTEMPTS_MIN;
	int64_t share = is_known ? deferred * 100 / attempts : 0;
	/* watch reads the reasons a moment after it has seen the deferrals */
	bool is_explained = deferring.total * 2 >= deferred;
	struct detect_finding finding = {.now_s = input->now_s, .value = share};
	finding.above = share > rule->above && is_explained && !deferring_is_theirs(&deferring);
	finding.low = attempts > 0 && deferred * 100 < rule->clear_below * attempts;
	/* in a quiet moment: nothing waits that was deferred */
	finding.low |= input->seen->last.queues[QUEUE_DEFERRED].normal == 0;
	detect_hold(rule, state, &finding);
	describe(&deferring, share, attempts, finding.text);
	*ret_finding = finding;
}

const struct detector detect_outage = {
    .step = step,
};
