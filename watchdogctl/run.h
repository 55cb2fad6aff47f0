/* SPDX-License-Identifier: ISC
 *
 * run.h - one command from beginning to end: ask the daemon or read the store, print, and say by
 * the exit code how it stands. watchdogctl.
 */
#ifndef WATCHDOGD_WATCHDOGCTL_RUN_H
#define WATCHDOGD_WATCHDOGCTL_RUN_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "watchdogctl/arguments.h"

enum run_exit {
	RUN_FINE = 0,
	RUN_WRONG = 1, /* an incident is open, the counts are stale, a mail or a setting is wrong */
	RUN_USAGE = 2, /* not understood, not permitted, or refused */
	RUN_NO_DAEMON = 3, /* the daemon, or a part of it, does not answer */
};

struct run {
	const struct arguments *arguments;
	const char *socket, *store; /* paths */
	const char *viewer_group; /* who may connect */
	const char *command_directory; /* of Postfix */
	int64_t now_s;
	bool colour;
	bool blocks; /* see struct text */
	bool terminal; /* the answer goes to one */
	FILE *out, *errors;
};

/* Runs the command; the answer goes to out, what is wrong to errors. Of check: its enum
 * check_state, which are the same numbers. */
enum run_exit run_command(const struct run *run);

/* ---- for the commands of own.h ---- */

#define RUN_ANSWER_MS 20000 /* more than control itself waits for the engine */

/* Prints a document, as it was asked for. */
void run_print(const struct run *run, const json_t *document);
/* Tells the error, which it consumes, and gives its exit code. */
enum run_exit run_fail_new(const struct run *run, json_t *error);
/* The error of what cannot be had without the daemon. */
json_t *run_make_unreachable(const struct run *run, int error);

#endif
