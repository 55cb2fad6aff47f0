/* SPDX-License-Identifier: ISC
 *
 * parameter.h - the main.cf parameters that a remedy may change, and the values that they may get.
 * The settings file and the console are checked by it early, the remedy role goes by it.
 */
#ifndef WATCHDOGD_PROTO_PARAMETER_H
#define WATCHDOGD_PROTO_PARAMETER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/guard.h"

struct parameter {
	/* As in main.cf; one that begins with '_' stands for each transport's own, as
	 * _destination_rate_delay does for smtp_destination_rate_delay and the default_ one. */
	const char *name;
	bool is_time; /* a number with a unit (s, m, h, d, w); else a whole number */
	int64_t low, high; /* both allowed; of a time, in seconds */
	/* qmgr and master read it at a reload only; others when their next process starts. */
	bool needs_reload;
};

extern const struct parameter parameters[];
extern const size_t parameter_count;

/* The row of a parameter, or NULL when it is not one that may be changed. */
const struct parameter *parameter_find(const char *name);
/* The name most like this one, for an error; or NULL. */
const char *parameter_nearest(const char *name);

/* Whether a remedy may set the parameter to this. */
bool parameter_takes(const struct parameter *parameter, const char *value);
/* Whether an old value may be put back: what parameter_takes() does, in any range and with or
 * without a unit; or what refers to other parameters ("$maximal_queue_lifetime"). */
bool parameter_could_have(const struct parameter *parameter, const char *value);

/* "a time from 0s to 30d" */
char *parameter_describe(const struct parameter *parameter, char *text, size_t size);

#endif
