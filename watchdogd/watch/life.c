/* SPDX-License-Identifier: ISC
 *
 * life.c - the steps of a message's life; see life.h.
 */
#include "watchdogd/watch/life.h"

#define DEFERRAL_READ 4096 /* of a defer log: its first recipient is there */
#define DEFERRALS_MAX 64 /* logs read between two batches; of more, these stand for the rest */

static struct meter *
meter_of(struct track *track, const struct queue_entry *entry)
{
	return &track->meters[queue_instance(track->queue, entry)];
}

static const struct spool_instance *
instance_of(const struct track *track, const struct queue_entry *entry)
{
	return &track->spool.instances[queue_instance(track->queue, entry)];
}

/* Counts the arrival once its time is known, or when it is certain that it will not be. profile: of
 * the reading that has just been, or NULL. */
static void
settle_arrival(struct track *track, struct queue_entry *entry, const struct profile *profile)
{
	const struct spool_instance *spool = instance_of(track, entry);
	uint32_t exact_s = spool->polled ? spool->looked_s : track->exact_s;
	bool seen_late = entry->scanned && entry->arrival_s < exact_s;
	if (!entry->arrival_due)
		return;
	entry->arrival_due = false;
	if (seen_late)
		return;
	unsigned instance = queue_instance(track->queue, entry);
	bool is_new =
	    meter_arrive(&track->meters[instance], entry->class, entry->arrival_s, track->now_s);
	if (is_new && profile != NULL)
		census_arrive(track->census, instance, profile, track->now_s);
	else if (is_new)
		census_arrive_unread(track->census, instance, track->now_s);
	if (is_new && (profile == NULL || entry->class == CLASS_NORMAL))
		meter_note_sender(&track->meters[instance],
		    profile != NULL ? entry->sender_hash : 0, track->now_s);
}

static void
note_move(struct track *track, const struct queue_entry *entry, unsigned from, unsigned to)
{
	char id[QUEUE_ID_SIZE];
	moves_add(&track->moves, queue_instance(track->queue, entry),
	    queue_id_text(track->queue, entry, id), from, to, track->now_s);
}

uint32_t
life_add(struct track *track, uint16_t slot, const char *id)
{
	const struct spool_slot *at = &track->spool.slots[slot];
	uint32_t number = queue_add(track->queue, at->instance, id, slot);
	queue_get(track->queue, number)->mark = track->parity;
	queue_get(track->queue, number)->tried = at->root == QUEUE_DEFERRED;
	return number;
}

uint32_t
life_begin(struct track *track, uint16_t slot, const char *id)
{
	uint32_t number = life_add(track, slot, id);
	note_move(
	    track, queue_get(track->queue, number), MOVES_OUTSIDE, track->spool.slots[slot].root);
	return number;
}

/* Why it was deferred: the log was written just before, and is deleted at the next try. What is
 * counted by class waits for the reading. */
static void
read_deferral(struct track *track, struct queue_entry *entry)
{
	char id[QUEUE_ID_SIZE], text[DEFERRAL_READ];
	struct deferral_log log;
	struct deferral first;
	entry->deferral_due = !entry->read;
	if (entry->deferral_due || ++track->deferral_reads > DEFERRALS_MAX)
		return;
	size_t length = spool_read_defer_log(
	    &track->spool, entry->slot, queue_id_text(track->queue, entry, id), text, sizeof(text));
	deferral_open(&log, text, length);
	if (deferral_next(&log, &first))
		census_defer(track->census, queue_instance(track->queue, entry), entry, &first,
		    track->now_s);
}

void
life_move(struct track *track, uint32_t number, uint16_t slot)
{
	struct queue_entry *entry = queue_get(track->queue, number);
	enum queue_name from = queue_name(track->queue, entry);
	enum queue_name to = track->spool.slots[slot].root;
	queue_move(track->queue, number, slot);
	if (from != to)
		note_move(track, entry, from, to);
	if (from == QUEUE_ACTIVE && to == QUEUE_DEFERRED) {
		meter_defer(meter_of(track, entry), !entry->tried);
		read_deferral(track, entry);
		if (census_has_several(entry)) { /* some of them may have it now */
			census_drop(track->census, queue_instance(track->queue, entry), entry);
			entry->read = false; /* it may move on before it is read */
			reader_add(&track->reader, number, true);
		}
		entry->bounced = false; /* some of its recipients were; that is over */
	}
	if (to == QUEUE_DEFERRED)
		entry->tried = true;
	if (to == QUEUE_MAILDROP && from != to && !entry->requeued) {
		entry->requeued = true;
		meter_requeue(meter_of(track, entry), entry->arrival_s, track->now_s);
	}
}

void
life_forget(struct track *track, uint32_t number)
{
	if (track->departed == number)
		track->departed = QUEUE_NONE;
	struct queue_entry *entry = queue_get(track->queue, number);
	note_move(track, entry, queue_name(track->queue, entry), MOVES_OUTSIDE);
	census_remove(track->census, queue_instance(track->queue, entry), entry);
	queue_remove(track->queue, number);
}

