/* SPDX-License-Identifier: ISC
 *
 * moves.h - where messages were lately: the last moves of all, in a ring, for whoever asks after one
 * message. It remembers what has left the queues, too. 16 bytes a move, 256 KiB in all; ids are
 * kept as a keyed hash of 64 bits.
 */
#ifndef WATCHDOGD_WATCH_MOVES_H
#define WATCHDOGD_WATCH_MOVES_H

#include <stdint.h>

#include "proto/names.h"

#define MOVES_MAX 16384u
#define MOVES_OUTSIDE QUEUE_COUNT /* from: it is new; to: it left */

struct move {
	uint64_t key; /* 0: an empty place */
	uint32_t time_s; /* wall clock */
	uint8_t from, to; /* enum queue_name or MOVES_OUTSIDE */
};

struct moves {
	struct move *ring;
	uint32_t next; /* the oldest, to be overwritten */
	uint64_t secret;
};

void moves_init(struct moves *moves);
void moves_done(struct moves *moves);

void moves_add(struct moves *moves, unsigned instance, const char *id, unsigned from, unsigned to,
    uint32_t time_s);

/* Calls `each` for the moves of one id, the oldest first. */
void moves_list(const struct moves *moves, unsigned instance, const char *id,
    void (*each)(const struct move *move, void *owner), void *owner);

#endif
