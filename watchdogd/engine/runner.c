/* SPDX-License-Identifier: ISC
 *
 * runner.c - one batch after the other; the stages in the order in which they happen.
 */
#include "watchdogd/engine/runner.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/log.h"
#include "lib/mem.h"
#include "proto/catalogue.h"
#include "watchdogd/engine/batch.h"
#include "watchdogd/engine/caps.h"
#include "watchdogd/engine/order.h"

#define ROUNDS_MAX 8 /* rounds in a row without success before an action is given up */
#define MISSES_MAX 30 /* rounds in a row after which what watch does not know is gone */
#define IDLE_S 1 /* a running action whose incident goes on looks again after this */
#define TROUBLE_S 5 /* after trouble with the store or a peer */
#define WAIT_MAX_S 64 /* the longest of all waits */
#define HOUR_S 3600

enum phase {
	PHASE_IDLE,
	PHASE_SELECTING, /* watch was asked */
	PHASE_ORDERED, /* committed; sent to remedy, or to be sent (again) */
	PHASE_SETTLING, /* answered; to be written down */
};

struct runner {
	struct runner_parts parts;
	enum phase phase;
	/* whose batch it is: kept here because an action that is taken back leaves the list */
	int64_t action_id;
	char remedy[REMEDY_NAME_SIZE], instance[INSTANCE_NAME_SIZE];
	int next; /* where the next round begins to look, so that all get their turn */
	struct batch batch;

	struct order order;
};

struct runner *
runner_new(const struct runner_parts *parts)
{
	struct runner *runner = mem_alloc(sizeof(*runner));
	runner->parts = *parts;
	return runner;
}

static void
become_idle(struct runner *runner)
{
	runner->phase = PHASE_IDLE;
	batch_done(&runner->batch);
	order_clear(&runner->order);
}

void
runner_free(struct runner *runner)
{
	if (runner == NULL)
		return;
	selection_forget(runner->parts.selection, runner);
	become_idle(runner);
	free(runner);
}

/* ---- 1: pick an action ---- */

static bool
is_by_rule(const struct row_action *row)
{
	return row->incident > 0 && row->undo_of == 0;
}

static bool
is_ready(const struct action *action, bool paused, int64_t now_s)
{
	/* A time further off than any wait is one from before the clock was set back. */
	bool is_due = action->ready_s <= now_s || action->ready_s > now_s + WAIT_MAX_S;
	return action->row.state == ACTION_RUNNING && is_due &&
	    !(paused && is_by_rule(&action->row));
}

static struct action *
pick_action(struct runner *runner, bool paused, int64_t now_s)
{
	const struct actions *actions = runner->parts.actions;
	for (int i = 0; i < actions->count; i++) {
		int at = (runner->next + i) % actions->count;
		if (is_ready(actions->list[at], paused, now_s)) {
			runner->next = (at + 1) % actions->count;
			return actions->list[at];
		}
	}
	return NULL;
}

/* Saves one action in a transaction of its own. */
static void
save_alone(struct runner *runner, struct action *action, int64_t now_s)
{
	struct store *store = runner->parts.store;
	int r = store_begin(store);
	if (r == 0)
		r = actions_save(store, action, now_s);
	if (r == 0)
		r = store_commit(store, true);
	if (r == 0)
		return;
	log_error("action %" PRId64 ": not saved, %s", action->row.id, store_problem(store));
	store_rollback(store);
	action->ready_s = now_s + TROUBLE_S;
}

static void
finish_action(struct runner *runner, struct action *action, enum action_state state, int64_t now_s)
{
	action->row.state = state;
	log_info("action %" PRId64 ": %s %s: %s", action->row.id, action->row.remedy,
	    names_get(&names_action, state), action->row.text);
	save_alone(runner, action, now_s);
}

/* ---- 2: how many, and which; ask watch ---- */

static int64_t
count_in_queues(const struct window_instance *instance, unsigned queues)
{
	int64_t sum = 0;
	for (int queue = 0; queue < QUEUE_COUNT; queue++)
		if ((queues & 1u << queue) != 0)
			sum += (int64_t)instance->last.queues[queue].messages;
	return sum;
}

