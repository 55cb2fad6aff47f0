/* SPDX-License-Identifier: ISC
 *
 * result.h - the one line that says what became of a message: "NNN text\n". 2xx: the relay has it;
 * 5xx: refused for good; anything else: to be tried again. Send writes it the moment it is known.
 */
#ifndef WATCHDOGD_SEND_RESULT_H
#define WATCHDOGD_SEND_RESULT_H

#include <stdbool.h>

#include "lib/guard.h"

#define RESULT_TEXT_SIZE 900

struct result {
	int code; /* 0: not known yet */
	char text[RESULT_TEXT_SIZE]; /* the relay's words or ours; may be hostile */
};

/* Sets a result that is not known yet; the first one stays. */
void result_set(struct result *result, int code, const char *format, ...) PRINTF_LIKE(3, 4);

/* Writes it to a pipe, as one line in one piece; control characters become spaces. A reader that
 * is gone is no error: others are told as well. */
void result_write(const struct result *result, int fd);

/* The exit status for it: EX_OK, EX_DATAERR or EX_TEMPFAIL of sysexits.h. */
int result_status(const struct result *result);

#endif
