/* SPDX-License-Identifier: ISC
 *
 * question.c - the pending questions and their turns; see question.h.
 */
#include "watchdogd/watch/question.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/escape.h"
#include "lib/mem.h"

typedef bool question_step(struct question_turn *turn);

static question_step *const steps[QUESTION_COUNT] = {
    [QUESTION_LIST] = question_list_step,
    [QUESTION_SHOW] = question_show_step,
    [QUESTION_QSHAPE] = question_qshape_step,
    [QUESTION_TOP] = question_top_step,
};

void
questions_init(struct questions *questions, struct track *track)
{
	questions->track = track;
	questions->count = 0;
	questions->is_blind = false;
}

static void
free_question(struct question *question)
{
	ages_free(question->ages);
	free(question);
}

void
questions_drop(struct questions *questions)
{
	for (unsigned i = 0; i < questions->count; i++)
		free_question(questions->list[i]);
	questions->count = 0;
}

void
questions_done(struct questions *questions)
{
	questions_drop(questions);
}

/* ---- taking one ---- */

static void
refuse(struct channel *control, uint64_t request, const char *text)
{
	struct message_answer_end end = {.request = request};
	snprintf(end.error, sizeof(end.error), "%s", text);
	message_send(control, MESSAGE_TYPE_ANSWER_END, &end, -1);
}

/* The reason why the instance cannot be asked about, or NULL. */
static const char *
find_instance(const struct spool *spool, const char *name, unsigned *ret_instance)
{
	unsigned found = 0;
	while (found < spool->instance_count && name[0] != '\0' &&
	    strcmp(spool->instances[found].names->name, name) != 0)
		found++;
	if (found == spool->instance_count)
		return "there is no such instance; watchdogctl queues shows those there are";
	if (name[0] == '\0' && spool->instance_count > 1)
		return "there are several instances: name one with --instance; watchdogctl queues "
		       "shows them";
	if (spool->instances[found].fd < 0)
		return "the instance's queue directory is absent";
	*ret_instance = found;
	return NULL;
}

static const char *
check(struct questions *questions, struct question *question, int64_t now_s, char *problem,
    size_t size)
{
	const struct message_question *message = &question->message;
	const struct filter_words words = FILTER_WORDS(message);
	if (questions->count == QUESTIONS_MAX)
		return "too many questions wait to be answered; ask again in a moment";
	if (message->kind >= QUESTION_COUNT || steps[message->kind] == NULL)
		return "watch does not know this kind of question";
	const char *error =
	    find_instance(&questions->track->spool, message->instance, &question->instance);
	if (error == NULL && filter_init(&question->filter, &words, now_s, problem, size) < 0)
		error = problem;
	return error;
}

void
questions_take(struct questions *questions, const struct message_question *message,
    struct channel *control, struct clock_mono mono, struct clock_wall now)
{
	char problem[REASON_TEXT_SIZE];
	AUTO_FREE struct question *question = mem_alloc(sizeof(*question));
	question->message = *message;
	question->at = 1;
	question->began_ms = mono.ms;
	question->asked_s = now.ms / 1000;
	question->end.request = message->request;
	const char *error = check(questions, question, now.ms / 1000, problem, sizeof(problem));
	if (error != NULL)
		refuse(control, message->request, error);
	else
		questions->list[questions->count++] = TAKE(question);
}

/* ---- turns ---- */

/* What the queues hold that were asked about. */
static void
count_total(struct question_turn *turn)
{
	struct question *question = turn->question;
	for (unsigned name = 0; name < QUEUE_COUNT; name++) {
		if ((question->filter.queues >> name & 1) == 0)
			continue;
		const struct queue_counts *counts = queue_get_counts(
		    turn->questions->track->queue, question->instance, (enum queue_name)name);
		for (int class = 0; class < CLASS_COUNT; class ++)
			question->end.total += counts->messages[class];
		question->end.unread += counts->messages[CLASS_UNREAD];
	}
}

