/* SPDX-License-Identifier: ISC
 *
 * remedy.c - the list of remedies. Remedy role; each is a file of its own, and has a row of the
 * same name in the catalogue.
 */
#include "remedies/remedy.h"

#include <string.h>

static const struct remedy *const remedies[] = {
    &remedy_hold_bounces,
    &remedy_delete_bounces,
    &remedy_release,
    &remedy_restore,
    &remedy_hold,
    &remedy_requeue,
    &remedy_expire,
};

const struct remedy *
remedy_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_LENGTH(remedies); i++)
		if (strcmp(remedies[i]->name, name) == 0)
			return remedies[i];
	return NULL;
}
