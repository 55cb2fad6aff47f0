/* SPDX-License-Identifier: ISC
 *
 * release.c - held messages go back to the deferred queue (postsuper(1), -H), from where the queue
 * manager may take them at once.
 */
#include "remedies/postsuper.h"
#include "remedies/remedy.h"

static int
apply(const struct remedy_order *order, enum queue_name queue, char problem[REASON_TEXT_SIZE])
{
	return postsuper_run(order, queue, "-H", problem);
}

static bool
is_done(const struct target_place *place)
{
	return place != NULL &&
	    (place->queue == QUEUE_DEFERRED || place->queue == QUEUE_INCOMING ||
		place->queue == QUEUE_ACTIVE);
}

const struct remedy remedy_release = {
    .name = "release",
    .privilege = AS_ROOT,
    .apply = apply,
    .is_done = is_done,
};
