/* SPDX-License-Identifier: ISC
 *
 * inspect.c - one message in detail; see inspect.h. Records are named as postcat(1) names them.
 */
#include "watchdogd/watch/inspect.h"

#include <errno.h>
#include <string.h>

#include "lib/escape.h"
#include "watchdogd/watch/reader.h"

static const struct {
	int type;
	const char *word;
} words[] = {
    {RECORD_SIZE, "message_size"},
    {RECORD_TIME, "message_arrival_time"},
    {RECORD_ATTRIBUTE, "named_attribute"},
    {RECORD_SENDER, "sender"},
    {RECORD_RECIPIENT, "recipient"},
    {'D', "done_recipient"},
    {'O', "original_recipient"},
    {'/', "canceled_recipient"},
    {'F', "sender_fullname"},
    {'L', "content_filter"},
    {'W', "warning_message_time"},
    {'V', "verp_delimiters"},
};

static const char *
word_of(int type)
{
	for (size_t i = 0; i < ARRAY_LENGTH(words); i++)
		if (words[i].type == type)
			return words[i].word;
	return NULL;
}

/* Where the copy grows; it ends at the last line that fits whole. */
struct writer {
	char *text;
	size_t length, room;
	bool full;
};

static void
put(struct writer *writer, const char *text)
{
	size_t length = strlen(text);
	if (writer->full || length >= writer->room - writer->length) {
		writer->full = true;
		return;
	}
	memcpy(writer->text + writer->length, text, length + 1);
	writer->length += length;
}

/* A folded header's tab stays one; any other control character is escaped. */
static void
put_line(struct writer *writer, const char *word, const struct record *record, const char *end)
{
	char escaped[RECORD_DATA_MAX * 4 + 1];
	size_t before = writer->length;
	bool is_folded = word == NULL && record->length > 0 && record->data[0] == '\t';
	if (word != NULL) {
		put(writer, word);
		put(writer, ": ");
	}
	if (is_folded)
		put(writer, "\t");
	put(writer,
	    escape_text(
		record->data + is_folded, record->length - is_folded, escaped, sizeof(escaped)));
	put(writer, end);
	if (writer->full)
		writer->length = before;
}

static void
take_address(char address[ADDRESS_TEXT_SIZE], const struct record *record)
{
	if (address[0] == '\0')
		escape_text(record->data, record->length, address, ADDRESS_TEXT_SIZE);
}

/* All records up to the content. 0 or -errno. */
static int
read_envelope(struct inspection *inspection, struct writer *writer)
{
	struct envelope_reader reader;
	struct record record;
	int r;
	envelope_begin(&reader);
	while ((r = record_next(&inspection->stream, &record)) > 0 &&
	    record.type != RECORD_CONTENT && record.type != RECORD_END) {
		const char *word = word_of(record.type);
		envelope_take(&reader, &record);
		if (record.type == RECORD_SENDER)
			take_address(inspection->sender, &record);
		if (record.type == RECORD_RECIPIENT)
			take_address(inspection->recipient, &record);
		if (word != NULL)
			put_line(writer, word, &record, "\n");
	}
	if (r <= 0 || !reader.has_sender)
		return r < 0 ? r : -EBADMSG;
	inspection->envelope = envelope_finish(&reader);
	return 0;
}

/* The headers, up to the empty line. An error here ends the copy, no more. */
static void
read_headers(struct inspection *inspection, struct writer *writer)
{
	struct record record;
	bool goes_on = false;
	put(writer, "\n");
	while (!writer->full && record_next(&inspection->stream, &record) > 0) {
		if (record.type != RECORD_LINE && record.type != RECORD_LINE_PART)
			continue; /* padding where a milter took a header out */
		if (record.type == RECORD_LINE && record.length == 0 && !goes_on)
			return;
		goes_on = record.type == RECORD_LINE_PART;
		put_line(writer, NULL, &record, goes_on ? "" : "\n");
		if (record.type == RECORD_EXTRACTED)
			return;
	}
}

/* Recipients of `sendmail -t`, of virtual aliases and of always_bcc stand behind the body. */
static void
read_extracted(struct inspection *inspection)
{
	struct record record;
	if (inspection->recipient[0] != '\0' || inspection->envelope.extracted_at == 0)
		return;
	record_jump(&inspection->stream, inspection->envelope.extracted_at);
	while (record_next(&inspection->stream, &record) > 0 && record.type != RECORD_END)
		if (record.type == RECORD_RECIPIENT) {
			take_address(inspection->recipient, &record);
			return;
		}
}

int
inspect_records(struct inspection *inspection, record_read read, void *source, size_t copy_max)
{
	struct writer writer = {.text = inspection->copy, .room = sizeof(inspection->copy)};
	if (copy_max < writer.room)
		writer.room = copy_max + 1;
	inspection->sender[0] = inspection->recipient[0] = inspection->copy[0] = '\0';
	writer.full = copy_max == 0;
	record_open(&inspection->stream, read, source);
	int r = read_envelope(inspection, &writer);
	if (r < 0)
		return r;
	if (!writer.full)
		read_headers(inspection, &writer);
	read_extracted(inspection);
	inspection->copy_length = writer.length;
	inspection->copy[writer.length] = '\0';
	return 0;
}

static bool
is_same(const struct stat *a, const struct stat *b)
{
	return a->st_ino == b->st_ino && a->st_ctim.tv_sec == b->st_ctim.tv_sec &&
	    a->st_ctim.tv_nsec == b->st_ctim.tv_nsec;
}

int
inspect_file(struct inspection *inspection, int fd, size_t copy_max, struct stat *ret_stat)
{
	struct stat before, after;
	if (fstat(fd, &before) < 0)
		return -errno;
	if (!S_ISREG(before.st_mode) || (before.st_mode & 07777) != S_IRWXU)
		return -EAGAIN;
	int r = inspect_records(inspection, reader_pread, &fd, copy_max);
	if (r < 0)
		return r;
	if (fstat(fd, &after) < 0)
		return -errno;
	if (!is_same(&before, &after))
		return -EAGAIN;
	*ret_stat = after;
	return 0;
}
