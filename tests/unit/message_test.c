/* SPDX-License-Identifier: ISC
 *
 * message_test.c - every message of the table: it comes back as it was sent, by both ways of
 * sending; cut short, prolonged or garbled it is refused or at least stays within its struct.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <event2/event.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/channel.h"
#include "lib/guard.h"
#include "lib/mem.h"
#include "proto/message.h"

#define BODY "a body with a NUL \0 and \xff"
#define BODY_LENGTH (sizeof(BODY) - 1)
#define GARBLINGS 4000

/* A struct of this layout in which every field differs from its neighbours. */
static void *
make_message(const struct wire_layout *layout)
{
	char *message = mem_alloc(layout->struct_size);
	for (size_t i = 0; i < layout->field_count; i++) {
		const struct wire_field *field = &layout->fields[i];
		void *at = message + field->offset;
		uint64_t number = 0x0123456789abcdefu * (i + 1);
		const struct wire_bytes bytes = {(const uint8_t *)BODY, BODY_LENGTH - i % 3};
		switch (field->kind) {
		case WIRE_U64:
		case WIRE_I64:
			memcpy(at, &number, sizeof(number));
			break;
		case WIRE_TEXT: /* one at its longest, the next short */
			memset(at, 'a' + (int)i, i % 2 == 0 ? field->size - 1 : 1);
			break;
		case WIRE_BYTES:
			memcpy(at, &bytes, sizeof(bytes));
			break;
		}
	}
	return message;
}

static void
assert_field_equal(const struct wire_field *field, const char *a, const char *b)
{
	struct wire_bytes left, right;
	switch (field->kind) {
	case WIRE_U64:
	case WIRE_I64:
		assert_memory_equal(a + field->offset, b + field->offset, 8);
		break;
	case WIRE_TEXT:
		assert_string_equal(a + field->offset, b + field->offset);
		break;
	case WIRE_BYTES:
		memcpy(&left, a + field->offset, sizeof(left));
		memcpy(&right, b + field->offset, sizeof(right));
		assert_int_equal(left.length, right.length);
		assert_memory_equal(left.data, right.data, left.length);
		break;
	}
}

static void
assert_message_equal(const struct wire_layout *layout, const void *a, const void *b)
{
	for (size_t i = 0; i < layout->field_count; i++)
		assert_field_equal(&layout->fields[i], a, b);
}

/* Writes the message of a type through a socket and reads its frame. */
static void
pass(unsigned type, const void *message, uint8_t *buffer, struct channel_frame *ret_frame)
{
	int fds[2];
	assert_int_equal(channel_pair(fds), 0);
	assert_int_equal(message_write(fds[0], (enum message_type)type, message, -1), 0);
	assert_int_equal(channel_read(fds[1], buffer, ret_frame), 0);
	assert_int_equal(ret_frame->type, type);
	close(fds[0]);
	close(fds[1]);
}

static void
test_layouts(void **state UNUSED)
{
	assert_null(message_layout(MESSAGE_TYPE_NONE));
	assert_null(message_layout(MESSAGE_TYPE_END));
	assert_null(message_layout(UINT16_MAX));
	for (unsigned type = MESSAGE_TYPE_NONE + 1; type < MESSAGE_TYPE_END; type++) {
		const struct wire_layout *layout = message_layout(type);
		size_t end = 0;
		assert_non_null(layout);
		for (size_t i = 0; i < layout->field_count; i++) {
			/* in the order of the struct, none over another or beyond it */
			assert_true(layout->fields[i].offset >= end);
			end = layout->fields[i].offset +
			    (layout->fields[i].kind == WIRE_BYTES ? sizeof(struct wire_bytes)
								  : layout->fields[i].size);
		}
		assert_true(end <= layout->struct_size);
	}
}

static void
test_round_trips(void **state UNUSED)
{
	AUTO_FREE uint8_t *buffer = mem_alloc(CHANNEL_PAYLOAD_MAX);
	for (unsigned type = MESSAGE_TYPE_NONE + 1; type < MESSAGE_TYPE_END; type++) {
		const struct wire_layout *layout = message_layout(type);
		struct channel_frame frame;
		AUTO_FREE void *sent = make_message(layout);
		AUTO_FREE void *got = mem_alloc(layout->struct_size);
		pass(type, sent, buffer, &frame);
		assert_int_equal(
		    message_decode((enum message_type)type, frame.payload, frame.length, got), 0);
		assert_message_equal(layout, sent, got);
	}
}

