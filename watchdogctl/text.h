/* SPDX-License-Identifier: ISC
 *
 * text.h - text for people: 80 columns, readable without colour. watchdogctl.
 *
 * Whatever is printed passes text_print() or text_item(), which make control characters visible:
 * the answer comes from a daemon that reads hostile mail, and the reader is often root.
 */
#ifndef WATCHDOGD_WATCHDOGCTL_TEXT_H
#define WATCHDOGD_WATCHDOGCTL_TEXT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/clock.h"
#include "lib/guard.h"

#define TEXT_COLUMNS 80

struct text {
	FILE *out;
	bool colour;
	int64_t now_s;
	bool blocks; /* the terminal shows the block elements of Unicode */
};

/* What a renderer is: prints a command's document. */
typedef void text_render(struct text *text, const json_t *document);

/* Prints as it stands, line breaks included. */
void text_print(struct text *text, const char *format, ...) PRINTF_LIKE(2, 3);
/* Prints the same in bold red where there is colour. */
void text_alarm(struct text *text, const char *format, ...) PRINTF_LIKE(2, 3);
/* One line: the label at column `indent`, what it says from column indent + 11 on, wrapped there.
 * A label of NULL goes on under the one before. */
void text_item(struct text *text, int indent, const char *label, const char *format, ...)
    PRINTF_LIKE(4, 5);

/* Lines from column `indent` on, wrapped there. */
void text_paragraph(struct text *text, int indent, const char *format, ...) PRINTF_LIKE(3, 4);

/* The lines of a copy, each behind a bar at column `indent`, not wrapped. */
void text_quote(struct text *text, int indent, const char *lines);

/* "2026-06-03 14:05:09 +0900"; "never" for 0. Returns out. */
char *text_time(int64_t time_s, char out[CLOCK_TEXT_SIZE]);
/* "4 min 10 s" from then to now. Returns out. */
char *text_since(const struct text *text, int64_t time_s, char out[CLOCK_SPAN_SIZE]);
/* "512", "4.0k", "12.3M". Returns out. */
#define TEXT_SIZE_SIZE 32
char *text_size(int64_t bytes, char out[TEXT_SIZE_SIZE]);
/* "45s", "59m", "30h", "5d": for a table. Returns out. */
char *text_age(int64_t age_s, char out[CLOCK_SPAN_SIZE]);
/* "" for 1, else "s" */
const char *text_plural(int64_t count);

/* Fields of a document; what is missing or of another type is 0, "", false, NULL: the daemon may be
 * of another version. */
int64_t text_number(const json_t *object, const char *key);
const char *text_string(const json_t *object, const char *key);
bool text_bool(const json_t *object, const char *key);
bool text_has(const json_t *object, const char *key); /* is there and not null */

#endif
