/* SPDX-License-Identifier: ISC
 *
 * wire.c - the one encoder and the one decoder of all messages. Invariant: no byte is read or
 * written outside [in, in + length) and [out, out + size), whatever the bytes say.
 */
#include "proto/wire.h"

#include <errno.h>
#include <string.h>

#include "lib/mem.h"

struct cursor {
	uint8_t *out;
	const uint8_t *in;
	size_t left;
};

static int
put(struct cursor *cursor, const void *bytes, size_t length)
{
	if (cursor->left < length)
		return -EMSGSIZE;
	if (length > 0)
		memcpy(cursor->out, bytes, length);
	cursor->out += length;
	cursor->left -= length;
	return 0;
}

static int
put_number(struct cursor *cursor, uint64_t number, size_t width)
{
	uint8_t bytes[8];
	for (size_t i = 0; i < width; i++)
		bytes[i] = (uint8_t)(number >> (8 * i));
	return put(cursor, bytes, width);
}

static int
put_block(struct cursor *cursor, const void *bytes, size_t length)
{
	int r = put_number(cursor, length, 4);
	return r < 0 ? r : put(cursor, bytes, length);
}

static int
encode_field(const struct wire_field *field, const char *message, struct cursor *cursor)
{
	const void *at = message + field->offset;
	const struct wire_bytes *bytes = at;
	uint64_t number;
	switch (field->kind) {
	case WIRE_U64:
	case WIRE_I64:
		memcpy(&number, at, sizeof(number));
		return put_number(cursor, number, 8);
	case WIRE_TEXT:
		return put_block(cursor, at, strnlen(at, field->size - 1));
	case WIRE_BYTES:
		return put_block(cursor, bytes->data, bytes->length);
	}
	return -EMSGSIZE;
}

long
wire_encode(const struct wire_layout *layout, const void *message, uint8_t *out, size_t size)
{
	struct cursor cursor = {.out = out, .left = size};
	for (size_t i = 0; i < layout->field_count; i++) {
		int r = encode_field(&layout->fields[i], message, &cursor);
		if (r < 0)
			return r;
	}
	return (long)(size - cursor.left);
}

static int
get_number(struct cursor *cursor, size_t width, uint64_t *ret_number)
{
	if (cursor->left < width)
		return -EBADMSG;
	uint64_t number = 0;
	for (size_t i = 0; i < width; i++)
		number |= (uint64_t)cursor->in[i] << (8 * i);
	cursor->in += width;
	cursor->left -= width;
	*ret_number = number;
	return 0;
}

static int
get_block(struct cursor *cursor, struct wire_bytes *ret_bytes)
{
	uint64_t length;
	int r = get_number(cursor, 4, &length);
	if (r < 0)
		return r;
	if (length > cursor->left)
		return -EBADMSG;
	*ret_bytes = (struct wire_bytes){.data = cursor->in, .length = length};
	cursor->in += length;
	cursor->left -= length;
	return 0;
}

static int
decode_text(const struct wire_field *field, struct cursor *cursor, char *at)
{
	struct wire_bytes bytes;
	int r = get_block(cursor, &bytes);
	if (r < 0)
		return r;
	if (bytes.length >= field->size || memchr(bytes.data, '\0', bytes.length) != NULL)
		return -EBADMSG;
	memcpy(at, bytes.data, bytes.length);
	at[bytes.length] = '\0';
	return 0;
}

static int
decode_field(const struct wire_field *field, struct cursor *cursor, char *message)
{
	void *at = message + field->offset;
	uint64_t number;
	int r;
	switch (field->kind) {
	case WIRE_U64:
	case WIRE_I64:
		r = get_number(cursor, 8, &number);
		if (r == 0)
			memcpy(at, &number, sizeof(number));
		return r;
	case WIRE_TEXT:
		return decode_text(field, cursor, at);
	case WIRE_BYTES:
		return get_block(cursor, at);
	}
	return -EBADMSG;
}

int
wire_decode(const struct wire_layout *layout, const uint8_t *in, size_t length, void *ret_message)
{
	struct cursor cursor = {.in = in, .left = length};
	AUTO_FREE char *message = mem_alloc(layout->struct_size);
	for (size_t i = 0; i < layout->field_count; i++) {
		int r = decode_field(&layout->fields[i], &cursor, message);
		if (r < 0)
			return r;
	}
	if (cursor.left != 0)
		return -EBADMSG;
	memcpy(ret_message, message, layout->struct_size);
	return 0;
}
