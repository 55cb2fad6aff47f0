/* SPDX-License-Identifier: ISC
 *
 * wire.h - encodes and decodes messages by a table of their fields. Every role; what is decoded
 * comes from another process and is not trusted: lengths are checked, text ends inside its field
 * and holds no NUL, nothing may be left over.
 *
 * Numbers are 8 bytes little-endian whatever their width in the struct; text and bytes are a 4-byte
 * length and the bytes. A message is declared once, as a list macro from which its struct and its
 * table are made:
 *
 *     #define MESSAGE_HELLO(U64, I64, TEXT, BYTES) U64(pid) TEXT(name, 32)
 */
#ifndef WATCHDOGD_PROTO_WIRE_H
#define WATCHDOGD_PROTO_WIRE_H

#include <stddef.h>
#include <stdint.h>

#include "lib/guard.h"

/* Borrowed bytes: in a decoded message they point into the frame. */
struct wire_bytes {
	const uint8_t *data;
	size_t length;
};

enum wire_kind {
	WIRE_U64,
	WIRE_I64,
	WIRE_TEXT, /* char[size], NUL-terminated */
	WIRE_BYTES,
};

struct wire_field {
	const char *name;
	enum wire_kind kind;
	size_t offset;
	size_t size; /* of a text field, its NUL included */
};

struct wire_layout {
	const char *name;
	size_t struct_size;
	const struct wire_field *fields;
	size_t field_count;
};

#define WIRE_STRUCT_U64(name) uint64_t name;
#define WIRE_STRUCT_I64(name) int64_t name;
#define WIRE_STRUCT_TEXT(name, size) char name[size];
#define WIRE_STRUCT_BYTES(name) struct wire_bytes name;
/* Declares `struct tag` with the fields of LIST. */
#define WIRE_STRUCT(tag, LIST)                                                              \
	struct tag {                                                                        \
		LIST(WIRE_STRUCT_U64, WIRE_STRUCT_I64, WIRE_STRUCT_TEXT, WIRE_STRUCT_BYTES) \
	}

/* Encodes `message` (a struct of this layout) into out. Returns the length, or -EMSGSIZE when it
 * does not fit into size. Text that is longer than its field cannot exist; a value is never cut. */
long wire_encode(
    const struct wire_layout *layout, const void *message, uint8_t *out, size_t size) MUST_CHECK;

/* Decodes length bytes into ret_message (layout->struct_size bytes). Bytes fields point into
 * `in`. 0 or -EBADMSG, with ret_message untouched. */
int wire_decode(const struct wire_layout *layout, const uint8_t *in, size_t length,
    void *ret_message) MUST_CHECK;

#endif
