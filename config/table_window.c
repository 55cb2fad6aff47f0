/* SPDX-License-Identifier: ISC
 *
 * table_window.c - the rows of a time of the week when much mail is planned.
 */
#include "config/table.h"

static const struct table_row window_rows[] = {
    {
	.name = "at",
	.type = VALUE_SCHEDULE,
	TABLE_AT(struct settings_window, at),
	.required = true,
	.doc = "When it begins.",
    },
    {
	.name = "for",
	.type = VALUE_DURATION,
	TABLE_AT(struct settings_window, for_s),
	.low = 60,
	.high = 24 * 3600,
	.fallback = "1h",
	.doc = "How long it takes.",
    },
};

const struct table table_window = {
    .rows = window_rows,
    .row_count = ARRAY_LENGTH(window_rows),
    .noun = "time",
};
