/* SPDX-License-Identifier: ISC
 *
 * doubt.h - questions about single messages that only a look at the disk can answer. Each is asked
 * twice with all events in between applied, so that what an event explains is never "corrected".
 *
 * First look, after the events of before the doubt were applied: is it where we think it is? If
 * not, and if no event has spoken of it by the next time, it really is somewhere else or gone.
 */
#ifndef WATCHDOGD_WATCH_DOUBT_H
#define WATCHDOGD_WATCH_DOUBT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/queue_id.h"

struct doubt {
	char id[QUEUE_ID_SIZE];
	uint8_t instance;
	uint16_t slot; /* it was seen here, or SPOOL_NONE */
	bool missed; /* the first look did not find it */
	bool search; /* look into every directory before it is given up */
	bool drift; /* a correction is one that no event explains */
};

struct doubt_list {
	struct doubt *doubts;
	size_t count, room;
};

struct track;

void doubt_done(struct doubt_list *list);
/* `doubt` without its id. */
void doubt_add(struct doubt_list *list, const char *id, struct doubt doubt);
/* Events were lost: what these doubts correct may be their doing, and is no drift. */
void doubt_excuse(struct doubt_list *list);
/* To be called when all queued events were applied: looks once at each, at most DOUBT_LOOKS_MAX. */
#define DOUBT_LOOKS_MAX 2000u
/* ... and to be gone on with later when the searches came to so many files. */
#define DOUBT_STATS_MAX 20000u
void doubt_settle(struct track *track);

#endif
