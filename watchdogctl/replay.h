/* SPDX-License-Identifier: ISC
 *
 * replay.h - a file of readings through the detector that the engine has: what would it have said?
 * watchdogctl; needs no daemon.
 */
#ifndef WATCHDOGD_WATCHDOGCTL_REPLAY_H
#define WATCHDOGD_WATCHDOGCTL_REPLAY_H

#include <stdio.h>

#include "lib/guard.h"
#include "watchdogctl/arguments.h"

#define REPLAY_PROBLEM_SIZE 1024

/* Prints a row for each reading of the file that the request names. 0; -errno: why is in `problem`,
 * escaped; rows were printed only if the file changed meanwhile. */
int replay_run(
    const struct arguments *arguments, FILE *out, char problem[REPLAY_PROBLEM_SIZE]) MUST_CHECK;

#endif
