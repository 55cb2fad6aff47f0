/* SPDX-License-Identifier: ISC
 *
 * record.c - walks a queue file's records within limits; see record.h.
 */
#include "watchdogd/watch/record.h"

#include <errno.h>
#include <string.h>

/* The reads bound what a file made of tiny far-apart jumps can cost. */
#define JUMPS_MAX 200u
#define READS_MAX 1000u
#define LENGTH_BYTES_MAX 4 /* rec_get_raw() refuses more */

void
record_open(struct record_stream *stream, record_read read, void *source)
{
	stream->read = read;
	stream->source = source;
	stream->offset = 0;
	stream->records = stream->jumps = stream->reads = 0;
	stream->buffer_at = 0;
	stream->buffer_length = 0;
}

void
record_jump(struct record_stream *stream, uint64_t offset)
{
	stream->offset = offset;
}

/* Makes the buffer begin at offset. 0 or -errno; what is past the end of the file is missing. */
static int
buffer_load(struct record_stream *stream, uint64_t offset)
{
	if (++stream->reads > READS_MAX)
		return -E2BIG;
	long got = stream->read(stream->source, offset, stream->buffer, sizeof(stream->buffer));
	if (got < 0)
		return (int)got;
	stream->buffer_at = offset;
	stream->buffer_length = (size_t)got;
	return 0;
}

/* The bytes that the buffer holds from offset on; loads it when there are none. */
static int
buffer_get(
    struct record_stream *stream, uint64_t offset, const uint8_t **ret_bytes, size_t *ret_length)
{
	if (offset < stream->buffer_at || offset >= stream->buffer_at + stream->buffer_length) {
		int r = buffer_load(stream, offset);
		if (r < 0)
			return r;
	}
	size_t skip = (size_t)(offset - stream->buffer_at);
	*ret_bytes = stream->buffer + skip;
	*ret_length = stream->buffer_length - skip;
	return 0;
}

/* 1 and the byte, 0 at the end of the file, -errno. */
static int
get_byte(struct record_stream *stream, uint8_t *ret_byte)
{
	const uint8_t *bytes;
	size_t length;
	int r = buffer_get(stream, stream->offset, &bytes, &length);
	if (r < 0)
		return r;
	if (length == 0)
		return 0;
	*ret_byte = bytes[0];
	stream->offset++;
	return 1;
}

/* Type and length. 1, 0 at the end of the file, -errno. */
static int
get_header(struct record_stream *stream, struct record *record)
{
	uint8_t byte;
	int r = get_byte(stream, &byte);
	if (r <= 0)
		return r;
	record->type = byte;
	record->whole_length = 0;
	for (unsigned i = 0; i < LENGTH_BYTES_MAX; i++) {
		r = get_byte(stream, &byte);
		if (r <= 0)
			return r < 0 ? r : -EBADMSG;
		record->whole_length |= (uint64_t)(byte & 0x7f) << (7 * i);
		if ((byte & 0x80) == 0)
			return 1;
	}
	return -EBADMSG;
}

/* Copies a payload that the buffer does not hold whole. */
static int
copy_payload(struct record_stream *stream, size_t wanted)
{
	size_t have = 0;
	while (have < wanted) {
		const uint8_t *bytes;
		size_t length;
		int r = buffer_get(stream, stream->offset + have, &bytes, &length);
		if (r < 0)
			return r;
		if (length == 0)
			return -EBADMSG; /* the file ends inside the record */
		size_t take = length < wanted - have ? length : wanted - have;
		memcpy(stream->data + have, bytes, take);
		have += take;
	}
	return 0;
}

static int
get_payload(struct record_stream *stream, struct record *record)
{
	size_t wanted =
	    record->whole_length < RECORD_DATA_MAX ? (size_t)record->whole_length : RECORD_DATA_MAX;
	const uint8_t *bytes = stream->data;
	size_t length = 0;
	if (wanted > 0) {
		int r = buffer_get(stream, stream->offset, &bytes, &length);
		if (r < 0)
			return r;
	}
	if (length < wanted) {
		int r = copy_payload(stream, wanted);
		if (r < 0)
			return r;
		bytes = stream->data;
	}
	record->data = bytes;
	record->length = wanted;
	stream->offset += record->whole_length;
	return 0;
}

bool
record_parse_number(const uint8_t *text, size_t length, uint64_t *ret_number)
{
	const uint8_t *end = text + length;
	uint64_t number = 0;
	while (text < end && *text == ' ')
		text++;
	while (end > text && end[-1] == ' ')
		end--;
	if (text == end || end - text > 18)
		return false;
	for (; text < end; text++) {
		unsigned digit = *text - (unsigned)'0';
		if (digit > 9)
			return false;
		number = number * 10 + digit;
	}
	*ret_number = number;
	return true;
}

/* Follows a pointer. Zero is a placeholder that no milter has used, or padding after a shorter
 * sender: the stream simply goes on behind it. */
static int
follow(struct record_stream *stream, const struct record *record)
{
	uint64_t target;
	if (!record_parse_number(record->data, record->length, &target))
		return -EBADMSG;
	if (target == 0)
		return 0;
	if (++stream->jumps > JUMPS_MAX)
		return -E2BIG;
	stream->offset = target;
	return 0;
}

int
record_load(struct record_stream *stream, struct record *ret_record)
{
	for (;;) {
		struct record record;
		int r = get_header(stream, &record);
		if (r <= 0)
			return r;
		if (++stream->records > RECORDS_MAX)
			return -E2BIG;
		r = get_payload(stream, &record);
		if (r == 0 && record.type == RECORD_POINTER)
			r = follow(stream, &record);
		else if (r == 0) {
			*ret_record = record;
			return 1;
		}
		if (r < 0)
			return r;
	}
}

/* From record to record, as Postfix reads them: what a line says is never taken for a boundary. */
size_t
record_skip_lines(struct record_stream *stream, const bool wanted[256])
{
	uint64_t skip = stream->offset - stream->buffer_at;
	if (stream->offset < stream->buffer_at || skip + 2 > stream->buffer_length)
		return 0;
	const uint8_t *begin = stream->buffer + skip, *at = begin;
	const uint8_t *last = stream->buffer + stream->buffer_length - 2;
	unsigned left = RECORDS_MAX - stream->records, count = 0;
	while (count < left && at <= last && at[0] == RECORD_LINE && at[1] <= 0x7f) {
		size_t length = at[1];
		if (length > (size_t)(last - at) || wanted[length > 0 ? at[2] : '\n'])
			break;
		at += 2 + length;
		count++;
	}
	stream->offset += (uint64_t)(at - begin);
	stream->records += count;
	return (size_t)(at - begin) - count;
}
