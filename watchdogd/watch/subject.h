/* SPDX-License-Identifier: ISC
 *
 * subject.h - a subject as its reader saw it: encoded words (RFC 2047) decoded, so that what a
 * person recognises is counted, not its encoding. Trusts nothing.
 *
 * Converters are opened once, before the sandbox: the C library loads them from files. There are
 * few: each is code that strangers' bytes go through.
 */
#ifndef WATCHDOGD_WATCH_SUBJECT_H
#define WATCHDOGD_WATCH_SUBJECT_H

#include <stddef.h>

#define SUBJECT_SIZE 512

struct subject_decoder;

struct subject_decoder *subject_decoder_new(void);
void subject_decoder_free(struct subject_decoder *decoder);

/* `text` is escaped (lib/escape.h); so is what comes out, as UTF-8. A word in a character set that
 * is not known becomes "{its name}"; one that is broken stays as it is. Returns out. */
char *subject_decode(
    const struct subject_decoder *decoder, const char *text, char out[SUBJECT_SIZE]);

#endif
