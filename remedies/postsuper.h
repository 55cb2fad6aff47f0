/* SPDX-License-Identifier: ISC
 *
 * postsuper.h - runs postsuper(1) on one queue of one instance. Remedy role.
 */
#ifndef WATCHDOGD_REMEDIES_POSTSUPER_H
#define WATCHDOGD_REMEDIES_POSTSUPER_H

#include "lib/guard.h"
#include "remedies/remedy.h"

/* Runs "postsuper -c CONFIG_DIRECTORY <option> - <queue>", the ids of the order's planned messages
 * in that queue on its stdin. 0; -errno (-EIO: it ran and failed, -ETIME: its time limit): what it
 * said is in `problem`, escaped. That it returns 0 does not mean that it did anything. */
int postsuper_run(const struct remedy_order *order, enum queue_name queue, const char *option,
    char problem[REASON_TEXT_SIZE]) MUST_CHECK;
/* How a remedy holds (-h), and sees that a message is held. */
int postsuper_hold(const struct remedy_order *order, enum queue_name queue,
    char problem[REASON_TEXT_SIZE]) MUST_CHECK;
bool postsuper_is_held(const struct target_place *place);

#endif
