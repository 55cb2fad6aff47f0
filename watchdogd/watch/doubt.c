/* SPDX-License-Identifier: ISC
 *
 * doubt.c - settles doubts by looking; see doubt.h.
 */
#include "watchdogd/watch/doubt.h"

#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"
#include "watchdogd/watch/life.h"

void
doubt_done(struct doubt_list *list)
{
	free(list->doubts);
	*list = (struct doubt_list){0};
}

void
doubt_add(struct doubt_list *list, const char *id, struct doubt doubt)
{
	size_t length = strnlen(id, QUEUE_ID_MAX);
	memcpy(doubt.id, id, length);
	doubt.id[length] = '\0';

	if (list->count == list->room) {
		list->room = list->room == 0 ? 64 : list->room * 2;
		list->doubts = mem_resize(list->doubts, list->room, sizeof(*list->doubts));
	}
	list->doubts[list->count++] = doubt;
}

void
doubt_excuse(struct doubt_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		list->doubts[i].drift = false;
}

/* `slot`: where it was found; SPOOL_NONE: nowhere. */
static void
note_correction(struct track *track, const struct doubt *doubt, uint16_t slot)
{
	bool is_explained = slot != SPOOL_NONE && track->spool.slots[slot].fresh;
	struct spool_instance *instance = &track->spool.instances[doubt->instance];
	if (!doubt->drift || is_explained || instance->polled)
		return;
	instance->drift++;
	track->drift++;
}

/* A file that we do not know, and of which no event has told by now. */
static void
settle_unknown(struct track *track, const struct doubt *doubt)
{
	struct stat st;
	if (doubt->slot == SPOOL_NONE ||
	    spool_stat(&track->spool, doubt->slot, doubt->id, &st) < 0 || !S_ISREG(st.st_mode))
		return;
	track_on_found(track, doubt->slot, doubt->id, st.st_ino);
	note_correction(track, doubt, doubt->slot);
}

/* Whether it is where it was seen, too: an overlay keeps the old name of what was moved below it. */
static bool
has_moved(const struct track *track, const struct doubt *doubt, const struct queue_entry *entry)
{
	struct stat st;
	return doubt->slot != SPOOL_NONE && doubt->slot != entry->slot &&
	    spool_stat(&track->spool, doubt->slot, doubt->id, &st) == 0 &&
	    entry->inode == queue_fold_inode(st.st_ino);
}

static void
settle_known(struct track *track, const struct doubt *doubt, uint32_t number)
{
	struct queue_entry *entry = queue_get(track->queue, number);
	struct stat st;
	if (spool_stat(&track->spool, entry->slot, doubt->id, &st) < 0) {
		struct doubt again = *doubt;
		again.missed = true;
		entry->touched = false;
		doubt_add(&track->doubts, doubt->id, again);
		return;
	}
	bool is_another = entry->inode != 0 && entry->inode != queue_fold_inode(st.st_ino);
	bool is_elsewhere = !is_another && has_moved(track, doubt, entry);
	uint16_t slot = is_elsewhere ? doubt->slot : entry->slot;
	if (!is_another && !is_elsewhere)
		return;
	track_on_found(track, slot, doubt->id, is_elsewhere ? 0 : st.st_ino);
	note_correction(track, doubt, slot);
}

/* Whatever directory of the instance holds it now; SPOOL_NONE: none. Adds to *stats. */
static uint16_t
search(const struct track *track, const struct doubt *doubt, unsigned *stats)
{
	const struct spool *spool = &track->spool;
	struct stat st;
	if (doubt->slot != SPOOL_NONE && spool_stat(spool, doubt->slot, doubt->id, &st) == 0)
		return doubt->slot;
	*stats += spool->slot_count;
	for (uint16_t slot = 0; slot < spool->slot_count; slot++)
		if (spool->slots[slot].instance == doubt->instance &&
		    spool->slots[slot].root != SPOOL_BOUNCE &&
		    spool_stat(spool, slot, doubt->id, &st) == 0 && S_ISREG(st.st_mode))
			return slot;
	return SPOOL_NONE;
}

static void
settle_missed(struct track *track, const struct doubt *doubt, uint32_t number, unsigned *stats)
{
	const struct queue_entry *entry = queue_get(track->queue, number);
	struct stat st;
	if (entry->touched) { /* an event has explained it, or was an old one: ask anew */
		settle_known(track, doubt, number);
		return;
	}
	if (spool_stat(&track->spool, entry->slot, doubt->id, &st) == 0)
		return; /* another doubt has corrected it */
	uint16_t slot = doubt->search ? search(track, doubt, stats) : SPOOL_NONE;
	if (slot != SPOOL_NONE)
		track_on_found(track, slot, doubt->id, 0);
	else
		life_miss(track, number);
	note_correction(track, doubt, slot);
}

void
doubt_settle(struct track *track)
{
	struct doubt_list list = track->doubts;
	size_t i = 0;
	unsigned stats = 0;
	if (list.count == 0)
		return;
	track->doubts = (struct doubt_list){0};
	for (; i < list.count && i < DOUBT_LOOKS_MAX && stats < DOUBT_STATS_MAX; i++) {
		const struct doubt *doubt = &list.doubts[i];
		uint32_t number = queue_find(track->queue, doubt->instance, doubt->id);
		if (number == QUEUE_NONE && !doubt->missed)
			settle_unknown(track, doubt);
		else if (number != QUEUE_NONE && !doubt->missed)
			settle_known(track, doubt, number);
		else if (number != QUEUE_NONE)
			settle_missed(track, doubt, number, &stats);
	}
	for (; i < list.count; i++)
		doubt_add(&track->doubts, list.doubts[i].id, list.doubts[i]);
	doubt_done(&list);
}
