/* SPDX-License-Identifier: ISC
 *
 * mime.h - what mail needs so that any text arrives as it was: encoded words in headers (RFC 2047)
 * and quoted-printable or base64 bodies (RFC 2045). Alert; the text may hold anything, what comes out is
 * printable ASCII in lines of at most 76 bytes that end in CRLF.
 */
#ifndef WATCHDOGD_ALERT_MIME_H
#define WATCHDOGD_ALERT_MIME_H

#include <stddef.h>
#include <stdio.h>

/* Writes "Name: text" with its CRLF: folded at spaces when the text is plain ASCII, else as encoded
 * words, none of which splits a character. Bytes that are no UTF-8, and control characters, become
 * '?'. */
void mime_write_header(FILE *out, const char *name, const char *text);

/* Writes text (UTF-8, lines end in LF) as quoted-printable. */
void mime_write_body(FILE *out, const void *text, size_t length);

/* Writes text as a part: its two headers, an empty line, the body in whichever encoding is shorter;
 * text in Japanese is three times as long as quoted-printable. `subtype` of text/. */
void mime_write_part(FILE *out, const char *subtype, const void *text, size_t length);

#endif
