/* SPDX-License-Identifier: ISC
 *
 * track.c - what happens to the live set and the flows; see track.h. What inotify shows of a
 * message's life was seen on Postfix 3.7:
 *
 *   accepted   temporary name -> id in incoming, 0600; written; mode 0700 (ATTRIBUTES); -> active
 *   rejected   deleted from incoming before it was 0700
 *   held       -> hold while still 0600, then 0700 there
 *   delivered  deleted from active;  bounced: the same after a file of its id in bounce/
 *   deferred   active -> deferred;  retried: -> active
 *   reload     every active file -> incoming -> active
 *   requeued   -> maildrop under its old id; later a new id in incoming with the old arrival time
 */
#include "watchdogd/watch/track.h"

#include <dirent.h>

#include "lib/log.h"
#include "watchdogd/watch/life.h"

static void
on_read(void *owner, uint32_t number, const struct stat *st, const struct profile *profile)
{
	life_read(owner, number, st, profile);
}

void
track_init(struct track *track, const struct message_instance *instances, unsigned count,
    struct inotify *inotify)
{
	*track = (struct track){.queue = queue_new(), .census = census_new()};
	spool_init(&track->spool, instances, count, track->queue, inotify);
	reader_init(&track->reader, track->queue, &track->spool, on_read, track);
	delays_init(&track->delays);
	moves_init(&track->moves);
	for (unsigned i = 0; i < count; i++)
		meter_init(&track->meters[i]);
}

void
track_done(struct track *track)
{
	for (unsigned i = 0; i < track->spool.instance_count; i++)
		meter_done(&track->meters[i]);
	doubt_done(&track->doubts);
	moves_done(&track->moves);
	spool_done(&track->spool);
	census_free(track->census);
	queue_free(track->queue);
}

static void
add_doubt(struct track *track, const struct queue_entry *entry)
{
	char id[QUEUE_ID_SIZE];
	struct doubt doubt = {.slot = SPOOL_NONE, .search = true};
	doubt.instance = (uint8_t)queue_instance(track->queue, entry);
	doubt_add(&track->doubts, queue_id_text(track->queue, entry, id), doubt);
}

/* ---- events ---- */

/* What the event before said left a directory, and has not come anywhere: out of the queues? */
static void
settle_departure(struct track *track)
{
	if (track->departed != QUEUE_NONE)
		add_doubt(track, queue_get(track->queue, track->departed));
	track->departed = QUEUE_NONE;
}

static void
on_new(struct track *track, uint16_t slot, const char *id)
{
	unsigned name = track->spool.slots[slot].root;
	uint32_t number = life_begin(track, slot, id);
	struct queue_entry *entry = queue_get(track->queue, number);
	entry->touched = true;
	entry->arrival_due = name == QUEUE_INCOMING || name == QUEUE_ACTIVE || name == QUEUE_HOLD;
	if (name == QUEUE_INCOMING || name == QUEUE_MAILDROP)
		return; /* is being written: complete when its mode says so */
	if (name != QUEUE_HOLD)
		queue_set_ready(track->queue, number, true);
	reader_add(&track->reader, number, true);
}

static void
on_moved(struct track *track, uint32_t number, uint16_t slot)
{
	struct queue_entry *entry = queue_get(track->queue, number);
	enum queue_name to = track->spool.slots[slot].root;
	entry->touched = true;
	entry->mark = track->parity;
	if (track->departed == number)
		track->departed = QUEUE_NONE;
	life_move(track, number, slot);
	if (!entry->ready && (to == QUEUE_ACTIVE || to == QUEUE_DEFERRED || to == QUEUE_CORRUPT))
		queue_set_ready(track->queue, number, true);
	/* also when it was just missed at its old place, where it may have become ready */
	bool may_be_ready = entry->ready || to == QUEUE_HOLD || to == QUEUE_MAILDROP;
	if (!entry->read && may_be_ready)
		reader_add(&track->reader, number, true);
}

static void
on_deleted(struct track *track, uint32_t number, uint16_t slot)
{
	struct queue_entry *entry = queue_get(track->queue, number);
	if (entry->slot != slot) {
		add_doubt(track, entry);
		return;
	}
	life_delete(track, number);
}

static void
on_attributes(struct track *track, uint32_t number)
{
	struct queue_entry *entry = queue_get(track->queue, number);
	entry->touched = true;
	if (!entry->ready || !entry->read)
		reader_add(&track->reader, number, true);
}

/* Postfix renames, but an administrator may copy a file back into a queue. */
static void
on_created(struct track *track, uint16_t slot, const char *id)
{
	struct doubt doubt = {.slot = slot, .search = true};
	doubt.instance = track->spool.slots[slot].instance;
	doubt_add(&track->doubts, id, doubt);
}

void
track_on_bounce_log(struct track *track, uint16_t slot, const char *id)
{
	unsigned instance = track->spool.slots[slot].instance;
	uint32_t number = queue_find(track->queue, instance, id);
	if (number != QUEUE_NONE)
		queue_get(track->queue, number)->bounced = true;
}

