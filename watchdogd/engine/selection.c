/* SPDX-License-Identifier: ISC
 *
 * selection.c - the open questions to watch, and their answers as they grow.
 */
#include "watchdogd/engine/selection.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "lib/mem.h"

struct question {
	LIST_ENTRY(question) entry;
	uint64_t request;
	struct row_target *targets;
	int count, limit;
	selection_done *done;
	void *owner;
};

struct selection {
	LIST_HEAD(, question) open;
	uint64_t last_request;
};

struct selection *
selection_new(void)
{
	struct selection *selection = mem_alloc(sizeof(*selection));
	LIST_INIT(&selection->open);
	return selection;
}

static void
question_free(struct question *question)
{
	for (int i = 0; i < question->count; i++)
		free(question->targets[i].copy);
	free(question->targets);
	free(question);
}

void
selection_free(struct selection *selection)
{
	if (selection == NULL)
		return;
	while (!LIST_EMPTY(&selection->open)) {
		struct question *question = LIST_FIRST(&selection->open);
		LIST_REMOVE(question, entry);
		question_free(question);
	}
	free(selection);
}

static void
send_listed(struct channel *watch, uint64_t request, const struct row_target *listed, int count)
{
	for (int i = 0; i < count; i++) {
		struct message_select_id id = {
		    .request = request,
		    .inode = listed[i].inode,
		    .arrival_s = listed[i].arrival_s,
		};
		memcpy(id.queue_id, listed[i].queue_id, sizeof(id.queue_id));
		message_send(watch, MESSAGE_TYPE_SELECT_ID, &id, -1);
	}
}

int
selection_ask(
    struct selection *selection, struct channel *watch, const struct selection_question *question)
{
	if (watch == NULL)
		return -ENOTCONN;
	struct message_select message = question->select;
	struct question *open = mem_alloc(sizeof(*open));
	open->request = ++selection->last_request;
	open->limit = message.limit < SELECTION_MAX ? (int)message.limit : SELECTION_MAX;
	open->targets = mem_array((size_t)open->limit, sizeof(*open->targets));
	open->done = question->done;
	open->owner = question->owner;
	LIST_INSERT_HEAD(&selection->open, open, entry);

	message.request = open->request;
	message.limit = (uint64_t)open->limit;
	message.listed = (uint64_t)question->listed_count;
	send_listed(watch, open->request, question->listed, question->listed_count);
	message_send(watch, MESSAGE_TYPE_SELECT, &message, -1);
	return 0;
}

void
selection_forget(struct selection *selection, const void *owner)
{
	struct question *question;
	LIST_FOREACH(question, &selection->open, entry)
	if (question->owner == owner)
		question->done = NULL;
}

static struct question *
find_question(struct selection *selection, uint64_t request)
{
	struct question *question;
	LIST_FOREACH(question, &selection->open, entry)
	if (question->request == request)
		return question;
	return NULL;
}

static void
answer(struct question *question, const struct selection_answer *given, int64_t now_s)
{
	LIST_REMOVE(question, entry);
	if (question->done != NULL)
		question->done(given, now_s, question->owner);
	question_free(question);
}

static int
take_selected(struct selection *selection, const struct channel_frame *frame)
{
	struct message_selected message;
	int r = message_decode(MESSAGE_TYPE_SELECTED, frame->payload, frame->length, &message);
	if (r < 0)
		return r;
	struct question *question = find_question(selection, message.request);
	if (question == NULL || question->count == question->limit ||
	    !queue_id_is(message.queue_id) || message.queue >= QUEUE_COUNT ||
	    message.class >= CLASS_COUNT)
		return -EBADMSG;
	struct row_target *target = &question->targets[question->count++];
	*target = (struct row_target){
	    .queue = (enum queue_name)message.queue,
	    .class = (enum message_class)message.class,
	    .inode = message.inode,
	    .ctime_ns = message.ctime_ns,
	    .arrival_s = message.arrival_s,
	    .size_bytes = message.size_bytes,
	};
	memcpy(target->queue_id, message.queue_id, sizeof(target->queue_id));
	memcpy(target->sender, message.sender, sizeof(target->sender));
	memcpy(target->recipient, message.recipient, sizeof(target->recipient));
	if (message.copy.length > 0)
		target->copy = mem_text_n((const char *)message.copy.data, message.copy.length);
	return 0;
}

static int
take_end(struct selection *selection, const struct channel_frame *frame, int64_t now_s)
{
	struct message_select_end message;
	int r = message_decode(MESSAGE_TYPE_SELECT_END, frame->payload, frame->length, &message);
	if (r < 0)
		return r;
	struct question *question = find_question(selection, message.request);
	if (question == NULL || message.selected != (uint64_t)question->count)
		return -EBADMSG;
	struct selection_answer given = {
	    .targets = question->targets,
	    .count = question->count,
	    .matching = (int64_t)message.matching,
	    .total = (int64_t)message.total,
	    .at = message.at,
	    .error = message.error[0] != '\0' ? message.error : NULL,
	};
	answer(question, &given, now_s);
	return 0;
}

int
selection_take(struct selection *selection, const struct channel_frame *frame, int64_t now_s)
{
	if (frame->type == MESSAGE_TYPE_SELECTED)
		return take_selected(selection, frame);
	if (frame->type == MESSAGE_TYPE_SELECT_END)
		return take_end(selection, frame, now_s);
	return -EBADMSG;
}

void
selection_lost(struct selection *selection, int64_t now_s)
{
	struct selection_answer none = {.error = "the watch role was restarted"};
	while (!LIST_EMPTY(&selection->open))
		answer(LIST_FIRST(&selection->open), &none, now_s);
}
