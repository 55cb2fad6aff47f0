/* SPDX-License-Identifier: ISC
 *
 * letter_text.h - a letter as plain text and as HTML: alert mails both, watchdogctl prints either. A
 * letter's fields are escaped already against control characters, what HTML gives a meaning is
 * escaped here.
 */
#ifndef WATCHDOGD_PROTO_LETTER_TEXT_H
#define WATCHDOGD_PROTO_LETTER_TEXT_H

#include <stddef.h>
#include <stdio.h>

/* UTF-8 in lines that end in LF; columns are even where a wide character takes two of them. */
void letter_write_text(FILE *out, const void *letter, size_t length);

/* A whole document without anything that would have to be fetched, styled within its elements:
 * mail programs drop all else. */
void letter_write_html(FILE *out, const void *letter, size_t length);

#endif
