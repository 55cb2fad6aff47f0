/* SPDX-License-Identifier: ISC
 *
 * table_field.c - from a row to its field and its elements.
 */
#include "config/table.h"

#include <stdio.h>
#include <string.h>

#include "config/value.h"
#include "lib/log.h"
#include "proto/catalogue.h"

const void *
table_field_const(const struct table_row *row, const void *base, int index)
{
	return (const char *)base + row->offset + row->size * (size_t)index;
}

void *
table_field(const struct table_row *row, void *base, int index)
{
	return (char *)base + row->offset + row->size * (size_t)index;
}

int
table_count(const struct table_row *row, const void *base)
{
	int count;
	memcpy(&count, (const char *)base + row->count_offset, sizeof(count));
	return count;
}

static void
set_count(const struct table_row *row, void *base, int count)
{
	memcpy((char *)base + row->count_offset, &count, sizeof(count));
}

const struct table *
table_of(const struct table_row *row, const void *element)
{
	const struct catalogue_remedy *remedy = catalogue_find(element); /* its first member */
	bool on_setting = remedy != NULL && remedy->on_setting;
	if (row->elements == &table_step && remedy != NULL && !on_setting)
		return &table_message_step;
	if (row->elements == &table_remedy && on_setting)
		return &table_setting;
	if (row->elements == &table_remedy && remedy != NULL && remedy->by_selection)
		return &table_selected;
	if (row->elements == &table_remedy && value_undone(element) != NULL)
		return &table_undo;
	return row->elements;
}

void *
table_find(const struct table_row *row, void *base, const char *name)
{
	for (int i = 0; i < table_count(row, base); i++) {
		char *element = table_field(row, base, i);
		if (strcmp(element, name) == 0)
			return element;
	}
	return NULL;
}

void *
table_add(const struct table_row *row, void *base, const char *name)
{
	int count = table_count(row, base);
	if (count >= row->most)
		return NULL;
	char *element = table_field(row, base, count);
	memset(element, 0, row->size);
	if (row->elements != NULL)
		table_reset(row->elements, element);
	if (row->elements != NULL && row->elements->keyed)
		snprintf(element, TABLE_NAME_SIZE, "%s", name);
	set_count(row, base, count + 1);
	return element;
}

void
table_clear(const struct table_row *row, void *base)
{
	memset((char *)base + row->offset, 0, row->size * (size_t)row->most);
	set_count(row, base, 0);
}

static void
add_catalogue(const struct table_row *row, void *base)
{
	for (int i = 0; i < catalogue_count; i++)
		if ((!catalogue[i].by_hand || !catalogue[i].on_setting) &&
		    table_add(row, base, catalogue[i].name) == NULL)
			panic("settings: the catalogue has more than %d remedies", row->most);
}

void
table_reset(const struct table *table, void *base)
{
	for (size_t i = 0; i < table->row_count; i++) {
		const struct table_row *row = &table->rows[i];
		if (row->most > 0) {
			table_clear(row, base);
			if (row->elements != NULL && row->elements->fixed)
				add_catalogue(row, base);
		} else if (row->fallback != NULL &&
		    !value_parse(row, row->fallback, table_field(row, base, 0))) {
			panic("settings: the default of %s is not allowed", row->name);
		}
	}
}

bool
table_name_is(const char *name)
{
	size_t length = strlen(name);
	return length > 0 && length < TABLE_NAME_SIZE && name[0] != '-' &&
	    name[length - 1] != '-' &&
	    strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == length;
}
