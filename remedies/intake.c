/* SPDX-License-Identifier: ISC
 *
 * intake.c - frames to an order.
 */
#include "remedies/intake.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

void
intake_clear(struct intake *intake)
{
	intake->open = false;
	intake->count = 0;
}

/* ---- collect ---- */

static int
take_head(struct intake *intake, const struct channel_frame *frame)
{
	if (intake->open ||
	    message_decode(MESSAGE_TYPE_ORDER, frame->payload, frame->length, &intake->head) < 0)
		return -EBADMSG;
	intake->open = true;
	intake->count = 0;
	return 0;
}

static int
take_message(struct intake *intake, const struct channel_frame *frame)
{
	struct message_order_message message;
	if (!intake->open || intake->count == INTAKE_MESSAGES_MAX ||
	    message_decode(MESSAGE_TYPE_ORDER_MESSAGE, frame->payload, frame->length, &message) <
		0 ||
	    message.order != intake->head.order || message.queue >= QUEUE_COUNT)
		return -EBADMSG;
	struct remedy_message *ours = &intake->messages[intake->count++];
	*ours = (struct remedy_message){
	    .queue = (enum queue_name)message.queue,
	    .inode = message.inode,
	    .ctime_ns = message.ctime_ns,
	    .outcome = OUTCOME_PLANNED,
	};
	memcpy(ours->queue_id, message.queue_id, sizeof(ours->queue_id));
	return 0;
}

static int
take_end(struct intake *intake, const struct channel_frame *frame)
{
	struct message_order_end end;
	if (!intake->open ||
	    message_decode(MESSAGE_TYPE_ORDER_END, frame->payload, frame->length, &end) < 0 ||
	    end.order != intake->head.order || end.messages != intake->count)
		return -EBADMSG;
	return 1;
}

int
intake_take(struct intake *intake, const struct channel_frame *frame)
{
	switch (frame->type) {
	case MESSAGE_TYPE_ORDER:
		return take_head(intake, frame);
	case MESSAGE_TYPE_ORDER_MESSAGE:
		return take_message(intake, frame);
	case MESSAGE_TYPE_ORDER_END:
		return take_end(intake, frame);
	default:
		return -EBADMSG;
	}
}

/* ---- check ---- */

static const struct message_instance *
find_instance(const struct role *role, const struct message_order *head)
{
	for (int i = 0; i < role->instance_count; i++)
		if (strcmp(role->instances[i].config_directory, head->config_directory) == 0 &&
		    strcmp(role->instances[i].queue_directory, head->queue_directory) == 0)
			return &role->instances[i];
	return NULL;
}

static int
check_messages(
    const struct intake *intake, const struct catalogue_remedy *row, char problem[REASON_TEXT_SIZE])
{
	/* Never from active, whatever a row says: an agent may be delivering the message. */
	unsigned queues = row->queues & ~(1u << QUEUE_ACTIVE);
	for (size_t i = 0; i < intake->count; i++) {
		const struct remedy_message *message = &intake->messages[i];
		if (!queue_id_is(message->queue_id))
			return remedy_refuse(problem, "no queue id:", message->queue_id);
		if ((queues & 1u << message->queue) == 0)
			return remedy_refuse(problem, "the remedy may not act in the queue",
			    names_get(&names_queue, message->queue));
	}
	return 0;
}

int
intake_check(struct intake *intake, const struct role *role, struct remedy_order *ret_order,
    char problem[REASON_TEXT_SIZE])
{
	struct remedy_order order = {
	    .number = intake->head.order,
	    .remedy = remedy_find(intake->head.remedy),
	    .row = catalogue_find(intake->head.remedy),
	    .instance = find_instance(role, &intake->head),
	    .command_directory = role->settings.postfix.command_directory,
	    .repeat = intake->head.repeat != 0,
	    .messages = intake->messages,
	    .count = intake->count,
	};
	if (order.remedy == NULL || order.row == NULL)
		return remedy_refuse(problem, "there is no remedy", intake->head.remedy);
	if (order.instance == NULL)
		return remedy_refuse(problem, "no instance of ours has the configuration directory",
		    intake->head.config_directory);
	int r = check_messages(intake, order.row, problem);
	if (r == 0)
		*ret_order = order;
	return r;
}
