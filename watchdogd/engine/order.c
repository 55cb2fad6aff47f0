/* SPDX-License-Identifier: ISC
 *
 * order.c - the rows, the frames and the outcomes of one batch.
 */
#include "watchdogd/engine/order.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"

void
order_clear(struct order *order)
{
	for (int i = 0; i < order->count; i++)
		free(order->targets[i].copy);
	free(order->targets);
	*order = (struct order){0};
}

void
order_fill(struct order *order, int64_t action, const struct selection_answer *answer)
{
	order_clear(order);
	order->action = action;
	order->targets = mem_array((size_t)answer->count, sizeof(*order->targets));
	order->count = answer->count;
	for (int i = 0; i < answer->count; i++) {
		order->targets[i] = answer->targets[i];
		answer->targets[i].copy = NULL; /* ours now */
	}
}

int
order_save(struct order *order, struct store *store, int64_t now_s)
{
	int r = store_next_order(store, &order->number);
	for (int i = 0; r == 0 && i < order->count; i++) {
		struct row_target *target = &order->targets[i];
		target->action = order->action;
		target->order = order->number;
		target->outcome = OUTCOME_ORDERED;
		target->time_s = now_s;
		r = store_save_target(store, target);
	}
	return r;
}

static void
send_messages(const struct order *order, struct channel *remedy)
{
	for (int i = 0; i < order->count; i++) {
		struct message_order_message message = {
		    .order = (uint64_t)order->number,
		    .queue = order->targets[i].queue,
		    .inode = order->targets[i].inode,
		    .ctime_ns = order->targets[i].ctime_ns,
		};
		memcpy(message.queue_id, order->targets[i].queue_id, sizeof(message.queue_id));
		message_send(remedy, MESSAGE_TYPE_ORDER_MESSAGE, &message, -1);
	}
}

void
order_send(struct order *order, struct channel *remedy, const char *name,
    const struct message_instance *instance)
{
	struct message_order head = {
	    .order = (uint64_t)order->number,
	    .repeat = order->repeat,
	};
	struct message_order_end end = {
	    .order = (uint64_t)order->number,
	    .messages = (uint64_t)order->count,
	};
	memcpy(head.remedy, name, strnlen(name, sizeof(head.remedy) - 1));
	memcpy(head.config_directory, instance->config_directory, sizeof(head.config_directory));
	memcpy(head.queue_directory, instance->queue_directory, sizeof(head.queue_directory));
	message_send(remedy, MESSAGE_TYPE_ORDER, &head, -1);
	send_messages(order, remedy);
	message_send(remedy, MESSAGE_TYPE_ORDER_END, &end, -1);
	order->sent = true;
	order->repeat = true; /* should it have to be sent again */
}

static int
take_message(struct order *order, const struct channel_frame *frame)
{
	struct message_outcome_message message;
	int r =
	    message_decode(MESSAGE_TYPE_OUTCOME_MESSAGE, frame->payload, frame->length, &message);
	if (r < 0)
		return r;
	if (message.order != (uint64_t)order->number || message.outcome >= OUTCOME_COUNT)
		return -EBADMSG;
	for (int i = 0; i < order->count; i++) {
		if (strcmp(order->targets[i].queue_id, message.queue_id) != 0)
			continue;
		order->targets[i].outcome = (enum target_outcome)message.outcome;
		return 0;
	}
	return -EBADMSG;
}

int
order_take(struct order *order, const struct channel_frame *frame)
{
	struct message_outcome outcome;
	if (frame->type == MESSAGE_TYPE_OUTCOME_MESSAGE)
		return take_message(order, frame);
	if (frame->type != MESSAGE_TYPE_OUTCOME)
		return -EBADMSG;
	int r = message_decode(MESSAGE_TYPE_OUTCOME, frame->payload, frame->length, &outcome);
	if (r < 0)
		return r;
	if (outcome.order != (uint64_t)order->number)
		return -EBADMSG;
	order->outcome = outcome;
	return 1;
}

static void
add_outcome(struct order_sum *sum, enum target_outcome outcome)
{
	sum->done += outcome == OUTCOME_DONE;
	sum->gone += outcome == OUTCOME_GONE;
	sum->changed += outcome == OUTCOME_CHANGED;
	sum->failed += outcome == OUTCOME_FAILED;
}

int
order_settle(
    const struct order *order, struct store *store, int64_t now_s, struct order_sum *ret_sum)
{
	struct order_sum sum = {0};
	for (int i = 0; i < order->count; i++) {
		const struct row_target *target = &order->targets[i];
		enum target_outcome outcome = target->outcome;
		if (outcome == OUTCOME_ORDERED || outcome == OUTCOME_PLANNED)
			outcome = OUTCOME_FAILED;
		add_outcome(&sum, outcome);
		int r = store_set_outcome(store, order->number, target->queue_id, outcome, now_s);
		if (r < 0)
			return r;
	}
	*ret_sum = sum;
	return 0;
}

/* Targets of the first order that is found; those of another one come after it is settled. */
static int
append_ordered(const struct row_target *row, void *owner)
{
	struct order *order = owner;
	if (order->count > 0 && row->order != order->number)
		return 0;
	order->targets =
	    mem_resize(order->targets, (size_t)order->count + 1, sizeof(*order->targets));
	order->targets[order->count] = *row;
	order->targets[order->count++].copy = NULL;
	order->number = row->order;
	order->action = row->action;
	return 0;
}

int
order_load(struct order *order, struct store *store, int64_t action)
{
	order_clear(order);
	int r = store_list_targets(
	    store, action, 0, OUTCOME_ORDERED, false, SELECTION_MAX, append_ordered, order);
	if (r < 0) {
		order_clear(order);
		return r;
	}
	order->repeat = true;
	return order->count > 0;
}
