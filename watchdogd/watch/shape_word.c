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

static const char cut[] = "...";

size_t
shape_room(const struct shape_writer *writer)
{
	return writer->full ? 0 : SHAPE_SIZE - sizeof(cut) - writer->length;
}

void
shape_put(struct shape_writer *writer, const char *piece, size_t length)
{
	if (writer->full)
		return;
	if (length > shape_room(writer)) {
		piece = cut;
		length = sizeof(cut) - 1;
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

/* A bit for each of aeiouy. */
#define VOWELS 0x1104111u

static bool
is_vowel(char c)
{
	return (VOWELS >> ((c | 0x20) - 'a') & 1) != 0;
}

static bool
is_rare_pair(char a, char b)
{
	return (rare[(a | 0x20) - 'a'] >> ((b | 0x20) - 'a') & 1) != 0;
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

enum {
	CLASS_DIGIT = 1,
	CLASS_HEX = 2,
	CLASS_LETTER = 4,
};

/* By byte; 0: no part of a word. */
static const uint8_t classes[256] = {
    ['0' ... '9'] = CLASS_DIGIT | CLASS_HEX,
    ['A' ... 'F'] = CLASS_LETTER | CLASS_HEX,
    ['G' ... 'Z'] = CLASS_LETTER,
    ['a' ... 'f'] = CLASS_LETTER | CLASS_HEX,
    ['g' ... 'z'] = CLASS_LETTER,
    [0x80 ... 0xff] = CLASS_LETTER,
};

struct shape_word
shape_word_get(const char *text)
{
	const uint8_t *begin = (const uint8_t *)text, *at = begin;
	unsigned class, before = classes[*at], common = CLASS_HEX;
	size_t digits = 0, changes = 0;
	for (; (class = classes[*at]) != 0; at++) {
		digits += class & CLASS_DIGIT;
		changes += (class ^ before) & CLASS_DIGIT;
		common &= class;
		before = class;
	}
	size_t length = (size_t)(at - begin);
	struct shape_word word = {
	    .text = text,
	    .length = length,
	    .digits = digits,
	    .letters = length - digits,
	    .changes = changes,
	    .is_hex = common != 0,
	};
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
