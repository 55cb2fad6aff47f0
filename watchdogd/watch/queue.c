/* SPDX-License-Identifier: ISC
 *
 * queue.c - slab, index and counts of the live set; see queue.h.
 */
#include "watchdogd/watch/queue.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "lib/log.h"
#include "lib/mem.h"
#include "lib/random.h"
#include "proto/message.h"

#define CHUNK_ENTRIES 4096u
#define INDEX_SIZE_MIN 1024u
#define SECRET_SIZE 192 /* at least XXH3_SECRET_SIZE_MIN */
#define SLOT_COUNT 65536u

struct place {
	uint8_t instance;
	uint8_t name;
};

/* Ids that do not fit into an entry. */
struct long_ids {
	char (*texts)[QUEUE_ID_MAX];
	uint32_t *free; /* numbers of free texts */
	uint32_t count, room, free_count;
};

struct queue {
	struct queue_entry **chunks;
	uint32_t chunk_count;
	uint32_t end; /* numbers below were used once */
	uint32_t free_list;
	uint32_t live;
	uint32_t *index; /* numbers of entries; QUEUE_NONE: empty */
	uint32_t index_size;
	struct queue_counts counts[INSTANCES_MAX][QUEUE_COUNT];
	struct place *places; /* by slot */
	struct long_ids long_ids;
	uint8_t secret[SECRET_SIZE];
};

_Static_assert(sizeof(struct queue_entry) == 48, "an entry costs 48 bytes");

struct queue *
queue_new(void)
{
	struct queue *queue = mem_alloc(sizeof(*queue));
	random_fill(queue->secret, sizeof(queue->secret));
	queue->end = 1;
	queue->index_size = INDEX_SIZE_MIN;
	queue->index = mem_array(queue->index_size, sizeof(*queue->index));
	queue->places = mem_array(SLOT_COUNT, sizeof(*queue->places));
	return queue;
}

void
queue_free(struct queue *queue)
{
	if (queue == NULL)
		return;
	for (uint32_t i = 0; i < queue->chunk_count; i++)
		free(queue->chunks[i]);
	free(queue->chunks);
	free(queue->index);
	free(queue->places);
	free(queue->long_ids.texts);
	free(queue->long_ids.free);
	free(queue);
}

void
queue_place_slot(struct queue *queue, uint16_t slot, unsigned instance, enum queue_name name)
{
	queue->places[slot] = (struct place){.instance = (uint8_t)instance, .name = (uint8_t)name};
}

struct queue_entry *
queue_get(const struct queue *queue, uint32_t number)
{
	return &queue->chunks[number / CHUNK_ENTRIES][number % CHUNK_ENTRIES];
}

unsigned
queue_instance(const struct queue *queue, const struct queue_entry *entry)
{
	return queue->places[entry->slot].instance;
}

enum queue_name
queue_name(const struct queue *queue, const struct queue_entry *entry)
{
	return queue->places[entry->slot].name;
}

/* ---- ids: in the entry, or a mark and a number there ---- */

#define LONG_ID_MARK '\001' /* no id begins with it */

static const char *
id_bytes(const struct queue *queue, const struct queue_entry *entry, size_t *ret_size)
{
	uint32_t number;
	*ret_size = QUEUE_ID_INLINE;
	if (entry->id[0] != LONG_ID_MARK)
		return entry->id;
	memcpy(&number, entry->id + 1, sizeof(number));
	*ret_size = QUEUE_ID_MAX;
	return queue->long_ids.texts[number];
}

char *
queue_id_text(const struct queue *queue, const struct queue_entry *entry, char text[QUEUE_ID_SIZE])
{
	size_t size;
	const char *bytes = id_bytes(queue, entry, &size);
	memcpy(text, bytes, size);
	text[size] = '\0';
	return text;
}

static void
pad_id(const char *id, char padded[QUEUE_ID_MAX])
{
	size_t length = strnlen(id, QUEUE_ID_MAX);
	memset(padded, 0, QUEUE_ID_MAX);
	memcpy(padded, id, length);
}

static uint32_t
long_id_add(struct long_ids *ids, const char padded[QUEUE_ID_MAX])
{
	if (ids->free_count == 0 && ids->count == ids->room) {
		ids->room = ids->room == 0 ? 64 : ids->room * 2;
		ids->texts = mem_resize(ids->texts, ids->room, sizeof(*ids->texts));
		ids->free = mem_resize(ids->free, ids->room, sizeof(*ids->free));
	}
	uint32_t number = ids->free_count > 0 ? ids->free[--ids->free_count] : ids->count++;
	memcpy(ids->texts[number], padded, QUEUE_ID_MAX);
	return number;
}

static void
id_set(struct queue *queue, struct queue_entry *entry, const char *id)
{
	char padded[QUEUE_ID_MAX];
	pad_id(id, padded);
	if (padded[QUEUE_ID_INLINE] == '\0') {
		memcpy(entry->id, padded, QUEUE_ID_INLINE);
		return;
	}
	uint32_t number = long_id_add(&queue->long_ids, padded);
	entry->id[0] = LONG_ID_MARK;
	memcpy(entry->id + 1, &number, sizeof(number));
}

