/* SPDX-License-Identifier: ISC
 *
 * record.h - the records of a Postfix queue file, in the order in which Postfix reads them:
 * pointers (`p`, left by milters) are followed, bodies are jumped over by the size record.
 *
 * Trusts nothing: a local user wrote what is in maildrop, the net wrote the rest, and Postfix
 * changes some bytes in place while we read. Pure: reads through a callback. Invariant: the bytes,
 * records and jumps taken from one file are bounded, whatever its contents.
 */
#ifndef WATCHDOGD_WATCH_RECORD_H
#define WATCHDOGD_WATCH_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/guard.h"

/* The types that we look at (Postfix: src/global/rec_type.h). */
enum record_type {
	RECORD_SIZE = 'C',
	RECORD_TIME = 'T',
	RECORD_ATTRIBUTE = 'A',
	RECORD_SENDER = 'S',
	RECORD_RECIPIENT = 'R',
	RECORD_CONTENT = 'M',
	RECORD_LINE = 'N',
	RECORD_LINE_PART = 'L', /* in the content: its line goes on in the next record */
	RECORD_EXTRACTED = 'X',
	RECORD_POINTER = 'p',
	RECORD_END = 'E',
};

/* A gateway's largest envelopes (1,000 recipients at three records each) stay well below. */
#define RECORDS_MAX 20000u
#define RECORD_DATA_MAX 2048 /* as much of one record's payload as we keep */
#define RECORD_BUFFER_SIZE 4096

/* Reads up to size bytes at offset: bytes read, 0 at the end of the file, -errno. */
typedef long (*record_read)(void *source, uint64_t offset, void *buffer, size_t size);

struct record {
	int type; /* any byte */
	const uint8_t *data; /* borrowed: valid until the next call */
	size_t length; /* of data: the payload's length, at most RECORD_DATA_MAX */
	uint64_t whole_length; /* of the payload in the file */
};

struct record_stream {
	record_read read;
	void *source;
	uint64_t offset; /* of the next record */
	unsigned records, jumps, reads; /* taken so far, against the limits */
	uint64_t buffer_at; /* the file offset of buffer[0] */
	size_t buffer_length;
	uint8_t buffer[RECORD_BUFFER_SIZE];
	uint8_t data[RECORD_DATA_MAX]; /* a payload that crosses the buffer's end */
};

void record_open(struct record_stream *stream, record_read read, void *source);

/* The usual record: short, whole in the buffer, and no pointer. False: it is another. */
static inline bool
record_take_at_hand(struct record_stream *stream, struct record *ret_record)
{
	uint64_t skip = stream->offset - stream->buffer_at; /* huge when it is before the buffer */
	if (skip >= stream->buffer_length || stream->buffer_length - skip < 2 ||
	    stream->records >= RECORDS_MAX)
		return false;
	const uint8_t *bytes = stream->buffer + skip;
	size_t length = bytes[1];
	if (length > 0x7f || length > stream->buffer_length - skip - 2 ||
	    bytes[0] == RECORD_POINTER)
		return false;
	*ret_record = (struct record){bytes[0], bytes + 2, length, length};
	stream->offset += 2 + length;
	stream->records++;
	return true;
}

/* The next record, pointers followed. 1: ret_record is filled; 0: the file ends here, between two
 * records; -EBADMSG: no such record can be; -E2BIG: over a limit; or the callback's -errno. */
int record_load(struct record_stream *stream, struct record *ret_record) MUST_CHECK;
/* The same, without a call as a rule. */
static inline int
record_next(struct record_stream *stream, struct record *ret_record)
{
	return record_take_at_hand(stream, ret_record) ? 1 : record_load(stream, ret_record);
}

/* Goes over the short lines at hand that begin with no wanted byte ('\n' stands for an empty line);
 * any other record ends it. Returns their bytes, line ends counted. Far cheaper than record_next(). */
size_t record_skip_lines(struct record_stream *stream, const bool wanted[256]);

/* Goes on at this offset of the file: over a body, to the extracted segment. */
void record_jump(struct record_stream *stream, uint64_t offset);

/* Whole decimal digits with blanks around, as Postfix pads them. False for anything else. */
bool record_parse_number(const uint8_t *text, size_t length, uint64_t *ret_number);

#endif
