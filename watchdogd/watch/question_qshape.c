/* SPDX-License-Identifier: ISC
 *
 * question_qshape.c - how old is what waits, by domain? One pass over the live set in portions, from
 * memory alone; then the table is sorted and sent. What is not read yet is in no row.
 */
#include <inttypes.h>
#include <stdio.h>

#include "watchdogd/watch/question.h"

#define STEP_ENTRIES 20000u

struct counting {
	struct ages *ages;
	int64_t age_s;
	uint32_t recipients;
	bool by_sender;
};

static void
count_domain(const char *domain, uint32_t recipients, void *counting_)
{
	struct counting *counting = counting_;
	counting->recipients += recipients;
	if (!counting->by_sender)
		ages_count(
		    counting->ages, ages_row(counting->ages, domain), recipients, counting->age_s);
}

/* By sender, too, only a message counts that has a recipient still to be done. */
static void
count_entry(struct question_turn *turn, const struct queue_entry *entry)
{
	struct question *question = turn->question;
	const struct census *census = turn->questions->track->census;
	struct counting counting = {
	    .ages = question->ages,
	    .age_s = question->asked_s - (int64_t)entry->arrival_s,
	    .by_sender = question->message.by_sender != 0,
	};
	census_list_recipients(census, entry, count_domain, &counting);
	if (counting.by_sender && counting.recipients > 0)
		ages_count(question->ages,
		    ages_row(question->ages, census_sender_domain(census, entry)), 1,
		    counting.age_s);
}

static void
send_row(struct question_turn *turn, const struct ages_row *row)
{
	struct message_answer_domain domain = {.request = turn->question->message.request};
	size_t length = 0;
	snprintf(domain.domain, sizeof(domain.domain), "%s", row->domain);
	for (unsigned i = 0; i <= turn->question->message.buckets; i++)
		length += (size_t)snprintf(domain.counts + length, sizeof(domain.counts) - length,
		    "%s%" PRIu64, i == 0 ? "" : " ", row->counts[i]);
	message_send(turn->control, MESSAGE_TYPE_ANSWER_DOMAIN, &domain, -1);
	turn->question->end.rows++;
}

static void
send_table(struct question_turn *turn)
{
	struct question *question = turn->question;
	const struct message_question *message = &question->message;
	size_t count;
	if (message->parents != 0)
		ages_add_parents(question->ages);
	const struct ages_row *const *rows =
	    ages_sort(question->ages, (unsigned)message->subdomains, &count);
	for (size_t i = 0; i < count && i < message->limit; i++)
		send_row(turn, rows[i]);
	question->end.matching = count;
}

/* Begins the table. False: what was asked makes none. */
static bool
begin(struct question *question)
{
	const struct message_question *message = &question->message;
	if (message->buckets < 1 || message->buckets > QSHAPE_BUCKETS_MAX || message->bucket_s < 1)
		return false;
	question->ages = ages_new(&(struct ages_shape){
	    .buckets = (unsigned)message->buckets,
	    .bucket_s = message->bucket_s,
	    .linear = message->linear != 0,
	});
	return true;
}

bool
question_qshape_step(struct question_turn *turn)
{
	struct question *question = turn->question;
	const struct queue *queue = turn->questions->track->queue;
	if (question->ages == NULL && !begin(question)) {
		snprintf(question->end.error, sizeof(question->end.error),
		    "buckets: 1 to %d of a minute and more are possible", QSHAPE_BUCKETS_MAX);
		return false;
	}
	for (unsigned i = 0; i < STEP_ENTRIES && question->at < queue_end(queue); i++) {
		const struct queue_entry *entry = queue_get(queue, question->at++);
		if (queue_is_live(entry) && entry->ready &&
		    queue_instance(queue, entry) == question->instance &&
		    (question->filter.queues >> queue_name(queue, entry) & 1) != 0)
			count_entry(turn, entry);
	}
	question->end.partial =
	    question->at < queue_end(queue) && turn->age_ms >= QUESTION_LIMIT_MS;
	if (question->at < queue_end(queue) && question->end.partial == 0)
		return true;
	send_table(turn);
	return false;
}
