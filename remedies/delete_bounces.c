/* SPDX-License-Identifier: ISC
 *
 * delete_bounces.c - bounces are removed, with their logs (postsuper(1), -d). Cannot be taken
 * back: the engine has stored envelope and headers of each before it orders this.
 */
#include "remedies/postsuper.h"
#include "remedies/remedy.h"

static int
apply(const struct remedy_order *order, enum queue_name queue, char problem[REASON_TEXT_SIZE])
{
	return postsuper_run(order, queue, "-d", problem);
}

static bool
is_done(const struct target_place *place)
{
	return place == NULL;
}

const struct remedy remedy_delete_bounces = {
    .name = "delete-bounces",
    .privilege = AS_ROOT,
    .apply = apply,
    .is_done = is_done,
};