static void
id_unset(struct queue *queue, struct queue_entry *entry)
{
	struct long_ids *ids = &queue->long_ids;
	if (entry->id[0] == LONG_ID_MARK)
		memcpy(&ids->free[ids->free_count++], entry->id + 1, sizeof(uint32_t));
	entry->id[0] = '\0';
}

/* ---- index: linear probing, removal shifts the rest of the run back ----
 *
 * It grows by half, not by doubling: at a million messages that is 2 MB less. */

static uint32_t
index_home(const struct queue *queue, uint32_t hash)
{
	return (uint32_t)((uint64_t)hash * queue->index_size >> 32);
}

static uint32_t
index_next(const struct queue *queue, uint32_t at)
{
	return at + 1 < queue->index_size ? at + 1 : 0;
}

/* Steps from one place to another. */
static uint32_t
index_distance(const struct queue *queue, uint32_t from, uint32_t to)
{
	return to >= from ? to - from : to + queue->index_size - from;
}

/* `id`: size bytes, NULs behind it included. */
static uint32_t
hash(const struct queue *queue, unsigned instance, const char *id, size_t size)
{
	uint64_t value = XXH3_64bits_withSecret(id, size, queue->secret, SECRET_SIZE);
	value += instance * UINT64_C(0x9e3779b97f4a7c15);
	return (uint32_t)(value ^ value >> 32);
}

static uint32_t
hash_of(const struct queue *queue, const struct queue_entry *entry)
{
	size_t size;
	const char *bytes = id_bytes(queue, entry, &size);
	return hash(queue, queue_instance(queue, entry), bytes, size);
}

static void
index_put(struct queue *queue, uint32_t number)
{
	const struct queue_entry *entry = queue_get(queue, number);
	uint32_t at = index_home(queue, hash_of(queue, entry));
	while (queue->index[at] != QUEUE_NONE)
		at = index_next(queue, at);
	queue->index[at] = number;
}

/* Where the index holds this key, or the empty place where the search ended. */
static uint32_t
index_seek(const struct queue *queue, unsigned instance, const char padded[QUEUE_ID_MAX])
{
	size_t size = padded[QUEUE_ID_INLINE] == '\0' ? QUEUE_ID_INLINE : QUEUE_ID_MAX;
	uint32_t at = index_home(queue, hash(queue, instance, padded, size));
	for (; queue->index[at] != QUEUE_NONE; at = index_next(queue, at)) {
		size_t entry_size;
		const struct queue_entry *entry = queue_get(queue, queue->index[at]);
		const char *bytes = id_bytes(queue, entry, &entry_size);
		if (entry_size == size && memcmp(bytes, padded, size) == 0 &&
		    queue_instance(queue, entry) == instance)
			break;
	}
	return at;
}

/* The place of an entry that is in the index. */
static uint32_t
index_of(const struct queue *queue, uint32_t number)
{
	uint32_t at = index_home(queue, hash_of(queue, queue_get(queue, number)));
	while (queue->index[at] != number)
		at = index_next(queue, at);
	return at;
}

/* Empties a place: whatever stood behind it only because it was taken moves up. */
static void
index_empty(struct queue *queue, uint32_t hole)
{
	for (uint32_t at = index_next(queue, hole); queue->index[at] != QUEUE_NONE;
	    at = index_next(queue, at)) {
		const struct queue_entry *entry = queue_get(queue, queue->index[at]);
		uint32_t home = index_home(queue, hash_of(queue, entry));
		if (index_distance(queue, home, at) >= index_distance(queue, hole, at)) {
			queue->index[hole] = queue->index[at];
			hole = at;
		}
	}
	queue->index[hole] = QUEUE_NONE;
}

uint32_t
queue_find(const struct queue *queue, unsigned instance, const char *id)
{
	char padded[QUEUE_ID_MAX];
	pad_id(id, padded);
	return queue->index[index_seek(queue, instance, padded)];
}

/* ---- counts ---- */

static struct queue_counts *
counts_of(struct queue *queue, const struct queue_entry *entry)
{
	struct place place = queue->places[entry->slot];
	return &queue->counts[place.instance][place.name];
}

static void
note_arrival(struct queue_counts *counts, uint32_t arrival_s)
{
	if (arrival_s != 0 && (counts->oldest_s == 0 || arrival_s < counts->oldest_s))
		counts->oldest_s = arrival_s;
}

static void
count(struct queue *queue, const struct queue_entry *entry)
{
	struct queue_counts *counts = counts_of(queue, entry);
	if (!entry->ready)
		return;
	counts->messages[entry->class]++;
	counts->bytes += entry->size_bytes;
	note_arrival(counts, entry->arrival_s);
}

static void
uncount(struct queue *queue, const struct queue_entry *entry)
{
	struct queue_counts *counts = counts_of(queue, entry);
	if (!entry->ready)
		return;
	counts->messages[entry->class]--;
	counts->bytes -= entry->size_bytes;
	if (entry->arrival_s != 0 && entry->arrival_s == counts->oldest_s)
		counts->oldest_left = true;
}

