/* SPDX-License-Identifier: ISC
 *
 * shape_word.c - tells words that people choose from those that programs make; see shape_word.h.
 */
#include "watchdogd/watch/shape_word.h"

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "watchdogd/watch/shape.h"

#define HEX_MIN 8 /* shorter ones are words: "cafe", "deadbeef" needs a digit as well */
#define RANDOM_MIN 6 /* letters; shorter words can have any letters */
#define MIXED_MIN 8 /* letters and digits; shorter ones are names like k8s, b2b, xs4all */

void
shape_put(struct shape_writer *writer, const char *piece, size_t length)
{
	static const char end[] = "...";
	if (writer->full)
		return;
	if (writer->length + length + sizeof(end) > SHAPE_SIZE) {
		piece = end;
		length = sizeof(end) - 1;
		writer->full = true;
	}
	memcpy(writer->out + writer->length, piece, length);
	writer->length += length;
}

void
shape_put_text(struct shape_writer *writer, const char *piece)
{
	shape_put(writer, piece, strlen(piece));
}

void
shape_put_digits(struct shape_writer *writer, size_t count)
{
	char text[32] = "{0 digits}";
	if (count > 1 && count < 10) /* nearly always, and cheaper */
		text[1] = (char)('0' + count);
	else
		snprintf(text, sizeof(text), "{%zu digit%s}", count, count == 1 ? "" : "s");
	shape_put_text(writer, text);
}

/* A bit for each second letter (a: bit 0) that hardly ever follows the first: fewer than 2 in
 * 10,000 pairs in the names of half a million programs, less what Dutch, German and Slavic names need. */
static const uint32_t rare[26] = {
    0x0000000,
    0x2e12600,
    0x0c10200,
    0x0810000,
    0x0000000,
    0x2e12280,
    0x2a10600,
    0x0810200,
    0x0400000,
    0x3eb82e6,
    0x2a10200,
    0x0c10000,
    0x0e10280,
    0x0010000,
    0x0010000,
    0x2a10200,
    0x3e7f7ff,
    0x0810000,
    0x0800000,
    0x0010000,
    0x1710080,
    0x3f32eea,
    0x3f1966e,
    0x2f326e2,
    0x1010200,
    0x0b19e24,
};

static bool
is_letter(char c)
{
	return isalpha((unsigned char)c) || (unsigned char)c >= 0x80;
}

/* A bit for each of aeiouy. */
#define VOWELS 0x1104111u

static bool
is_vowel(char c)
{
	return isalpha((unsigned char)c) && (VOWELS >> ((c | 0x20) - 'a') & 1) != 0;
}

static bool
is_rare_pair(char a, char b)
{
	return isalpha((unsigned char)a) && isalpha((unsigned char)b) &&
	    (rare[(a | 0x20) - 'a'] >> ((b | 0x20) - 'a') & 1) != 0;
}

/* Of letters thrown together, two in three are found; of names, one in a hundred passes for it. */
static bool
is_random(const struct shape_word *word)
{
	size_t odd = 0, vowels = 0;
	if (word->letters < RANDOM_MIN || word->digits > 0)
		return false;
	for (size_t i = 0; i < word->length; i++) {
		if ((unsigned char)word->text[i] >= 0x80)
			return false;
		vowels += is_vowel(word->text[i]);
		odd += i > 0 && is_rare_pair(word->text[i - 1], word->text[i]);
	}
	return (odd >= 2 && odd * 5 >= word->length - 1) ||
	    (odd >= 1 && vowels * 5 < word->length) || (word->letters > RANDOM_MIN && vowels == 0);
}

struct shape_word
shape_word_get(const char *text)
{
	struct shape_word word = {.text = text, .is_hex = true};
	for (const char *at = text; is_letter(*at) || shape_is_digit(*at); at++) {
		word.changes += at > text && shape_is_digit(at[-1]) != shape_is_digit(*at);
		word.digits += shape_is_digit(*at);
		word.letters += is_letter(*at);
		word.is_hex &= isxdigit((unsigned char)*at) != 0;
		word.length++;
	}
	word.is_random = is_random(&word);
	return word;
}

const char *
shape_word_fold(const struct shape_word *word)
{
	if (word->is_hex && word->length >= HEX_MIN && word->digits > 0 && word->letters > 0)
		return "{hex}";
	if (word->changes >= 4 || (word->changes >= 2 && word->length >= MIXED_MIN))
		return "{random}";
	if (word->digits == 0 && word->is_random)
		return "{letters}";
	return NULL;
}

bool
shape_is_uuid(const char *text)
{
	for (size_t i = 0; i < SHAPE_UUID_LENGTH; i++) {
		bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
		if (is_dash ? text[i] != '-' : isxdigit((unsigned char)text[i]) == 0)
			return false;
	}
	return isalnum((unsigned char)text[SHAPE_UUID_LENGTH]) == 0;
}
