/* SPDX-License-Identifier: ISC
 *
 * inquiry.c - requests into questions, rows into documents.
 */
#include "watchdogd/control/inquiry.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/mem.h"
#include "proto/document.h"

#define LIST_LIMIT 20 /* where no limit is asked for */

struct inquiry {
	struct ctl_request request;
	uint64_t number;
	json_t *document;
	size_t rows, bytes;
	bool cut; /* there was too much */
};

/* ---- questions ---- */

static int
kind_of(enum ctl_verb verb)
{
	switch (verb) {
	case CTL_LIST:
		return QUESTION_LIST;
	case CTL_SHOW:
		return QUESTION_SHOW;
	default:
		return -1;
	}
}

bool
inquiry_is_known(enum ctl_verb verb)
{
	return kind_of(verb) >= 0;
}

static uint64_t
or_default(int64_t value, int64_t otherwise)
{
	return (uint64_t)(value > 0 ? value : otherwise);
}

struct message_question
inquiry_question(const struct ctl_request *request, uint64_t number)
{
	struct message_question question = {
	    .request = number,
	    .kind = (uint64_t)kind_of(request->verb),
	    .limit = or_default(request->limit, LIST_LIMIT),
	    .queues = (uint64_t)request->queues,
	    .classes = (uint64_t)request->classes,
	    .older_s = (uint64_t)request->older_s,
	    .younger_s = (uint64_t)request->younger_s,
	    .larger_bytes = (uint64_t)request->larger_bytes,
	    .smaller_bytes = (uint64_t)request->smaller_bytes,
	};
	snprintf(question.instance, sizeof(question.instance), "%s", request->instance);
	snprintf(
	    question.queue_id, sizeof(question.queue_id), "%.*s", QUEUE_ID_MAX, request->queue_id);
	snprintf(question.sender, sizeof(question.sender), "%s", request->sender);
	snprintf(question.shape, sizeof(question.shape), "%s", request->shape);
	snprintf(question.domain, sizeof(question.domain), "%s", request->domain);
	snprintf(question.client, sizeof(question.client), "%s", request->client);
	snprintf(question.reason, sizeof(question.reason), "%s", request->reason);
	return question;
}

/* ---- gathering ---- */

/* The arrays that a document of this verb has, even when they stay empty. */
static void
begin_document(struct inquiry *inquiry)
{
	json_t *document = inquiry->document;
	if (inquiry->request.verb == CTL_SHOW) {
		document_put(document, "message", json_null());
		document_put(document, "recipients", json_array());
		document_put(document, "moves", json_array());
	} else {
		document_put(document, "messages", json_array());
	}
}

struct inquiry *
inquiry_new(const struct ctl_request *request, uint64_t number)
{
	struct inquiry *inquiry = mem_alloc(sizeof(*inquiry));
	inquiry->request = *request;
	inquiry->number = number;
	inquiry->document = json_object();
	begin_document(inquiry);
	return inquiry;
}

void
inquiry_free(struct inquiry *inquiry)
{
	if (inquiry == NULL)
		return;
	json_decref(inquiry->document);
	free(inquiry);
}

uint64_t
inquiry_number(const struct inquiry *inquiry)
{
	return inquiry->number;
}

/* Appends a row that was just made; an answer that this document has no place for is not watch's. */
static int
append(struct inquiry *inquiry, const char *key, json_t *row)
{
	json_t *array = json_object_get(inquiry->document, key);
	if (!json_is_array(array)) {
		json_decref(row);
		return -EBADMSG;
	}
	json_array_append_new(array, row);
	return 0;
}

static int
take_message(struct inquiry *inquiry, const struct message_answer_message *row)
{
	json_t *message = document_message(row);
	if (inquiry->request.verb != CTL_SHOW)
		return append(inquiry, "messages", message);
	AUTO_FREE char *copy = mem_text_n((const char *)row->copy.data, row->copy.length);
	document_put_text(message, "copy", copy);
	document_put(inquiry->document, "message", message);
	return 0;
}

static int
take_row(
    struct inquiry *inquiry, const struct channel_frame *frame, const union inquiry_answer *answer)
{
	if (inquiry->rows >= INQUIRY_ROWS_MAX ||
	    inquiry->bytes + frame->length > INQUIRY_BYTES_MAX) {
		inquiry->cut = true;
		return 0;
	}
	inquiry->rows++;
	inquiry->bytes += frame->length;
	switch (frame->type) {
	case MESSAGE_TYPE_ANSWER_MESSAGE:
		return take_message(inquiry, &answer->message);
	case MESSAGE_TYPE_ANSWER_RECIPIENT:
		return append(inquiry, "recipients", document_recipient(&answer->recipient));
	case MESSAGE_TYPE_ANSWER_MOVE:
		return append(inquiry, "moves", document_move(&answer->move));
	default:
		return -EBADMSG;
	}
}

/* ---- the closing frame ---- */

static json_t *
make_document(struct inquiry *inquiry, const struct message_answer_end *end)
{
	if (end->error[0] != '\0')
		return ctl_make_error(CTL_REFUSED, end->error);
	json_t *document = json_incref(inquiry->document);
	document_put_text(document, "instance", end->instance);
	if (inquiry->request.verb != CTL_SHOW) {
		document_put_count(document, "matching", end->matching);
		document_put_count(document, "total", end->total);
		document_put_count(document, "unread", end->unread);
	}
	document_put_bool(document, "complete", end->partial == 0 && !inquiry->cut);
	return document;
}

int
inquiry_take(struct inquiry *inquiry, const struct channel_frame *frame,
    const union inquiry_answer *answer, json_t **ret_document)
{
	if (frame->type != MESSAGE_TYPE_ANSWER_END)
		return take_row(inquiry, frame, answer);
	*ret_document = make_document(inquiry, &answer->end);
	return 0;
}

int
inquiry_decode(const struct channel_frame *frame, union inquiry_answer *ret_answer)
{
	switch (frame->type) {
	case MESSAGE_TYPE_ANSWER_MESSAGE:
	case MESSAGE_TYPE_ANSWER_RECIPIENT:
	case MESSAGE_TYPE_ANSWER_MOVE:
	case MESSAGE_TYPE_ANSWER_END:
		return message_decode(
		    (enum message_type)frame->type, frame->payload, frame->length, ret_answer);
	default:
		return -EBADMSG;
	}
}
