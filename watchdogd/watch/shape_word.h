/* SPDX-License-Identifier: ISC
 *
 * shape_word.h - what the patterns of addresses and of prose are made of: a bounded text that grows
 * piece by piece, and words, which are runs of letters and digits. Pure; private to shape*.c.
 */
#ifndef WATCHDOGD_WATCH_SHAPE_WORD_H
#define WATCHDOGD_WATCH_SHAPE_WORD_H

#include <stdbool.h>
#include <stddef.h>

struct shape_writer {
	char *out; /* SHAPE_SIZE bytes; who begins it ends it with a NUL at `length` */
	size_t length;
	bool full;
};

/* A piece goes in whole; where it does not fit, "..." ends the text. */
void shape_put(struct shape_writer *writer, const char *piece, size_t length);
size_t shape_room(const struct shape_writer *writer); /* for a piece */
void shape_put_text(struct shape_writer *writer, const char *piece);
void shape_put_digits(struct shape_writer *writer, size_t count); /* "{4 digits}" */

/* What a word is made of. Bytes of UTF-8 are letters. */
struct shape_word {
	const char *text;
	size_t length, digits, letters;
	size_t changes; /* from letters to digits or back */
	bool is_hex;
	bool is_random; /* letters as no name has them */
};

/* The word that begins at text; its length is 0 when there is none. */
struct shape_word shape_word_get(const char *text);
/* A word that no person chose: what to write for it. NULL: it may be one's. */
const char *shape_word_fold(const struct shape_word *word);

/* Whether "6ba7b810-9dad-11d1-80b4-00c04fd430c8" or its like begins here. */
bool shape_is_uuid(const char *text);
#define SHAPE_UUID_LENGTH 36

static inline bool
shape_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

#endif