/* How many messages the next batch may have; 0: none now, and the action knows what to do. */
static int64_t
look_at_caps(struct runner *runner, struct action *action, const struct settings_remedy *remedy,
    int64_t now_s)
{
	if (action->row.undo_of > 0)
		return remedy->batch;
	const struct window_instance *instance =
	    window_find(runner->parts.window, action->row.instance);
	int64_t done_last_hour = 0;
	/* What is dated up to an hour ahead was done before the clock was set back. */
	if (instance == NULL ||
	    store_count_done(runner->parts.store, remedy->name, now_s - HOUR_S, now_s + HOUR_S,
		&done_last_hour) < 0) {
		action->ready_s = now_s + TROUBLE_S;
		return 0;
	}
	struct caps_room room;
	caps_look(
	    remedy, &action->row, count_in_queues(instance, remedy->queues), done_last_hour, &room);
	if (room.messages > 0)
		return room.messages;
	action_describe(&action->row);
	size_t used = strlen(action->row.text);
	snprintf(action->row.text + used, sizeof(action->row.text) - used, "; %s", room.text);
	if (room.for_good) {
		finish_action(runner, action, ACTION_CAPPED, now_s);
	} else {
		action->ready_s = now_s + 60;
		save_alone(runner, action, now_s);
	}
	return 0;
}

static void
note_owner(struct runner *runner, const struct row_action *row)
{
	runner->action_id = row->id;
	memcpy(runner->remedy, row->remedy, sizeof(runner->remedy));
	memcpy(runner->instance, row->instance, sizeof(runner->instance));
}

static void on_selected(const struct selection_answer *answer, int64_t now_s, void *owner);

static void
ask_watch(struct runner *runner, struct action *action, int64_t now_s)
{
	struct selection_question question = {
	    .select =
		{
		    .queues = runner->batch.queues,
		    .classes = runner->batch.classes,
		    .limit = (uint64_t)runner->batch.limit,
		    .copy_bytes = (uint64_t)runner->batch.copy_bytes,
		},
	    .listed = runner->batch.listed,
	    .listed_count = runner->batch.listed_count,
	    .done = on_selected,
	    .owner = runner,
	};
	memcpy(question.select.instance, action->row.instance, sizeof(question.select.instance));
	note_owner(runner, &action->row);
	if (selection_ask(
		runner->parts.selection, runner->parts.role->links[ROLE_WATCH], &question) < 0) {
		action->ready_s = now_s + IDLE_S;
		become_idle(runner);
		return;
	}
	runner->phase = PHASE_SELECTING;
}

/* Whether the incident of a rule's action is closed; false where it cannot be known now. */
static bool
is_over(struct runner *runner, const struct row_action *row)
{
	struct row_incident incident;
	return is_by_rule(row) &&
	    store_load_incident(runner->parts.store, row->incident, &incident) == 0 &&
	    incident.state == INCIDENT_CLOSED;
}

/* Nothing is left to do: over, unless the incident goes on and may bring more. */
static void
on_nothing_left(struct runner *runner, struct action *action, int64_t now_s)
{
	if (is_by_rule(&action->row) && !is_over(runner, &action->row)) {
		action->ready_s = now_s + IDLE_S;
		return;
	}
	action_describe(&action->row);
	finish_action(runner, action, ACTION_DONE, now_s);
}

/* An action from another time: its instance has left the settings, or only another version of us
 * knows its remedy. True: it has failed and says so. */
static bool
fail_unknown(struct runner *runner, struct action *action, const struct settings_remedy *remedy,
    int64_t now_s)
{
	struct row_action *row = &action->row;
	bool is_instance = role_find_instance(runner->parts.role, row->instance) != NULL;
	bool is_remedy = remedy != NULL && catalogue_find(row->remedy) != NULL;
	if (is_instance && is_remedy)
		return false;
	action_describe(row);
	size_t used = strlen(row->text);
	snprintf(row->text + used, sizeof(row->text) - used, "; ended: %s %s",
	    is_remedy ? "instance" : "remedy", is_remedy ? row->instance : row->remedy);
	used = strlen(row->text);
	snprintf(row->text + used, sizeof(row->text) - used, " is not %s",
	    is_remedy ? "watched any more" : "known here");
	finish_action(runner, action, ACTION_FAILED, now_s);
	return true;
}

static void
begin_batch(struct runner *runner, struct action *action, int64_t now_s)
{
	const struct settings *settings = &runner->parts.role->settings;
	const struct settings_remedy *remedy = settings_find_remedy(settings, action->row.remedy);
	if (fail_unknown(runner, action, remedy, now_s))
		return;
	int64_t limit = look_at_caps(runner, action, remedy, now_s);
	if (limit == 0)
		return;
	struct batch_wish wish = {
	    .remedy = remedy,
	    .action = &action->row,
	    .limit = limit,
	    .is_over = is_over(runner, &action->row),
	};
	int r = batch_choose(runner->parts.store, &wish, &runner->batch);
	if (r < 0)
		action->ready_s = now_s + TROUBLE_S;
	else if (runner->batch.queues == 0)
		on_nothing_left(runner, action, now_s);
	else
		ask_watch(runner, action, now_s);
}

/* ---- 3: watch has answered; write down what is going to be done ---- */

