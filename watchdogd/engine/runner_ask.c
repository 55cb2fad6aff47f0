/* SPDX-License-Identifier: ISC
 *
 * runner_ask.c - how many messages an action may take now, and which: watch is asked.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/log.h"
#include "proto/catalogue.h"
#include "watchdogd/engine/caps.h"
#include "watchdogd/engine/runner_state.h"

#define HOUR_S 3600

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
		action->ready_s = now_s + RUNNER_TROUBLE_S;
		return 0;
	}
	struct caps_room room;
	struct row_action before = action->row;
	caps_look(
	    remedy, &action->row, count_in_queues(instance, remedy->queues), done_last_hour, &room);
	if (room.messages > 0)
		return room.messages;
	action_describe(&action->row);
	size_t used = strlen(action->row.text);
	snprintf(action->row.text + used, sizeof(action->row.text) - used, "; %s", room.text);
	action->ready_s = now_s + 60;
	if (room.for_good)
		runner_finish(runner, action, &before, ACTION_CAPPED, now_s);
	else
		runner_save(runner, action, &before, now_s);
	return 0;
}

static void
ask_watch(struct runner *runner, struct action *action, int64_t now_s)
{
	struct selection_question question = {
	    .listed = runner->batch.listed,
	    .listed_count = runner->batch.listed_count,
	    .done = runner_on_selected,
	    .owner = runner,
	};
	SELECTOR_COPY(&question.select, &runner->batch.selector);
	question.select.queues = runner->batch.queues;
	question.select.classes = runner->batch.classes;
	question.select.from = runner->batch.has_conditions ? action->from : 0;
	question.select.limit = (uint64_t)runner->batch.limit;
	question.select.copy_bytes = (uint64_t)runner->batch.copy_bytes;
	memcpy(question.select.instance, action->row.instance, sizeof(question.select.instance));
	runner_note_owner(runner, &action->row);
	if (selection_ask(
		runner->parts.selection, runner->parts.role->links[ROLE_WATCH], &question) < 0) {
		action->ready_s = now_s + RUNNER_IDLE_S;
		runner_become_idle(runner);
		return;
	}
	runner->phase = PHASE_SELECTING;
}

/* Of messages that are in no queue watch knows nothing: all that are listed are taken. */
static void
take_listed(struct runner *runner, struct action *action, int64_t now_s)
{
	struct selection_answer answer = {
	    .targets = runner->batch.listed,
	    .count = runner->batch.listed_count,
	    .matching = runner->batch.listed_count,
	};
	runner_note_owner(runner, &action->row);
	runner_on_selected(&answer, now_s, runner);
}

/* Whether the incident of a rule's action is closed; false where it cannot be known now. */
static bool
is_over(struct runner *runner, const struct row_action *row)
{
	struct row_incident incident;
	return runner_is_by_rule(row) &&
	    store_load_incident(runner->parts.store, row->incident, &incident) == 0 &&
	    incident.state == INCIDENT_CLOSED;
}

void
runner_on_nothing_left(struct runner *runner, struct action *action, int64_t now_s)
{
	if (runner_is_by_rule(&action->row) && !is_over(runner, &action->row)) {
		action->ready_s = now_s + RUNNER_IDLE_S;
		return;
	}
	struct row_action before = action->row;
	action_describe(&action->row);
	runner_finish(runner, action, &before, ACTION_DONE, now_s);
}

/* An action from another time: its instance has left the settings, or only another version of us
 * knows its remedy. True: it has failed and says so. */
static bool
fail_unknown(struct runner *runner, struct action *action, const struct settings_remedy *remedy,
    int64_t now_s)
{
	struct row_action *row = &action->row, before = *row;
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
	runner_finish(runner, action, &before, ACTION_FAILED, now_s);
	return true;
}

void
runner_begin_batch(struct runner *runner, struct action *action, int64_t now_s)
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
		action->ready_s = now_s + RUNNER_TROUBLE_S;
	else if (runner->batch.queues == 0)
		runner_on_nothing_left(runner, action, now_s);
	else if (catalogue_find(remedy->name)->from_copies)
		take_listed(runner, action, now_s);
	else
		ask_watch(runner, action, now_s);
}
