/* SPDX-License-Identifier: ISC
 *
 * cause_text.c - words for a cause; see cause_text.h.
 */
#include "watchdogd/watch/cause_text.h"

#include <string.h>

#include "lib/guard.h"
#include "watchdogd/watch/profile.h"
#include "watchdogd/watch/shape.h"

#define HOST_MAX 100 /* bytes of a host's name, so that the other parts have room */

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

static void
append_host(char text[CAUSE_TEXT_SIZE], const char *host)
{
	char kept[HOST_MAX + 1];
	size_t length = strnlen(host, HOST_MAX);
	memcpy(kept, host, length);
	kept[length] = '\0';
	append(text, "", kept);
}

/* What a server said begins with his code. What Postfix found itself has only a status, and where
 * that is no final one, the message was too old or a warning was due. */
static void
append_refusal(char text[CAUSE_TEXT_SIZE], const struct cause *cause)
{
	char shape[SHAPE_SIZE];
	bool has_code = cause->diagnostic[0] == '4' || cause->diagnostic[0] == '5';
	bool is_final = cause->status[0] != '4';
	if (cause->next_hop[0] != '\0') {
		append(text, "", is_final ? "refused by " : "put off by ");
		append_host(text, cause->next_hop);
		append(text, has_code ? " with" : " with ", has_code ? "" : cause->status);
	} else {
		append(text, is_final ? "refused here with " : "not delivered: ", cause->status);
	}
	if (cause->diagnostic[0] != '\0')
		append(text, " ", shape_reason(cause->diagnostic, shape));
}

char *
cause_format(
    const struct cause *cause, const char *client, const char *subject, char text[CAUSE_TEXT_SIZE])
{
	static const char separator[] = {CAUSE_SEPARATOR, '\0'};
	char shape[SHAPE_SIZE], network[SHAPE_SIZE];
	text[0] = '\0';
	if (client == NULL)
		append(text, "", CAUSE_MANY);
	else if (profile_find_network(client, network, sizeof(network)))
		append(text, "", network);
	else
		append(text, "", CAUSE_HERE);
	append(text, separator, shape_address(cause->sender, shape));
	append(text, separator, shape_subject(subject, shape));
	append(text, separator, "");
	append_refusal(text, cause);
	return text;
}

const char *
cause_find_part(const char *text, enum cause_part_name name, size_t *ret_length)
{
	for (unsigned i = 0; i < name; i++) {
		const char *end = strchrnul(text, CAUSE_SEPARATOR);
		text = *end == '\0' ? end : end + 1;
	}
	*ret_length = (size_t)(strchrnul(text, CAUSE_SEPARATOR) - text);
	return text;
}

/* One part of several texts that may differ in it. */
static void
say_part(char words[CAUSE_TEXT_SIZE], const char *text, enum cause_part_name name, unsigned values)
{
	static const struct {
		const char *before_one, *before_many, *many;
	} phrases[CAUSE_PARTS] = {
	    [CAUSE_NETWORK] = {"mail from ", "mail from ", " networks"},
	    [CAUSE_SHAPE] = {", shape ", ", ", " shapes of senders"},
	    [CAUSE_SUBJECT] = {", subject ", ", ", " subjects"},
	    [CAUSE_REFUSAL] = {", ", ", ", " replies"},
	};
	size_t length;
	const char *part = cause_find_part(text, name, &length);
	char word[CAUSE_TEXT_SIZE];
	if (values > 1)
		snprintf(word, sizeof(word), "%u%s", values, phrases[name].many);
	else
		snprintf(word, sizeof(word), "%.*s", (int)length, part);
	append(words, values > 1 ? phrases[name].before_many : phrases[name].before_one, word);
}

char *
cause_say(const char *const texts[CAUSE_PARTS], const unsigned values[CAUSE_PARTS],
    char words[CAUSE_TEXT_SIZE])
{
	words[0] = '\0';
	if (strchr(texts[0], CAUSE_SEPARATOR) == NULL) /* what is not kept apart */
		append(words, texts[0], "");
	else
		for (unsigned i = 0; i < CAUSE_PARTS; i++)
			say_part(words, texts[i], (enum cause_part_name)i, values[i]);
	return words;
}
