/* SPDX-License-Identifier: ISC
 *
 * hold.c - the messages that an operator has selected go to the hold queue. How that is done, and seen
 * to be done, is as with bounces: hold_bounces.c.
 */
#include "remedies/postsuper.h"
#include "remedies/remedy.h"

static int
apply(const struct remedy_order *order, enum queue_name queue, char problem[REASON_TEXT_SIZE])
{
	return postsuper_run(order, queue, "-h", problem);
}

static bool
is_done(const struct target_place *place)
{
	return place != NULL && place->queue == QUEUE_HOLD;
}

const struct remedy remedy_hold = {
    .name = "hold",
    .privilege = AS_ROOT,
    .apply = apply,
    .is_done = is_done,
};
