/* SPDX-License-Identifier: ISC
 *
 * table_spool.c - the rows of a spool: a directory outside Postfix where mail waits. What the file
 * leaves out is filled in from the preset when the file was read.
 */
#include "config/preset.h"
#include "config/table.h"

static const struct table_row spool_rows[] = {
    {
	.name = "preset",
	.type = VALUE_WORD,
	TABLE_AT(struct settings_spool, preset),
	.words = &names_preset,
	.fallback = "none",
	.doc = "Whose spool it is: gives what follows, where that is left out.",
    },
    {
	.name = "path",
	.type = VALUE_PATH,
	TABLE_AT(struct settings_spool, path),
	.left_out = "the preset's",
	.doc = "The directory.",
    },
    {
	.name = "count",
	.type = VALUE_WORD,
	TABLE_AT(struct settings_spool, count),
	.words = &names_spool_count,
	.left_out = "the preset's",
	.doc = "What is one message.",
    },
    {
	.name = "depth",
	.type = VALUE_COUNT,
	TABLE_AT(struct settings_spool, depth),
	.high = SETTINGS_SPOOL_DEPTH_MAX,
	.left_out = "the preset's",
	.doc = "How many levels of directories there are between path and the messages.",
    },
};

const struct table table_spool = {
    .rows = spool_rows,
    .row_count = ARRAY_LENGTH(spool_rows),
    .keyed = true,
    .noun = "spool",
};
