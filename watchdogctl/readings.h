/* SPDX-License-Identifier: ISC
 *
 * readings.h - a file of comma-separated values as readings: a time and a number a row. watchdogctl.
 *
 * The file is not trusted: lines, columns and numbers are bounded, and whatever is no reading ends
 * the reading with the file, the line, what was found and what was expected.
 */
#ifndef WATCHDOGD_WATCHDOGCTL_READINGS_H
#define WATCHDOGD_WATCHDOGCTL_READINGS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/guard.h"

#define READINGS_LINE_MAX 4096 /* bytes of a line, its end not counted */
#define READINGS_COLUMNS_MAX 256
#define READINGS_VALUE_MAX 1e15 /* either way */

struct reading {
	int64_t time_s;
	double value;
};

struct readings {
	FILE *file; /* borrowed */
	const char *name; /* of the file, for problems; borrowed */
	int64_t line; /* number of the one read last */
	int64_t last_s; /* of the reading before, 0: none */
	bool begun; /* the columns are known */
	int time_column, value_column; /* from 0 */
	bool is_count; /* the head says so: "count" */
	size_t length;
	char text[READINGS_LINE_MAX + 2];
	char problem[768]; /* escaped; why there are no more */
};

void readings_init(struct readings *readings, FILE *file, const char *name);
/* The next one; times rise. 1; 0: that was all; -EINVAL: `problem` says why not. */
int readings_next(struct readings *readings, struct reading *ret_reading) MUST_CHECK;

/* "1780463109", "2026-06-03 14:05:09", "2026-06-03T14:05Z", "2026-06-03T14:05:09.5+09:00"; without a
 * zone local time; parts of a second are dropped. 0 or -EINVAL. */
int readings_parse_time(const char *text, int64_t *ret_time_s) MUST_CHECK;
/* A finite decimal number, within READINGS_VALUE_MAX. 0 or -EINVAL. */
int readings_parse_value(const char *text, double *ret_value) MUST_CHECK;

#endif
