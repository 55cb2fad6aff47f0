/* SPDX-License-Identifier: ISC
 *
 * deferral.c - takes a log's lines; see deferral.h.
 */
#include "watchdogd/watch/deferral.h"

#include <stdio.h>
#include <string.h>

#include "lib/escape.h"
#include "lib/guard.h"

void
deferral_open(struct deferral_log *log, const char *text, size_t length)
{
	*log = (struct deferral_log){.at = text, .end = text + length};
}

/* A whole line without its end. False: there is no more. */
static bool
take_line(struct deferral_log *log, const char **ret_line, size_t *ret_length)
{
	const char *end = memchr(log->at, '\n', (size_t)(log->end - log->at));
	if (end == NULL)
		return false;
	*ret_line = log->at;
	*ret_length = (size_t)(end - log->at);
	log->at = end + 1;
	return true;
}

static void
take_value(struct deferral *deferral, const char *line, size_t length)
{
	const struct {
		const char *name;
		char *value;
		size_t size;
	} fields[] = {
	    {"recipient=", deferral->recipient, sizeof(deferral->recipient)},
	    {"status=", deferral->status, sizeof(deferral->status)},
	    {"mta_mname=", deferral->next_hop, sizeof(deferral->next_hop)},
	    {"reason=", deferral->reason, sizeof(deferral->reason)},
	};
	for (size_t i = 0; i < ARRAY_LENGTH(fields); i++) {
		size_t skip = strlen(fields[i].name);
		if (length >= skip && memcmp(line, fields[i].name, skip) == 0)
			escape_text(line + skip, length - skip, fields[i].value, fields[i].size);
	}
}

/* Postfix names the host in a field of its own only when it has replied. Else it stands in what
 * Postfix says (src/smtp/smtp_connect.c, smtp_trouble.c, smtp_addr.c), up to the address behind. */
static void
find_next_hop(struct deferral *deferral)
{
	static const char *const before[] = {"connect to ", "lost connection with ",
	    "conversation with ", "Name service error for name="};
	for (size_t i = 0; i < ARRAY_LENGTH(before) && deferral->next_hop[0] == '\0'; i++) {
		const char *at = strstr(deferral->reason, before[i]);
		if (at == NULL)
			continue;
		at += strlen(before[i]);
		snprintf(deferral->next_hop, sizeof(deferral->next_hop), "%.*s",
		    (int)strcspn(at, "[ :,"), at);
	}
}

bool
deferral_next(struct deferral_log *log, struct deferral *ret_deferral)
{
	struct deferral deferral = {0};
	const char *line;
	size_t length;
	while (take_line(log, &line, &length)) {
		if (length > 0) {
			take_value(&deferral, line, length);
			continue;
		}
		if (deferral.recipient[0] == '\0')
			continue; /* a blank line before the first, or between two formats */
		find_next_hop(&deferral);
		*ret_deferral = deferral;
		return true;
	}
	return false;
}
