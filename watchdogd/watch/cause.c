/* SPDX-License-Identifier: ISC
 *
 * cause.c - walks the parts of a bounce; see cause.h.
 */
#include "watchdogd/watch/cause.h"

#include <arpa/inet.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "lib/escape.h"
#include "lib/guard.h"

struct line {
	const char *text;
	size_t length;
};

void
cause_begin(struct cause_reader *reader)
{
	struct cause *cause = &reader->cause;
	cause->queue_id[0] = cause->sender[0] = cause->subject[0] = cause->client[0] = '\0';
	cause->recipient[0] = cause->status[0] = cause->next_hop[0] = cause->diagnostic[0] = '\0';
	reader->part = CAUSE_BEFORE;
	reader->folded = NULL;
	reader->folded_size = 0;
	reader->in_received = reader->is_second = false;
}

/* By the first and the last letter most lines are told apart already. */
static inline bool
begins(struct line line, const char *name, size_t length)
{
	return line.length >= length && ((line.text[0] ^ name[0]) & ~0x20) == 0 &&
	    ((line.text[length - 1] ^ name[length - 1]) & ~0x20) == 0 &&
	    strncasecmp(line.text, name, length) == 0;
}

/* What stands behind `name` and blanks. */
static struct line
value_of(struct line line, size_t skip)
{
	while (skip < line.length && (line.text[skip] == ' ' || line.text[skip] == '\t'))
		skip++;
	return (struct line){line.text + skip, line.length - skip};
}

/* Behind the type: "rfc822; a@b.test" -> "a@b.test". */
static struct line
skip_type(struct line line)
{
	const char *semicolon = memchr(line.text, ';', line.length);
	return semicolon == NULL ? line : value_of(line, (size_t)(semicolon + 1 - line.text));
}

/* Takes a field's value if it is the first of its kind. */
static void
set(struct cause_reader *reader, char *field, size_t size, struct line value)
{
	if (field[0] != '\0')
		return;
	escape_text(value.text, value.length, field, size);
	reader->folded = field;
	reader->folded_size = size;
}

#define FIELD(name, has_type, member)                                      \
	{name, sizeof(name) - 1, has_type, offsetof(struct cause, member), \
	    sizeof(((struct cause *)NULL)->member)}

static const struct field {
	const char *name;
	size_t length;
	bool has_type;
	size_t offset, size; /* of the value in a cause */
} fields[] = {
    FIELD("X-Postfix-Queue-ID:", false, queue_id),
    FIELD("X-Postfix-Sender:", true, sender),
    FIELD("Final-Recipient:", true, recipient),
    FIELD("Status:", false, status),
    FIELD("Remote-MTA:", true, next_hop),
    FIELD("Diagnostic-Code:", true, diagnostic),
};

static const struct field *
find_field(struct line line)
{
	for (size_t i = 0; i < ARRAY_LENGTH(fields); i++)
		if (begins(line, fields[i].name, fields[i].length))
			return &fields[i];
	return NULL;
}

static void
take_report(struct cause_reader *reader, struct line line)
{
	struct cause *cause = &reader->cause;
	const struct field *field = reader->is_second ? NULL : find_field(line);
	if (field == NULL)
		return;
	char *text = (char *)cause + field->offset;
	reader->is_second = text == cause->recipient && text[0] != '\0';
	if (reader->is_second)
		return;
	struct line value = value_of(line, field->length);
	set(reader, text, field->size, field->has_type ? skip_type(value) : value);
}

/* A loopback address: a filter on this machine, that gave the message back. */
static bool
is_here(int family, const uint8_t *address)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	if (family == AF_INET)
		return address[0] == 127;
	if (memcmp(address, mapped, sizeof(mapped)) == 0)
		return address[12] == 127;
	return memcmp(address, &in6addr_loopback, sizeof(in6addr_loopback)) == 0;
}

/* The address in the last brackets of "from name (other [192.0.2.1])", as Postfix writes it; the
 * name before is the client's own word, and may be in brackets, too. True: this Received has told
 * who it was, though that may be this machine, of which we do not speak. */
static bool
take_client(struct cause_reader *reader, struct line line)
{
	char text[INET6_ADDRSTRLEN];
	uint8_t address[16];
	const char *open = memrchr(line.text, '[', line.length);
	const char *end = line.text + line.length;
	const char *close = open == NULL ? NULL : memchr(open, ']', (size_t)(end - open));
	if (close == NULL)
		return false;
	if (strncasecmp(++open, "IPv6:", 5) == 0)
		open += 5;
	if (close <= open || close - open >= (ptrdiff_t)sizeof(text))
		return false;
	memcpy(text, open, (size_t)(close - open));
	text[close - open] = '\0';
	int family = strchr(text, ':') != NULL ? AF_INET6 : AF_INET;
	if (inet_pton(family, text, address) != 1)
		return false;
	if (!is_here(family, address))
		inet_ntop(family, address, reader->cause.client, sizeof(reader->cause.client));
	return true;
}

