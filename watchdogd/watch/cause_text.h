/* SPDX-License-Identifier: ISC
 *
 * cause_text.h - the cause of a bounce in words, with all folded that differs from one message of a
 * flood to the next: bounces of one cause have one text. Pure.
 */
#ifndef WATCHDOGD_WATCH_CAUSE_TEXT_H
#define WATCHDOGD_WATCH_CAUSE_TEXT_H

#include <stddef.h>

#include "watchdogd/watch/cause.h"

#define CAUSE_TEXT_SIZE ADDRESS_TEXT_SIZE

/* A cause is kept as its parts, with CAUSE_SEPARATOR between them; none has that in it. */
enum cause_part_name {
	CAUSE_NETWORK, /* "203.0.113.0/24", CAUSE_HERE or CAUSE_MANY */
	CAUSE_SHAPE, /* of the envelope sender */
	CAUSE_SUBJECT,
	CAUSE_REFUSAL, /* "refused by inner.example with 550 5.7.1 ..." */
	CAUSE_PARTS,
};

#define CAUSE_SEPARATOR '\n'
#define CAUSE_HERE "this host" /* the message was handed in here, or does not tell */
#define CAUSE_MANY "many networks" /* more than are kept apart */

/* The parts of a bounce's cause. client: the address that the message which bounced came from, or
 * empty; NULL: CAUSE_MANY. subject: of that message, decoded. Returns text. */
char *cause_format(
    const struct cause *cause, const char *client, const char *subject, char text[CAUSE_TEXT_SIZE]);

/* Where a part stands in a text; its length is 0 when the text has no such part. */
const char *cause_find_part(const char *text, enum cause_part_name name, size_t *ret_length);

/* What goes on after "caused by": "mail from 203.0.113.0/24, shape
 * {letters}{4 digits}@{4 digits}.com, subject photo, refused by inner.example with 550 5.7.1 ...".
 * Each part is taken from its own text; where `values` counts several that are together, their
 * number is told instead. A text without parts is told as it is. Returns words. */
char *cause_say(const char *const texts[CAUSE_PARTS], const unsigned values[CAUSE_PARTS],
    char words[CAUSE_TEXT_SIZE]);

#endif
