/* SPDX-License-Identifier: ISC
 *
 * letter.c - walks the envelope of one message; see letter.h.
 */
#include "watchdogd/watch/letter.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "lib/escape.h"
#include "watchdogd/watch/reader.h"

struct walk {
	struct letter *letter;
	const struct letter_wish *wish;
	struct envelope_reader reader;
	uint64_t recipients; /* seen */
	bool has_content;
};

bool
letter_is_in(const struct letter_address *address, const char *domain)
{
	const uint8_t *at = memrchr(address->text, '@', address->length);
	if (at == NULL)
		return false;
	size_t length = address->length - (size_t)(at + 1 - address->text);
	return length == strlen(domain) && strncasecmp((const char *)at + 1, domain, length) == 0;
}

/* Copies no more of the field than there is to be copied: most addresses are short. */
static void
take_address(struct letter_address *address, const uint8_t *text, size_t length)
{
	address->length = length < LETTER_ADDRESS_MAX ? length : LETTER_ADDRESS_MAX;
	memcpy(address->text, text, address->length);
}

static void
take_recipient(struct walk *walk, const struct record *record, bool done)
{
	struct letter *letter = walk->letter;
	struct letter_address address;
	take_address(&address, record->data, record->length);
	walk->recipients++;
	if (!done && letter->recipients++ == 0)
		take_address(&letter->recipient, address.text, address.length);
	if (!done && walk->wish->domain != NULL && letter_is_in(&address, walk->wish->domain))
		letter->has_domain = true;
	if (walk->wish->on_recipient != NULL)
		walk->wish->on_recipient(walk->wish->owner, &address, done);
}

static void
take_value(
    const struct record *record, const char *name, size_t length, char value[ADDRESS_TEXT_SIZE])
{
	if (record->length > length && memcmp(record->data, name, length) == 0)
		escape_text(
		    record->data + length, record->length - length, value, ADDRESS_TEXT_SIZE);
}

static void
take_attribute(struct walk *walk, const struct record *record)
{
	static const char client[] = "log_client_address=", sasl_user[] = "sasl_username=";
	struct letter *letter = walk->letter;
	uint8_t first = record->length > 0 ? record->data[0] : '\0';
	if (first == 'l') {
		envelope_take(&walk->reader, record);
		take_value(record, client, sizeof(client) - 1, letter->client);
	} else if (first == 's') {
		take_value(record, sasl_user, sizeof(sasl_user) - 1, letter->sasl_user);
	}
}

static void
take(struct walk *walk, const struct record *record)
{
	switch (record->type) {
	case RECORD_TIME:
	case RECORD_SIZE:
		envelope_take(&walk->reader, record);
		break;
	case RECORD_SENDER:
		envelope_take(&walk->reader, record);
		take_address(&walk->letter->sender, record->data, record->length);
		break;
	case RECORD_ATTRIBUTE:
		take_attribute(walk, record);
		break;
	case RECORD_RECIPIENT:
		take_recipient(walk, record, false);
		break;
	case 'D':
		take_recipient(walk, record, true);
		break;
	default:
		break;
	}
}

static int
read_envelope(struct walk *walk)
{
	struct record record;
	int r;
	envelope_begin(&walk->reader);
	while ((r = record_next(&walk->letter->stream, &record)) > 0 &&
	    record.type != RECORD_CONTENT && record.type != RECORD_END) {
		take(walk, &record);
		if (walk->wish->on_record != NULL)
			walk->wish->on_record(walk->wish->owner, &record);
	}
	if (r <= 0 || !walk->reader.has_sender)
		return r < 0 ? r : -EBADMSG;
	walk->has_content = record.type == RECORD_CONTENT;
	walk->letter->envelope = envelope_finish(&walk->reader);
	return 0;
}

/* An error here ends the lines, no more. */
static void
read_lines(struct walk *walk)
{
	const struct letter_wish *wish = walk->wish;
	struct record record;
	if (!walk->has_content || wish->on_line == NULL)
		return;
	while (record_next(&walk->letter->stream, &record) > 0 && record.type != RECORD_EXTRACTED &&
	    record.type != RECORD_END)
		if ((record.type == RECORD_LINE || record.type == RECORD_LINE_PART) &&
		    !wish->on_line(wish->owner, walk->letter, &record))
			return;
}

/* Recipients of `sendmail -t`, of virtual aliases and of always_bcc stand behind the body. What
 * cannot be read there is not there. */
static void
read_extracted(struct walk *walk)
{
	const struct envelope *envelope = &walk->letter->envelope;
	struct record record;
	bool is_complete = envelope->recipients > 0 && walk->recipients >= envelope->recipients;
	if (envelope->extracted_at == 0 || is_complete)
		return;
	record_jump(&walk->letter->stream, envelope->extracted_at);
	while (record_next(&walk->letter->stream, &record) > 0 && record.type != RECORD_END)
		if (record.type == RECORD_RECIPIENT || record.type == 'D')
			take(walk, &record);
}

static void
begin(struct letter *letter)
{
	letter->envelope = (struct envelope){.class = CLASS_UNREAD, .arrival_s = -1};
	letter->arrival_s = 0;
	letter->size_bytes = 0;
	letter->sender.length = letter->recipient.length = 0;
	letter->recipients = 0;
	letter->client[0] = letter->sasl_user[0] = '\0';
	letter->has_domain = false;
}

int
letter_parse(struct letter *letter, record_read read, void *source, const struct letter_wish *wish)
{
	struct walk walk = {.letter = letter, .wish = wish};
	begin(letter);
	record_open(&letter->stream, read, source);
	int r = read_envelope(&walk);
	if (r < 0)
		return r;
	read_lines(&walk);
	read_extracted(&walk);
	letter->arrival_s = letter->envelope.arrival_s > 0 ? letter->envelope.arrival_s : 0;
	letter->size_bytes = letter->envelope.size_bytes;
	return 0;
}

int
letter_read(struct letter *letter, int fd, const struct letter_wish *wish, struct stat *ret_stat)
{
	struct stat st;
	if (fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EBADMSG;
	int r = letter_parse(letter, reader_pread, &fd, wish);
	if (r == -EBADMSG || r == -E2BIG)
		begin(letter);
	else if (r < 0)
		return r;
	if (letter->arrival_s == 0)
		letter->arrival_s = st.st_mtime;
	if (letter->size_bytes == 0)
		letter->size_bytes = (uint64_t)st.st_size;
	*ret_stat = st;
	return 0;
}
