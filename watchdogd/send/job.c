/* SPDX-License-Identifier: ISC
 *
 * job.c - the parser of a job. Everything that later goes into an SMTP command is checked here.
 */
#include "watchdogd/send/job.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PORT_MAX 65535
#define LINE_MAX_BYTES 998 /* of a message, without CRLF (RFC 5322, 2.1.1) */
#define ADDRESS_MAX 320

/* Numbers and words are texts until the whole head is read. */
struct head {
	struct job job;
	char port[8], timeout[8], tls[16];
	unsigned seen; /* bit set of rows of head_keys */
};

static const struct head_key {
	const char *name;
	size_t offset, size; /* in struct head */
	bool needed;
} head_keys[] = {
#define TEXT_(name, field, needed) \
	{name, offsetof(struct head, field), sizeof(((struct head *)NULL)->field), needed}
    TEXT_("relay", job.relay, true),
    TEXT_("port", port, true),
    TEXT_("tls", tls, true),
    TEXT_("ca", job.ca, false),
    TEXT_("user", job.user, false),
    TEXT_("password", job.password, false),
    TEXT_("from", job.from, false),
    TEXT_("to", job.to, true),
    TEXT_("timeout", timeout, true),
#undef TEXT_
};

struct parser {
	struct head head;
	char *problem;
	size_t size;
};

static int PRINTF_LIKE(2, 3) refuse(const struct parser *parser, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(parser->problem, parser->size, format, arguments);
	va_end(arguments);
	return -EINVAL;
}

/* ---- the head ---- */

static int
take_value(struct parser *parser, size_t key, const char *value, size_t length)
{
	const struct head_key *row = &head_keys[key];
	if ((parser->head.seen & 1u << key) != 0)
		return refuse(parser, "%s comes twice", row->name);
	if (length == 0 || length >= row->size)
		return refuse(parser, "%s has %zu bytes, expected 1 to %zu", row->name, length,
		    row->size - 1);
	for (size_t i = 0; i < length; i++)
		if ((unsigned char)value[i] < ' ' || value[i] == '\x7f')
			return refuse(parser, "%s holds a control character", row->name);
	memcpy((char *)&parser->head + row->offset, value, length);
	parser->head.seen |= 1u << key;
	return 0;
}

static int
take_line(struct parser *parser, const char *line, size_t length)
{
	for (size_t key = 0; key < ARRAY_LENGTH(head_keys); key++) {
		size_t name = strlen(head_keys[key].name);
		if (length > name && line[name] == '=' &&
		    memcmp(line, head_keys[key].name, name) == 0)
			return take_value(parser, key, line + name + 1, length - name - 1);
	}
	return refuse(parser, "a head line has no known key");
}

/* Up to and with the empty line. */
static int
take_head(struct parser *parser, const char *text, size_t length, size_t *ret_used)
{
	size_t at = 0;
	for (;;) {
		const char *end = memchr(text + at, '\n', length - at);
		if (end == NULL)
			return refuse(parser, "the head has no end");
		size_t line = (size_t)(end - (text + at));
		if (line == 0)
			break;
		int r = take_line(parser, text + at, line);
		if (r < 0)
			return r;
		at += line + 1;
	}
	*ret_used = at + 1;
	for (size_t key = 0; key < ARRAY_LENGTH(head_keys); key++)
		if (head_keys[key].needed && (parser->head.seen & 1u << key) == 0)
			return refuse(parser, "%s is missing", head_keys[key].name);
	return 0;
}

/* ---- what the values mean ---- */

static int
take_number(
    const struct parser *parser, const char *name, const char *text, int max, int *ret_number)
{
	char *end;
	if (text[0] < '0' || text[0] > '9')
		return refuse(parser, "%s is no number", name);
	long number = strtol(text, &end, 10);
	if (*end != '\0' || number < 1 || number > max)
		return refuse(parser, "%s is not a number from 1 to %d", name, max);
	*ret_number = (int)number;
	return 0;
}

