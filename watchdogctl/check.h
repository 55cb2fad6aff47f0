/* SPDX-License-Identifier: ISC
 *
 * check.h - the daemon's status as Nagios, Icinga and Checkmk want it: a state, a line, figures.
 */
#ifndef WATCHDOGD_WATCHDOGCTL_CHECK_H
#define WATCHDOGD_WATCHDOGCTL_CHECK_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "proto/ctl.h"

/* The exit codes of a plugin (Monitoring Plugins Development Guidelines, "Plugin Return Codes"). */
enum check_state {
	CHECK_OK = 0,
	CHECK_WARNING = 1,
	CHECK_CRITICAL = 2,
	CHECK_UNKNOWN = 3,
};

/* Judges a status: {"state", "exit", "problems": [{"state", "text"}], "performance": [...]}. The
 * request has the limits; 0: the default ones. */
json_t *check_make(const json_t *status, const struct ctl_request *request, int64_t now_s);
/* The same without a status: one problem. */
json_t *check_make_failed(enum check_state state, const char *text);

/* Whether the words of a command line mean check: what is wrong with them goes where the answer
 * goes, with its exit code. */
bool check_is_meant(int argc, char *const *argv);

#endif
