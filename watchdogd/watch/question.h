/* SPDX-License-Identifier: ISC
 *
 * question.h - what control asks about the queues as they are now, answered in small portions so
 * that no tick waits: each question is a machine that is stepped from the loop, one after the other
 * in turn. Reads only.
 *
 * Bounded: QUESTIONS_MAX at once, the rest is refused; QUESTION_LIMIT_MS each, then it is answered
 * as far as it came; control's unread answers. A control that is gone takes its questions with it.
 */
#ifndef WATCHDOGD_WATCH_QUESTION_H
#define WATCHDOGD_WATCH_QUESTION_H

#include "lib/channel.h"
#include "lib/clock.h"
#include "proto/message.h"
#include "watchdogd/watch/ages.h"
#include "watchdogd/watch/deferral.h"
#include "watchdogd/watch/filter.h"
#include "watchdogd/watch/inspect.h"
#include "watchdogd/watch/letter.h"
#include "watchdogd/watch/track.h"

#define QUESTIONS_MAX 16
#define QUESTION_LIMIT_MS 8000 /* control waits longer */
#define QUESTION_QUEUED_MAX (4u * 1024 * 1024) /* control reads slower than we answer: wait */

struct question {
	struct message_question message;
	unsigned instance;
	struct filter filter;
	uint32_t at; /* the next entry of the live set */
	int64_t began_ms; /* monotonic */
	bool waits; /* for events that are on their way */
	struct message_answer_end end;
	int64_t asked_s; /* wall clock: what ages are counted from */
	struct ages *ages; /* of qshape, or NULL */
};

struct questions {
	struct track *track;
	struct question *list[QUESTIONS_MAX]; /* in the order of their next turns */
	unsigned count;
	bool is_blind; /* not all queues were looked at yet, or events were lost: set by the role */
	struct letter letter; /* of the step that runs */
	struct inspection inspection;
	char log[DEFERRAL_LOG_MAX]; /* why it was deferred */
	size_t log_length;
};

/* What one step has to work with. */
struct question_turn {
	struct questions *questions;
	struct question *question;
	struct channel *control;
	int64_t age_ms; /* of the question */
};

void questions_init(struct questions *questions, struct track *track);
void questions_done(struct questions *questions);
/* Control is gone, or there is a new one: nobody waits for these. */
void questions_drop(struct questions *questions);

/* QUESTION: it is answered by later steps, or refused at once. */
void questions_take(struct questions *questions, const struct message_question *message,
    struct channel *control, struct clock_mono mono, struct clock_wall now);

enum question_state {
	QUESTION_NONE, /* nothing to do */
	QUESTION_MORE, /* step again soon */
	QUESTION_LATER, /* step again after the next events: control has to read, or watch to see */
};
/* Does one portion of the first question in turn. */
enum question_state questions_step(
    struct questions *questions, struct channel *control, struct clock_mono mono);

/* ---- the kinds, each in its file: a portion; true: there is more to do ---- */

bool question_list_step(struct question_turn *turn);
bool question_show_step(struct question_turn *turn);
bool question_qshape_step(struct question_turn *turn);
bool question_top_step(struct question_turn *turn);

/* Reads the message of an entry into questions->letter. 0 or -errno (-ENOENT: it has moved). */
int question_read(struct question_turn *turn, const struct queue_entry *entry,
    const struct letter_wish *wish, struct stat *ret_stat) MUST_CHECK;
/* Reads the log that says why it was deferred into questions->log; there may be none. */
void question_read_log(struct question_turn *turn, const struct queue_entry *entry);
/* A row of the letter that was read. */
void question_fill(const struct question_turn *turn, const struct queue_entry *entry,
    const struct stat *st, const char *reason, struct message_answer_message *ret_row);

#endif
