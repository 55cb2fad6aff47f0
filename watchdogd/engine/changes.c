/* SPDX-License-Identifier: ISC
 *
 * changes.c - one order about a setting after the other; the stages in the order in which they
 * happen.
 */
#include "watchdogd/engine/changes_state.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/log.h"
#include "lib/mem.h"
#include "proto/catalogue.h"

#define CAP_S 60 /* what waits for the budget or for another action looks again after this */
#define WAIT_MAX_S 64 /* the longest of all waits */
#define DUE_MAX 64 /* reverts begun at once */

struct changes *
changes_new(const struct changes_parts *parts)
{
	struct changes *changes = mem_alloc(sizeof(*changes));
	changes->parts = *parts;
	return changes;
}

void
changes_become_idle(struct changes *changes)
{
	changes->phase = PHASE_IDLE;
	changes->sent = false;
	changes->action = 0;
}

/* ---- questions of operators ---- */

int
changes_ask(struct changes *changes, const struct changes_question *question)
{
	if (changes->parts.role->links[ROLE_REMEDY] == NULL)
		return -ENOTCONN;
	if (changes->question_count == CHANGES_QUESTIONS_MAX)
		return -EBUSY;
	changes->questions[changes->question_count++] = *question;
	return 0;
}

void
changes_answer(
    struct changes *changes, const struct message_change_outcome *outcome, const char *problem)
{
	struct changes_question question = changes->questions[0];
	changes->question_count--;
	memmove(&changes->questions[0], &changes->questions[1],
	    sizeof(question) * (size_t)changes->question_count);
	question.done(outcome, problem, question.owner);
}

static void
fail_questions(struct changes *changes, const char *problem)
{
	if (changes->phase != PHASE_IDLE && changes->action == 0)
		changes_become_idle(changes);
	while (changes->question_count > 0)
		changes_answer(changes, NULL, problem);
}

void
changes_free(struct changes *changes)
{
	if (changes == NULL)
		return;
	fail_questions(changes, "the store was closed");
	free(changes);
}

void
changes_lost(struct changes *changes)
{
	changes->sent = false;
	changes->order.repeat = changes->order.step != CHANGE_PLAN;
	fail_questions(changes, "the remedy role ended before it answered");
}

/* ---- an action's rows ---- */

bool
changes_is_by_rule(const struct row_action *row)
{
	return row->incident > 0 && row->undo_of == 0;
}

/* Ends a transaction that was begun with the result `r`. */
int
changes_end(struct changes *changes, int r, bool durable)
{
	struct store *store = changes->parts.store;
	if (r == 0)
		r = store_commit(store, durable);
	if (r == 0)
		return 0;
	log_error("change of a setting: not saved, %s", store_problem(store));
	store_rollback(store);
	*changes->parts.stale = true;
	return r;
}

/* Saves an action, alone. On failure memory is what it was, and it is tried again. */
static void
save_alone(
    struct changes *changes, struct action *action, const struct row_action *before, int64_t now_s)
{
	int r = store_begin(changes->parts.store);
	if (r == 0)
		r = actions_save(changes->parts.store, action, now_s);
	if (changes_end(changes, r, true) == 0)
		return;
	action->row = *before;
	action->ready_s = now_s + TROUBLE_S;
}

void
changes_finish(struct changes *changes, struct action *action, enum action_state state,
    const char *text, int64_t now_s)
{
	struct row_action before = action->row;
	action->row.state = state;
	snprintf(action->row.text, sizeof(action->row.text), "%s", text);
	log_info("action %" PRId64 ": %s %s: %s", action->row.id, action->row.remedy,
	    names_get(&names_action, (int)state), text);
	save_alone(changes, action, &before, now_s);
}

/* Waits, and says why once. */
void
changes_wait(struct changes *changes, struct action *action, const char *text, int64_t now_s)
{
	struct row_action before = action->row;
	action->ready_s = now_s + CAP_S;
	if (strcmp(action->row.text, text) == 0)
		return;
	snprintf(action->row.text, sizeof(action->row.text), "%s", text);
	log_info("action %" PRId64 ": %s", action->row.id, text);
	save_alone(changes, action, &before, now_s);
}

/* ---- 1: pick an action, or a question ---- */

bool
changes_is_held_back(const struct changes *changes, const struct row_action *row)
{
	return changes->paused && row->state == ACTION_RUNNING && changes_is_by_rule(row);
}

static bool
is_ready(const struct changes *changes, const struct action *action, int64_t now_s)
{
	const struct catalogue_remedy *remedy = catalogue_find(action->row.remedy);
	bool is_due = action->ready_s <= now_s || action->ready_s > now_s + WAIT_MAX_S;
	return remedy != NULL && remedy->on_setting && action->row.state == ACTION_RUNNING &&
	    is_due && !changes_is_held_back(changes, &action->row);
}

