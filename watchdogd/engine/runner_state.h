/* SPDX-License-Identifier: ISC
 *
 * runner_state.h - what the runner's files share: runner.c picks actions and drives, runner_ask.c
 * asks watch for a batch, runner_order.c has it done and writes down what became of it. Runner only.
 */
#ifndef WATCHDOGD_ENGINE_RUNNER_STATE_H
#define WATCHDOGD_ENGINE_RUNNER_STATE_H

#include "watchdogd/engine/batch.h"
#include "watchdogd/engine/order.h"
#include "watchdogd/engine/runner.h"

#define RUNNER_IDLE_S 1 /* a running action whose incident goes on looks again after this */
#define RUNNER_TROUBLE_S 5 /* after trouble with the store or a peer */

enum runner_phase {
	PHASE_IDLE,
	PHASE_SELECTING, /* watch was asked */
	PHASE_ORDERED, /* committed; sent to remedy, or to be sent (again) */
	PHASE_SETTLING, /* answered; to be written down */
};

struct runner {
	struct runner_parts parts;
	enum runner_phase phase;
	bool paused; /* as the last step said: actions of rules order nothing */
	/* whose batch it is: kept here because an action that is taken back leaves the list */
	int64_t action_id;
	char remedy[REMEDY_NAME_SIZE], instance[INSTANCE_NAME_SIZE];
	int64_t
	    aside; /* the action whose order without answer waits for the end of a pause, or 0 */
	int next; /* where the next round begins to look, so that all get their turn */
	struct batch batch;
	struct order order;
};

/* runner.c */
void runner_become_idle(struct runner *runner);
void runner_note_owner(struct runner *runner, const struct row_action *row);
/* An action that a pause stops: a rule's, not an operator's and not an undo. */
bool runner_is_by_rule(const struct row_action *row);
/* The batch under way belongs to such an action, and acting is paused. */
bool runner_is_held_back(const struct runner *runner);
/* Saves a changed row in a transaction of its own. On failure the row is `before` again and memory
 * is stale. */
void runner_save(
    struct runner *runner, struct action *action, const struct row_action *before, int64_t now_s);
/* The same with a last state. */
void runner_finish(struct runner *runner, struct action *action, const struct row_action *before,
    enum action_state state, int64_t now_s);

/* runner_ask.c */
void runner_begin_batch(struct runner *runner, struct action *action, int64_t now_s);
/* Nothing is left to do: over, unless the incident goes on and may bring more. */
void runner_on_nothing_left(struct runner *runner, struct action *action, int64_t now_s);

/* runner_order.c */
void runner_on_selected(const struct selection_answer *answer, int64_t now_s, void *owner);
/* Sends the order when remedy is linked; otherwise it waits for the link. */
void runner_send_order(struct runner *runner);
/* The order is not sent while acting is paused: one that was never sent is withdrawn, of one that
 * had no answer the answer is asked for later. */
void runner_put_aside(struct runner *runner, int64_t now_s);
/* Writes down the outcomes and what comes next; the phase stays when that fails. */
void runner_settle(struct runner *runner, int64_t now_s);

#endif
