/* SPDX-License-Identifier: ISC
 *
 * completion.h - scripts by which shells complete command lines of watchdogctl, from the tables of
 * commands, arguments and settings. watchdogctl.
 */
#ifndef WATCHDOGD_WATCHDOGCTL_COMPLETION_H
#define WATCHDOGD_WATCHDOGCTL_COMPLETION_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "proto/ctl.h"

/* {"shell", "text"}, or an error for a shell that is not known. */
json_t *completion_make(const char *shell);

/* ---- what the shells' own files use ---- */

typedef void completion_write(FILE *out);
completion_write completion_write_bash, completion_write_zsh, completion_write_fish;

/* The words that an argument may be, with spaces between, or NULL where they are not known; free()
 * it. */
char *completion_words(enum ctl_argument argument);
/* First words of commands of two, with spaces between; free() it. */
char *completion_families(void);
/* Whether the command is the first one with its first word. */
bool completion_is_first(enum ctl_verb verb);
bool completion_takes(enum ctl_verb verb, enum ctl_argument argument);
/* Text in single quotes; inside: what a quote in it becomes. */
void completion_quote(FILE *out, const char *text, const char *inside);

#endif
