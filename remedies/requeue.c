/* SPDX-License-Identifier: ISC
 *
 * requeue.c - held messages that an operator has selected come in anew (postsuper(1), -r): rewriting,
 * routing and content_filter are done again, as they are now. That is the way out of hold after the
 * filter or a map was put right; release would let them go as they were. A message gets a new queue
 * id, keeps its arrival time, and is taken by pickup(8) within a minute.
 */
#include "remedies/postsuper.h"
#include "remedies/remedy.h"

static int
apply(const struct remedy_order *order, enum queue_name queue, char problem[REASON_TEXT_SIZE])
{
	return postsuper_run(order, queue, "-r", problem);
}

/* What pickup was quick to take has another inode by now: it is told as gone. */
static bool
is_done(const struct target_place *place)
{
	return place != NULL && place->queue == QUEUE_MAILDROP;
}

const struct remedy remedy_requeue = {
    .name = "requeue",
    .privilege = AS_ROOT,
    .apply = apply,
    .is_done = is_done,
};
