/* SPDX-License-Identifier: ISC
 *
 * batch.c - where an action's next messages come from.
 */
#include "watchdogd/engine/batch.h"

#include <stdlib.h>

#include "lib/mem.h"
#include "proto/catalogue.h"

/* Enough for the envelope of a bounce and its headers. */
#define COPY_BYTES 16384

#define ALL_CLASSES ((1u << CLASS_COUNT) - 1)

struct gathering {
	struct store *store;
	const struct row_action *by;
	struct batch *batch;
	int64_t limit;
};

static int
append_target(const struct row_target *row, void *owner)
{
	struct gathering *gathering = owner;
	struct batch *batch = gathering->batch;
	batch->listed =
	    mem_resize(batch->listed, (size_t)batch->listed_count + 1, sizeof(*batch->listed));
	batch->listed[batch->listed_count] = *row;
	batch->listed[batch->listed_count].copy = NULL;
	batch->listed_count++;
	return 0;
}

static int
list_pending(struct gathering *gathering, int64_t from)
{
	int64_t room = gathering->limit - gathering->batch->listed_count;
	if (room <= 0)
		return 0;
	return store_list_pending_targets(
	    gathering->store, from, gathering->by->id, room, append_target, gathering);
}

/* An action of the same incident that put messages into hold. */
static int
append_held(const struct row_action *row, void *owner)
{
	struct gathering *gathering = owner;
	const struct catalogue_remedy *remedy = catalogue_find(row->remedy);
	if (row->id == gathering->by->id || remedy == NULL || remedy->undo == NULL ||
	    remedy->ends_in_nothing || row->state == ACTION_UNDONE)
		return 0;
	return list_pending(gathering, row->id);
}

/* Where the remedy may act. */
static unsigned
find_queues(const struct settings_remedy *remedy)
{
	const struct catalogue_remedy *known = catalogue_find(remedy->name);
	return known != NULL ? remedy->queues & known->queues : 0;
}

bool
batch_takes_held(const struct settings_remedy *remedy)
{
	return (find_queues(remedy) & 1u << QUEUE_HOLD) != 0;
}

static int
list_sources(struct gathering *gathering, const struct settings_remedy *remedy)
{
	const struct row_action *action = gathering->by;
	if (action->undo_of > 0)
		return list_pending(gathering, action->undo_of);
	if (action->incident > 0 && batch_takes_held(remedy))
		return store_list_actions(
		    gathering->store, action->incident, false, 1000, append_held, gathering);
	return 0;
}

/* Leaves only what the operator who asked for the action has selected. */
static int
narrow(const struct row_action *action, struct batch *batch)
{
	if (action->selection[0] == '\0')
		return 0;
	int r = selector_decode(action->selection, &batch->selector);
	if (r < 0)
		return r;
	batch->has_conditions = true;
	if (batch->selector.queues != 0)
		batch->queues &= (unsigned)batch->selector.queues;
	if (batch->selector.classes != 0)
		batch->classes &= (unsigned)batch->selector.classes;
	if (batch->classes == 0)
		batch->queues = 0;
	return 0;
}

int
batch_choose(struct store *store, const struct batch_wish *wish, struct batch *ret_batch)
{
	const struct row_action *action = wish->action;
	const struct catalogue_remedy *known = catalogue_find(wish->remedy->name);
	unsigned queues = find_queues(wish->remedy);
	struct batch batch = {
	    .limit = wish->limit,
	    .copy_bytes = known != NULL && known->keeps_copy ? COPY_BYTES : 0,
	};
	struct gathering gathering = {
	    .store = store,
	    .by = action,
	    .batch = &batch,
	    .limit = wish->limit,
	};
	int r = list_sources(&gathering, wish->remedy);
	if (r != 0) {
		batch_done(&batch);
		return r;
	}
	if (batch.listed_count > 0) {
		batch.queues = 1u << QUEUE_HOLD;
		batch.classes = action->undo_of > 0 ? ALL_CLASSES : known->classes;
	} else if (known != NULL && action->undo_of == 0 && !wish->is_over) {
		batch.queues = action->incident > 0 ? queues & ~(1u << QUEUE_HOLD) : queues;
		batch.classes = known->classes;
		r = narrow(action, &batch);
	}
	if (r < 0)
		return r;
	*ret_batch = batch;
	return 0;
}

void
batch_done(struct batch *batch)
{
	free(batch->listed);
	batch->listed = NULL;
	batch->listed_count = 0;
}
