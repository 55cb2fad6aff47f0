/* SPDX-License-Identifier: ISC
 *
 * envelope_fuzz.c - a queue file of any bytes: parsed and copied within limits, and both ways of
 * reading it agree.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "watchdogd/watch/inspect.h"

struct bytes {
	const uint8_t *data;
	size_t size;
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static long
read_bytes(void *source, uint64_t offset, void *buffer, size_t size)
{
	const struct bytes *bytes = source;
	if (offset >= bytes->size)
		return 0;
	size_t left = bytes->size - (size_t)offset;
	size_t take = left < size ? left : size;
	memcpy(buffer, bytes->data + offset, take);
	return (long)take;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct inspection inspection;
	static struct record_stream stream;
	struct bytes bytes = {data, size};
	struct envelope envelope;
	record_open(&stream, read_bytes, &bytes);
	int parsed = envelope_parse(&stream, &envelope);
	size_t room = size > 0 ? data[size - 1] * 64u : 0;
	int inspected = inspect_records(&inspection, read_bytes, &bytes, room);
	if (inspected < 0)
		return 0;
	if (inspection.copy_length > room || inspection.copy[inspection.copy_length] != '\0')
		abort();
	/* The whole envelope may say more than what stands before the first recipient, but never
	 * that a bounce of ours has a sender. */
	if (parsed == 0 && envelope.class == CLASS_UNREAD)
		abort();
	return 0;
}
