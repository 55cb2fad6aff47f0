/* SPDX-License-Identifier: ISC
 *
 * run.h - carries an order out: look, act, look again. Remedy role.
 */
#ifndef WATCHDOGD_REMEDIES_RUN_H
#define WATCHDOGD_REMEDIES_RUN_H

#include "remedies/remedy.h"

/* Sets each message's outcome (none is left planned) and says what happened in words.
 *
 * Before: a message is acted on only when id, inode and ctime are those with which it was selected;
 * an unchanged ctime means that class and arrival still hold. When the order is a repeat, a message
 * that is where the remedy puts it is done. After: a message is done when it is seen to be so,
 * whatever the program said. */
void run_order(struct remedy_order *order, struct message_outcome *ret_outcome);

#endif
