/* SPDX-License-Identifier: ISC
 *
 * runner.c - which action has its turn, and what goes on after a start or a pause.
 */
#include "watchdogd/engine/runner.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lib/log.h"
#include "lib/mem.h"
#include "proto/catalogue.h"
#include "watchdogd/engine/runner_state.h"

#define WAIT_MAX_S 64 /* the longest of all waits */

struct runner *
runner_new(const struct runner_parts *parts)
{
	struct runner *runner = mem_alloc(sizeof(*runner));
	runner->parts = *parts;
	return runner;
}

void
runner_become_idle(struct runner *runner)
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
	runner_become_idle(runner);
	free(runner);
}

void
runner_note_owner(struct runner *runner, const struct row_action *row)
{
	runner->action_id = row->id;
	memcpy(runner->remedy, row->remedy, sizeof(runner->remedy));
	memcpy(runner->instance, row->instance, sizeof(runner->instance));
}

/* ---- pauses ---- */

bool
runner_is_by_rule(const struct row_action *row)
{
	return row->incident > 0 && row->undo_of == 0;
}

/* One that was taken back meanwhile is not running: what its order did must be known. */
static bool
is_held_back(const struct runner *runner, int64_t id)
{
	const struct action *action = actions_find(runner->parts.actions, id);
	return runner->paused && action != NULL && action->row.state == ACTION_RUNNING &&
	    runner_is_by_rule(&action->row);
}

bool
runner_is_held_back(const struct runner *runner)
{
	return is_held_back(runner, runner->action_id);
}

/* ---- saving ---- */

void
runner_save(
    struct runner *runner, struct action *action, const struct row_action *before, int64_t now_s)
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
	action->row = *before;
	*runner->parts.stale = true;
}

void
runner_finish(struct runner *runner, struct action *action, const struct row_action *before,
    enum action_state state, int64_t now_s)
{
	action->row.state = state;
	log_info("action %" PRId64 ": %s %s: %s", action->row.id, action->row.remedy,
	    names_get(&names_action, state), action->row.text);
	runner_save(runner, action, before, now_s);
}

/* ---- whose turn it is ---- */

static bool
is_ready(const struct runner *runner, const struct action *action, int64_t now_s)
{
	const struct catalogue_remedy *remedy = catalogue_find(action->row.remedy);
	bool on_messages = remedy == NULL || !remedy->on_setting; /* else: changes.c */
	/* A time further off than any wait is one from before the clock was set back. */
	bool is_due = action->ready_s <= now_s || action->ready_s > now_s + WAIT_MAX_S;
	return action->row.state == ACTION_RUNNING && on_messages && is_due &&
	    !(runner->paused && runner_is_by_rule(&action->row));
}

static struct action *
pick_action(struct runner *runner, int64_t now_s)
{
	const struct actions *actions = runner->parts.actions;
	for (int i = 0; i < actions->count; i++) {
		int at = (runner->next + i) % actions->count;
		if (is_ready(runner, actions->list[at], now_s)) {
			runner->next = (at + 1) % actions->count;
			return actions->list[at];
		}
	}
	return NULL;
}

/* ---- orders without an answer ---- */

/* An order of this action that had no answer is under way again; when another one is, it is put
 * aside. 1: found, 0: none, or -errno. */
static int
resume_order(struct runner *runner, const struct row_action *row)
{
	struct order order = {0};
	int r = order_load(&order, runner->parts.store, row->id);
	if (r <= 0)
		return r;
	if (runner->phase != PHASE_IDLE) {
		runner->aside = row->id;
		order_clear(&order);
		return 1;
	}
	log_info("order %" PRId64 ": %d messages had no answer yet", order.number, order.count);
	runner_note_owner(runner, row);
	runner->order = order;
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
	int r = 0;
	if (runner->phase != PHASE_IDLE)
		return 0;
	for (int i = 0; r >= 0 && i < runner->parts.actions->count; i++) {
		const struct row_action *row = &runner->parts.actions->list[i]->row;
		r = row->undo_of > 0 ? resume_undone(runner, row) : 0;
		if (r >= 0)
			r = resume_order(runner, row);
	}
	return r < 0 ? r : 0;
}

/* The pause is over, or the action was taken back. */
static void
take_up_aside(struct runner *runner)
{
	struct row_action row;
	int r = store_load_action(runner->parts.store, runner->aside, &row);
	if (r == 0)
		r = resume_order(runner, &row);
	if (r < 0) {
		log_error("action %" PRId64 ": order not read, %s", runner->aside,
		    store_problem(runner->parts.store));
		*runner->parts.stale = true;
		return;
	}
	runner->aside = 0;
}

/* ---- the driver ---- */

void
runner_lost(struct runner *runner)
{
	runner->order.sent = false;
}

static void
step_order(struct runner *runner, int64_t now_s)
{
	if (runner->phase == PHASE_IDLE && runner->aside != 0 &&
	    !is_held_back(runner, runner->aside))
		take_up_aside(runner);
	if (runner->phase == PHASE_ORDERED && !runner->order.sent && runner_is_held_back(runner))
		runner_put_aside(runner, now_s);
	if (runner->phase == PHASE_ORDERED && !runner->order.sent)
		runner_send_order(runner);
	if (runner->phase == PHASE_SETTLING)
		runner_settle(runner, now_s);
}

void
runner_step(struct runner *runner, bool paused, int64_t now_s)
{
	runner->paused = paused;
	step_order(runner, now_s);
	/* An action that has nothing to do lets the next one have its turn. */
	for (int i = 0; runner->phase == PHASE_IDLE && i < runner->parts.actions->count &&
	    !*runner->parts.stale;
	    i++) {
		struct action *action = pick_action(runner, now_s);
		if (action == NULL)
			break;
		runner_begin_batch(runner, action, now_s);
	}
	actions_prune(runner->parts.actions);
}
