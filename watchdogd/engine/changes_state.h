/* SPDX-License-Identifier: ISC
 *
 * changes_state.h - what changes.c (which order is next) and changes_outcome.c (what came of it)
 * share. These two only.
 */
#ifndef WATCHDOGD_ENGINE_CHANGES_STATE_H
#define WATCHDOGD_ENGINE_CHANGES_STATE_H

#include "watchdogd/engine/changes.h"

#define TROUBLE_S 5 /* after trouble with the store */

enum phase {
	PHASE_IDLE,
	PHASE_ORDERED, /* to be sent (again), or sent */
	PHASE_SETTLING, /* answered; to be written down */
};

struct changes {
	struct changes_parts parts;
	enum phase phase;
	bool sent;
	bool paused;
	int next; /* where the next round begins to look, so that all get their turn */
	int64_t action; /* whose order it is; 0: the first question's */
	struct message_change_order order;
	struct message_change_outcome outcome;
	struct changes_question questions[CHANGES_QUESTIONS_MAX];
	int question_count;
};

/* No order is under way any more. */
void changes_become_idle(struct changes *changes);
/* Ends a transaction that was begun with the result `r`; a failure makes memory stale. */
int changes_end(struct changes *changes, int r, bool durable) MUST_CHECK;

/* Of a rule's step, not its undo. */
bool changes_is_by_rule(const struct row_action *row);
/* Acting is paused, and a rule asked for it. */
bool changes_is_held_back(const struct changes *changes, const struct row_action *row);
/* Ends an action, in a transaction of its own. */
void changes_finish(struct changes *changes, struct action *action, enum action_state state,
    const char *text, int64_t now_s);
/* Lets it wait, and says why once. */
void changes_wait(struct changes *changes, struct action *action, const char *text, int64_t now_s);

/* The journal's row of an action that was not ordered yet, without the old value. */
void changes_make_row(const struct row_action *row, struct row_change *ret_change);
/* The journal's row (not of a plan) and the order's number in one durable transaction; then it is
 * sent. action 0: of the first question. 0; or -errno: nothing is under way. */
int changes_order(struct changes *changes, int64_t action, enum change_step step,
    struct row_change *change, bool repeat, int64_t now_s) MUST_CHECK;
/* Answers the first question. */
void changes_answer(
    struct changes *changes, const struct message_change_outcome *outcome, const char *problem);

/* Writes down the outcome of the order that was answered; on failure it is tried again. */
void changes_settle(struct changes *changes, int64_t now_s);

#endif
