/* SPDX-License-Identifier: ISC
 *
 * moves.c - the ring; see moves.h.
 */
#include "watchdogd/watch/moves.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "lib/mem.h"
#include "lib/random.h"

_Static_assert(sizeof(struct move) == 16, "a move costs 16 bytes");

void
moves_init(struct moves *moves)
{
	*moves = (struct moves){.ring = mem_array(MOVES_MAX, sizeof(struct move))};
	random_fill(&moves->secret, sizeof(moves->secret));
}

void
moves_done(struct moves *moves)
{
	free(moves->ring);
	moves->ring = NULL;
}

static uint64_t
make_key(const struct moves *moves, unsigned instance, const char *id)
{
	uint64_t key = XXH3_64bits_withSeed(id, strlen(id), moves->secret + instance);
	return key != 0 ? key : 1;
}

void
moves_add(struct moves *moves, unsigned instance, const char *id, unsigned from, unsigned to,
    uint32_t time_s)
{
	moves->ring[moves->next] = (struct move){
	    .key = make_key(moves, instance, id),
	    .time_s = time_s,
	    .from = (uint8_t)from,
	    .to = (uint8_t)to,
	};
	moves->next = (moves->next + 1) % MOVES_MAX;
}

void
moves_list(const struct moves *moves, unsigned instance, const char *id,
    void (*each)(const struct move *move, void *owner), void *owner)
{
	uint64_t key = make_key(moves, instance, id);
	for (uint32_t i = 0; i < MOVES_MAX; i++) {
		const struct move *move = &moves->ring[(moves->next + i) % MOVES_MAX];
		if (move->key == key)
			each(move, owner);
	}
}
