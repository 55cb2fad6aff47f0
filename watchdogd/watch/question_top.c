/* SPDX-License-Identifier: ISC
 *
 * question_top.c - what is most frequent, by this dimension? Ranks of the census, for each class that
 * was asked about; at once.
 */
#include <stdio.h>

#include "watchdogd/watch/question.h"

static void
send_row(struct question_turn *turn, struct message_answer_top *top, const struct census_row *row)
{
	char *const examples[HITTERS_EXAMPLES] = {top->example, top->example2, top->example3};
	snprintf(top->key, sizeof(top->key), "%s", row->key);
	top->count = row->count;
	top->error = row->error;
	for (int i = 0; i < HITTERS_EXAMPLES; i++)
		snprintf(examples[i], ADDRESS_TEXT_SIZE, "%s",
		    i < row->example_count ? row->examples[i] : "");
	message_send(turn->control, MESSAGE_TYPE_ANSWER_TOP, top, -1);
	turn->question->end.rows++;
}

static void
send_ranks(struct question_turn *turn, enum dimension dimension, enum message_class class)
{
	struct question *question = turn->question;
	struct census *census = turn->questions->track->census;
	struct census_row rows[HITTERS_COUNTERS];
	int max = question->message.limit < HITTERS_COUNTERS ? (int)question->message.limit
							     : HITTERS_COUNTERS;
	struct message_answer_top top = {
	    .request = question->message.request,
	    .dimension = dimension,
	    .class = class,
	    .total = census_total(census, question->instance, dimension, class, question->asked_s),
	};
	int count =
	    census_rank(census, question->instance, dimension, class, question->asked_s, rows, max);
	/* what has decayed to nothing is no rank */
	for (int i = 0; i < count && rows[i].count > 0; i++) {
		top.rank = (uint64_t)i + 1;
		send_row(turn, &top, &rows[i]);
	}
}

bool
question_top_step(struct question_turn *turn)
{
	const struct question *question = turn->question;
	for (unsigned dimension = 0; dimension < DIMENSION_COUNT; dimension++)
		for (unsigned class = 0; class < CLASS_COUNT; class ++)
			if ((question->message.dimensions >> dimension & 1) != 0 &&
			    (question->filter.classes >> class & 1) != 0)
				send_ranks(
				    turn, (enum dimension)dimension, (enum message_class) class);
	turn->question->end.matching = question->end.rows;
	return false;
}
