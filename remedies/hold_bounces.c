/* SPDX-License-Identifier: ISC
 *
 * hold_bounces.c - bounces go to the hold queue, where Postfix leaves them alone. Ids, logs
 * and times stay as they are, so that release takes it back in full (postsuper(1), -h).
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

const struct remedy remedy_hold_bounces = {
    .name = "hold-bounces",
    .privilege = AS_ROOT,
    .apply = apply,
    .is_done = is_done,
};