static void
finish(struct question_turn *turn)
{
	count_total(turn);
	turn->question->end.partial |= turn->questions->is_blind;
	snprintf(turn->question->end.instance, sizeof(turn->question->end.instance), "%s",
	    turn->questions->track->spool.instances[turn->question->instance].names->name);
	message_send(turn->control, MESSAGE_TYPE_ANSWER_END, &turn->question->end, -1);
	free_question(turn->question);
}

enum question_state
questions_step(struct questions *questions, struct channel *control, struct clock_mono mono)
{
	if (questions->count == 0)
		return QUESTION_NONE;
	if (channel_queued(control) > QUESTION_QUEUED_MAX)
		return QUESTION_LATER;
	struct question_turn turn = {
	    .questions = questions,
	    .question = questions->list[0],
	    .control = control,
	    .age_ms = mono.ms - questions->list[0]->began_ms,
	};
	turn.question->waits = false;
	questions->count--;
	memmove(questions->list, questions->list + 1, questions->count * sizeof(*questions->list));
	bool more = steps[turn.question->message.kind](&turn);
	if (more && turn.age_ms >= QUESTION_LIMIT_MS)
		turn.question->end.partial = 1;
	bool goes_on = more && turn.question->end.partial == 0;
	if (goes_on)
		questions->list[questions->count++] = turn.question;
	else
		finish(&turn);
	if (goes_on && questions->count == 1 && turn.question->waits)
		return QUESTION_LATER;
	return questions->count > 0 ? QUESTION_MORE : QUESTION_NONE;
}

/* ---- for the kinds ---- */

int
question_read(struct question_turn *turn, const struct queue_entry *entry,
    const struct letter_wish *wish, struct stat *ret_stat)
{
	char id[QUEUE_ID_SIZE];
	struct questions *questions = turn->questions;
	AUTO_CLOSE int fd = spool_open(&questions->track->spool, entry->slot,
	    queue_id_text(questions->track->queue, entry, id));
	return fd < 0 ? fd : letter_read(&questions->letter, fd, wish, ret_stat);
}

void
question_read_log(struct question_turn *turn, const struct queue_entry *entry)
{
	char id[QUEUE_ID_SIZE];
	struct questions *questions = turn->questions;
	const struct track *track = questions->track;
	questions->log_length = spool_read_defer_log(&track->spool, entry->slot,
	    queue_id_text(track->queue, entry, id), questions->log, sizeof(questions->log));
}

static void
put_address(char out[ADDRESS_TEXT_SIZE], const struct letter_address *address)
{
	escape_text(address->text, address->length, out, ADDRESS_TEXT_SIZE);
}

void
question_fill(const struct question_turn *turn, const struct queue_entry *entry,
    const struct stat *st, const char *reason, struct message_answer_message *ret_row)
{
	const struct track *track = turn->questions->track;
	const struct letter *letter = &turn->questions->letter;
	enum queue_name queue = queue_name(track->queue, entry);
	char words[CAUSE_TEXT_SIZE];
	*ret_row = (struct message_answer_message){
	    .request = turn->question->message.request,
	    .queue = queue,
	    .class = letter->envelope.class,
	    .arrival_s = (uint64_t)letter->arrival_s,
	    .size_bytes = letter->size_bytes,
	    .recipients = letter->recipients,
	    .next_try_s = queue == QUEUE_DEFERRED ? (uint64_t)st->st_mtime : 0,
	};
	queue_id_text(track->queue, entry, ret_row->queue_id);
	put_address(ret_row->sender, &letter->sender);
	put_address(ret_row->recipient, &letter->recipient);
	memcpy(ret_row->client, letter->client, sizeof(ret_row->client));
	snprintf(ret_row->reason, sizeof(ret_row->reason), "%s", reason);
	snprintf(ret_row->cause, sizeof(ret_row->cause), "%.*s", ADDRESS_TEXT_SIZE - 1,
	    census_cause(track->census, turn->question->instance, entry, words));
}
