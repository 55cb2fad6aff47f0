/* SPDX-License-Identifier: ISC
 *
 * wire_test.c - one small message, byte by byte: what is on the wire, and everything that is
 * refused.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/guard.h"
#include "proto/wire.h"

#define HELLO(U64, I64, TEXT, BYTES) U64(pid) TEXT(name, 8) I64(offset) BYTES(body)
WIRE_STRUCT(hello, HELLO);

static const struct wire_field fields[] = {
    {"pid", WIRE_U64, offsetof(struct hello, pid), 8},
    {"name", WIRE_TEXT, offsetof(struct hello, name), 8},
    {"offset", WIRE_I64, offsetof(struct hello, offset), 8},
    {"body", WIRE_BYTES, offsetof(struct hello, body), 0},
};
static const struct wire_layout layout = {
    "hello", sizeof(struct hello), fields, ARRAY_LENGTH(fields)};

static const uint8_t good[] = {
    0x34, 0x12, 0, 0, 0, 0, 0, 0, /* pid */
    3, 0, 0, 0, 'a', 'b', 'c', /* name */
    0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, /* offset */
    2, 0, 0, 0, 0, 0xff, /* body */
};
#define NAME_AT 8
#define BODY_AT 23

static const struct hello hello = {
    .pid = 0x1234,
    .name = "abc",
    .offset = -2,
    .body = {(const uint8_t *)"\x00\xff", 2},
};

/* Decodes a copy that ends where its memory ends, so that a sanitizer sees a read beyond it. */
static int
decode(const uint8_t *bytes, size_t length, struct hello *ret_hello)
{
	uint8_t *exact = malloc(length > 0 ? length : 1);
	memcpy(exact, bytes, length);
	int r = wire_decode(&layout, exact, length, ret_hello);
	if (r == 0)
		ret_hello->body.data = bytes + (ret_hello->body.data - exact);
	free(exact);
	return r;
}

static void
assert_refused(const uint8_t *bytes, size_t length)
{
	struct hello got, before;
	memset(&got, 0x5a, sizeof(got));
	memcpy(&before, &got, sizeof(got));
	assert_int_equal(decode(bytes, length, &got), -EBADMSG);
	assert_memory_equal(&got, &before, sizeof(got));
}

static void
test_bytes_on_the_wire(void **state UNUSED)
{
	uint8_t out[64];
	assert_int_equal(wire_encode(&layout, &hello, out, sizeof(out)), sizeof(good));
	assert_memory_equal(out, good, sizeof(good));
}

static void
test_decode(void **state UNUSED)
{
	struct hello got;
	assert_int_equal(decode(good, sizeof(good), &got), 0);
	assert_int_equal(got.pid, 0x1234);
	assert_string_equal(got.name, "abc");
	assert_int_equal(got.offset, -2);
	assert_int_equal(got.body.length, 2);
	assert_ptr_equal(got.body.data, good + BODY_AT + 4);
}

static void
test_no_room(void **state UNUSED)
{
	uint8_t out[sizeof(good) + 1];
	for (size_t size = 0; size < sizeof(good); size++) {
		memset(out, '#', sizeof(out));
		assert_int_equal(wire_encode(&layout, &hello, out, size), -EMSGSIZE);
		assert_int_equal(out[size], '#');
	}
}

static void
test_every_truncation_is_refused(void **state UNUSED)
{
	for (size_t length = 0; length < sizeof(good); length++)
		assert_refused(good, length);
}

static void
test_garbled(void **state UNUSED)
{
	static const struct {
		size_t at;
		uint8_t bytes[4];
	} rows[] = {
	    {NAME_AT, {4, 0, 0, 0}}, /* the name takes a byte of what follows: one is missing */
	    {NAME_AT, {8, 0, 0, 0}}, /* no room for its NUL */
	    {NAME_AT, {0xff, 0xff, 0xff, 0xff}},
	    {NAME_AT, {0, 0, 0, 0x80}},
	    {NAME_AT + 4, {'a', 0, 'c', 0xfe}}, /* a NUL in a text */
	    {BODY_AT, {1, 0, 0, 0}}, /* something is left over */
	    {BODY_AT, {3, 0, 0, 0}},
	    {BODY_AT, {0xff, 0xff, 0xff, 0xff}},
	};
	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		uint8_t bytes[sizeof(good)];
		memcpy(bytes, good, sizeof(good));
		memcpy(bytes + rows[i].at, rows[i].bytes, 4);
		assert_refused(bytes, sizeof(bytes));
	}
}

static void
test_longest_text(void **state UNUSED)
{
	struct hello longest = hello, got;
	uint8_t out[64];
	strcpy(longest.name, "1234567");
	long length = wire_encode(&layout, &longest, out, sizeof(out));
	assert_true(length > 0);
	assert_int_equal(decode(out, (size_t)length, &got), 0);
	assert_string_equal(got.name, "1234567");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_bytes_on_the_wire),
	    cmocka_unit_test(test_decode),
	    cmocka_unit_test(test_no_room),
	    cmocka_unit_test(test_every_truncation_is_refused),
	    cmocka_unit_test(test_garbled),
	    cmocka_unit_test(test_longest_text),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
