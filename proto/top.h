/* SPDX-License-Identifier: ISC
 *
 * top.h - the first ranks of who mail is from and about: watch sends them, the store keeps them,
 * mails and console say them in the same words. Keys and examples come from hostile mail, escaped.
 */
#ifndef WATCHDOGD_PROTO_TOP_H
#define WATCHDOGD_PROTO_TOP_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/guard.h"
#include "proto/message.h"

#define TOP_RANKS_MAX 10
#define TOPS_MAX (DIMENSION_COUNT * CLASS_COUNT * TOP_RANKS_MAX) /* of one instance */
#define TOP_FRESH_S 15 /* watch says them every few seconds: older ones are not true any more */
#define TOP_TEXT_SIZE (2 * ADDRESS_TEXT_SIZE)

/* Rows of one moment. Zero is empty; freed by tops_done(). */
struct tops {
	struct message_tick_top *rows;
	int count;
	int64_t time_s; /* when they were said */
};

/* 0, or -EBADMSG: a number that is none, or more rows than `max`. */
int tops_add(struct tops *tops, const struct message_tick_top *row, int max) MUST_CHECK;
void tops_clear(struct tops *tops);
void tops_done(struct tops *tops);
#define AUTO_TOPS __attribute__((cleanup(tops_done)))

/* How much of the whole it is, in percent: at least so much, the count's error taken off. */
int top_share(const struct message_tick_top *row);
/* Whether it belongs into a short account of a flood: the first three causes, and what else makes
 * up a fifth of the mail that arrives. */
bool top_is_telling(const struct message_tick_top *row);
/* "93 % of 8214 bounces were caused by ..."; returns out. */
char *top_describe(const struct message_tick_top *row, char out[TOP_TEXT_SIZE]);

#endif
