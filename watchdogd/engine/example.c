/* SPDX-License-Identifier: ISC
 *
 * example.c - asks for one message and writes it as one line.
 */
#include "watchdogd/engine/example.h"

#include <stdio.h>

#define PART_MAX 400 /* of an address: both fit into one line */

static void
on_example(const struct selection_answer *answer, int64_t now_s UNUSED, void *owner)
{
	struct incident *incident = owner;
	if (answer->error != NULL || answer->count == 0)
		return;
	const struct row_target *target = &answer->targets[0];
	snprintf(incident->example, sizeof(incident->example), "%s in %s, from <%.*s> to <%.*s>",
	    target->queue_id, names_get(&names_queue, (int)target->queue), PART_MAX, target->sender,
	    PART_MAX, target->recipient);
}

/* The classes that a signal is about. */
static unsigned
find_classes(enum signal_name signal)
{
	if (signal == SIGNAL_BOUNCES || signal == SIGNAL_BOUNCES_MADE)
		return 1u << CLASS_BOUNCE;
	if (signal == SIGNAL_DSN)
		return 1u << CLASS_DSN;
	return (1u << CLASS_COUNT) - 1;
}

void
example_ask(const struct example_asking *asking, struct incident *incident)
{
	struct selection_question question = {
	    .select =
		{
		    .queues = (1u << QUEUE_COUNT) - 1,
		    .classes = find_classes(asking->signal),
		    .limit = 1,
		},
	    .done = on_example,
	    .owner = incident,
	};
	snprintf(
	    question.select.instance, sizeof(question.select.instance), "%s", asking->instance);
	/* Without watch there is no example: the incident is told all the same. */
	(void)!selection_ask(asking->selection, asking->watch, &question);
}