static void
on_file(struct track *track, const struct inotify_change *change)
{
	const struct spool_slot *slot = &track->spool.slots[change->slot];
	if (slot->root == SPOOL_BOUNCE) {
		track_on_bounce_log(track, change->slot, change->name);
		return;
	}
	uint32_t number = queue_find(track->queue, slot->instance, change->name);
	if (track->departed != QUEUE_NONE && track->departed != number)
		settle_departure(track);
	switch (change->kind) {
	case INOTIFY_MOVED_IN:
		if (number == QUEUE_NONE)
			on_new(track, change->slot, change->name);
		else
			on_moved(track, number, change->slot);
		break;
	case INOTIFY_MOVED_OUT:
		if (number != QUEUE_NONE && queue_get(track->queue, number)->slot == change->slot)
			track->departed = number;
		break;
	case INOTIFY_DELETED:
		if (number != QUEUE_NONE)
			on_deleted(track, number, change->slot);
		break;
	case INOTIFY_ATTRIBUTES:
		if (number != QUEUE_NONE)
			on_attributes(track, number);
		break;
	case INOTIFY_CREATED:
		if (number == QUEUE_NONE)
			on_created(track, change->slot, change->name);
		break;
	default:
		break;
	}
}

static void
on_directory(struct track *track, const struct inotify_change *change)
{
	uint16_t slot;
	if (change->kind != INOTIFY_CREATED && change->kind != INOTIFY_MOVED_IN)
		return;
	slot = spool_get_child(&track->spool, change->slot, change->name);
	if (slot != SPOOL_NONE)
		track_open_directory(track, slot);
}

/* The directory may be there again already. What it held is looked for. */
static void
on_gone(struct track *track, uint16_t slot)
{
	track->spool.slots[slot].watched = false;
	track->look_due = true;
	track_open_directory(track, slot);
}

void
track_lose_events(struct track *track)
{
	track->rescan_due = true;
	doubt_excuse(&track->doubts);
}

static void
count_event(struct track *track, uint16_t slot)
{
	track->spool.instances[track->spool.slots[slot].instance].events++;
}

void
track_on_change(const struct inotify_change *change, void *owner)
{
	struct track *track = owner;
	if (change->kind != INOTIFY_OVERFLOW)
		count_event(track, change->slot);
	if (change->kind == INOTIFY_OVERFLOW) {
		log_warning("inotify: overflow, events were lost");
		track->overflows++;
		track_lose_events(track);
	} else if (change->kind == INOTIFY_GONE)
		on_gone(track, change->slot);
	else if (change->is_directory)
		on_directory(track, change);
	else if (queue_id_is(change->name))
		on_file(track, change);
}

void
track_settle(struct track *track)
{
	track->deferral_reads = 0;
	settle_departure(track);
	doubt_settle(track);
}

/* ---- looks ---- */

void
track_on_found(struct track *track, uint16_t slot, const char *id, uint64_t inode)
{
	const struct spool_slot *at = &track->spool.slots[slot];
	uint32_t number = queue_find(track->queue, at->instance, id);
	if (number != QUEUE_NONE) {
		struct queue_entry *old = queue_get(track->queue, number);
		if (inode != 0 && old->inode != 0 && old->inode != queue_fold_inode(inode)) {
			life_forget(track, number); /* another message under the same id */
			number = QUEUE_NONE;
		}
	}
	if (number == QUEUE_NONE) {
		number = life_add(track, slot, id);
		struct queue_entry *entry = queue_get(track->queue, number);
		entry->scanned = true;
		entry->arrival_due = at->root != QUEUE_MAILDROP;
		queue_set_ready(track->queue, number, true); /* until its mode says otherwise */
	}
	struct queue_entry *entry = queue_get(track->queue, number);
	entry->mark = track->parity;
	if (inode != 0)
		entry->inode = queue_fold_inode(inode);
	if (entry->slot != slot)
		life_move(track, number, slot);
	/* Nonsense may have been a file that was being written. */
	if (!entry->ready || !entry->read || entry->class == CLASS_UNREAD)
		reader_add(&track->reader, number, false);
}

static void
take_name(struct track *track, uint16_t slot, const struct dirent *item)
{
	const struct spool_slot *at = &track->spool.slots[slot];
	if (spool_is_hash_name(item->d_name)) {
		uint16_t child = spool_get_child(&track->spool, slot, item->d_name);
		if (child != SPOOL_NONE)
			track_open_directory(track, child);
		return;
	}
	if (!queue_id_is(item->d_name))
		return;
	if (at->root == SPOOL_BOUNCE) {
		track_on_bounce_log(track, slot, item->d_name);
		return;
	}
	struct doubt doubt = {.instance = at->instance, .slot = slot, .search = true};
	doubt_add(&track->doubts, item->d_name, doubt);
}

/* The first events in a directory are lost: they came before the watch. Its files become doubts
 * rather than facts, because older events of the same messages may still be queued. */
void
track_open_directory(struct track *track, uint16_t slot)
{
	if (spool_watch(&track->spool, slot) < 0)
		return;
	track->spool.slots[slot].fresh = true;
	int fd = spool_open_directory(&track->spool, slot);
	DIR *directory = fd < 0 ? NULL : fdopendir(fd);
	if (directory == NULL) {
		guard_close(&fd);
		return;
	}
	for (const struct dirent *item; (item = readdir(directory)) != NULL;)
		take_name(track, slot, item);
	closedir(directory);
}
