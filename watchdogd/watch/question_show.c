/* SPDX-License-Identifier: ISC
 *
 * question_show.c - what is known of this message? Its file read anew, its recipients, and where it
 * was lately; of one that has left, that alone.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <xxhash.h>

#include "lib/escape.h"
#include "lib/mem.h"
#include "watchdogd/watch/question.h"

#define PATIENCE_MS 500 /* a message on the move: its event comes within 20 ms */
#define RECIPIENTS_MAX 1000

/* The log's records by recipient: there may be many of both. */
struct log_index {
	struct {
		uint64_t key;
		struct deferral_log at;
	} records[RECIPIENTS_MAX];
	size_t count;
};

static uint64_t
key_of(const char *address)
{
	return XXH3_64bits(address, strlen(address));
}

static void
fill_index(struct log_index *index, const struct questions *questions)
{
	struct deferral_log log, before;
	struct deferral deferral;
	deferral_open(&log, questions->log, questions->log_length);
	for (before = log; index->count < RECIPIENTS_MAX && deferral_next(&log, &deferral);
	    before = log) {
		index->records[index->count].key = key_of(deferral.recipient);
		index->records[index->count++].at = before;
	}
}

/* What the log says of this recipient; nothing where it says nothing. */
static void
fill_reason(const struct log_index *index, struct message_answer_recipient *row)
{
	uint64_t key = key_of(row->address);
	for (size_t i = 0; i < index->count; i++) {
		struct deferral_log at = index->records[i].at;
		struct deferral deferral;
		if (index->records[i].key != key || !deferral_next(&at, &deferral) ||
		    strcmp(deferral.recipient, row->address) != 0)
			continue;
		snprintf(row->status, sizeof(row->status), "%s", deferral.status);
		snprintf(row->reason, sizeof(row->reason), "%s", deferral.reason);
		return;
	}
}

struct recipients_owner {
	struct question_turn *turn;
	struct log_index *index;
};

static void
send_recipient(void *owner_, const struct letter_address *address, bool done)
{
	struct recipients_owner *owner = owner_;
	struct question *question = owner->turn->question;
	struct message_answer_recipient row = {.request = question->message.request, .done = done};
	if (question->end.rows > RECIPIENTS_MAX) { /* the message is a row, too */
		question->end.partial = 1;
		return;
	}
	question->end.rows++;
	escape_text(address->text, address->length, row.address, sizeof(row.address));
	if (!done)
		fill_reason(owner->index, &row);
	message_send(owner->turn->control, MESSAGE_TYPE_ANSWER_RECIPIENT, &row, -1);
}

static void
send_move(const struct move *move, void *turn_)
{
	struct question_turn *turn = turn_;
	const struct message_answer_move row = {
	    .request = turn->question->message.request,
	    .time_s = move->time_s,
	    .from = move->from,
	    .to = move->to,
	};
	turn->question->end.rows++;
	message_send(turn->control, MESSAGE_TYPE_ANSWER_MOVE, &row, -1);
}

static void
send_moves(struct question_turn *turn)
{
	const struct question *question = turn->question;
	moves_list(&turn->questions->track->moves, question->instance, question->message.queue_id,
	    send_move, turn);
}

/* The row of the message has the reason of the first recipient that has one. */
static const char *
find_reason(struct question_turn *turn, const struct queue_entry *entry, struct deferral *deferral)
{
	struct deferral_log log;
	question_read_log(turn, entry);
	deferral_open(&log, turn->questions->log, turn->questions->log_length);
	return deferral_next(&log, deferral) ? deferral->reason : "";
}

static int
send_message(struct question_turn *turn, const struct queue_entry *entry)
{
	static const struct letter_wish only_itself;
	struct questions *questions = turn->questions;
	struct message_answer_message row;
	struct deferral deferral;
	struct stat st;
	char id[QUEUE_ID_SIZE];
	int r = question_read(turn, entry, &only_itself, &st);
	if (r == 0 && questions->letter.envelope.class == CLASS_UNREAD)
		r = -EBADMSG;
	if (r < 0)
		return r;
	question_fill(turn, entry, &st, find_reason(turn, entry, &deferral), &row);
	AUTO_CLOSE int fd = spool_open(&questions->track->spool, entry->slot,
	    queue_id_text(questions->track->queue, entry, id));
	if (fd < 0)
		return fd;
	r = inspect_records(&questions->inspection, reader_pread, &fd, INSPECT_COPY_MAX);
	if (r < 0)
		return r;
	row.copy = (struct wire_bytes){
	    (const uint8_t *)questions->inspection.copy, questions->inspection.copy_length};
	turn->question->end.matching = turn->question->end.rows = 1;
	message_send(turn->control, MESSAGE_TYPE_ANSWER_MESSAGE, &row, -1);
	return 0;
}

/* The recipients with a second reading: the first has shown that the file can be read. */
static void
send_recipients(struct question_turn *turn, const struct queue_entry *entry)
{
	AUTO_FREE struct log_index *index = mem_alloc(sizeof(*index));
	struct recipients_owner owner = {turn, index};
	const struct letter_wish wish = {.on_recipient = send_recipient, .owner = &owner};
	fill_index(index, turn->questions);
	struct stat st;
	int r = question_read(turn, entry, &wish, &st);
	if (r < 0)
		turn->question->end.partial = 1;
}

static void
fail(struct question_turn *turn, const char *text)
{
	snprintf(turn->question->end.error, sizeof(turn->question->end.error), "%s: %s",
	    turn->question->message.queue_id, text);
}

/* It is not in the queues; perhaps it was, lately. */
static void
tell_absence(struct question_turn *turn)
{
	send_moves(turn);
	if (turn->question->end.rows > 0)
		return;
	if (turn->questions->is_blind)
		fail(turn,
		    "not seen yet: watch is still looking at the queues; ask again in a moment");
	else
		fail(turn,
		    "no such message is in the queues, and none was lately; watchdogctl list "
		    "shows those there are");
}

bool
question_show_step(struct question_turn *turn)
{
	struct question *question = turn->question;
	const struct queue *queue = turn->questions->track->queue;
	uint32_t number = queue_find(queue, question->instance, question->message.queue_id);
	if (number == QUEUE_NONE) {
		tell_absence(turn);
		return false;
	}
	const struct queue_entry *entry = queue_get(queue, number);
	int r = send_message(turn, entry);
	if (r < 0 && turn->age_ms < PATIENCE_MS) {
		question->waits = true;
		return true;
	}
	if (r < 0) {
		fail(turn, "its file is incomplete or cannot be read; is it being written?");
		return false;
	}
	send_recipients(turn, entry);
	send_moves(turn);
	return false;
}
