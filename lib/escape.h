/* SPDX-License-Identifier: ISC
 *
 * escape.h - hostile bytes made printable. Queue ids, addresses, reasons and replies come from
 * outside; whatever is shown, logged or mailed passes here first.
 */
#ifndef WATCHDOGD_LIB_ESCAPE_H
#define WATCHDOGD_LIB_ESCAPE_H

#include <stddef.h>

/* Copies text (length bytes, may hold NULs) into out (size bytes, NUL-terminated). Printable ASCII
 * and well-formed UTF-8 letters pass; control characters (C0, DEL, C1), bidirectional overrides,
 * backslash and broken UTF-8 become \xHH of each byte (backslash: \\). What does not fit ends in
 * "...". Never splits a character. Returns out. */
char *escape_text(const void *text, size_t length, char *out, size_t size);

/* The same, but a backslash passes as it is: for a line whose parts were escaped before. */
char *escape_line(const void *text, size_t length, char *out, size_t size);

#endif
