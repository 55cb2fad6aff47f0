/* SPDX-License-Identifier: ISC
 *
 * scan.c - mark and sweep over the queue directories; see scan.h.
 */
#include "watchdogd/watch/scan.h"

#include <errno.h>
#include <stdio.h>

#include "lib/log.h"

void
scan_init(struct scan *scan, struct track *track)
{
	*scan = (struct scan){.track = track};
}

static void
close_directory(struct scan *scan)
{
	if (scan->directory != NULL)
		closedir(scan->directory);
	scan->directory = NULL;
}

void
scan_done(struct scan *scan)
{
	close_directory(scan);
}

bool
scan_is_idle(const struct scan *scan)
{
	return scan->stage == SCAN_IDLE;
}

/* A scan that is begun anew before its end has marked some entries with a parity that means
 * "unseen" again now, and the others still have the one that means "seen". */
static void
unmark_all(struct track *track)
{
	uint32_t end = queue_end(track->queue);
	for (uint32_t number = 1; number < end; number++)
		queue_get(track->queue, number)->mark = !track->parity;
}

/* The roots are watched before the first look, so that no move between them is missed. */
void
scan_start(struct scan *scan, enum scan_kind kind)
{
	struct track *track = scan->track;
	bool is_anew = scan->stage != SCAN_IDLE;
	close_directory(scan);
	scan->kind = kind;
	scan->stage = SCAN_QUIET;
	scan->slot = 0;
	scan->number = 1;
	track->parity = !track->parity;
	if (is_anew)
		unmark_all(track);
	for (uint16_t slot = 0; slot < track->spool.slot_count; slot++) {
		bool is_new = !track->spool.slots[slot].watched;
		bool is_there = spool_watch(&track->spool, slot) == 0;
		track->spool.slots[slot].fresh = is_new && is_there;
	}
}

static bool
is_busy(const struct spool_slot *slot)
{
	return slot->root == QUEUE_MAILDROP || slot->root == QUEUE_INCOMING ||
	    slot->root == QUEUE_ACTIVE || slot->root == SPOOL_BOUNCE;
}

/* Opens the next directory of this stage, or goes on to the next stage. */
static void
open_next(struct scan *scan)
{
	const struct spool *spool = &scan->track->spool;
	while (scan->slot < spool->slot_count) {
		uint16_t slot = scan->slot++;
		if (is_busy(&spool->slots[slot]) != (scan->stage == SCAN_BUSY))
			continue;
		int fd = spool_open_directory(spool, slot);
		if (fd < 0)
			continue;
		scan->directory = fdopendir(fd);
		if (scan->directory == NULL)
			fatal("cannot read a directory: %s", log_errno(errno));
		return;
	}
	scan->slot = 0;
	scan->stage++;
}

static void
look_at(struct scan *scan, uint16_t slot, const char *id, uint64_t inode)
{
	struct track *track = scan->track;
	unsigned instance = track->spool.slots[slot].instance;
	/* Where no event comes, none is on its way that would say more. */
	if (scan->kind == SCAN_RESCAN || spool_is_deaf(&track->spool.instances[instance])) {
		track_on_found(track, slot, id, inode);
		return;
	}
	uint32_t number = queue_find(track->queue, instance, id);
	const struct queue_entry *entry =
	    number == QUEUE_NONE ? NULL : queue_get(track->queue, number);
	if (entry != NULL && entry->slot == slot &&
	    (entry->inode == 0 || entry->inode == queue_fold_inode(inode))) {
		track_on_found(track, slot, id, inode);
		return;
	}
	struct doubt doubt = {.instance = (uint8_t)instance, .slot = slot, .drift = true};
	doubt.search = true;
	doubt_add(&track->doubts, id, doubt);
}

/* Its number is higher than its parent's: it is visited in its turn. One that a reconcile finds
 * before its event came is opened as the event would do it: what it holds is no drift. */
static void
take_directory(struct scan *scan, uint16_t parent, const char *name)
{
	struct spool *spool = &scan->track->spool;
	uint16_t child = spool_get_child(spool, parent, name);
	if (child == SPOOL_NONE || spool->slots[child].watched)
		return;
	if (scan->kind == SCAN_RECONCILE) {
		spool->instances[spool->slots[child].instance].directories_found++;
		track_open_directory(scan->track, child);
	} else if (spool_watch(spool, child) < 0)
		log_debug("%s is not watched", spool->slots[child].path);
}

static void
take_name(struct scan *scan, const struct dirent *item)
{
	struct track *track = scan->track;
	uint16_t slot = (uint16_t)(scan->slot - 1);
	if (spool_is_hash_name(item->d_name)) {
		take_directory(scan, slot, item->d_name);
		return;
	}
	if (!queue_id_is(item->d_name) || (item->d_type != DT_REG && item->d_type != DT_UNKNOWN))
		return;
	if (track->spool.slots[slot].root != SPOOL_BOUNCE)
		look_at(scan, slot, item->d_name, item->d_ino);
	else
		track_on_bounce_log(track, slot, item->d_name);
}

/* Unmarked: no directory held it and no event spoke of it since the scan began. */
static void
sweep_entry(struct scan *scan, uint32_t number)
{
	struct track *track = scan->track;
	const struct queue_entry *entry = queue_get(track->queue, number);
	if (!queue_is_live(entry) || entry->mark == track->parity)
		return;
	char id[QUEUE_ID_SIZE];
	bool is_reconcile = scan->kind == SCAN_RECONCILE; /* else thousands may be gone */
	struct doubt doubt = {.slot = SPOOL_NONE, .search = is_reconcile, .drift = is_reconcile};
	doubt.instance = (uint8_t)queue_instance(track->queue, entry);
	doubt_add(&track->doubts, queue_id_text(track->queue, entry, id), doubt);
}

static bool
sweep(struct scan *scan, unsigned entries)
{
	uint32_t end = queue_end(scan->track->queue);
	for (; entries > 0 && scan->number < end; entries--)
		sweep_entry(scan, scan->number++);
	if (scan->number < end)
		return false;
	scan->stage = SCAN_IDLE;
	return true;
}

bool
scan_step(struct scan *scan, unsigned names)
{
	if (scan->stage == SCAN_IDLE)
		return false;
	if (scan->stage == SCAN_SWEEP)
		return sweep(scan, names * 4);
	if (scan->directory == NULL) {
		open_next(scan);
		return false;
	}
	for (; names > 0; names--) {
		const struct dirent *item = readdir(scan->directory);
		if (item == NULL) {
			close_directory(scan);
			break;
		}
		take_name(scan, item);
	}
	return false;
}
