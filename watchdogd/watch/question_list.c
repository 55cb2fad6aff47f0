/* SPDX-License-Identifier: ISC
 *
 * question_list.c - which messages are of this kind? One pass over the live set in portions; what
 * is named was read anew. Matches beyond the limit are counted as long as no file has to be read.
 */
#include <string.h>

#include "watchdogd/watch/question.h"

#define STEP_ENTRIES 20000u
#define STEP_FILES 100u

/* Why it was deferred: what the log says of the first recipient, or of the first of whom it says
 * what is looked for. Returns reason. */
static char *
find_reason(struct question_turn *turn, const struct queue_entry *entry, struct deferral *deferral)
{
	const struct filter *filter = &turn->question->filter;
	struct deferral_log log;
	question_read_log(turn, entry);
	deferral_open(&log, turn->questions->log, turn->questions->log_length);
	while (deferral_next(&log, deferral))
		if (filter_is_reason(filter, deferral->reason))
			return deferral->reason;
	deferral->reason[0] = '\0';
	return deferral->reason;
}

/* A file that cannot be read has moved, and its event is on the way; or it is no message. */
static void
try_entry(struct question_turn *turn, const struct queue_entry *entry)
{
	struct question *question = turn->question;
	struct message_answer_message row;
	struct deferral deferral;
	struct stat st;
	const struct letter_wish wish = filter_wish(&question->filter);
	if (question_read(turn, entry, &wish, &st) < 0 ||
	    !filter_is(&question->filter, &turn->questions->letter))
		return;
	const char *reason = find_reason(turn, entry, &deferral);
	if (!filter_is_reason(&question->filter, reason))
		return;
	question->end.matching++;
	question->end.rows++;
	question_fill(turn, entry, &st, reason, &row);
	message_send(turn->control, MESSAGE_TYPE_ANSWER_MESSAGE, &row, -1);
}

bool
question_list_step(struct question_turn *turn)
{
	struct question *question = turn->question;
	const struct queue *queue = turn->questions->track->queue;
	unsigned files = 0;
	for (unsigned i = 0; i < STEP_ENTRIES && files < STEP_FILES; i++) {
		if (question->at >= queue_end(queue))
			return false;
		bool full = question->end.rows >= question->message.limit;
		const struct queue_entry *entry = queue_get(queue, question->at++);
		if (!queue_is_live(entry) || queue_instance(queue, entry) != question->instance ||
		    !filter_may(&question->filter, queue, turn->questions->track->census, entry))
			continue;
		if (full && filter_is_known(&question->filter)) {
			question->end.matching++;
		} else if (full) {
			question->end.partial = 1; /* this one may be one more */
			return false;
		} else {
			try_entry(turn, entry);
			files++;
		}
	}
	return true;
}
