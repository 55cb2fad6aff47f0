/* SPDX-License-Identifier: ISC
 *
 * letter.h - a mail before it is text or HTML: lines, each a part with its fields. The engine
 * writes what is to be told once; alert renders it twice, so that both say the same.
 *
 * A line is a letter for its part, then fields with a tab before each; it ends in LF. What is
 * written into a field is escaped already: a tab or LF in it would only garble the letter.
 */
#ifndef WATCHDOGD_PROTO_LETTER_H
#define WATCHDOGD_PROTO_LETTER_H

#include <stddef.h>
#include <stdio.h>

#include "lib/guard.h"
#include "proto/names.h"

#define LETTER_FIELDS_MAX 8

/* X(NAME, mark) fields */
#define LETTER_PARTS(X)                                                                    \
	X(LETTER_HEAD, 'l') /* language, incident, kind; the first line, shown by none */  \
	X(LETTER_FACT, 'f') /* label or nothing, text; the first are the most important */ \
	X(LETTER_GAP, 'g') /* new paragraph */                                             \
	X(LETTER_SECTION, 's') /* title */                                                 \
	X(LETTER_ITEM, 'i') /* label or nothing, text */                                   \
	X(LETTER_COMMAND, 'c') /* of an item: label, a command line */                     \
	X(LETTER_NOTE, 'n') /* of an item: text */                                         \
	X(LETTER_COLUMNS, 't') /* titles of a table: words left, numbers, words */         \
	X(LETTER_ROW, 'r') /* its cells */                                                 \
	X(LETTER_FOOT, 'z') /* who says all this */

#define LETTER_ENUM_(name, mark) name,
enum letter_part {
	LETTER_PARTS(LETTER_ENUM_) LETTER_PART_COUNT
};

struct letter_line {
	enum letter_part part;
	int count;
	/* NUL-terminated; those that are not there are empty */
	const char *fields[LETTER_FIELDS_MAX];
};

/* Writes a line; `count` fields of at most LETTER_FIELDS_MAX. */
void letter_write(FILE *out, enum letter_part part, const char *const fields[], int count);
#define LETTER_WRITE(out, part, ...)                                \
	letter_write(out, part, (const char *const[]){__VA_ARGS__}, \
	    (int)(sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *)))

/* How a letter is shown: on_line() for each line in order, then on_end(). */
struct letter_renderer {
	void (*on_line)(const struct letter_line *line, void *owner);
	void (*on_end)(void *owner); /* may be NULL */
};

/* Walks over a letter of `length` bytes. A line that is none is shown as a note. */
void letter_render(
    const void *letter, size_t length, const struct letter_renderer *renderer, void *owner);

/* What the head says of a letter; 0 or -EBADMSG. */
struct letter_head {
	enum language language;
	char incident[24]; /* decimal; "0": it is about none */
	char kind[16]; /* "opened", "asking", "closed", "test", ... */
};
int letter_read_head(const void *letter, size_t length, struct letter_head *ret_head) MUST_CHECK;

#endif
