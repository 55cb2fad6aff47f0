/* SPDX-License-Identifier: ISC
 *
 * words.c - texts by language, and values filled into them.
 */
#include "watchdogd/engine/words.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "lib/guard.h"

#define EN_(id, en, ja) en,
#define JA_(id, en, ja) ja,
static const char *const texts[LANGUAGE_COUNT][WORD_COUNT] = {
    [LANGUAGE_EN] = {WORDS(EN_)},
    [LANGUAGE_JA] = {WORDS(JA_)},
};

const char *
words_get(enum language language, enum word word)
{
	return texts[language][word];
}

/* Takes the last character out again if it is not whole. */
static void
end_whole(char *text, size_t used)
{
	size_t start = used;
	while (start > 0 && ((unsigned char)text[start] & 0xc0) == 0x80)
		start--;
	text[start] = '\0';
}

static bool
is_placeholder(const char *at)
{
	return at[0] == '{' && at[1] >= '1' && at[1] <= '9' && at[2] == '}';
}

char *
words_fill(enum language language, enum word word, const char *const values[], int count,
    char text[WORDS_SIZE])
{
	const char *at = words_get(language, word);
	size_t used = 0;
	while (*at != '\0') {
		char one[2] = {at[0], '\0'};
		bool filled = is_placeholder(at);
		const char *piece = !filled ? one : at[1] - '1' < count ? values[at[1] - '1'] : "";
		size_t length = strlen(piece);
		if (length > WORDS_SIZE - 1 - used) {
			memcpy(text + used, piece, WORDS_SIZE - 1 - used);
			text[WORDS_SIZE - 1] = piece[WORDS_SIZE - 1 - used];
			end_whole(text, WORDS_SIZE - 1);
			return text;
		}
		memcpy(text + used, piece, length);
		used += length;
		at += filled ? 3 : 1;
	}
	text[used] = '\0';
	return text;
}

/* The unit that an English token is, or WORD_COUNT. */
static enum word
find_unit(const char *token)
{
	for (enum word unit = WORD_UNIT_DAY; unit <= WORD_UNIT_SECOND; unit++)
		if (strcmp(token, words_get(LANGUAGE_EN, unit)) == 0)
			return unit;
	return WORD_COUNT;
}

char *
words_translate_span(enum language language, const char *english, char text[WORDS_SPAN_SIZE])
{
	char span[CLOCK_SPAN_SIZE];
	size_t used = 0;
	snprintf(span, sizeof(span), "%s", english);
	char *rest = span, *token;
	text[0] = '\0';
	while ((token = strsep(&rest, " ")) != NULL) {
		enum word unit = find_unit(token);
		used += (size_t)snprintf(text + used, WORDS_SPAN_SIZE - used, "%s%s",
		    used > 0 ? " " : "", unit < WORD_COUNT ? words_get(language, unit) : token);
	}
	return text;
}

/* "4 min 10 s": numbers and units in turn. */
bool
words_is_span(const char *english)
{
	char span[CLOCK_SPAN_SIZE];
	if (strlen(english) >= sizeof(span))
		return false;
	strcpy(span, english);
	char *rest = span, *token;
	int count = 0;
	for (; (token = strsep(&rest, " ")) != NULL; count++) {
		bool number = token[0] != '\0' && token[strspn(token, "0123456789")] == '\0';
		if (count % 2 == 0 ? !number : find_unit(token) == WORD_COUNT)
			return false;
	}
	return count > 0 && count % 2 == 0;
}

char *
words_span(enum language language, int64_t span_s, char text[WORDS_SPAN_SIZE])
{
	char span[CLOCK_SPAN_SIZE];
	return words_translate_span(language, clock_format_span(span_s, span), text);
}

char *
words_number(int64_t number, char text[WORDS_NUMBER_SIZE])
{
	snprintf(text, WORDS_NUMBER_SIZE, "%" PRId64, number);
	return text;
}

char *
words_signal(enum language language, enum signal_name signal, int64_t value, char text[WORDS_SIZE])
{
	static const enum word words[SIGNAL_COUNT] = {
	    [SIGNAL_BOUNCES] = WORD_SIGNAL_BOUNCES,
	    [SIGNAL_BOUNCES_MADE] = WORD_SIGNAL_BOUNCES_MADE,
	    [SIGNAL_DSN] = WORD_SIGNAL_DSN,
	    [SIGNAL_MAILDROP] = WORD_SIGNAL_MAILDROP,
	    [SIGNAL_INCOMING] = WORD_SIGNAL_INCOMING,
	    [SIGNAL_ACTIVE] = WORD_SIGNAL_ACTIVE,
	    [SIGNAL_DEFERRED] = WORD_SIGNAL_DEFERRED,
	    [SIGNAL_HOLD] = WORD_SIGNAL_HOLD,
	    [SIGNAL_CORRUPT] = WORD_SIGNAL_CORRUPT,
	    [SIGNAL_ARRIVALS] = WORD_SIGNAL_ARRIVALS,
	    [SIGNAL_OLDEST_AGE] = WORD_SIGNAL_OLDEST_AGE,
	    [SIGNAL_STALLED] = WORD_SIGNAL_STALLED,
	    [SIGNAL_FULLNESS] = WORD_SIGNAL_FULLNESS,
	    [SIGNAL_HOST_DEFERRALS] = WORD_SIGNAL_HOST_DEFERRALS,
	    [SIGNAL_FAILING] = WORD_SIGNAL_FAILING,
	    [SIGNAL_TROUBLES] = WORD_SIGNAL_TROUBLES,
	    [SIGNAL_SILENT] = WORD_SIGNAL_SILENT,
	};
	char number[WORDS_NUMBER_SIZE];
	words_number(value, number);
	if (words[signal] == 0) /* no rule's word is the subject of a mail */
		snprintf(text, WORDS_SIZE, "%s %s", names_get(&names_signal, (int)signal), number);
	else
		WORDS_FILL(text, language, words[signal], number);
	return text;
}
