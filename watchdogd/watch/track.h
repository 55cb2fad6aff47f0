/* SPDX-License-Identifier: ISC
 *
 * track.h - the life of a message: what an event, a file that was read, or a look into a directory
 * means for the live set and the flows. Reads clocks never, files only to settle doubts.
 *
 * Convergence: of each message the last event says where it is, so that events applied late, on
 * top of a newer look into a directory, end in the truth. Where events can be missing (a hash
 * directory that was just made, a move out of the queues), the case becomes a doubt, which is
 * settled by looking, after all events of before that look were applied.
 */
#ifndef WATCHDOGD_WATCH_TRACK_H
#define WATCHDOGD_WATCH_TRACK_H

#include <stdbool.h>
#include <stdint.h>

#include "watchdogd/watch/census.h"
#include "watchdogd/watch/delays.h"
#include "watchdogd/watch/doubt.h"
#include "watchdogd/watch/inotify.h"
#include "watchdogd/watch/meter.h"
#include "watchdogd/watch/moves.h"
#include "watchdogd/watch/queue.h"
#include "watchdogd/watch/reader.h"
#include "watchdogd/watch/spool.h"

struct track {
	struct spool spool;
	struct queue *queue;
	struct census *census;
	struct reader reader;
	struct doubt_list doubts;
	struct meter meters[INSTANCES_MAX];
	struct delays delays;
	struct moves moves;
	uint32_t now_s; /* wall clock, set before events are applied and files are read */
	uint32_t exact_s; /* what a scan finds counts as an arrival only if it arrived since then */
	uint64_t drift; /* corrections that no event explains */
	uint64_t overflows;
	uint32_t told_s; /* when the first ranks were sent last */
	unsigned deferral_reads; /* defer logs read since the last track_settle() */
	uint32_t departed; /* moved out by the last event, or QUEUE_NONE */
	bool rescan_due; /* events were lost: look at everything */
	bool look_due; /* a directory went away: see what became of what was in it */
	uint16_t parity : 1; /* the mark of what was seen since the last scan began */
};

void track_init(struct track *track, const struct message_instance *instances, unsigned count,
    struct inotify *inotify);
void track_done(struct track *track);

/* Some events will never come: everything must be looked at again. */
void track_lose_events(struct track *track);

/* One event (inotify_handler). */
void track_on_change(const struct inotify_change *change, void *track);

/* When all queued events were applied: settles what they left open. */
void track_settle(struct track *track);

/* A name seen in a directory. `inode` of the directory entry, 0: not known. */
void track_on_found(struct track *track, uint16_t slot, const char *id, uint64_t inode);

/* A bounce log of this id was seen in a slot of SPOOL_BOUNCE. */
void track_on_bounce_log(struct track *track, uint16_t slot, const char *id);

/* Watches a directory that may be new, and takes in what it holds already. */
void track_open_directory(struct track *track, uint16_t slot);

#endif
