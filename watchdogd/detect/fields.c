/* SPDX-License-Identifier: ISC
 *
 * fields.c - bytes by a table.
 */
#include "watchdogd/detect/fields.h"

#include <endian.h>
#include <errno.h>
#include <math.h>
#include <string.h>

/* The host's order to little-endian and back. */
static void
swap(const uint8_t *in, uint8_t *out, size_t size)
{
	for (size_t i = 0; i < size; i++)
		out[i] = in[__BYTE_ORDER == __LITTLE_ENDIAN ? i : size - 1 - i];
}

size_t
fields_encode(const struct field *fields, size_t field_count, const void *state, uint8_t *bytes)
{
	size_t length = 0;
	for (size_t i = 0; i < field_count; i++)
		for (size_t n = 0; n < fields[i].count; n++) {
			const uint8_t *in = (const uint8_t *)state + fields[i].offset;
			swap(in + n * fields[i].size, bytes + length, fields[i].size);
			length += fields[i].size;
		}
	return length;
}

static bool
is_number(const uint8_t *at, size_t size)
{
	float narrow;
	double wide;
	if (size == sizeof(wide)) {
		memcpy(&wide, at, size);
		return isfinite(wide);
	}
	memcpy(&narrow, at, sizeof(narrow));
	return isfinite(narrow);
}

int
fields_decode(const struct field *fields, size_t field_count, const uint8_t *bytes, size_t length,
    void *ret_state)
{
	size_t at = 0;
	for (size_t i = 0; i < field_count; i++)
		for (size_t n = 0; n < fields[i].count; n++) {
			size_t size = fields[i].size;
			uint8_t *out = (uint8_t *)ret_state + fields[i].offset + n * size;
			if (length - at < size)
				return -EBADMSG;
			swap(bytes + at, out, size);
			if (fields[i].is_real && !is_number(out, size))
				return -EBADMSG;
			at += size;
		}
	return at == length ? 0 : -EBADMSG;
}
