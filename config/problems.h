/* SPDX-License-Identifier: ISC
 *
 * problems.h - the errors of one file, collected and told in the order of the file.
 *
 * Inside config/ and its tests only.
 */
#ifndef WATCHDOGD_CONFIG_PROBLEMS_H
#define WATCHDOGD_CONFIG_PROBLEMS_H

#include <stddef.h>
#include <stdio.h>

#include "lib/guard.h"

#define PROBLEMS_MAX 100 /* told of one file */

/* A place in the file, from 1; line 0: the file as a whole. */
struct problems_mark {
	size_t line, column;
};

struct problem {
	struct problems_mark mark;
	char *text;
};

struct problems {
	struct problem list[PROBLEMS_MAX];
	size_t count; /* of all; may be more than the list has */
};

/* `format` gives one line without a line feed; what comes from the file is escaped before. */
void problems_add(struct problems *problems, struct problems_mark mark, const char *format, ...)
    PRINTF_LIKE(3, 4);
/* Writes "name:line:column: text" for each. */
void problems_write(struct problems *problems, const char *name, FILE *out);
void problems_done(struct problems *problems);

#endif
