/* SPDX-License-Identifier: ISC
 *
 * inquiry.h - a question to watch, and its answer as it comes in: rows are gathered until the
 * closing frame makes a document of them. Control. Rows and bytes are bounded; what is too much is
 * left out, and the document says so.
 */
#ifndef WATCHDOGD_CONTROL_INQUIRY_H
#define WATCHDOGD_CONTROL_INQUIRY_H

#include <jansson.h>
#include <stdbool.h>

#include "lib/channel.h"
#include "proto/ctl.h"
#include "proto/selector.h"

#define INQUIRY_ROWS_MAX 20000
#define INQUIRY_BYTES_MAX (8u * 1024 * 1024)

struct inquiry;

/* Whether watch answers a verb. */
bool inquiry_is_known(enum ctl_verb verb);
/* Which messages a request means. */
void inquiry_conditions(const struct ctl_request *request, struct selector *ret_selector);
/* What to ask watch. */
struct message_question inquiry_question(const struct ctl_request *request, uint64_t number);

/* Begins to gather what answers question `number`. */
struct inquiry *inquiry_new(const struct ctl_request *request, uint64_t number);
void inquiry_free(struct inquiry *inquiry); /* NULL is fine */
uint64_t inquiry_number(const struct inquiry *inquiry);

/* Any frame that answers a question. */
union inquiry_answer {
	uint64_t request; /* they all begin with it */
	struct message_answer_message message;
	struct message_answer_recipient recipient;
	struct message_answer_move move;
	struct message_answer_domain domain;
	struct message_answer_top top;
	struct message_answer_end end;
};

/* 0; -EBADMSG: malformed, or no answer. */
int inquiry_decode(const struct channel_frame *frame, union inquiry_answer *ret_answer) MUST_CHECK;
/* Takes the answer that was decoded from this frame. 0; -EBADMSG: it is none to this question.
 * ret_document stays untouched until the closing frame has come; then it is the document, or an
 * error. */
int inquiry_take(struct inquiry *inquiry, const struct channel_frame *frame,
    const union inquiry_answer *answer, json_t **ret_document) MUST_CHECK;

#endif
