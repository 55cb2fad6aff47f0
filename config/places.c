/* SPDX-License-Identifier: ISC
 *
 * places.c - a list of the fields that the file sets; it is short.
 */
#include "config/places.h"

#include <stdlib.h>

#include "lib/mem.h"

#define GROWTH 64

void
places_note(struct places *places, const void *field, struct problems_mark mark, bool broken)
{
	if (places->count % GROWTH == 0)
		places->list =
		    mem_resize(places->list, places->count + GROWTH, sizeof(*places->list));
	places->list[places->count++] = (struct place){field, mark, broken};
}

const struct place *
places_find(const struct places *places, const void *field)
{
	for (size_t i = 0; i < places->count; i++)
		if (places->list[i].field == field)
			return &places->list[i];
	return NULL;
}

struct problems_mark
places_mark(const struct places *places, const void *field)
{
	const struct place *place = places_find(places, field);
	return place != NULL ? place->mark : (struct problems_mark){0, 0};
}

bool
places_is_broken(const struct places *places, const void *field)
{
	const struct place *place = places_find(places, field);
	return place != NULL && place->broken;
}

void
places_done(struct places *places)
{
	free(places->list);
}