static struct action *
pick_action(struct changes *changes, int64_t now_s)
{
	const struct actions *actions = changes->parts.actions;
	for (int i = 0; i < actions->count; i++) {
		int at = (changes->next + i) % actions->count;
		if (is_ready(changes, actions->list[at], now_s)) {
			changes->next = (at + 1) % actions->count;
			return actions->list[at];
		}
	}
	return NULL;
}

/* ---- 2: the order ---- */

static void
send_order(struct changes *changes)
{
	struct channel *remedy = changes->parts.role->links[ROLE_REMEDY];
	const struct action *action = actions_find(changes->parts.actions, changes->action);
	if (remedy == NULL || (action != NULL && changes_is_held_back(changes, &action->row)))
		return;
	message_send(remedy, MESSAGE_TYPE_CHANGE_ORDER, &changes->order, -1);
	changes->sent = true;
}

/* Fills the order and makes it the one under way. `change` has its setting and values. */
static int
begin_order(struct changes *changes, int64_t action, enum change_step step,
    const struct row_change *change, bool repeat)
{
	int64_t number;
	const struct message_instance *instance =
	    role_find_instance(changes->parts.role, change->instance);
	int r = instance == NULL ? -ENOENT : store_next_order(changes->parts.store, &number);
	if (r < 0)
		return r;
	struct message_change_order order = {
	    .order = (uint64_t)number,
	    .step = step,
	    .was_set = change->was_set,
	    .repeat = repeat,
	};
	memcpy(order.remedy, change->remedy, sizeof(order.remedy));
	memcpy(order.config_directory, instance->config_directory, sizeof(order.config_directory));
	memcpy(order.queue_directory, instance->queue_directory, sizeof(order.queue_directory));
	memcpy(order.setting, change->setting, sizeof(order.setting));
	memcpy(order.value, change->value, sizeof(order.value));
	memcpy(order.old_value, change->old_value, sizeof(order.old_value));
	changes->order = order;
	changes->action = action;
	changes->phase = PHASE_ORDERED;
	changes->sent = false;
	return 0;
}

/* The journal's row and the order's number in one durable transaction; then it is sent. */
int
changes_order(struct changes *changes, int64_t action, enum change_step step,
    struct row_change *change, bool repeat, int64_t now_s)
{
	int r = store_begin(changes->parts.store);
	change->time_s = now_s;
	bool changes_it = step == CHANGE_APPLY || step == CHANGE_UNDO;
	if (r == 0 && changes_it)
		r = store_save_change(changes->parts.store, change);
	if (r == 0)
		r = begin_order(changes, action, step, change, repeat);
	r = changes_end(changes, r, changes_it);
	if (r < 0)
		changes_become_idle(changes);
	else
		send_order(changes);
	return r;
}

static void
begin_question(struct changes *changes, int64_t now_s)
{
	const struct changes_question *question = &changes->questions[0];
	struct row_change change = {.action = 0};
	memcpy(change.remedy, question->remedy, sizeof(change.remedy));
	memcpy(change.instance, question->instance, sizeof(change.instance));
	memcpy(change.setting, question->setting, sizeof(change.setting));
	memcpy(change.value, question->value, sizeof(change.value));
	if (changes_order(changes, 0, question->step, &change, false, now_s) < 0)
		changes_answer(changes, NULL, "the store cannot be written");
}

/* ---- 3: what an action needs next ---- */

/* No change is begun after its incident. */
static bool
is_too_late(struct changes *changes, const struct row_action *row)
{
	struct row_incident incident;
	return changes_is_by_rule(row) &&
	    store_load_incident(changes->parts.store, row->incident, &incident) == 0 &&
	    incident.state == INCIDENT_CLOSED;
}

void
changes_make_row(const struct row_action *row, struct row_change *ret_change)
{
	struct row_change change = {.action = row->id, .state = JOURNAL_ORDERED};
	memcpy(change.remedy, row->remedy, sizeof(change.remedy));
	memcpy(change.instance, row->instance, sizeof(change.instance));
	memcpy(change.setting, row->setting, sizeof(change.setting));
	memcpy(change.value, row->value, sizeof(change.value));
	*ret_change = change;
}

/* Another action has changed the same setting and not put it back: true, and this one waits, or has
 * failed if an operator asked for it. */
static bool
is_taken(
    struct changes *changes, struct action *action, const struct row_change *change, int64_t now_s)
{
	char text[256];
	struct row_change other;
	if (store_find_change(changes->parts.store, change, &other) < 0)
		return false;
	snprintf(text, sizeof(text), "action %" PRId64 " has changed %s already: undo that first",
	    other.action, change->setting[0] != '\0' ? change->setting : change->remedy);
	if (changes_is_by_rule(&action->row))
		changes_wait(changes, action, text, now_s);
	else
		changes_finish(changes, action, ACTION_FAILED, text, now_s);
	return true;
}