/* A Received up to its "by": behind that, recipients may be in brackets. */
static void
take_received(struct cause_reader *reader, struct line line)
{
	reader->in_received = !begins(line, "by ", 3) && !take_client(reader, line) &&
	    reader->cause.client[0] == '\0';
}

static void
take_returned(struct cause_reader *reader, struct line line)
{
	static const char received[] = "Received:", subject[] = "Subject:";
	if (begins(line, received, sizeof(received) - 1) && reader->cause.client[0] == '\0')
		take_received(reader, value_of(line, sizeof(received) - 1));
	else if (begins(line, subject, sizeof(subject) - 1))
		set(reader, reader->cause.subject, sizeof(reader->cause.subject),
		    value_of(line, sizeof(subject) - 1));
}

/* A line that continues the one before. */
static void
take_folded(struct cause_reader *reader, struct line line)
{
	if (reader->in_received)
		take_received(reader, value_of(line, 0));
	if (reader->folded == NULL)
		return;
	size_t length = strlen(reader->folded);
	if (length + 2 >= reader->folded_size)
		return;
	struct line value = value_of(line, 0);
	reader->folded[length] = ' ';
	escape_text(value.text, value.length, reader->folded + length + 1,
	    reader->folded_size - length - 1);
}

/* The kind of the next part, by its Content-Type; the returned message is what follows the report. */
static enum cause_part
find_part(const struct cause_reader *reader, struct line line)
{
	static const struct {
		enum cause_part before, part;
		const char *type;
	} kinds[] = {
	    {CAUSE_BEFORE, CAUSE_REPORT_HEADERS, "message/delivery-status"},
	    {CAUSE_BEFORE, CAUSE_REPORT_HEADERS, "message/global-delivery-status"},
	    {CAUSE_REPORT, CAUSE_RETURNED_BEGIN, "message/rfc822"},
	    {CAUSE_REPORT, CAUSE_RETURNED_BEGIN, "text/rfc822-headers"},
	    {CAUSE_REPORT, CAUSE_RETURNED_BEGIN, "message/global"},
	};
	static const char name[] = "Content-Type: ";
	size_t skip = sizeof(name) - 1;
	if (!begins(line, name, skip))
		return reader->part; /* as most lines */
	struct line type = {line.text + skip, line.length - skip};
	for (size_t i = 0; i < ARRAY_LENGTH(kinds); i++)
		if (reader->part == kinds[i].before &&
		    begins(type, kinds[i].type, strlen(kinds[i].type)))
			return kinds[i].part;
	return reader->part;
}

static void
take_blank(struct cause_reader *reader)
{
	if (reader->part == CAUSE_REPORT_HEADERS)
		reader->part = CAUSE_REPORT;
	else if (reader->part == CAUSE_RETURNED_BEGIN)
		reader->part = CAUSE_RETURNED;
	else if (reader->part == CAUSE_RETURNED)
		reader->part = CAUSE_OVER;
	reader->folded = NULL;
	reader->in_received = false;
}

bool
cause_take(struct cause_reader *reader, const void *text, size_t length)
{
	struct line line = {text, length};
	if (length == 0) {
		take_blank(reader);
		return reader->part != CAUSE_OVER;
	}
	if (line.text[0] == ' ' || line.text[0] == '\t') {
		take_folded(reader, line);
		return true;
	}
	reader->folded = NULL;
	reader->in_received = false;
	reader->part = find_part(reader, line);
	if (reader->part == CAUSE_REPORT)
		take_report(reader, line);
	else if (reader->part == CAUSE_RETURNED)
		take_returned(reader, line);
	return reader->part != CAUSE_OVER;
}

const bool *
cause_wanted(const struct cause_reader *reader)
{
	static const bool wanted[CAUSE_OVER][256] = {
	    [CAUSE_BEFORE] = {['C'] = true, ['c'] = true},
	    [CAUSE_REPORT_HEADERS] = {['\n'] = true},
	    [CAUSE_REPORT] = {['C'] = true,
		['D'] = true,
		['F'] = true,
		['R'] = true,
		['S'] = true,
		['X'] = true,
		['c'] = true,
		['d'] = true,
		['f'] = true,
		['r'] = true,
		['s'] = true,
		['x'] = true},
	    [CAUSE_RETURNED_BEGIN] = {['\n'] = true},
	    [CAUSE_RETURNED] =
		{['\n'] = true, ['R'] = true, ['S'] = true, ['r'] = true, ['s'] = true},
	};
	bool is_free = reader->folded == NULL && !reader->in_received;
	return is_free && reader->part != CAUSE_OVER ? wanted[reader->part] : NULL;
}