void
queue_move(struct queue *queue, uint32_t number, uint16_t slot)
{
	struct queue_entry *entry = queue_get(queue, number);
	uncount(queue, entry);
	entry->slot = slot;
	count(queue, entry);
}

void
queue_set_ready(struct queue *queue, uint32_t number, bool ready)
{
	struct queue_entry *entry = queue_get(queue, number);
	uncount(queue, entry);
	entry->ready = ready;
	count(queue, entry);
}

void
queue_set_read(struct queue *queue, uint32_t number, enum message_class class, uint32_t arrival_s,
    uint64_t size_bytes)
{
	struct queue_entry *entry = queue_get(queue, number);
	uncount(queue, entry);
	entry->class = (uint16_t)class & 7;
	entry->arrival_s = arrival_s;
	entry->size_bytes = size_bytes < UINT32_MAX ? (uint32_t)size_bytes : UINT32_MAX;
	count(queue, entry);
}

const struct queue_counts *
queue_get_counts(const struct queue *queue, unsigned instance, enum queue_name name)
{
	return &queue->counts[instance][name];
}

void
queue_refresh_oldest(struct queue *queue)
{
	bool left = false;
	for (unsigned i = 0; i < INSTANCES_MAX; i++)
		for (unsigned q = 0; q < QUEUE_COUNT; q++) {
			struct queue_counts *counts = &queue->counts[i][q];
			left |= counts->oldest_left;
			if (counts->oldest_left)
				counts->oldest_s = 0;
		}
	for (uint32_t number = 1; left && number < queue->end; number++) {
		const struct queue_entry *entry = queue_get(queue, number);
		if (!queue_is_live(entry) || !entry->ready)
			continue;
		struct queue_counts *counts = counts_of(queue, entry);
		if (counts->oldest_left)
			note_arrival(counts, entry->arrival_s);
	}
	for (unsigned i = 0; left && i < INSTANCES_MAX; i++)
		for (unsigned q = 0; q < QUEUE_COUNT; q++)
			queue->counts[i][q].oldest_left = false;
}

/* ---- slab ---- */

/* Makes room for one more. No more than two thirds are used, so that a search looks at few entries; put
 * anew in the order of the numbers, which is that of memory. */
static void
index_grow(struct queue *queue)
{
	if (queue->live < queue->index_size / 3 * 2)
		return;
	free(queue->index);
	queue->index_size += queue->index_size / 2;
	queue->index = mem_array(queue->index_size, sizeof(*queue->index));
	for (uint32_t number = 1; number < queue->end; number++)
		if (queue_is_live(queue_get(queue, number)))
			index_put(queue, number);
}

static uint32_t
take_number(struct queue *queue)
{
	uint32_t number = queue->free_list;
	if (number != QUEUE_NONE) {
		queue->free_list = queue_get(queue, number)->link;
		return number;
	}
	number = queue->end++;
	if (number / CHUNK_ENTRIES >= queue->chunk_count) {
		queue->chunks =
		    mem_resize(queue->chunks, queue->chunk_count + 1, sizeof(struct queue_entry *));
		queue->chunks[queue->chunk_count++] =
		    mem_array(CHUNK_ENTRIES, sizeof(struct queue_entry));
	}
	return number;
}

uint32_t
queue_add(struct queue *queue, unsigned instance, const char *id, uint16_t slot)
{
	if (queue->places[slot].instance != instance)
		panic("queue id %s put into a directory of another instance", id);
	index_grow(queue);
	uint32_t number = take_number(queue);
	struct queue_entry *entry = queue_get(queue, number);
	*entry = (struct queue_entry){.slot = slot, .class = CLASS_UNREAD};
	id_set(queue, entry, id);
	queue->live++;
	index_put(queue, number);
	return number;
}

void
queue_remove(struct queue *queue, uint32_t number)
{
	struct queue_entry *entry = queue_get(queue, number);
	uncount(queue, entry);
	index_empty(queue, index_of(queue, number));
	queue->live--;
	entry->dead = true;
	if (!entry->listed)
		queue_release(queue, number);
}

void
queue_release(struct queue *queue, uint32_t number)
{
	struct queue_entry *entry = queue_get(queue, number);
	id_unset(queue, entry);
	*entry = (struct queue_entry){.link = queue->free_list};
	queue->free_list = number;
}

uint32_t
queue_end(const struct queue *queue)
{
	return queue->end;
}

bool
queue_is_live(const struct queue_entry *entry)
{
	return entry->id[0] != '\0' && !entry->dead;
}

uint32_t
queue_size(const struct queue *queue)
{
	return queue->live;
}

size_t
queue_memory(const struct queue *queue)
{
	return sizeof(*queue) + SLOT_COUNT * sizeof(*queue->places) +
	    queue->index_size * sizeof(*queue->index) +
	    queue->long_ids.room *
	    (sizeof(*queue->long_ids.texts) + sizeof(*queue->long_ids.free)) +
	    queue->chunk_count *
	    (sizeof(*queue->chunks) + CHUNK_ENTRIES * sizeof(struct queue_entry));
}
