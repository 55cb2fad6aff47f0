/* SPDX-License-Identifier: ISC
 *
 * remedy.c - the list of remedies. Remedy role; each is a file of its own, and has a row of the
 * same name in the catalogue.
 */
#include "remedies/remedy.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/escape.h"

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

int
remedy_refuse(char problem[REASON_TEXT_SIZE], const char *what, const char *found)
{
	char escaped[ADDRESS_TEXT_SIZE];
	escape_text(found, strlen(found), escaped, sizeof(escaped));
	snprintf(problem, REASON_TEXT_SIZE, "order refused: %s %s", what, escaped);
	return -EPERM;
}
