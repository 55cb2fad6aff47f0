/* SPDX-License-Identifier: ISC
 *
 * cause_text.c - words for a cause; see cause_text.h.
 */
#include "watchdogd/watch/cause_text.h"

#include <string.h>

#include "lib/guard.h"
#include "watchdogd/watch/profile.h"
#include "watchdogd/watch/shape.h"

/* Where a word can still be put. */
static void
append(char text[CAUSE_TEXT_SIZE], const char *before, const char *word)
{
	size_t length = strlen(text);
	const char *const parts[] = {before, word};
	for (size_t i = 0; i < ARRAY_LENGTH(parts); i++) {
		size_t part = strnlen(parts[i], CAUSE_TEXT_SIZE - 1 - length);
		memcpy(text + length, parts[i], part);
		length += part;
	}
	text[length] = '\0';
}

/* "550 5.7.1 ...", or with the status in front where the server gave no code: it was Postfix. */
static void
append_reply(char text[CAUSE_TEXT_SIZE], const struct cause *cause)
{
	char shape[SHAPE_SIZE];
	bool has_code = strchr("45", cause->diagnostic[0]) != NULL && cause->diagnostic[0] != '\0';
	append(text, " with ", has_code ? "" : cause->status);
	if (cause->diagnostic[0] != '\0')
		append(text, has_code ? "" : " ", shape_reason(cause->diagnostic, shape));
}

char *
cause_format(const struct cause *cause, const char *subject, char text[CAUSE_TEXT_SIZE])
{
	char shape[SHAPE_SIZE], network[SHAPE_SIZE];
	text[0] = '\0';
	bool has_client = profile_find_network(cause->client, network, sizeof(network));
	append(text, "mail from ", has_client ? network : "this host");
	if (cause->sender[0] != '\0')
		append(text, ", shape ", shape_address(cause->sender, shape));
	append(text, ", subject ", shape_subject(subject, shape));
	append(
	    text, cause->next_hop[0] != '\0' ? ", refused by " : ", refused here", cause->next_hop);
	append_reply(text, cause);
	return text;
}
