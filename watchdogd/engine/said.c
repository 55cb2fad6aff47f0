/* SPDX-License-Identifier: ISC
 *
 * said.c - a sentence against the patterns.
 */
#include "watchdogd/engine/said.h"

#include <stdbool.h>
#include <string.h>

#include "lib/guard.h"
#include "lib/mem.h"

#define SEPARATOR "; "

/* What the placeholders of a pattern stand for, by their number. */
struct captures {
	char *values[WORDS_VALUES_MAX];
	int count;
};

static void
captures_done(struct captures *captures)
{
	for (int i = 0; i < captures->count; i++)
		guard_free(&captures->values[i]);
	captures->count = 0;
}

/* The literal text of the pattern up to its next placeholder, or its end. */
static size_t
literal_length(const char *pattern)
{
	return strcspn(pattern, "{");
}

/* Where the literal is in text: its first occurrence, but the pattern's last one at the text's end. A
 * space alone is the last one before the next literal: what stands before it may be "5 min". */
static const char *
find_literal(const char *text, const char *literal, size_t length)
{
	size_t left = strlen(text);
	if (length == 1 && literal[0] == ' ' && literal[1] == '{') {
		const char *next = literal + strlen(" {1}");
		const char *end = memmem(text, left, next, literal_length(next));
		return end != NULL ? memrchr(text, ' ', (size_t)(end - text)) : NULL;
	}
	if (literal[length] == '\0')
		return left >= length && memcmp(text + left - length, literal, length) == 0
		    ? text + left - length
		    : NULL;
	return memmem(text, left, literal, length);
}

/* The placeholders of a pattern come in the order of their numbers, each followed by some literal or
 * the end. */
static bool
match(const char *pattern, const char *text, struct captures *captures)
{
	size_t length = literal_length(pattern);
	if (strncmp(text, pattern, length) != 0)
		return false;
	text += length;
	pattern += length;
	while (*pattern != '\0') {
		pattern += strlen("{1}");
		length = literal_length(pattern);
		const char *end = find_literal(text, pattern, length);
		if (end == NULL || end == text || captures->count == WORDS_VALUES_MAX)
			return false;
		captures->values[captures->count++] = mem_text_n(text, (size_t)(end - text));
		text = end + length;
		pattern += length;
	}
	return *text == '\0';
}

/* Spans of time have their units in the language, too. */
static void
fill(enum language language, enum word word, const struct captures *captures, char out[WORDS_SIZE])
{
	char spans[WORDS_VALUES_MAX][WORDS_SPAN_SIZE];
	const char *values[WORDS_VALUES_MAX];
	for (int i = 0; i < captures->count; i++)
		values[i] = words_is_span(captures->values[i])
		    ? words_translate_span(language, captures->values[i], spans[i])
		    : captures->values[i];
	words_fill(language, word, values, captures->count, out);
}

static void
translate_clause(enum language language, const char *clause, char out[WORDS_SIZE])
{
	for (enum word word = WORD_SAID_ABOVE; word <= WORD_SAID_CAUSE_UNDELIVERED; word++) {
		struct captures captures = {0};
		bool found = match(words_get(LANGUAGE_EN, word), clause, &captures);
		if (found)
			fill(language, word, &captures, out);
		captures_done(&captures);
		if (found)
			return;
	}
	strncpy(out, clause, WORDS_SIZE - 1);
	out[WORDS_SIZE - 1] = '\0';
}

char *
said_translate(enum language language, const char *text, char out[WORDS_SIZE])
{
	size_t used = 0;
	while (*text != '\0' && used < WORDS_SIZE - 1) {
		char words[WORDS_SIZE];
		const char *end = strstr(text, SEPARATOR);
		size_t length = end != NULL ? (size_t)(end - text) : strlen(text);
		AUTO_FREE char *clause = mem_text_n(text, length);
		translate_clause(language, clause, words);
		used += (size_t)snprintf(
		    out + used, WORDS_SIZE - used, "%s%s", used > 0 ? SEPARATOR : "", words);
		text += length + (end != NULL ? strlen(SEPARATOR) : 0);
	}
	if (used == 0)
		out[0] = '\0';
	return out;
}
