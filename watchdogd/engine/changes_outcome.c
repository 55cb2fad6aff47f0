/* SPDX-License-Identifier: ISC
 *
 * changes_outcome.c - what an order about a setting led to: into the action and its journal, or, of a
 * plan, into the next order.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/log.h"
#include "watchdogd/engine/changes_state.h"

#define ROUNDS_MAX 8 /* failures in a row before a change is given up; an undo never is */
#define HOUR_S 3600

/* Each failure makes the next try wait longer. True: it was tried often enough. */
static bool
note_failure(struct action *action, int64_t now_s)
{
	action->failures++;
	action->ready_s = now_s + (1 << (action->failures < 6 ? action->failures : 6));
	return action->failures >= ROUNDS_MAX;
}

/* Writes what an order about a setting led to into the action and its journal. */
static void
judge_apply(const struct message_change_order *order, const struct message_change_outcome *outcome,
    struct action *action, struct row_change *change, int64_t now_s)
{
	struct row_action *row = &action->row;
	enum action_state state = ACTION_FAILED;
	switch ((enum change_outcome)outcome->outcome) {
	case CHANGE_DONE:
		change->state = JOURNAL_CHANGED;
		row->done = 1;
		state = ACTION_DONE;
		break;
	case CHANGE_ALREADY:
		change->state = JOURNAL_UNTOUCHED;
		state = ACTION_DONE;
		break;
	case CHANGE_FOREIGN:
		row->changed = 1;
		change->state = order->repeat != 0 ? JOURNAL_LEFT : JOURNAL_UNTOUCHED;
		break;
	case CHANGE_PLANNED:
	case CHANGE_REFUSED:
		change->state = order->repeat != 0 ? JOURNAL_LEFT : JOURNAL_UNTOUCHED;
		break;
	case CHANGE_FAILED: /* it may be half done: the journal keeps it in force */
		if (!note_failure(action, now_s))
			state = ACTION_RUNNING;
		row->failed = state == ACTION_FAILED;
		break;
	}
	if (row->state != ACTION_UNDONE) /* taken back meanwhile */
		row->state = state;
}

static void
judge_undo(const struct message_change_outcome *outcome, struct action *action,
    struct row_change *change, int64_t now_s)
{
	struct row_action *row = &action->row;
	row->state = ACTION_DONE;
	switch ((enum change_outcome)outcome->outcome) {
	case CHANGE_DONE:
	case CHANGE_ALREADY:
		row->done = 1;
		change->state = JOURNAL_UNDONE;
		break;
	case CHANGE_FOREIGN:
		row->changed = 1;
		change->state = JOURNAL_LEFT;
		break;
	case CHANGE_PLANNED:
	case CHANGE_REFUSED:
		row->state = ACTION_FAILED;
		change->state = JOURNAL_LEFT;
		break;
	case CHANGE_FAILED:
		(void)note_failure(action, now_s);
		row->state = ACTION_RUNNING;
		break;
	}
}

/* The action as it is in memory, or, when it was taken back meanwhile, as the store has it. */
static int
find_action(struct changes *changes, struct action *spare, struct action **ret_action)
{
	*ret_action = actions_find(changes->parts.actions, changes->action);
	if (*ret_action != NULL)
		return 0;
	*ret_action = spare;
	return store_load_action(changes->parts.store, changes->action, &spare->row);
}

static int
save_outcome(struct changes *changes, struct action *action, int64_t now_s)
{
	struct row_change change;
	struct store *store = changes->parts.store;
	bool undo = changes->order.step == CHANGE_UNDO;
	int r = store_load_change(store, undo ? action->row.undo_of : action->row.id, &change);
	if (r < 0)
		return r;
	if (undo)
		judge_undo(&changes->outcome, action, &change, now_s);
	else
		judge_apply(&changes->order, &changes->outcome, action, &change, now_s);
	change.time_s = now_s;
	memcpy(action->row.text, changes->outcome.text, sizeof(action->row.text));
	r = store_save_change(store, &change);
	if (r == 0 && changes->outcome.reload != 0)
		r = store_add_reload(store, action->row.instance, now_s, now_s - 24 * HOUR_S);
	return r == 0 ? actions_save(store, action, now_s) : r;
}

