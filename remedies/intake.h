/* SPDX-License-Identifier: ISC
 *
 * intake.h - collects the frames of an order (ORDER, ORDER_MESSAGE..., ORDER_END) and checks it.
 * Remedy role. The engine is not trusted: it may be taken over, and we are root. An order becomes
 * a struct remedy_order only when everything in it is known to be allowed.
 */
#ifndef WATCHDOGD_REMEDIES_INTAKE_H
#define WATCHDOGD_REMEDIES_INTAKE_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/channel.h"
#include "lib/guard.h"
#include "proto/message.h"
#include "remedies/remedy.h"
#include "watchdogd/role.h"

#define INTAKE_MESSAGES_MAX 1000 /* of one order */

struct intake {
	bool open; /* ORDER came, ORDER_END not yet */
	struct message_order head;
	struct remedy_message messages[INTAKE_MESSAGES_MAX];
	size_t count;
};

/* Forgets what was collected: the link is lost, or the order was answered. */
void intake_clear(struct intake *intake);

/* Takes one frame of the engine. 0: more is to come; 1: the order is whole; -EBADMSG: no frame
 * that may come here, the link must be given up. */
int intake_take(struct intake *intake, const struct channel_frame *frame) MUST_CHECK;

/* Checks a whole order: the remedy is in the catalogue, the directories are those of one of our
 * instances, every message has a queue id and is in a queue where the remedy may act. 0 or -EPERM
 * with the reason in `problem`. The order borrows from `intake` and `role`. */
int intake_check(struct intake *intake, const struct role *role, struct remedy_order *ret_order,
    char problem[REASON_TEXT_SIZE]) MUST_CHECK;

#endif
