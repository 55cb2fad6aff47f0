/* SPDX-License-Identifier: ISC
 *
 * cause_rank.h - the causes of the bounces in the queues, made few: a flood comes through hundreds
 * of networks or with dozens of subjects, and is still one flood. Causes that were refused alike are
 * told apart by their senders' shapes, networks and subjects only as far as one of these makes up a
 * fifth of what it is a part of; the rest is told as a number of them. Pure.
 */
#ifndef WATCHDOGD_WATCH_CAUSE_RANK_H
#define WATCHDOGD_WATCH_CAUSE_RANK_H

#include <stdint.h>

#include "watchdogd/watch/cause_text.h"

/* A cause as it is kept. */
struct cause_count {
	const char *text; /* cause_format()'s, borrowed */
	const char *example;
	uint64_t count;
};

/* A cause as it is told. */
struct cause_row {
	char words[CAUSE_TEXT_SIZE];
	const char *example; /* of the largest cause in it */
	uint64_t count;
};

/* The first `max` rows, the largest first; how many. The counts of all rows that there could be have
 * the sum of `causes`. */
int cause_rank(const struct cause_count *causes, unsigned count, struct cause_row *rows, int max);

#endif
