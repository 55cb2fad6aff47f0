/* SPDX-License-Identifier: ISC
 *
 * plan.c - batches as the engine would have ordered them, until a cap or the last message.
 */
#include "watchdogd/rehearse/plan.h"

#include <stdlib.h>

#include "lib/mem.h"
#include "proto/catalogue.h"
#include "watchdogd/engine/caps.h"
#include "watchdogd/engine/engine_state.h"

static struct plan *
get_plan(struct plans *plans, int64_t action)
{
	for (int i = 0; i < plans->count; i++)
		if (plans->list[i].action == action)
			return &plans->list[i];
	plans->list = mem_resize(plans->list, (size_t)plans->count + 1, sizeof(*plans->list));
	plans->list[plans->count] = (struct plan){.action = action};
	return &plans->list[plans->count++];
}

/* Messages of any class in the queues where the remedy may act. */
static int64_t
count_queues(const struct settings_remedy *remedy, const struct window_instance *seen)
{
	const struct catalogue_remedy *known = catalogue_find(remedy->name);
	int64_t sum = 0;
	for (int queue = 0; known != NULL && queue < QUEUE_COUNT; queue++)
		if ((remedy->queues & known->queues & 1u << queue) != 0)
			sum += (int64_t)seen->last.queues[queue].messages;
	return sum;
}

static int64_t
smaller(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* What all batches would take, if nothing else had taken any in this hour. */
static int64_t
count_within_caps(const struct settings_remedy *remedy, int64_t matching, int64_t waiting)
{
	struct row_action action = {0};
	struct caps_room room = {.messages = 1};
	while (action.done < matching && room.messages > 0) {
		caps_look(remedy, &action, waiting - action.done, action.done, &room);
		action.done += smaller(room.messages, matching - action.done);
	}
	return action.done;
}

static void
note(struct plans *plans, const struct engine *engine, const struct row_action *row)
{
	const struct settings_remedy *remedy =
	    settings_find_remedy(&engine->role->settings, row->remedy);
	const struct window_instance *seen = window_find(&engine->window, row->instance);
	if (row->matching == 0 || remedy == NULL || seen == NULL)
		return;
	struct plan *plan = get_plan(plans, row->id);
	if (row->matching <= plan->matching)
		return;
	plan->matching = row->matching;
	plan->within_caps = count_within_caps(remedy, row->matching, count_queues(remedy, seen));
}

void
plans_note(struct plans *plans, const struct engine *engine)
{
	for (int i = 0; i < engine->actions.count; i++)
		note(plans, engine, &engine->actions.list[i]->row);
}

int64_t
plans_within_caps(const struct plans *plans, int64_t action)
{
	for (int i = 0; i < plans->count; i++)
		if (plans->list[i].action == action)
			return plans->list[i].within_caps;
	return 0;
}

void
plans_done(struct plans *plans)
{
	free(plans->list);
}