static int
take_tls(struct parser *parser)
{
	static const char *const words[] = {
	    [JOB_TLS_NONE] = "none",
	    [JOB_TLS_OPPORTUNISTIC] = "opportunistic",
	    [JOB_TLS_REQUIRED] = "required",
	};
	for (size_t i = 0; i < ARRAY_LENGTH(words); i++)
		if (strcmp(parser->head.tls, words[i]) == 0) {
			parser->head.job.tls = (enum job_tls)i;
			return 0;
		}
	return refuse(parser, "tls is not none, opportunistic or required");
}

/* libesmtp puts an address into a command as it is, and speaks no SMTPUTF8. */
static int
check_address(const struct parser *parser, const char *name, const char *address)
{
	if (strlen(address) > ADDRESS_MAX)
		return refuse(parser, "%s is longer than %d bytes", name, ADDRESS_MAX);
	for (const char *at = address; *at != '\0'; at++)
		if ((unsigned char)*at <= ' ' || (unsigned char)*at >= 0x7f || *at == '<' ||
		    *at == '>')
			return refuse(parser, "%s is no address that SMTP can carry", name);
	return 0;
}

/* libesmtp splits "host:port" at the first colon. */
static int
check_relay(const struct parser *parser, const char *relay)
{
	if (strchr(relay, ':') != NULL || strchr(relay, '[') != NULL)
		return refuse(parser,
		    "relay %.100s: IPv6 literals are not supported by libesmtp, use a name", relay);
	for (const char *at = relay; *at != '\0'; at++)
		if ((unsigned char)*at <= ' ' || (unsigned char)*at >= 0x7f)
			return refuse(parser, "relay is no host name");
	return 0;
}

static int
check_values(struct parser *parser)
{
	struct job *job = &parser->head.job;
	int r = check_relay(parser, job->relay);
	if (r == 0)
		r = check_address(parser, "from", job->from);
	if (r == 0)
		r = check_address(parser, "to", job->to);
	if (r == 0)
		r = take_number(parser, "port", parser->head.port, PORT_MAX, &job->port);
	if (r == 0)
		r = take_number(
		    parser, "timeout", parser->head.timeout, JOB_TIMEOUT_MAX, &job->timeout_s);
	if (r == 0)
		r = take_tls(parser);
	if (r == 0 && (job->user[0] != '\0') != (job->password[0] != '\0'))
		return refuse(parser, "user and password go together");
	if (r == 0 && job->user[0] != '\0' && job->tls != JOB_TLS_REQUIRED)
		return refuse(parser, "a password is sent over tls=required only");
	return r;
}

/* ---- the message ---- */

static int
check_message(const struct parser *parser, const char *message, size_t length)
{
	size_t line = 0, number = 1;
	if (length == 0)
		return refuse(parser, "there is no message");
	for (size_t i = 0; i < length; i++) {
		if (message[i] == '\0' || message[i] == '\n')
			return refuse(parser, "message line %zu: a bare LF or a NUL", number);
		if (message[i] != '\r') {
			if (++line > LINE_MAX_BYTES)
				return refuse(parser, "message line %zu: too long", number);
			continue;
		}
		if (i + 1 == length || message[i + 1] != '\n')
			return refuse(parser, "message line %zu: a bare CR", number);
		i++;
		line = 0;
		number++;
	}
	return line == 0 ? 0 : refuse(parser, "message line %zu: has no end", number);
}

int
job_parse(const char *text, size_t length, struct job *ret_job, char *problem, size_t size)
{
	struct parser parser = {.problem = problem, .size = size};
	size_t used = 0;
	int r = take_head(&parser, text, length, &used);
	if (r == 0)
		r = check_values(&parser);
	if (r == 0)
		r = check_message(&parser, text + used, length - used);
	if (r < 0)
		return r;
	parser.head.job.message = text + used;
	*ret_job = parser.head.job;
	return 0;
}
