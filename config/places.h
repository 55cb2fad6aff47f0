/* SPDX-License-Identifier: ISC
 *
 * places.h - where in the file each field was set, so that a check that looks at several settings
 * can name a line.
 *
 * Inside config/ and its tests only.
 */
#ifndef WATCHDOGD_CONFIG_PLACES_H
#define WATCHDOGD_CONFIG_PLACES_H

#include <stdbool.h>
#include <stddef.h>

#include "config/problems.h"

struct place {
	const void *field;
	struct problems_mark mark;
	bool broken; /* its value was refused, and told: what follows from it is not told again */
};

struct places {
	struct place *list;
	size_t count;
};

void places_note(struct places *places, const void *field, struct problems_mark mark, bool broken);
/* NULL: the file does not set it. */
const struct place *places_find(const struct places *places, const void *field);
/* Line 0 when the file does not set it. */
struct problems_mark places_mark(const struct places *places, const void *field);
bool places_is_broken(const struct places *places, const void *field);
void places_done(struct places *places);

#endif
