/* SPDX-License-Identifier: ISC
 *
 * queue_id.c - which file names are queue ids.
 */
#include "proto/queue_id.h"

static bool
is_id_byte(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	    c == '_';
}

bool
queue_id_is(const char *name)
{
	size_t length = 0;
	for (; name[length] != '\0'; length++)
		if (length == QUEUE_ID_MAX || !is_id_byte(name[length]))
			return false;
	return length > 0;
}