/* A message that leaves active was delivered, unless it bounced. One that left before it could be
 * read took no second; that it was a bounce is rare and passes for good mail here. */
static void
note_delay(struct track *track, const struct queue_entry *entry)
{
	bool is_quick = entry->arrival_s == 0 && !entry->read && !entry->scanned;
	if (queue_name(track->queue, entry) != QUEUE_ACTIVE || entry->bounced)
		return;
	if (is_quick)
		delays_leave(&track->delays, queue_instance(track->queue, entry), 0);
	else if (entry->class == CLASS_NORMAL && entry->arrival_s != 0)
		delays_leave(&track->delays, queue_instance(track->queue, entry),
		    track->now_s > entry->arrival_s ? track->now_s - entry->arrival_s : 0);
}

void
life_delete(struct track *track, uint32_t number)
{
	struct queue_entry *entry = queue_get(track->queue, number);
	if (entry->ready) {
		settle_arrival(track, entry, NULL);
		note_delay(track, entry);
		meter_remove(meter_of(track, entry), queue_name(track->queue, entry),
		    entry->bounced, !entry->tried);
	}
	life_forget(track, number);
}

/* Where events do not tell, what was waiting for delivery and is gone passes for delivered. */
static void
note_polled_leave(struct track *track, const struct queue_entry *entry)
{
	enum queue_name name = queue_name(track->queue, entry);
	bool was_waiting = name == QUEUE_INCOMING || name == QUEUE_ACTIVE || name == QUEUE_DEFERRED;
	meter_remove(meter_of(track, entry), was_waiting ? QUEUE_ACTIVE : name, entry->bounced,
	    !entry->tried);
}

void
life_miss(struct track *track, uint32_t number)
{
	struct queue_entry *entry = queue_get(track->queue, number);
	if (entry->ready)
		settle_arrival(track, entry, NULL);
	if (entry->ready && instance_of(track, entry)->polled)
		note_polled_leave(track, entry);
	life_forget(track, number);
}

/* Postfix's own test (pickup.c): a user's submission belongs to the user and may be read by all. */
static bool
is_requeued(const struct track *track, const struct queue_entry *entry, const struct stat *st)
{
	unsigned instance = queue_instance(track->queue, entry);
	return queue_name(track->queue, entry) == QUEUE_MAILDROP && !entry->requeued &&
	    st->st_uid == track->spool.instances[instance].owner && (st->st_mode & S_IROTH) == 0;
}

static void
on_incomplete(struct track *track, uint32_t number)
{
	struct queue_entry *entry = queue_get(track->queue, number);
	if (entry->scanned && entry->ready)
		entry->arrival_due = queue_name(track->queue, entry) != QUEUE_MAILDROP;
	entry->scanned = false; /* its arrival will be seen */
	census_remove(track->census, queue_instance(track->queue, entry), entry);
	if (entry->ready)
		queue_set_ready(track->queue, number, false);
}

/* What was read is taken over. profile NULL: it cannot be read. */
static void
take_profile(
    struct track *track, uint32_t number, const struct stat *st, const struct profile *profile)
{
	struct queue_entry *entry = queue_get(track->queue, number);
	unsigned instance = queue_instance(track->queue, entry);
	char id[QUEUE_ID_SIZE];
	bool has_time = profile != NULL && profile->letter.envelope.arrival_s > 0;
	int64_t arrival_s = has_time ? profile->letter.envelope.arrival_s : st->st_mtime;
	if (arrival_s < 0 || arrival_s > UINT32_MAX)
		arrival_s = 0;
	census_drop(track->census, instance, entry);
	queue_set_read(track->queue, number,
	    profile != NULL ? profile->letter.envelope.class : CLASS_UNREAD, (uint32_t)arrival_s,
	    (uint64_t)st->st_size);
	entry->read = true;
	if (profile != NULL)
		census_add(track->census, instance, entry, profile);
	if (profile != NULL && entry->class != CLASS_BOUNCE)
		census_note_client(
		    track->census, instance, queue_id_text(track->queue, entry, id), profile);
	if (entry->deferral_due && queue_name(track->queue, entry) == QUEUE_DEFERRED)
		read_deferral(track, entry);
	settle_arrival(track, entry, profile);
}

void
life_read(
    struct track *track, uint32_t number, const struct stat *st, const struct profile *profile)
{
	struct queue_entry *entry = queue_get(track->queue, number);
	bool is_corrupt = queue_name(track->queue, entry) == QUEUE_CORRUPT;
	entry->inode = queue_fold_inode(st->st_ino);
	if (!S_ISREG(st->st_mode) || ((st->st_mode & S_IRWXU) != S_IRWXU && !is_corrupt)) {
		on_incomplete(track, number);
		return;
	}
	if (!entry->ready)
		queue_set_ready(track->queue, number, true);
	if (profile == NULL && !entry->retried) { /* Postfix may be changing it: once more */
		entry->retried = true;
		reader_add(&track->reader, number, false);
		return;
	}
	take_profile(track, number, st, profile);
	if (is_requeued(track, entry, st)) {
		entry->requeued = true;
		meter_requeue(meter_of(track, entry), entry->arrival_s, track->now_s);
	}
}
