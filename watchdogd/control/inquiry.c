/* SPDX-License-Identifier: ISC
 *
 * inquiry.c - requests into questions, rows into documents.
 */
#include "watchdogd/control/inquiry.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"
#include "proto/document.h"

#define LIST_LIMIT 20 /* where no limit is asked for */
#define TOP_LIMIT 5 /* of each dimension and class */
#define SHAPES_LIMIT 10
#define QSHAPE_BUCKETS 10 /* as qshape(1) has it */
#define QSHAPE_MINUTES 5
#define QSHAPE_SUBDOMAINS 5
#define QSHAPE_QUEUES (1u << QUEUE_INCOMING | 1u << QUEUE_ACTIVE)

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
	case CTL_QSHAPE:
		return QUESTION_QSHAPE;
	case CTL_TOP:
	case CTL_SHAPES:
	case CTL_CAUSES:
		return QUESTION_TOP;
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

static void
fill_qshape(struct message_question *question, const struct ctl_request *request)
{
	question->queues = or_default(request->queues, QSHAPE_QUEUES);
	question->limit = or_default(request->limit, CTL_LIMIT_MAX);
	question->by_sender = (uint64_t)request->by_sender;
	question->parents = (uint64_t)request->parents;
	question->subdomains = or_default(request->subdomains, QSHAPE_SUBDOMAINS);
	question->buckets = or_default(request->buckets, QSHAPE_BUCKETS);
	question->bucket_s = or_default(request->minutes, QSHAPE_MINUTES) * 60;
	question->linear = (uint64_t)request->linear;
}

static void
fill_top(struct message_question *question, const struct ctl_request *request)
{
	switch (request->verb) {
	case CTL_SHAPES:
		question->dimensions = 1u << DIMENSION_SHAPE | 1u << DIMENSION_SUBJECT;
		question->limit = or_default(request->limit, SHAPES_LIMIT);
		break;
	case CTL_CAUSES:
		question->dimensions = 1u << DIMENSION_CAUSE;
		question->limit = or_default(request->limit, LIST_LIMIT);
		break;
	default:
		question->dimensions = or_default(request->dimension, (1 << DIMENSION_COUNT) - 1);
		question->limit = or_default(request->limit, TOP_LIMIT);
		break;
	}
}

void
inquiry_conditions(const struct ctl_request *request, struct selector *ret_selector)
{
	struct selector selector = {
	    .queues = (uint64_t)request->queues,
	    .classes = (uint64_t)request->classes,
	    .older_s = (uint64_t)request->older_s,
	    .younger_s = (uint64_t)request->younger_s,
	    .larger_bytes = (uint64_t)request->larger_bytes,
	    .smaller_bytes = (uint64_t)request->smaller_bytes,
	};
	memcpy(selector.sender, request->sender, sizeof(selector.sender));
	memcpy(selector.shape, request->shape, sizeof(selector.shape));
	memcpy(selector.domain, request->domain, sizeof(selector.domain));
	memcpy(selector.client, request->client, sizeof(selector.client));
	memcpy(selector.reason, request->reason, sizeof(selector.reason));
	*ret_selector = selector;
}

struct message_question
inquiry_question(const struct ctl_request *request, uint64_t number)
{
	struct message_question question = {
	    .request = number,
	    .kind = (uint64_t)kind_of(request->verb),
	    .limit = or_default(request->limit, LIST_LIMIT),
	};
	struct selector selector;
	inquiry_conditions(request, &selector);
	SELECTOR_COPY(&question, &selector);
	if (request->verb == CTL_QSHAPE)
		fill_qshape(&question, request);
	if (question.kind == QUESTION_TOP)
		fill_top(&question, request);
	snprintf(question.instance, sizeof(question.instance), "%s", request->instance);
	snprintf(
	    question.queue_id, sizeof(question.queue_id), "%.*s", QUEUE_ID_MAX, request->queue_id);
	return question;
}

/* ---- gathering ---- */

/* Where each bucket but the last ends. */
static json_t *
make_bounds(const struct ctl_request *request)
{
	struct message_question question = {.request = 0};
	json_t *bounds = json_array();
	fill_qshape(&question, request);
	uint64_t bound = question.bucket_s;
	for (uint64_t bucket = 1; bucket < question.buckets; bucket++) {
		json_array_append_new(bounds, json_integer((json_int_t)bound));
		bound += question.linear != 0 ? question.bucket_s : bound;
	}
	return bounds;
}

/* The arrays that a document of this verb has, even when they stay empty. */
static void
begin_document(struct inquiry *inquiry)
{
	json_t *document = inquiry->document;
	switch (inquiry->request.verb) {
	case CTL_SHOW:
		document_put(document, "message", json_null());
		document_put(document, "recipients", json_array());
		document_put(document, "moves", json_array());
		break;
	case CTL_QSHAPE:
		document_put_text(
		    document, "by", inquiry->request.by_sender != 0 ? "sender" : "recipient");
		document_put(document, "bounds_s", make_bounds(&inquiry->request));
		document_put(document, "domains", json_array());
		break;
	case CTL_TOP:
	case CTL_SHAPES:
	case CTL_CAUSES:
		document_put(document, "ranks", json_array());
		break;
	default:
		document_put(document, "messages", json_array());
		break;
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

/* Appends a row that was just made; one that is NULL, or that this document has no place for, is not
 * watch's. */
static int
append(struct inquiry *inquiry, const char *key, json_t *row)
{
	json_t *array = json_object_get(inquiry->document, key);
	if (!json_is_array(array) || row == NULL) {
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
	case MESSAGE_TYPE_ANSWER_DOMAIN:
		return append(inquiry, "domains", document_domain(&answer->domain));
	case MESSAGE_TYPE_ANSWER_TOP:
		return append(inquiry, "ranks", document_rank(&answer->top));
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
	if (json_object_get(document, "messages") != NULL ||
	    json_object_get(document, "domains") != NULL) {
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
	case MESSAGE_TYPE_ANSWER_DOMAIN:
	case MESSAGE_TYPE_ANSWER_TOP:
	case MESSAGE_TYPE_ANSWER_END:
		return message_decode(
		    (enum message_type)frame->type, frame->payload, frame->length, ret_answer);
	default:
		return -EBADMSG;
	}
}
