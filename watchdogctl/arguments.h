/* SPDX-License-Identifier: ISC
 *
 * arguments.h - the command line, by the table of proto/ctl.h. watchdogctl.
 */
#ifndef WATCHDOGD_WATCHDOGCTL_ARGUMENTS_H
#define WATCHDOGD_WATCHDOGCTL_ARGUMENTS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/guard.h"
#include "proto/ctl.h"

struct arguments {
	bool json, no_color;
	const char *socket; /* NULL: as the configuration says */
	const char *config; /* NULL: the default file */
	struct ctl_request request;
};

/* Parses; options may stand anywhere. now_s: what "1h ago" is counted from. 0; -EINVAL: what is
 * wrong was written to `errors`, with the nearest known word. */
int arguments_parse(int argc, char *const *argv, int64_t now_s, FILE *errors,
    struct arguments *ret_arguments) MUST_CHECK;

#endif
