/* SPDX-License-Identifier: ISC
 *
 * polling.h - instances whose queues change without an event: on a network file system, or beside
 * a container's overlay. They are looked at on a timer instead. Watch.
 *
 * A network file system is known by its type; any other deaf place by what a look finds: a message
 * or a directory of which no event had told, and no event had come at all. Where events come again, they are believed again.
 */
#ifndef WATCHDOGD_WATCH_POLLING_H
#define WATCHDOGD_WATCH_POLLING_H

#include <stdbool.h>
#include <stdint.h>

#include "watchdogd/watch/track.h"

/* Whether a file system of this type (statfs(2)) may be changed by other machines. */
bool polling_is_remote(uint64_t type);

/* After track_init(): instances on network file systems are polled from the start. */
void polling_init(struct track *track);
/* A look at everything begins, or is over with all its doubts settled. */
void polling_begin_look(struct track *track, uint32_t now_s);
void polling_end_look(struct track *track);
/* Whether any instance is polled. */
bool polling_is_on(const struct track *track);

#endif
