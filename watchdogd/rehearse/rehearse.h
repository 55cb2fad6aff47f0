/* SPDX-License-Identifier: ISC
 *
 * rehearse.h - the rules over the recorded history: what would have been opened, done and mailed.
 * Linked into watchdogctl; reads the history, writes nothing.
 *
 * It is the engine itself on a store in memory, with nobody at the other ends of its links: ticks
 * come from the history instead of watch. Invariant: over seconds that were recorded by an engine
 * with the same settings, its incidents are that engine's, byte for byte, but for what only watch
 * and operators can say (an example, ack, close, expect) and for the mails that a remedy's end was
 * worth: a rehearsed one never ends.
 */
#ifndef WATCHDOGD_REHEARSE_REHEARSE_H
#define WATCHDOGD_REHEARSE_REHEARSE_H

#include <stdint.h>

#include "config/settings.h"
#include "lib/guard.h"
#include "schema/store.h"

struct rehearsal_question {
	struct store *history; /* borrowed */
	const struct settings *settings; /* borrowed; whose rules */
	const char *instance; /* empty: all that are watched */
	int64_t since_s, until_s; /* what was open in [since_s, until_s) is told of */
};

#define REHEARSAL_STEPS 3 /* hours, then minutes, then seconds */

/* What was judged at one resolution. */
struct rehearsal_stretch {
	int64_t step_s;
	int64_t since_s, until_s; /* from the first step's begin to the last one's end */
	int64_t steps; /* that were recorded; 0: nothing at this resolution */
};

/* What a step of the rule's ladder would have done. */
struct rehearsal_action {
	struct row_action row; /* its text says what would have been done, or why nothing */
	enum act_mode mode; /* of the settings; all are rehearsed as if they only observed */
	/* messages within the caps an action, of the queue, and of the first hour, when most matched;
	 * 0 of a remedy on a setting */
	int64_t within_caps;
};

struct rehearsal_incident {
	struct row_incident row;
	struct rehearsal_action *actions; /* in the order of the ladder */
	int action_count;
	int64_t mails; /* to all recipients */
};

struct rehearsal {
	struct rehearsal_stretch stretches[REHEARSAL_STEPS];
	struct rehearsal_incident *incidents; /* as they were opened */
	int incident_count;
};

/* Free the rehearsal with rehearsal_free(). 0; -ENOENT: there is no such instance; other -errno: the
 * history could not be read. */
int rehearsal_run(
    const struct rehearsal_question *question, struct rehearsal **ret_rehearsal) MUST_CHECK;
void rehearsal_free(struct rehearsal *rehearsal); /* NULL is fine */

#endif
