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
	static const struct letter_wish only_itself;
	static struct letter letter;
	struct bytes bytes = {data, size};
	int parsed = letter_parse(&letter, read_bytes, &bytes, &only_itself);
	size_t room = size > 0 ? data[size - 1] * 64u : 0;
	int inspected = inspect_records(&inspection, read_bytes, &bytes, room);
	if ((parsed < 0) != (inspected < 0))
		abort();
	if (inspected < 0)
		return 0;
	if (inspection.copy_length > room || inspection.copy[inspection.copy_length] != '\0')
		abort();
	if (letter.envelope.class == CLASS_UNREAD ||
	    letter.envelope.class != inspection.letter.envelope.class ||
	    letter.envelope.arrival_s != inspection.letter.envelope.arrival_s)
		abort();
	return 0;
}
