/* SPDX-License-Identifier: ISC
 *
 * intern.c - a table of texts with an open-addressing index of numbers; see intern.h.
 */
#include "watchdogd/watch/intern.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "lib/log.h"
#include "lib/mem.h"
#include "lib/random.h"

#define INDEX_SIZE_MIN 64u

struct item {
	char *text; /* NULL: free */
	union {
		uint32_t holds;
		uint32_t next; /* free: the next free one */
	};
	uint32_t hash;
};

struct intern {
	struct item *items; /* by number */
	uint32_t end, room, used, max;
	uint32_t free_list;
	uint32_t *index; /* numbers, INTERN_NONE: empty */
	uint32_t index_size; /* a power of two */
	uint64_t seed;
};

struct intern *
intern_new(uint32_t max)
{
	struct intern *intern = mem_alloc(sizeof(*intern));
	intern->max = max;
	random_fill(&intern->seed, sizeof(intern->seed));
	intern->index_size = INDEX_SIZE_MIN;
	intern->index = mem_array(intern->index_size, sizeof(*intern->index));
	intern->room = INDEX_SIZE_MIN / 2;
	intern->items = mem_array(intern->room, sizeof(*intern->items));
	intern->end = INTERN_OTHERS + 1;
	return intern;
}

void
intern_free(struct intern *intern)
{
	if (intern == NULL)
		return;
	for (uint32_t i = 0; i < intern->end; i++)
		free(intern->items[i].text);
	free(intern->items);
	free(intern->index);
	free(intern);
}

/* ---- index: linear probing, removal shifts the rest of the run back ---- */

static uint32_t
hash(const struct intern *intern, const char *text)
{
	return (uint32_t)XXH3_64bits_withSeed(text, strlen(text), intern->seed);
}

/* Where the text's number stands, or the empty place where the search ended. */
static uint32_t
seek(const struct intern *intern, const char *text, uint32_t text_hash)
{
	uint32_t mask = intern->index_size - 1, at = text_hash & mask;
	for (; intern->index[at] != INTERN_NONE; at = (at + 1) & mask) {
		const struct item *item = &intern->items[intern->index[at]];
		if (item->hash == text_hash && strcmp(item->text, text) == 0)
			break;
	}
	return at;
}

static void
index_put(struct intern *intern, uint32_t number)
{
	uint32_t mask = intern->index_size - 1, at = intern->items[number].hash & mask;
	while (intern->index[at] != INTERN_NONE)
		at = (at + 1) & mask;
	intern->index[at] = number;
}

static void
index_grow(struct intern *intern)
{
	if (intern->used < intern->index_size / 4 * 3)
		return;
	free(intern->index);
	intern->index_size *= 2;
	intern->index = mem_array(intern->index_size, sizeof(*intern->index));
	for (uint32_t i = INTERN_OTHERS + 1; i < intern->end; i++)
		if (intern->items[i].text != NULL)
			index_put(intern, i);
}

static void
index_empty(struct intern *intern, uint32_t hole)
{
	uint32_t mask = intern->index_size - 1;
	for (uint32_t at = (hole + 1) & mask; intern->index[at] != INTERN_NONE;
	    at = (at + 1) & mask) {
		uint32_t home = intern->items[intern->index[at]].hash & mask;
		if (((at - home) & mask) >= ((at - hole) & mask)) {
			intern->index[hole] = intern->index[at];
			hole = at;
		}
	}
	intern->index[hole] = INTERN_NONE;
}

/* ---- texts ---- */

static uint32_t
take_number(struct intern *intern)
{
	uint32_t number = intern->free_list;
	if (number != INTERN_NONE) {
		intern->free_list = intern->items[number].next;
		return number;
	}
	if (intern->end == intern->room) {
		uint32_t last = INTERN_OTHERS + 1 + intern->max;
		intern->room = intern->room * 2 < last ? intern->room * 2 : last;
		intern->items = mem_resize(intern->items, intern->room, sizeof(*intern->items));
	}
	return intern->end++;
}

uint32_t
intern_add(struct intern *intern, const char *text)
{
	uint32_t text_hash = hash(intern, text);
	uint32_t number = intern->index[seek(intern, text, text_hash)];
	if (number == INTERN_NONE && intern->used == intern->max)
		number = INTERN_OTHERS;
	if (number != INTERN_NONE) {
		intern->items[number].holds++;
		return number;
	}
	number = take_number(intern);
	intern->items[number] =
	    (struct item){.text = mem_format("%s", text), .holds = 1, .hash = text_hash};
	intern->used++;
	index_put(intern, number);
	index_grow(intern);
	return number;
}

void
intern_add_other(struct intern *intern)
{
	intern->items[INTERN_OTHERS].holds++;
}

void
intern_release(struct intern *intern, uint32_t number)
{
	if (number == INTERN_NONE)
		return;
	struct item *item = &intern->items[number];
	if (number >= intern->end || item->holds == 0)
		panic("a text was let go that nobody holds");
	if (--item->holds > 0 || number == INTERN_OTHERS)
		return;
	index_empty(intern, seek(intern, item->text, item->hash));
	intern->used--;
	free(item->text);
	*item = (struct item){.next = intern->free_list};
	intern->free_list = number;
}

uint32_t
intern_find(const struct intern *intern, const char *text)
{
	return intern->index[seek(intern, text, hash(intern, text))];
}

const char *
intern_text(const struct intern *intern, uint32_t number)
{
	return number == INTERN_OTHERS ? "(others)" : intern->items[number].text;
}

uint64_t
intern_holds(const struct intern *intern, uint32_t number)
{
	bool is_held = number == INTERN_OTHERS || intern->items[number].text != NULL;
	return is_held ? intern->items[number].holds : 0;
}

uint32_t
intern_used(const struct intern *intern)
{
	return intern->used;
}

uint32_t
intern_end(const struct intern *intern)
{
	return intern->end;
}
