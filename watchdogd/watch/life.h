/* SPDX-License-Identifier: ISC
 *
 * life.h - the steps of a message's life in the live set, with the flows that they count as.
 * track.h says which event or look means which step.
 */
#ifndef WATCHDOGD_WATCH_LIFE_H
#define WATCHDOGD_WATCH_LIFE_H

#include "watchdogd/watch/track.h"

/* It is new to us: not ready, its arrival not due. */
uint32_t life_add(struct track *track, uint16_t slot, const char *id);
/* The same, and an event said that it came here just now. */
uint32_t life_begin(struct track *track, uint16_t slot, const char *id);

/* It is in this directory now, wherever it was. */
void life_move(struct track *track, uint32_t number, uint16_t slot);

/* It was opened. profile NULL: nonsense, read once more before that is believed. A file that is
 * not complete by its mode (u+rwx) is no message yet. */
void life_read(
    struct track *track, uint32_t number, const struct stat *st, const struct profile *profile);

/* An event said that it was deleted. */
void life_delete(struct track *track, uint32_t number);

/* It is not there any more, and no event said how it left: no flow but its arrival. */
void life_miss(struct track *track, uint32_t number);

/* It is no longer in the live set. */
void life_forget(struct track *track, uint32_t number);

#endif
