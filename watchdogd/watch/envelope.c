/* SPDX-License-Identifier: ISC
 *
 * envelope.c - tells a message's class and arrival from its envelope records; see envelope.h.
 */
#include "watchdogd/watch/envelope.h"

#include <string.h>

#define DOUBLE_BOUNCE "double-bounce@" /* Postfix's double_bounce_sender, by default */

static bool
starts_with(const struct record *record, const char *text)
{
	size_t length = strlen(text);
	return record->length >= length && memcmp(record->data, text, length) == 0;
}

static bool
is_text(const struct record *record, const char *text)
{
	return record->whole_length == strlen(text) && starts_with(record, text);
}

void
envelope_begin(struct envelope_reader *reader)
{
	*reader = (struct envelope_reader){.envelope = {.class = CLASS_UNREAD, .arrival_s = -1}};
}

/* "seconds microseconds"; the microseconds are missing in old files. */
static void
take_time(struct envelope_reader *reader, const struct record *record)
{
	const uint8_t *space = memchr(record->data, ' ', record->length);
	size_t length = space == NULL ? record->length : (size_t)(space - record->data);
	uint64_t seconds;
	if (reader->envelope.arrival_s < 0 && record_parse_number(record->data, length, &seconds) &&
	    seconds > 0 && seconds <= UINT32_MAX)
		reader->envelope.arrival_s = (int64_t)seconds;
}

/* Six fields of 15 characters; the first is the size of the content, the second where it begins, the
 * third the number of recipients. All zero while cleanup writes, -1 in a maildrop file: then nothing
 * is known. */
static void
take_size(struct envelope_reader *reader, const struct record *record)
{
	struct envelope *envelope = &reader->envelope;
	uint64_t fields[3] = {0};
	for (size_t i = 0; i < 3 && record->length >= i * 16 + 15; i++)
		if (!record_parse_number(record->data + i * 16, 15, &fields[i]))
			fields[i] = 0;
	envelope->size_bytes = fields[0];
	envelope->extracted_at = fields[1] > 0 ? fields[0] + fields[1] : 0;
	envelope->recipients = fields[2];
}

static void
take_sender(struct envelope_reader *reader, const struct record *record)
{
	reader->has_sender = true;
	reader->null_sender = record->whole_length == 0;
	reader->double_bounce = starts_with(record, DOUBLE_BOUNCE);
}

void
envelope_take(struct envelope_reader *reader, const struct record *record)
{
	switch (record->type) {
	case RECORD_TIME:
		take_time(reader, record);
		break;
	case RECORD_SIZE:
		take_size(reader, record);
		break;
	case RECORD_SENDER:
		take_sender(reader, record);
		break;
	case RECORD_ATTRIBUTE:
		if (is_text(record, "log_message_origin=local"))
			reader->origin_local = true;
		else if (starts_with(record, "log_client_"))
			reader->has_client = true;
		break;
	default:
		break;
	}
}

static enum message_class
get_class(const struct envelope_reader *reader)
{
	bool made_here = reader->origin_local && !reader->has_client;
	if (!reader->has_sender)
		return CLASS_UNREAD;
	if (reader->null_sender)
		return made_here ? CLASS_BOUNCE : CLASS_DSN;
	return made_here && reader->double_bounce ? CLASS_NOTICE : CLASS_NORMAL;
}

struct envelope
envelope_finish(const struct envelope_reader *reader)
{
	struct envelope envelope = reader->envelope;
	envelope.class = get_class(reader);
	return envelope;
}
