/* SPDX-License-Identifier: ISC
 *
 * fuse_codec.c - a fuse's state to bytes and back, as series_codec.c does a series'.
 */
#include "watchdogd/detect/fuse.h"

#include <errno.h>

#include "watchdogd/detect/fields.h"

#define VERSION_BYTE 1

static const struct field fields[] = {
    FIELD_FLOATS(struct fuse, held, FUSE_MEMBERS_MAX),
    FIELD_FLOATS(struct fuse, left_s, FUSE_MEMBERS_MAX),
    FIELD_DOUBLE(struct fuse, frozen_s),
    FIELD_TAIL(struct fuse, tail),
};
#define FIELD_COUNT (sizeof(fields) / sizeof(fields[0]))
_Static_assert(sizeof(struct fuse) < FUSE_BYTES_MAX, "a fuse is small");

size_t
fuse_encode(const struct fuse *fuse, uint8_t bytes[FUSE_BYTES_MAX])
{
	bytes[0] = VERSION_BYTE;
	return 1 + fields_encode(fields, FIELD_COUNT, fuse, bytes + 1);
}

int
fuse_decode(const uint8_t *bytes, size_t length, struct fuse *ret_fuse)
{
	struct fuse fuse = {0};
	if (length < 1 || bytes[0] != VERSION_BYTE ||
	    fields_decode(fields, FIELD_COUNT, bytes + 1, length - 1, &fuse) < 0 ||
	    !tail_is_sound(&fuse.tail))
		return -EBADMSG;
	*ret_fuse = fuse;
	return 0;
}
