/* SPDX-License-Identifier: ISC
 *
 * queue.h - the live set: every message that is in a queue directory now, and the counts over it.
 *
 * 48 bytes a message in a slab, and an open-addressing index of 4-byte numbers; keys are
 * (instance, queue id), hashed with a random secret because ids can be steered from outside. An id
 * of more than 16 bytes (a long one on a file system with large inode numbers) is kept apart.
 * Counts and bytes are kept with every change, so reading them costs nothing. Invariant: the counts
 * are those of the entries that are `ready`, by the place that each has in `slot`.
 */
#ifndef WATCHDOGD_WATCH_QUEUE_H
#define WATCHDOGD_WATCH_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/names.h"
#include "proto/queue_id.h"

#define QUEUE_NONE 0u /* no entry: their numbers begin with 1 */

#define QUEUE_ID_INLINE 16

struct queue_entry {
	char id[QUEUE_ID_INLINE]; /* padded with NULs, or where it is kept: queue_id_text() */
	uint32_t inode; /* queue_fold_inode(); 0: not known */
	uint32_t arrival_s; /* wall clock; 0: not known */
	uint32_t size_bytes; /* UINT32_MAX: that or more */
	union {
		uint32_t link; /* while listed, dead or free: the next in that list */
		uint32_t recipients; /* else: where the recipients are counted (census.h), or 0 */
	};
	uint32_t origin; /* the sender's domain, or what caused a bounce (census.h), or 0 */
	uint16_t sender_hash, shape_hash,
	    network_hash; /* rule most out before reading (census.h) */
	uint16_t reason; /* why it was deferred last (census.h), or 0 */
	uint16_t slot; /* the directory where it is */
	uint16_t class : 3; /* enum message_class */
	uint16_t ready : 1; /* accepted by Postfix: counted */
	uint16_t read : 1; /* the envelope was read, or cannot be */
	uint16_t listed : 1; /* on a list of those to be read: nothing of it is counted by census */
	uint16_t dead : 1; /* removed while listed: freed when the list comes to it */
	uint16_t mark : 1; /* seen by the scan of this parity */
	uint16_t bounced : 1; /* a bounce log was written since it became active */
	uint16_t requeued : 1; /* came into maildrop from another queue */
	uint16_t touched : 1; /* an event spoke of it since the last question */
	uint16_t arrival_due : 1; /* its arrival is not counted yet */
	uint16_t scanned : 1; /* found by a scan, not by an event */
	uint16_t retried : 1; /* its envelope was nonsense once */
	uint16_t tried : 1; /* was in deferred: what comes is not its first attempt */
	uint16_t deferral_due : 1; /* it was deferred before it was read: why is not counted yet */
};

struct queue_counts {
	uint64_t messages[CLASS_COUNT];
	uint64_t bytes;
	uint32_t oldest_s; /* arrival of the oldest whose arrival is known; 0: none */
	bool oldest_left; /* it left: to be found anew */
};

struct queue;

struct queue *queue_new(void);
void queue_free(struct queue *queue);

/* Says where a slot is, before an entry is put there. */
void queue_place_slot(struct queue *queue, uint16_t slot, unsigned instance, enum queue_name name);

/* The number of an entry, or QUEUE_NONE. `id` is NUL-terminated and queue_id_is(). */
uint32_t queue_find(const struct queue *queue, unsigned instance, const char *id);
/* The entry of a number; valid until it is removed. */
struct queue_entry *queue_get(const struct queue *queue, uint32_t number);

/* Adds one that is not there: unread, not ready, not counted. */
uint32_t queue_add(struct queue *queue, unsigned instance, const char *id, uint16_t slot);
/* Removes it. One that is listed stays allocated, `dead`, until queue_release(). */
void queue_remove(struct queue *queue, uint32_t number);
void queue_release(struct queue *queue, uint32_t number);

/* Changes what is counted. */
void queue_move(struct queue *queue, uint32_t number, uint16_t slot);
void queue_set_ready(struct queue *queue, uint32_t number, bool ready);
void queue_set_read(struct queue *queue, uint32_t number, enum message_class class,
    uint32_t arrival_s, uint64_t size_bytes);

unsigned queue_instance(const struct queue *queue, const struct queue_entry *entry);
enum queue_name queue_name(const struct queue *queue, const struct queue_entry *entry);
/* The id as a NUL-terminated text; returns text. */
char *queue_id_text(
    const struct queue *queue, const struct queue_entry *entry, char text[QUEUE_ID_SIZE]);
/* An inode number as an entry keeps it: two that differ are two files; of two files one pair in
 * 2^32 is alike where numbers have more than 32 bits. */
static inline uint32_t
queue_fold_inode(uint64_t inode)
{
	uint32_t folded = (uint32_t)(inode ^ inode >> 32);
	return folded != 0 || inode == 0 ? folded : 1;
}

const struct queue_counts *queue_get_counts(
    const struct queue *queue, unsigned instance, enum queue_name name);
/* Finds the oldest of each queue whose oldest left: at most one pass over all entries. */
void queue_refresh_oldest(struct queue *queue);

/* All entries have numbers 1 to queue_end() - 1; those that are not live are skipped by asking
 * queue_is_live(). */
uint32_t queue_end(const struct queue *queue);
bool queue_is_live(const struct queue_entry *entry);
uint32_t queue_size(const struct queue *queue); /* live entries */
size_t queue_memory(const struct queue *queue); /* bytes allocated */

#endif
