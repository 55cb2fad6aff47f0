/* SPDX-License-Identifier: ISC
 *
 * selection.h - asks watch which messages there are, and hands the answer back whole. Engine.
 *
 * Every question is answered once: with messages, or with an error when watch was lost. What comes
 * from watch is checked: an id that is none, a queue or class that is none, more messages than were
 * asked for are malformed.
 */
#ifndef WATCHDOGD_ENGINE_SELECTION_H
#define WATCHDOGD_ENGINE_SELECTION_H

#include "lib/channel.h"
#include "proto/rows.h"

#define SELECTION_MAX 1000 /* messages of one answer */

struct selection_answer {
	struct row_target *targets; /* borrowed, copies included */
	int count;
	int64_t matching, total; /* as SELECT_END says */
	uint64_t at; /* where a selection goes on, or 0: all was looked at */
	const char *error; /* NULL, or why there is no answer */
};

typedef void selection_done(const struct selection_answer *answer, int64_t now_s, void *owner);

struct selection;

struct selection *selection_new(void);
void selection_free(struct selection *selection); /* open questions are not answered any more */

struct selection_question {
	struct message_select select; /* request and listed are filled in by selection_ask() */
	const struct row_target *listed; /* NULL, or: only these, by queue id, inode and T */
	int listed_count;
	selection_done *done; /* called once, later, from the loop */
	void *owner;
};

/* Sends a question. 0 or -ENOTCONN: watch is NULL, `done` will not be called. */
int selection_ask(struct selection *selection, struct channel *watch,
    const struct selection_question *question) MUST_CHECK;
/* Forgets the questions of an owner that goes away. */
void selection_forget(struct selection *selection, const void *owner);

/* Takes SELECTED and SELECT_END. 0 or -EBADMSG. */
int selection_take(
    struct selection *selection, const struct channel_frame *frame, int64_t now_s) MUST_CHECK;
/* watch was lost: every open question is answered with an error. */
void selection_lost(struct selection *selection, int64_t now_s);

#endif