void
changes_settle(struct changes *changes, int64_t now_s)
{
	struct action spare = {0}, *action = NULL;
	int r = store_begin(changes->parts.store);
	if (r == 0)
		r = find_action(changes, &spare, &action);
	struct action before = r == 0 ? *action : spare;
	if (r == 0)
		r = save_outcome(changes, action, now_s);
	if (changes_end(changes, r, true) < 0) {
		if (action != NULL)
			*action = before;
		return; /* phase stays: the next step tries again */
	}
	log_info("action %" PRId64 ": %s, reason %s", action->row.id, action->row.text,
	    action->row.requested_by);
	changes_become_idle(changes);
}

/* Whether a rule may have the instance reload once more; else the action waits. */
static bool
has_budget(struct changes *changes, struct action *action, int64_t now_s)
{
	char text[160];
	int64_t count = 0, most = changes->parts.role->settings.postfix.max_reloads;
	if (changes->outcome.reload == 0 || !changes_is_by_rule(&action->row))
		return true;
	if (store_count_reloads(
		changes->parts.store, action->row.instance, now_s - HOUR_S, &count) < 0) {
		action->ready_s = now_s + TROUBLE_S;
		return false;
	}
	if (count < most)
		return true;
	snprintf(text, sizeof(text),
	    "waits: %" PRId64 " reloads in the last hour, postfix.max_reloads is %" PRId64, count,
	    most);
	changes_wait(changes, action, text, now_s);
	return false;
}

/* A plan was answered: its apply is journaled and ordered, or the action ends here. */
static void
on_planned(struct changes *changes, int64_t now_s)
{
	struct row_change change;
	struct message_change_outcome outcome = changes->outcome;
	struct action *action = actions_find(changes->parts.actions, changes->action);
	changes_become_idle(changes);
	if (action == NULL || action->row.state != ACTION_RUNNING || *changes->parts.stale)
		return; /* taken back meanwhile, or to be planned anew */
	switch ((enum change_outcome)outcome.outcome) {
	case CHANGE_PLANNED:
		break;
	case CHANGE_ALREADY:
		changes_finish(changes, action, ACTION_DONE, outcome.text, now_s);
		return;
	case CHANGE_FAILED:
		if (!note_failure(action, now_s))
			return;
		changes_finish(changes, action, ACTION_FAILED, outcome.text, now_s);
		return;
	case CHANGE_DONE:
	case CHANGE_FOREIGN:
	case CHANGE_REFUSED:
		changes_finish(changes, action, ACTION_FAILED, outcome.text, now_s);
		return;
	}
	if (changes_is_held_back(changes, &action->row) || !has_budget(changes, action, now_s))
		return;
	changes_make_row(&action->row, &change);
	change.was_set = outcome.was_set != 0;
	memcpy(change.old_value, outcome.old_value, sizeof(change.old_value));
	memcpy(change.value, outcome.value, sizeof(change.value));
	if (changes_order(changes, action->row.id, CHANGE_APPLY, &change, false, now_s) < 0)
		action->ready_s = now_s + TROUBLE_S;
}

int
changes_take(struct changes *changes, const struct channel_frame *frame, int64_t now_s)
{
	struct message_change_outcome outcome;
	int r =
	    message_decode(MESSAGE_TYPE_CHANGE_OUTCOME, frame->payload, frame->length, &outcome);
	if (r < 0)
		return r;
	/* One that was asked for by an operator may be forgotten: the store was closed meanwhile. */
	if (changes->phase != PHASE_ORDERED || outcome.order != changes->order.order)
		return 0;
	if (outcome.outcome >= CHANGE_COUNT)
		return -EBADMSG;
	changes->outcome = outcome;
	if (changes->action == 0) {
		changes_become_idle(changes);
		changes_answer(changes, &outcome, NULL);
	} else if (changes->order.step == CHANGE_PLAN) {
		on_planned(changes, now_s);
	} else {
		changes->phase = PHASE_SETTLING; /* once memory is what the store says */
		if (!*changes->parts.stale)
			changes_settle(changes, now_s);
	}
	return 0;
}
