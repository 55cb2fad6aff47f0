/* SPDX-License-Identifier: ISC
 *
 * runner_order.c - from watch's answer to what became of each message; the stages in the order in
 * which they happen.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/log.h"
#include "watchdogd/engine/runner_state.h"

#define ROUNDS_MAX 8 /* rounds in a row without success before an action is given up */
#define MISSES_MAX 30 /* rounds in a row after which what watch does not know is gone */
#define REFUSALS_TOLD 12 /* answers in a row that are none before the action's text says so */
#define REFUSALS_MAX (3600 / RUNNER_TROUBLE_S) /* ... before it is given up */

/* ---- watch has answered; write down what is going to be done ---- */

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
	*runner->parts.stale = true;
	return r;
}

/* No answer is never "nothing there": watch is asked again, for an hour at most. Who looks at the
 * action is told after a minute. */
static void
on_refused(struct runner *runner, struct action *action, const char *error, int64_t now_s)
{
	struct row_action before = action->row;
	action->ready_s = now_s + RUNNER_TROUBLE_S;
	if (action->refusals++ == 0)
		log_warning(
		    "action %" PRId64 ": no messages selected yet, %s", action->row.id, error);
	bool ends = action->refusals == REFUSALS_MAX;
	if (action->refusals != REFUSALS_TOLD && !ends)
		return;
	action_describe(&action->row);
	size_t used = strlen(action->row.text);
	snprintf(action->row.text + used, sizeof(action->row.text) - used, "; %s: %s",
	    ends ? "gave up" : "waits", error);
	if (ends)
		runner_finish(runner, action, &before, ACTION_FAILED, now_s);
	else
		runner_save(runner, action, &before, now_s);
}

/* An answer after it was told that there is none. */
static void
forget_refusals(struct runner *runner, struct action *action, int64_t now_s)
{
	struct row_action before = action->row;
	bool was_told = action->refusals >= REFUSALS_TOLD;
	action->refusals = 0;
	if (!was_told)
		return;
	action_describe(&action->row);
	runner_save(runner, action, &before, now_s);
}

/* A selection is looked for in portions, pass after pass, until one finds nothing. True: there may be
 * more of it. */
static bool
goes_on_looking(struct runner *runner, const struct selection_answer *answer, struct action *action)
{
	if (!runner->batch.has_conditions)
		return false;
	bool has_found = action->has_found || answer->count > 0;
	bool more = answer->at != 0 || has_found;
	action->from = answer->at;
	action->has_found = answer->at != 0 && has_found;
	return more;
}

/* Nothing was selected. What was listed may still be there: see save_missing(). True: that is all
 * for now. */
static bool
is_empty_round(struct runner *runner, const struct selection_answer *answer, struct action *action,
    int64_t now_s)
{
	bool more = goes_on_looking(runner, answer, action);
	if (answer->count > 0) {
		action->misses = 0;
		return false;
	}
	if (more)
		return true;
	if (runner->batch.listed_count == 0) {
		runner_on_nothing_left(runner, action, now_s);
		return true;
	}
	if (action->misses == MISSES_MAX)
		return false;
	action->misses++;
	action->ready_s = now_s + RUNNER_IDLE_S;
	return true;
}

void
runner_on_selected(const struct selection_answer *answer, int64_t now_s, void *owner)
{
	struct runner *runner = owner;
	struct action *action = actions_find(runner->parts.actions, runner->action_id);
	bool is_wanted = action != NULL && action->row.state == ACTION_RUNNING &&
	    !runner_is_held_back(runner) && !*runner->parts.stale;
	if (is_wanted && answer->error != NULL)
		on_refused(runner, action, answer->error, now_s);
	else if (is_wanted)
		forget_refusals(runner, action, now_s);
	if (!is_wanted || answer->error != NULL || *runner->parts.stale ||
	    is_empty_round(runner, answer, action, now_s)) {
		runner_become_idle(runner);
		return;
	}
	order_fill(&runner->order, action->row.id, answer);
	int r = save_batch(runner, answer, action, now_s);
	if (r < 0 || runner->order.count == 0) {
		action->ready_s = r < 0 ? now_s + RUNNER_TROUBLE_S : 0;
		runner_become_idle(runner);
		return;
	}
	batch_done(&runner->batch);
	runner->phase = PHASE_ORDERED;
	runner_send_order(runner);
}

/* ---- the order ---- */

/* An order for an instance that is not watched any more has failed: nobody can say what became of
 * it. */
void
runner_send_order(struct runner *runner)
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

/* Takes back an order that nobody was told of. */
static int
withdraw(struct runner *runner, struct action *action, int64_t now_s)
{
	const struct order *order = &runner->order;
	struct store *store = runner->parts.store;
	struct row_action before = action->row;
	int r = store_begin(store);
	for (int i = 0; r == 0 && i < order->count; i++)
		r = store_set_outcome(
		    store, order->number, order->targets[i].queue_id, OUTCOME_PLANNED, now_s);
	action->row.selected -= order->count;
	if (r == 0)
		r = actions_save(store, action, now_s);
	if (r == 0)
		r = store_commit(store, true);
	if (r < 0)
		action->row = before;
	return r;
}

void
runner_put_aside(struct runner *runner, int64_t now_s)
{
	struct action *action = actions_find(runner->parts.actions, runner->action_id);
	if (runner->order.repeat) {
		runner->aside = runner->action_id;
	} else if (withdraw(runner, action, now_s) < 0) {
		log_error("order %" PRId64 ": not withdrawn yet, %s", runner->order.number,
		    store_problem(runner->parts.store));
		store_rollback(runner->parts.store);
		*runner->parts.stale = true;
	}
	runner_become_idle(runner);
}

/* ---- the outcomes ---- */

int
runner_take(struct runner *runner, const struct channel_frame *frame, int64_t now_s)
{
	if (runner->phase != PHASE_ORDERED)
		return -EBADMSG;
	int r = order_take(&runner->order, frame);
	if (r <= 0)
		return r;
	runner->phase = PHASE_SETTLING;
	runner_settle(runner, now_s);
	return 0;
}

/* ---- written down; what next ---- */

/* A round without any success makes the next one wait longer; too many end the action. */
static void
judge_round(
    struct runner *runner, struct action *action, const struct order_sum *sum, int64_t now_s)
{
	struct row_action *row = &action->row;
	action_describe(row);
	if (sum->done > 0 || sum->failed == 0) {
		action->failures = 0;
		action->ready_s = sum->done > 0 ? 0 : now_s + RUNNER_IDLE_S;
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

void
runner_settle(struct runner *runner, int64_t now_s)
{
	struct action spare = {0}, *action = NULL;
	struct store *store = runner->parts.store;
	if (*runner->parts.stale)
		return;
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
		*runner->parts.stale = true;
		return;
	}
	runner_become_idle(runner);
}
