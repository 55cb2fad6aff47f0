/* SPDX-License-Identifier: ISC
 *
 * undo.h - whether there is still anything to be taken back of an action. For the mails and the
 * console, which offer only what helps.
 */
#ifndef WATCHDOGD_PROTO_UNDO_H
#define WATCHDOGD_PROTO_UNDO_H

#include <stdbool.h>
#include <stdint.h>

#include "proto/rows.h"

/* Is asked of an incident's actions from the newest to the oldest; *ended begins with 0 and counts
 * the messages that later actions deleted. True: all that this finished action did ended so. */
bool undo_is_spent(const struct row_action *action, int64_t *ended);

#endif
