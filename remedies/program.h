/* SPDX-License-Identifier: ISC
 *
 * program.h - runs a program of the mail system to its end and says in words why it failed. Remedy
 * role. Fixed argv, clean environment, a time limit, capped output; what it prints is not trusted.
 */
#ifndef WATCHDOGD_REMEDIES_PROGRAM_H
#define WATCHDOGD_REMEDIES_PROGRAM_H

#include "lib/guard.h"
#include "lib/spawn.h"
#include "proto/message.h"

struct program {
	const char *what; /* "postsuper -d", for the words */
	const char *input; /* its stdin */
	size_t input_length;
	int limit_ms;
	int fine_status; /* an exit status that is no failure either, beside 0 */
};

/* 0: it exited as it should, and its output (stdout and stderr, NUL-terminated) is the caller's to free;
 * ret_output may be NULL. -EIO: it ran and failed; -ETIME: its time was over; else -errno: it could
 * not be started. Why is then in `problem`, escaped. */
int program_run(const struct spawn *spawn, const struct program *program, char **ret_output,
    char problem[REASON_TEXT_SIZE]) MUST_CHECK;

#endif
