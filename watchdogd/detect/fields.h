/* SPDX-License-Identifier: ISC
 *
 * fields.h - a struct's fields as bytes and back, by a table: numbers little-endian in the width that
 * they have. Detect; pure. The bytes come from the store and are not trusted.
 */
#ifndef WATCHDOGD_DETECT_FIELDS_H
#define WATCHDOGD_DETECT_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/guard.h"

/* `count` numbers of `size` bytes that stand together. */
struct field {
	size_t offset, size, count;
	bool is_real;
};

#define FIELD_FLOATS(type, name, n) {offsetof(type, name), sizeof(float), n, true}
#define FIELD_DOUBLE(type, name) {offsetof(type, name), sizeof(double), 1, true}
#define FIELD_NUMBERS(type, name, width, n) {offsetof(type, name), width, n, false}
/* All of a struct tail. */
#define FIELD_TAIL(type, at)                                                        \
	FIELD_FLOATS(type, at.period_s, 9), FIELD_NUMBERS(type, at.clusters, 2, 1), \
	    FIELD_NUMBERS(type, at.is_over, 1, 2)

/* Returns the length. */
size_t fields_encode(
    const struct field *fields, size_t field_count, const void *state, uint8_t *bytes);
/* 0; -EBADMSG: not these fields, or a real number that is none. ret_state is then half filled. */
int fields_decode(const struct field *fields, size_t field_count, const uint8_t *bytes,
    size_t length, void *ret_state) MUST_CHECK;

#endif
