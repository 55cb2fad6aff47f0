/* SPDX-License-Identifier: ISC
 *
 * history_rows.h - a history for other programs and for a glance: comma-separated values, and a line
 * of bars for each number.
 */
#ifndef WATCHDOGD_WATCHDOGCTL_HISTORY_ROWS_H
#define WATCHDOGD_WATCHDOGCTL_HISTORY_ROWS_H

#include "watchdogctl/text.h"

/* Whether history has it: "", text, csv, json or chart. */
bool history_format_is(const char *format);
/* Prints the document in this format; false: it is none of these two, but text or json. */
bool history_write(struct text *text, const char *format, const json_t *document);

#endif
