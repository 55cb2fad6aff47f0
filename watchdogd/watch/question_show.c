/* SPDX-License-Identifier: ISC
 *
 * question_show.c - what is known of this message? Its file read anew, its recipients, and where it
 * was lately; of one that has left, that alone.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/escape.h"
#include "watchdogd/watch/question.h"

#define PATIENCE_MS 500 /* a message on the move: its event comes within 20 ms */
#define RECIPIENTS_MAX 1000

static void
send_recipient(void *turn_, const struct letter_address *address, bool done)
{
	struct question_turn *turn = turn_;
	struct message_answer_recipient row = {
	    .request = turn->question->message.request,
	    .done = done,
	};
	if (turn->question->end.rows > RECIPIENTS_MAX) { /* the message is a row, too */
		turn->question->end.partial = 1;
		return;
	}
	turn->question->end.rows++;
	escape_text(address->text, address->length, row.address, sizeof(row.address));
	message_send(turn->control, MESSAGE_TYPE_ANSWER_RECIPIENT, &row, -1);
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

static int
send_message(struct question_turn *turn, const struct queue_entry *entry)
{
	static const struct letter_wish only_itself;
	struct questions *questions = turn->questions;
	struct message_answer_message row;
	struct stat st;
	char id[QUEUE_ID_SIZE];
	int r = question_read(turn, entry, &only_itself, &st);
	if (r == 0 && questions->letter.envelope.class == CLASS_UNREAD)
		r = -EBADMSG;
	if (r < 0)
		return r;
	question_fill(turn, entry, &st, "", &row);
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
	const struct letter_wish wish = {.on_recipient = send_recipient, .owner = turn};
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
	if (turn->question->end.rows == 0)
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