static bool
is_selected(const struct selection_answer *answer, const struct row_target *listed)
{
	for (int i = 0; i < answer->count; i++)
		if (answer->targets[i].inode == listed->inode &&
		    strcmp(answer->targets[i].queue_id, listed->queue_id) == 0)
			return true;
	return false;
}

/* Messages that were listed and are not there any more: written down, so that they are not asked
 * for again. Not on watch's first word: it may not have seen yet where they went, or look at every
 * queue anew just now. */
static int
save_missing(struct runner *runner, const struct selection_answer *answer, struct action *action,
    int64_t now_s)
{
	for (int i = 0; i < runner->batch.listed_count; i++) {
		struct row_target missing = runner->batch.listed[i];
		if (is_selected(answer, &missing))
			continue;
		missing.action = action->row.id;
		missing.order = 0;
		missing.outcome = OUTCOME_GONE;
		missing.time_s = now_s;
		int r = store_save_target(runner->parts.store, &missing);
		if (r < 0)
			return r;
		action->row.gone++;
	}
	return 0;
}

/* One durable transaction: the rows that explain the act, before the act. */
static int
save_batch(struct runner *runner, const struct selection_answer *answer, struct action *action,
    int64_t now_s)
{
	struct store *store = runner->parts.store;
	struct row_action before = action->row;
	int r = store_begin(store);
	if (r == 0 && answer->count == 0)
		r = save_missing(runner, answer, action, now_s);
	if (r == 0 && runner->order.count > 0)
		r = order_save(&runner->order, store, now_s);
	action->row.selected += runner->order.count;
	if (r == 0)
		action->row.matching = answer->matching;
	if (r == 0)
		r = actions_save(store, action, now_s);
	if (r == 0)
		r = store_commit(store, true);
	if (r == 0)
		return 0;
	log_error("action %" PRId64 ": batch not saved and not ordered, %s", action->row.id,
	    store_problem(store));
	store_rollback(store);
	action->row = before;
	return r;
}

static void send_order(struct runner *runner);

static void
on_selected(const struct selection_answer *answer, int64_t now_s, void *owner)
{
	struct runner *runner = owner;
	struct action *action = actions_find(runner->parts.actions, runner->action_id);
	if (action == NULL || action->row.state != ACTION_RUNNING) {
		become_idle(runner); /* taken back meanwhile */
		return;
	}
	if (answer->error != NULL) {
		log_warning(
		    "action %" PRId64 ": no messages selected, %s", action->row.id, answer->error);
		action->ready_s = now_s + TROUBLE_S;
		become_idle(runner);
		return;
	}
	if (answer->count == 0 && runner->batch.listed_count == 0) {
		become_idle(runner);
		on_nothing_left(runner, action, now_s);
		return;
	}
	if (answer->count == 0 && action->misses < MISSES_MAX) {
		action->misses++;
		action->ready_s = now_s + IDLE_S;
		become_idle(runner);
		return;
	}
	if (answer->count > 0)
		action->misses = 0;
	order_fill(&runner->order, action->row.id, answer);
	int r = save_batch(runner, answer, action, now_s);
	if (r < 0 || runner->order.count == 0) {
		action->ready_s = r < 0 ? now_s + TROUBLE_S : 0;
		become_idle(runner);
		return;
	}
	batch_done(&runner->batch);
	runner->phase = PHASE_ORDERED;
	send_order(runner);
}

/* ---- 4: the order ---- */

/* Sends the order when remedy is linked; otherwise it waits for the link. An order for an instance
 * that is not watched any more has failed: nobody can say what became of it. */
static void
send_order(struct runner *runner)
{
	struct channel *remedy = runner->parts.role->links[ROLE_REMEDY];
	const struct message_instance *instance =
	    role_find_instance(runner->parts.role, runner->instance);
	if (instance == NULL) {
		snprintf(runner->order.outcome.text, sizeof(runner->order.outcome.text),
		    "instance %s is not watched any more", runner->instance);
		runner->phase = PHASE_SETTLING;
	} else if (remedy != NULL) {
		order_send(&runner->order, remedy, runner->remedy, instance);
	}
}

void
runner_lost(struct runner *runner)
{
	runner->order.sent = false;
}

/* ---- 5: the outcomes ---- */

static void settle(struct runner *runner, int64_t now_s);

int
runner_take(struct runner *runner, const struct channel_frame *frame, int64_t now_s)
{
	if (runner->phase != PHASE_ORDERED)
		return -EBADMSG;
	int r = order_take(&runner->order, frame);
	if (r <= 0)
		return r;
	runner->phase = PHASE_SETTLING;
	settle(runner, now_s);
	return 0;
}

/* ---- 6: written down; what next ---- */

