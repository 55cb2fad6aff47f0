/* SPDX-License-Identifier: ISC
 *
 * hold_bounces.c - bounces go to the hold queue, where Postfix leaves them alone. Ids, logs
 * and times stay as they are, so that release takes it back in full (postsuper(1), -h).
 */
#include "remedies/postsuper.h"
#include "remedies/remedy.h"

const struct remedy remedy_hold_bounces = {
    .name = "hold-bounces",
    .privilege = AS_ROOT,
    .apply = postsuper_hold,
    .is_done = postsuper_is_held,
};
