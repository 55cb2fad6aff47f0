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
	bool in_headers, goes_on; /* the line before was a part of one */
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
on_record(void *owner, const struct record *record)
{
	const char *word = word_of(record->type);
	if (word != NULL)
		put_line(owner, word, record, "\n");
}

/* The headers, up to the empty line. */
static bool
on_line(void *owner, const struct letter *letter, const struct record *line)
{
	struct writer *writer = owner;
	(void)letter;
	if (!writer->in_headers)
		put(writer, "\n");
	writer->in_headers = true;
	if (line->type == RECORD_LINE && line->length == 0 && !writer->goes_on)
		return false;
	writer->goes_on = line->type == RECORD_LINE_PART;
	put_line(writer, NULL, line, writer->goes_on ? "" : "\n");
	return !writer->full;
}

int
inspect_records(struct inspection *inspection, record_read read, void *source, size_t copy_max)
{
	struct writer writer = {
	    .text = inspection->copy,
	    .room = sizeof(inspection->copy),
	    .full = copy_max == 0,
	};
	const struct letter_wish wish = {
	    .domain = inspection->domain,
	    .on_record = on_record,
	    .on_line = on_line,
	    .owner = &writer,
	};
	struct letter *letter = &inspection->letter;
	if (copy_max < writer.room)
		writer.room = copy_max + 1;
	inspection->sender[0] = inspection->recipient[0] = inspection->copy[0] = '\0';
	int r = letter_parse(letter, read, source, &wish);
	if (r < 0)
		return r;
	escape_text(letter->sender.text, letter->sender.length, inspection->sender,
	    sizeof(inspection->sender));
	escape_text(letter->recipient.text, letter->recipient.length, inspection->recipient,
	    sizeof(inspection->recipient));
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
