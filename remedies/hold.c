/* SPDX-License-Identifier: ISC
 *
 * hold.c - the messages that an operator has selected go to the hold queue, as bounces do
 * (hold_bounces.c).
 */
#include "remedies/postsuper.h"
#include "remedies/remedy.h"

const struct remedy remedy_hold = {
    .name = "hold",
    .privilege = AS_ROOT,
    .apply = postsuper_hold,
    .is_done = postsuper_is_held,
};
