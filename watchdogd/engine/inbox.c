/* SPDX-License-Identifier: ISC
 *
 * inbox.c - one second of one watcher, from many frames to one struct.
 */
#include "watchdogd/engine/inbox.h"

#include <errno.h>
#include <string.h>

/* The part of an instance, begun when its first frame comes; NULL when there are too many. */
static struct tick_instance *
get_instance(struct tick *tick, const char *name)
{
	for (int i = 0; i < tick->count; i++)
		if (strcmp(tick->instances[i].name, name) == 0)
			return &tick->instances[i];
	if (tick->count == INSTANCES_MAX)
		return NULL;
	struct tick_instance *instance = &tick->instances[tick->count++];
	*instance = (struct tick_instance){0};
	memcpy(instance->name, name, strnlen(name, sizeof(instance->name) - 1));
	return instance;
}

static int
take_queue(struct tick *tick, const struct channel_frame *frame)
{
	struct message_tick_queue message;
	int r = message_decode(MESSAGE_TYPE_TICK_QUEUE, frame->payload, frame->length, &message);
	if (r < 0)
		return r;
	struct tick_instance *instance = get_instance(tick, message.instance);
	if (instance == NULL || message.queue >= QUEUE_COUNT)
		return -EBADMSG;
	instance->queues[message.queue] = message;
	return 0;
}

static int
take_flow(struct tick *tick, const struct channel_frame *frame)
{
	struct message_tick_flow message;
	int r = message_decode(MESSAGE_TYPE_TICK_FLOW, frame->payload, frame->length, &message);
	if (r < 0)
		return r;
	struct tick_instance *instance = get_instance(tick, message.instance);
	if (instance == NULL)
		return -EBADMSG;
	instance->flow = message;
	return 0;
}

static int
take_top(struct tick *tick, const struct channel_frame *frame)
{
	struct message_tick_top message;
	int r = message_decode(MESSAGE_TYPE_TICK_TOP, frame->payload, frame->length, &message);
	if (r < 0)
		return r;
	if (get_instance(tick, message.instance) == NULL)
		return -EBADMSG;
	return tops_add(&tick->tops, &message, INSTANCES_MAX * TOPS_MAX);
}

static int
take_spool(struct tick *tick, const struct channel_frame *frame)
{
	if (tick->spool_count == SPOOLS_MAX)
		return -EBADMSG;
	int r = message_decode(MESSAGE_TYPE_TICK_SPOOL, frame->payload, frame->length,
	    &tick->spools[tick->spool_count]);
	if (r == 0)
		tick->spool_count++;
	return r;
}

static int
take_end(struct inbox *inbox, const struct channel_frame *frame, const struct tick **ret_tick)
{
	static struct tick whole; /* large, and one is enough: the role has one loop */
	struct message_tick message;
	int r = message_decode(MESSAGE_TYPE_TICK, frame->payload, frame->length, &message);
	if (r < 0)
		return r;
	struct tops spare = whole.tops;
	whole = inbox->gathering;
	whole.time_s = whole.tops.time_s = (int64_t)(message.time_ms / 1000);
	inbox->gathering.tops = spare;
	inbox_clear(inbox);
	*ret_tick = &whole;
	return 1;
}

int
inbox_take(struct inbox *inbox, const struct channel_frame *frame, const struct tick **ret_tick)
{
	switch (frame->type) {
	case MESSAGE_TYPE_TICK_QUEUE:
		return take_queue(&inbox->gathering, frame);
	case MESSAGE_TYPE_TICK_FLOW:
		return take_flow(&inbox->gathering, frame);
	case MESSAGE_TYPE_TICK_TOP:
		return take_top(&inbox->gathering, frame);
	case MESSAGE_TYPE_TICK_SPOOL:
		return take_spool(&inbox->gathering, frame);
	case MESSAGE_TYPE_TICK:
		return take_end(inbox, frame, ret_tick);
	default:
		return -EBADMSG;
	}
}

void
inbox_clear(struct inbox *inbox)
{
	inbox->gathering.count = inbox->gathering.spool_count = 0;
	tops_clear(&inbox->gathering.tops);
}

void
inbox_done(struct inbox *inbox)
{
	tops_done(&inbox->gathering.tops);
}

const struct tick_instance *
tick_find(const struct tick *tick, const char *instance)
{
	for (int i = 0; i < tick->count; i++)
		if (strcmp(tick->instances[i].name, instance) == 0)
			return &tick->instances[i];
	return NULL;
}
