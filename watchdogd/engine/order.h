/* SPDX-License-Identifier: ISC
 *
 * order.h - one batch on its way to the remedy role and back. Engine.
 *
 * Its rows stand in the store as `ordered` before it is sent; until every outcome is known it can
 * be sent again, marked as a repeat. The answer is checked: only messages of the order may come.
 */
#ifndef WATCHDOGD_ENGINE_ORDER_H
#define WATCHDOGD_ENGINE_ORDER_H

#include "lib/channel.h"
#include "schema/store.h"
#include "watchdogd/engine/selection.h"

struct order {
	int64_t number;
	int64_t action;
	bool sent;
	bool repeat; /* it was sent before */
	struct row_target *targets;
	int count;
	struct message_outcome outcome; /* the answer's last frame */
};

/* Messages by outcome. */
struct order_sum {
	int64_t done, gone, changed, failed;
};

/* Takes the answer's targets over (its copies, too). */
void order_fill(struct order *order, int64_t action, const struct selection_answer *answer);
/* Frees the targets. */
void order_clear(struct order *order);

/* Gives the order its number and saves its rows as ordered. Inside a transaction. */
int order_save(struct order *order, struct store *store, int64_t now_s) MUST_CHECK;
/* Sends all of it. */
void order_send(struct order *order, struct channel *remedy, const char *name,
    const struct message_instance *instance);
/* OUTCOME_MESSAGE: 0; OUTCOME: 1, the answer is whole; -EBADMSG. */
int order_take(struct order *order, const struct channel_frame *frame) MUST_CHECK;
/* Saves the outcomes; what the answer said nothing of has failed. Inside a transaction. */
int order_settle(const struct order *order, struct store *store, int64_t now_s,
    struct order_sum *ret_sum) MUST_CHECK;
/* Looks for an order of this action that had no answer. 1: found, 0: none, or -errno. */
int order_load(struct order *order, struct store *store, int64_t action) MUST_CHECK;

#endif
