/* SPDX-License-Identifier: ISC
 *
 * options.h - the command line taken apart: options and bare words, not yet understood. watchdogctl.
 */
#ifndef WATCHDOGD_WATCHDOGCTL_OPTIONS_H
#define WATCHDOGD_WATCHDOGCTL_OPTIONS_H

#include <stdbool.h>
#include <stdio.h>

#include "lib/guard.h"
#include "proto/ctl.h"

#define OPTIONS_WORDS_MAX 8 /* a command of two and its arguments: each queue, at most */

/* The program's own options, which may stand with any command. */
#define OPTIONS_OWN_COUNT 6
struct options_own {
	const char *name;
	char letter; /* of the short option; 0: none */
	bool valued;
	const char *text;
};
extern const struct options_own options_own[OPTIONS_OWN_COUNT];

/* All text is borrowed from argv. */
struct options {
	bool json, no_color;
	const char *socket, *config; /* NULL: not given */
	const char *words[OPTIONS_WORDS_MAX];
	int word_count;
	const char *values[CTL_ARGUMENT_COUNT]; /* of the commands' options, as typed; "": a flag */
};

/* Takes argv apart; options may stand anywhere, -- ends them. 0; -EINVAL: what is wrong was written
 * to `errors`. */
int options_gather(
    int argc, char *const *argv, FILE *errors, struct options *ret_options) MUST_CHECK;

/* Writes "watchdogctl: ...", escaped; returns -EINVAL. */
int options_complain(FILE *errors, const char *format, ...) PRINTF_LIKE(2, 3);

#endif
