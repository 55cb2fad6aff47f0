/* SPDX-License-Identifier: ISC
 *
 * scan.h - a look at everything, in small steps: mark what the directories hold, then sweep what
 * no directory held. Names and inode numbers only; no file is opened and none is stat'ed but those
 * that seem to be missing.
 *
 * Between two steps the caller applies all queued events; what an event speaks of is marked, too,
 * so that a message on the move is never swept.
 */
#ifndef WATCHDOGD_WATCH_SCAN_H
#define WATCHDOGD_WATCH_SCAN_H

#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>

#include "watchdogd/watch/track.h"

enum scan_kind {
	SCAN_RESCAN, /* nothing is known, or events were lost: take what is found */
	SCAN_RECONCILE, /* all should be known: a difference that stays is drift */
};

enum scan_stage {
	SCAN_IDLE,
	SCAN_QUIET, /* slots of the queues that messages seldom leave */
	SCAN_BUSY, /* maildrop, incoming, active, then the bounce logs of what is in them */
	SCAN_SWEEP,
};

struct scan {
	struct track *track;
	enum scan_kind kind;
	enum scan_stage stage;
	uint16_t slot; /* the next one */
	DIR *directory; /* of the slot before; NULL: none is open */
	uint32_t number; /* of the sweep */
};

void scan_init(struct scan *scan, struct track *track);
void scan_done(struct scan *scan);

/* Begins; one under way is given up (so: never begin a reconcile while a rescan runs). */
void scan_start(struct scan *scan, enum scan_kind kind);
bool scan_is_idle(const struct scan *scan);
/* Does up to `names` names or entries of it. True when it has just finished. */
bool scan_step(struct scan *scan, unsigned names);

#endif
