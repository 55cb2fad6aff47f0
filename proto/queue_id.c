/* SPDX-License-Identifier: ISC
 *
 * queue_id.c - which file names are queue ids.
 */
#include "proto/queue_id.h"

static const bool is_id_byte[256] = {
    ['0' ... '9'] = true, ['A' ... 'Z'] = true, ['a' ... 'z'] = true, ['_'] = true};

bool
queue_id_is(const char *name)
{
	size_t length = 0;
	for (; name[length] != '\0'; length++)
		if (length == QUEUE_ID_MAX || !is_id_byte[(unsigned char)name[length]])
			return false;
	return length > 0;
}
