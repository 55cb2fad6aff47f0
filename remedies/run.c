/* SPDX-License-Identifier: ISC
 *
 * run.c - the stages of one order. Invariant: a program runs only on messages that were looked at
 * right before, and no outcome is "done" that was not seen.
 */
#include "remedies/run.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/log.h"

/* ---- look ---- */

/* Another file under the same id, in the queue where ours was: the id was used again. */
static bool
is_replaced(int directory, const struct remedy_message *message)
{
	struct target_place place;
	return target_look(directory, message->queue, message->queue_id, &place) == 0 &&
	    place.inode != message->inode;
}

static enum target_outcome
judge_before(const struct remedy_order *order, const struct remedy_message *message)
{
	struct target_place place;
	if (order->remedy->judge != NULL)
		return order->remedy->judge(order, message, false);
	int r = target_find(
	    order->directory, message->queue, message->queue_id, message->inode, &place);
	if (r < 0 && r != -ENOENT)
		return OUTCOME_FAILED;
	if (order->repeat && order->remedy->is_done(r == 0 ? &place : NULL))
		return OUTCOME_DONE;
	if (r < 0 || place.queue != message->queue)
		return is_replaced(order->directory, message) ? OUTCOME_CHANGED : OUTCOME_GONE;
	if (place.ctime_ns != message->ctime_ns || !place.ready)
		return OUTCOME_CHANGED;
	return OUTCOME_PLANNED;
}

/* One that is neither done nor where it was has been taken by Postfix meanwhile. */
static enum target_outcome
judge_after(const struct remedy_order *order, const struct remedy_message *message)
{
	struct target_place place;
	if (order->remedy->judge != NULL)
		return order->remedy->judge(order, message, true);
	int r = target_find(
	    order->directory, message->queue, message->queue_id, message->inode, &place);
	if (r < 0 && r != -ENOENT)
		return OUTCOME_FAILED;
	if (order->remedy->is_done(r == 0 ? &place : NULL))
		return OUTCOME_DONE;
	return r == 0 && place.queue == message->queue ? OUTCOME_FAILED : OUTCOME_GONE;
}

/* ---- act ---- */

static bool
has_planned(const struct remedy_order *order, enum queue_name queue)
{
	for (size_t i = 0; i < order->count; i++)
		if (order->messages[i].queue == queue &&
		    order->messages[i].outcome == OUTCOME_PLANNED)
			return true;
	return false;
}

/* One process a queue. A queue that fails does not keep the others back. */
static int
act(struct remedy_order *order, char problem[REASON_TEXT_SIZE])
{
	int worst = 0;
	for (int i = 0; i < QUEUE_COUNT; i++) {
		enum queue_name queue = (enum queue_name)i;
		if (!has_planned(order, queue))
			continue;
		int r = order->remedy->apply(order, queue, problem);
		if (r < 0)
			worst = r;
	}
	return worst;
}

/* ---- tell ---- */

static size_t
count_outcome(const struct remedy_order *order, enum target_outcome outcome)
{
	size_t count = 0;
	for (size_t i = 0; i < order->count; i++)
		count += order->messages[i].outcome == outcome;
	return count;
}

/* "held 198 of 200 messages: 1 gone, 1 changed" */
static void
describe(const struct remedy_order *order, char *text, size_t size)
{
	static const enum target_outcome others[] = {OUTCOME_GONE, OUTCOME_CHANGED, OUTCOME_FAILED};
	const char *separator = ": ";
	int used = snprintf(text, size, "%s %zu of %zu messages", order->row->done,
	    count_outcome(order, OUTCOME_DONE), order->count);
	for (size_t i = 0; i < ARRAY_LENGTH(others); i++) {
		size_t count = count_outcome(order, others[i]);
		if (count == 0)
			continue;
		used += snprintf(text + used, size - (size_t)used, "%s%zu %s", separator, count,
		    names_get(&names_outcome, others[i]));
		separator = ", ";
	}
}

static void
fail_all(struct remedy_order *order)
{
	for (size_t i = 0; i < order->count; i++)
		order->messages[i].outcome = OUTCOME_FAILED;
}

void
run_order(struct remedy_order *order, struct message_outcome *ret_outcome)
{
	struct message_outcome outcome = {.order = order->number, .messages = order->count};
	char problem[REASON_TEXT_SIZE] = "";
	AUTO_CLOSE int directory =
	    open(order->instance->queue_directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (directory < 0) {
		fail_all(order);
		outcome.failed = 1;
		snprintf(
		    outcome.text, sizeof(outcome.text), "queue directory: %s", log_errno(errno));
		*ret_outcome = outcome;
		return;
	}
	order->directory = directory;
	for (size_t i = 0; i < order->count; i++)
		order->messages[i].outcome = judge_before(order, &order->messages[i]);
	outcome.failed = act(order, problem) < 0;
	for (size_t i = 0; i < order->count; i++)
		if (order->messages[i].outcome == OUTCOME_PLANNED)
			order->messages[i].outcome = judge_after(order, &order->messages[i]);
	describe(order, outcome.text, sizeof(outcome.text));
	size_t used = strlen(outcome.text);
	if (outcome.failed)
		snprintf(outcome.text + used, sizeof(outcome.text) - used, "; %.850s", problem);
	*ret_outcome = outcome;
}