static void
begin_change(struct changes *changes, struct action *action, int64_t now_s)
{
	struct row_change change;
	int r = store_load_change(changes->parts.store, action->row.id, &change);
	if (r == 0 && change.state == JOURNAL_ORDERED) { /* its answer was lost, or it failed */
		r = changes_order(changes, action->row.id, CHANGE_APPLY, &change, true, now_s);
	} else if (r == 0 || r == -ENOENT) {
		changes_make_row(&action->row, &change);
		if (is_too_late(changes, &action->row)) {
			changes_finish(changes, action, ACTION_DONE,
			    "nothing done: the incident was over before", now_s);
			return;
		}
		if (is_taken(changes, action, &change, now_s))
			return;
		r = changes_order(changes, action->row.id, CHANGE_PLAN, &change, false, now_s);
	}
	if (r < 0)
		action->ready_s = now_s + TROUBLE_S;
}

static void
begin_undo(struct changes *changes, struct action *action, int64_t now_s)
{
	struct row_change change;
	int r = store_load_change(changes->parts.store, action->row.undo_of, &change);
	bool in_force = r == 0 &&
	    (change.state == JOURNAL_ORDERED || change.state == JOURNAL_CHANGED ||
		change.state == JOURNAL_UNDOING);
	if (r == -ENOENT || (r == 0 && !in_force)) {
		changes_finish(changes, action, ACTION_DONE,
		    "nothing was changed that could be put back", now_s);
		return;
	}
	bool repeat = r == 0 && change.state == JOURNAL_UNDOING;
	change.state = JOURNAL_UNDOING;
	if (r == 0)
		r = changes_order(changes, action->row.id, CHANGE_UNDO, &change, repeat, now_s);
	if (r < 0)
		action->ready_s = now_s + TROUBLE_S;
}

static void
begin_action(struct changes *changes, struct action *action, int64_t now_s)
{
	char text[128];
	if (role_find_instance(changes->parts.role, action->row.instance) == NULL) {
		snprintf(text, sizeof(text), "instance %s is not watched any more",
		    action->row.instance);
		changes_finish(changes, action, ACTION_FAILED, text, now_s);
	} else if (action->row.undo_of > 0) {
		begin_undo(changes, action, now_s);
	} else {
		begin_change(changes, action, now_s);
	}
}

/* ---- 4: put back when the incident has closed ---- */

struct due {
	struct row_action rows[DUE_MAX];
	int count;
};

static int
append_due(const struct row_action *row, void *owner)
{
	struct due *due = owner;
	if (due->count < DUE_MAX)
		due->rows[due->count++] = *row;
	return 0;
}

static int
begin_reverts(struct changes *changes, struct due *due, int64_t now_s)
{
	for (int i = 0; i < due->count; i++) {
		struct action *action;
		struct row_action *undone = &due->rows[i];
		int r = actions_take_back(changes->parts.actions, changes->parts.store, undone,
		    undone->requested_by, now_s, &action);
		if (r < 0)
			return r;
		log_info("action %" PRId64 ": takes back action %" PRId64 ", incident %" PRId64
			 " is over",
		    action->row.id, undone->id, undone->incident);
	}
	return 0;
}

static void
revert_due(struct changes *changes, int64_t now_s)
{
	AUTO_FREE struct due *due = mem_alloc(sizeof(*due));
	struct store *store = changes->parts.store;
	int r = store_list_due_reverts(store, now_s, append_due, due);
	if (r < 0)
		log_error("settings to be put back: not read, %s", store_problem(store));
	if (r < 0 || due->count == 0)
		return;
	r = store_begin(store);
	if (r == 0)
		r = begin_reverts(changes, due, now_s);
	if (changes_end(changes, r, true) == 0)
		log_debug("%d changed settings are to be put back", due->count);
}

/* ---- the driver ---- */

void
changes_step(struct changes *changes, bool paused, int64_t now_s)
{
	changes->paused = paused;
	if (changes->phase == PHASE_ORDERED && !changes->sent)
		send_order(changes);
	if (changes->phase == PHASE_SETTLING && !*changes->parts.stale)
		changes_settle(changes, now_s);
	if (changes->phase == PHASE_IDLE)
		revert_due(changes, now_s);
	if (changes->phase == PHASE_IDLE && changes->question_count > 0)
		begin_question(changes, now_s);
	for (int i = 0; changes->phase == PHASE_IDLE && !*changes->parts.stale &&
	    i < changes->parts.actions->count;
	    i++) {
		struct action *action = pick_action(changes, now_s);
		if (action == NULL)
			break;
		begin_action(changes, action, now_s);
	}
}
