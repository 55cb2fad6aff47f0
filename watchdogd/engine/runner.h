/* SPDX-License-Identifier: ISC
 *
 * runner.h - works through running actions, one small batch at a time. Engine.
 *
 *   pick an action -> ask watch for a batch -> rows and copies into the store, committed durably
 *   -> order to the remedy role -> its outcomes into the store -> the next batch
 *
 * Invariants: nothing is ordered whose row is not committed; one order is under way at a time; an
 * order whose answer was lost (remedy or engine killed) is sent again, marked as a repeat, until
 * it is answered; a cap is looked at before every batch; while acting is paused nothing is ordered
 * for a rule, not even again.
 */
#ifndef WATCHDOGD_ENGINE_RUNNER_H
#define WATCHDOGD_ENGINE_RUNNER_H

#include "schema/store.h"
#include "watchdogd/engine/actions.h"
#include "watchdogd/engine/selection.h"
#include "watchdogd/engine/window.h"
#include "watchdogd/role.h"

struct runner;

struct runner_parts {
	struct role *role; /* links, settings, instances */
	struct store *store;
	struct selection *selection;
	struct actions *actions;
	const struct window *window;
	bool *stale; /* set when memory may not be what the store says: it is to be loaded anew */
};

/* All parts are borrowed and outlive the runner. */
struct runner *runner_new(const struct runner_parts *parts);
void runner_free(struct runner *runner);

/* Goes on where it can: after a tick, after an answer, after a link came. Never inside a
 * transaction. paused: actions of rules order nothing. */
void runner_step(struct runner *runner, bool paused, int64_t now_s);

/* OUTCOME_MESSAGE and OUTCOME. 0 or -EBADMSG. */
int runner_take(struct runner *runner, const struct channel_frame *frame, int64_t now_s) MUST_CHECK;
/* The remedy role was lost: the order under way will be sent again. */
void runner_lost(struct runner *runner);
/* The actions were loaded anew (at start, after a failed commit): looks for orders under way. */
int runner_resume(struct runner *runner) MUST_CHECK;

#endif