static void
test_over_a_loop(void **state UNUSED)
{
	static const struct channel_handlers handlers = {NULL, NULL};
	const struct message_pong pong = {.number = 77};
	struct message_pong got;
	struct channel_frame frame;
	AUTO_FREE uint8_t *buffer = mem_alloc(CHANNEL_PAYLOAD_MAX);
	struct event_base *base = event_base_new();
	int fds[2];
	assert_int_equal(channel_pair(fds), 0);
	struct channel *channel = channel_new(base, fds[0], &handlers, NULL);
	message_send(channel, MESSAGE_TYPE_PONG, &pong, STDERR_FILENO);
	assert_int_equal(channel_read(fds[1], buffer, &frame), 0);
	assert_int_equal(frame.type, MESSAGE_TYPE_PONG);
	assert_true(frame.fd >= 0);
	assert_int_equal(message_decode(MESSAGE_TYPE_PONG, frame.payload, frame.length, &got), 0);
	assert_int_equal(got.number, 77);
	close(frame.fd);
	close(fds[1]);
	channel_free(channel);
	event_base_free(base);
}

static void
test_cut_or_prolonged(void **state UNUSED)
{
	AUTO_FREE uint8_t *buffer = mem_alloc(CHANNEL_PAYLOAD_MAX);
	for (unsigned type = MESSAGE_TYPE_NONE + 1; type < MESSAGE_TYPE_END; type++) {
		const struct wire_layout *layout = message_layout(type);
		struct channel_frame frame;
		AUTO_FREE void *sent = make_message(layout);
		AUTO_FREE void *got = mem_alloc(layout->struct_size);
		pass(type, sent, buffer, &frame);
		for (size_t length = 0; length < frame.length; length++)
			assert_int_equal(
			    message_decode((enum message_type)type, buffer, length, got), -EBADMSG);
		buffer[frame.length] = 0;
		assert_int_equal(
		    message_decode((enum message_type)type, buffer, frame.length + 1, got),
		    -EBADMSG);
	}
}

static void
test_no_such_type(void **state UNUSED)
{
	uint8_t nothing[1] = {0};
	assert_int_equal(message_decode(MESSAGE_TYPE_NONE, nothing, 0, nothing), -EBADMSG);
	assert_int_equal(message_decode(MESSAGE_TYPE_END, nothing, 0, nothing), -EBADMSG);
}

/* What is accepted ends inside its fields. Reproducible. */
static void
assert_inside(
    const struct wire_layout *layout, const char *message, const uint8_t *from, size_t length)
{
	for (size_t i = 0; i < layout->field_count; i++) {
		const struct wire_field *field = &layout->fields[i];
		struct wire_bytes bytes;
		if (field->kind == WIRE_TEXT)
			assert_non_null(memchr(message + field->offset, '\0', field->size));
		if (field->kind != WIRE_BYTES)
			continue;
		memcpy(&bytes, message + field->offset, sizeof(bytes));
		assert_true(bytes.data >= from && bytes.data + bytes.length <= from + length);
	}
}

static void
test_garbled(void **state UNUSED)
{
	AUTO_FREE uint8_t *buffer = mem_alloc(CHANNEL_PAYLOAD_MAX);
	uint64_t seed = 88172645463325252u;
	for (int i = 0; i < GARBLINGS; i++) {
		unsigned type = 1 + (unsigned)i % (MESSAGE_TYPE_END - 1);
		const struct wire_layout *layout = message_layout(type);
		struct channel_frame frame;
		AUTO_FREE void *sent = make_message(layout);
		AUTO_FREE void *got = mem_alloc(layout->struct_size);
		pass(type, sent, buffer, &frame);
		for (int flips = 0; flips < 3; flips++) {
			seed ^= seed << 13;
			seed ^= seed >> 7;
			seed ^= seed << 17;
			buffer[(seed >> 16) % frame.length] ^= (uint8_t)(1u << (seed & 7));
		}
		if (message_decode((enum message_type)type, buffer, frame.length, got) == 0)
			assert_inside(layout, got, buffer, frame.length);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_layouts),
	    cmocka_unit_test(test_round_trips),
	    cmocka_unit_test(test_over_a_loop),
	    cmocka_unit_test(test_cut_or_prolonged),
	    cmocka_unit_test(test_no_such_type),
	    cmocka_unit_test(test_garbled),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
