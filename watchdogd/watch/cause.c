/* SPDX-License-Identifier: ISC
 *
 * cause.c - walks the parts of a bounce; see cause.h.
 */
#include "watchdogd/watch/cause.h"

#include <arpa/inet.h>
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
	*reader = (struct cause_reader){.part = CAUSE_BEFORE};
}

static bool
begins(struct line line, const char *name)
{
	size_t length = strlen(name);
	return line.length >= length && (line.text[0] | 0x20) == (name[0] | 0x20) &&
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

static void
take_report(struct cause_reader *reader, struct line line)
{
	struct cause *cause = &reader->cause;
	const struct {
		const char *name;
		bool has_type;
		char *value;
		size_t size;
	} fields[] = {
	    {"X-Postfix-Queue-ID:", false, cause->queue_id, sizeof(cause->queue_id)},
	    {"X-Postfix-Sender:", true, cause->sender, sizeof(cause->sender)},
	    {"Final-Recipient:", true, cause->recipient, sizeof(cause->recipient)},
	    {"Status:", false, cause->status, sizeof(cause->status)},
	    {"Remote-MTA:", true, cause->next_hop, sizeof(cause->next_hop)},
	    {"Diagnostic-Code:", true, cause->diagnostic, sizeof(cause->diagnostic)},
	};
	if (memchr("DFRSXdfrsx", line.text[0], 10) == NULL)
		return;
	bool is_recipient = begins(line, "Final-Recipient:");
	reader->is_second |= is_recipient && cause->recipient[0] != '\0';
	for (size_t i = 0; i < ARRAY_LENGTH(fields) && !reader->is_second; i++) {
		if (!begins(line, fields[i].name))
			continue;
		struct line value = value_of(line, strlen(fields[i].name));
		set(reader, fields[i].value, fields[i].size,
		    fields[i].has_type ? skip_type(value) : value);
	}
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
	reader->in_received =
	    !begins(line, "by ") && !take_client(reader, line) && reader->cause.client[0] == '\0';
}

static void
take_returned(struct cause_reader *reader, struct line line)
{
	static const char received[] = "Received:", subject[] = "Subject:";
	if (begins(line, received) && reader->cause.client[0] == '\0')
		take_received(reader, value_of(line, sizeof(received) - 1));
	if (begins(line, subject))
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
	static const char *const reports[] = {"Content-Type: message/delivery-status",
	    "Content-Type: message/global-delivery-status"};
	static const char *const returned[] = {"Content-Type: message/rfc822",
	    "Content-Type: text/rfc822-headers", "Content-Type: message/global"};
	if (line.text[0] != 'C' && line.text[0] != 'c')
		return reader->part; /* as most lines */
	for (size_t i = 0; i < ARRAY_LENGTH(reports) && reader->part == CAUSE_BEFORE; i++)
		if (begins(line, reports[i]))
			return CAUSE_REPORT_HEADERS;
	for (size_t i = 0; i < ARRAY_LENGTH(returned) && reader->part == CAUSE_REPORT; i++)
		if (begins(line, returned[i]))
			return CAUSE_RETURNED_BEGIN;
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