/* A round without any success makes the next one wait longer; too many end the action. */
static void
judge_round(
    struct runner *runner, struct action *action, const struct order_sum *sum, int64_t now_s)
{
	struct row_action *row = &action->row;
	action_describe(row);
	if (sum->done > 0 || sum->failed == 0) {
		action->failures = 0;
		action->ready_s = sum->done > 0 ? 0 : now_s + IDLE_S;
		return;
	}
	action->failures++;
	action->ready_s = now_s + (1 << (action->failures < 6 ? action->failures : 6));
	if (action->failures >= ROUNDS_MAX && row->state == ACTION_RUNNING) {
		row->state = ACTION_FAILED;
		size_t used = strlen(row->text);
		snprintf(row->text + used, sizeof(row->text) - used, "; gave up: %s",
		    runner->order.outcome.text);
		log_error("action %" PRId64 ": %s failed: %s", row->id, row->remedy, row->text);
	}
}

static int
save_settled(struct runner *runner, struct action *action, int64_t now_s)
{
	struct order_sum sum;
	int r = order_settle(&runner->order, runner->parts.store, now_s, &sum);
	if (r < 0)
		return r;
	action->row.done += sum.done;
	action->row.gone += sum.gone;
	action->row.changed += sum.changed;
	action->row.failed += sum.failed;
	judge_round(runner, action, &sum, now_s);
	r = actions_save(runner->parts.store, action, now_s);
	if (r < 0)
		return r;
	log_info("action %" PRId64 ": order %" PRId64 ", %s, reason %s", action->row.id,
	    runner->order.number, runner->order.outcome.text, action->row.requested_by);
	return store_commit(runner->parts.store, false);
}

/* The action as it is in memory, or, when it was taken back meanwhile, as the store has it. */
static int
find_action(struct runner *runner, struct action *spare, struct action **ret_action)
{
	*ret_action = actions_find(runner->parts.actions, runner->action_id);
	if (*ret_action != NULL)
		return 0;
	*ret_action = spare;
	return store_load_action(runner->parts.store, runner->action_id, &spare->row);
}

static void
settle(struct runner *runner, int64_t now_s)
{
	struct action spare = {0}, *action = NULL;
	struct store *store = runner->parts.store;
	int r = store_begin(store);
	if (r == 0)
		r = find_action(runner, &spare, &action);
	struct action before = r == 0 ? *action : spare;
	if (r == 0)
		r = save_settled(runner, action, now_s);
	if (r < 0) {
		log_error("order %" PRId64 ": outcome not saved yet, %s", runner->order.number,
		    store_problem(store));
		store_rollback(store);
		if (action != NULL)
			*action = before;
		return; /* phase stays: the next step tries again */
	}
	become_idle(runner);
}

/* ---- the driver, and the start ---- */

void
runner_step(struct runner *runner, bool paused, int64_t now_s)
{
	if (runner->phase == PHASE_ORDERED && !runner->order.sent)
		send_order(runner);
	if (runner->phase == PHASE_SETTLING)
		settle(runner, now_s);
	/* An action that has nothing to do lets the next one have its turn. */
	for (int i = 0; runner->phase == PHASE_IDLE && i < runner->parts.actions->count; i++) {
		struct action *action = pick_action(runner, paused, now_s);
		if (action == NULL)
			break;
		begin_batch(runner, action, now_s);
	}
	actions_prune(runner->parts.actions);
}

/* An order of this action that had no answer is under way again. 1: found, 0: none, or -errno. */
static int
resume_order(struct runner *runner, const struct row_action *row)
{
	int r = order_load(&runner->order, runner->parts.store, row->id);
	if (r <= 0)
		return r;
	log_info("order %" PRId64 ": %d messages had no answer, sent again", runner->order.number,
	    runner->order.count);
	note_owner(runner, row);
	runner->phase = PHASE_ORDERED;
	return 1;
}

/* The action that this one takes back has ended, but its last order may have had no answer: what
 * that did must be known before it can be taken back. */
static int
resume_undone(struct runner *runner, const struct row_action *row)
{
	struct row_action undone;
	int r = store_load_action(runner->parts.store, row->undo_of, &undone);
	return r < 0 ? r : resume_order(runner, &undone);
}

int
runner_resume(struct runner *runner)
{
	if (runner->phase != PHASE_IDLE)
		return 0;
	for (int i = 0; i < runner->parts.actions->count; i++) {
		const struct row_action *row = &runner->parts.actions->list[i]->row;
		int r = row->undo_of > 0 ? resume_undone(runner, row) : 0;
		if (r == 0)
			r = resume_order(runner, row);
		if (r != 0)
			return r < 0 ? r : 0;
	}
	return 0;
}
