/* SPDX-License-Identifier: ISC
 *
 * explain.c - a walk over the table and the tables of its elements.
 */
#include "config/explain.h"

#include <stdlib.h>
#include <string.h>

#include "config/value.h"
#include "lib/log.h"
#include "lib/mem.h"

struct explain {
	const char *wanted;
	void (*each)(const struct explain_setting *setting, void *owner);
	void *owner;
	int count;
};

/* Whether the text is the name, or goes on below it. */
static bool
begins_with(const char *text, const char *name)
{
	size_t length = strlen(name);
	return strncmp(text, name, length) == 0 && (text[length] == '\0' || text[length] == '.');
}

static char *
describe_type(const struct table_row *row)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	if (out == NULL)
		fatal("no memory");
	value_describe(row, out);
	fclose(out);
	return text;
}

/* NULL of a row of elements. */
static char *
format_value(const struct table_row *row, const void *base)
{
	char text[VALUE_TEXT_SIZE];
	if (row->elements != NULL)
		return NULL;
	int count = row->most > 0 ? table_count(row, base) : 1;
	char *joined = mem_text("");
	for (int i = 0; i < count; i++) {
		AUTO_FREE char *before = joined;
		joined = mem_format("%s%s%s", before, i > 0 ? ", " : "",
		    value_format(row, table_field_const(row, base, i), text));
	}
	return joined;
}

/* base: NULL for the rows of an element; readers: of the row that has the elements. */
static void
tell(struct explain *explain, const char *name, const struct table_row *row, const void *base,
    unsigned readers)
{
	AUTO_FREE char *type = describe_type(row);
	AUTO_FREE char *value = base != NULL ? format_value(row, base) : NULL;
	const struct explain_setting setting = {
	    .name = name,
	    .text = row->doc,
	    .type = type,
	    .fallback = row->left_out != NULL ? row->left_out : row->fallback,
	    .value = value,
	    .readers = readers,
	};
	explain->each(&setting, explain->owner);
	explain->count++;
}

static void
walk(struct explain *explain, const struct table *table, const char *prefix, const void *base,
    unsigned readers)
{
	for (size_t i = 0; i < table->row_count; i++) {
		const struct table_row *row = &table->rows[i];
		AUTO_FREE char *name = mem_format("%s%s", prefix, row->name);
		AUTO_FREE char *below = mem_format("%s.", name);
		unsigned of_row = base != NULL ? row->readers : readers;
		if (explain->wanted[0] == '\0' || begins_with(name, explain->wanted))
			tell(explain, name, row, base, of_row);
		if (row->elements != NULL)
			walk(explain, row->elements, below, NULL, of_row);
	}
}

/* ---- names of elements ---- */

/* The row that the name is or goes on below of, or NULL. */
static const struct table_row *
find_row(const struct table *table, const char *name)
{
	for (size_t i = 0; i < table->row_count; i++)
		if (begins_with(name, table->rows[i].name))
			return &table->rows[i];
	return NULL;
}

/* "rules.bounce-flood.above" to "rules.above"; free() it. */
static char *
leave_out_names(const struct table *table, const char *name)
{
	const struct table_row *row = find_row(table, name);
	if (row == NULL || row->elements == NULL || name[strlen(row->name)] == '\0')
		return mem_text(name);
	const char *rest = name + strlen(row->name) + 1;
	if (find_row(row->elements, rest) == NULL) {
		rest += strcspn(rest, ".");
		rest += *rest == '.';
	}
	AUTO_FREE char *inner = leave_out_names(row->elements, rest);
	return mem_format("%s%s%s", row->name, inner[0] != '\0' ? "." : "", inner);
}

int
explain_each(const char *name, const struct settings *settings,
    void (*each)(const struct explain_setting *setting, void *owner), void *owner)
{
	AUTO_FREE char *wanted = leave_out_names(&table_settings, name);
	struct explain explain = {.wanted = wanted, .each = each, .owner = owner};
	walk(&explain, &table_settings, "", settings, 0);
	return explain.count;
}
