/* SPDX-License-Identifier: ISC
 *
 * column.c - one field to one parameter, one column to one field. What is in the file is not
 * trusted further than that: a word that is no name and a text that is longer than its field make
 * the row unreadable, they are never cut or guessed.
 */
#include "schema/column.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static int
bind_text(sqlite3_stmt *stmt, int at, const char *text)
{
	if (text == NULL)
		return sqlite3_bind_null(stmt, at);
	return sqlite3_bind_text(stmt, at, text, -1, SQLITE_STATIC);
}

static int
read_enum(const struct column *column, const void *field)
{
	uint64_t wide;
	int narrow;
	if (column->size == sizeof(wide)) {
		memcpy(&wide, field, sizeof(wide));
		return wide < (uint64_t)column->names->count ? (int)wide : -1;
	}
	memcpy(&narrow, field, sizeof(narrow));
	return narrow;
}

static void
write_enum(const struct column *column, int value, void *field)
{
	uint64_t wide = (uint64_t)value;
	if (column->size == sizeof(wide))
		memcpy(field, &wide, sizeof(wide));
	else
		memcpy(field, &value, sizeof(value));
}

static int
bind_count(sqlite3_stmt *stmt, int at, uint64_t count)
{
	return sqlite3_bind_int64(stmt, at, count > INT64_MAX ? INT64_MAX : (int64_t)count);
}

static int
bind_field(sqlite3_stmt *stmt, int at, const struct column *column, const void *field)
{
	switch (column->kind) {
	case COLUMN_REF:
		if (*(const int64_t *)field == 0)
			return sqlite3_bind_null(stmt, at);
		return sqlite3_bind_int64(stmt, at, *(const int64_t *)field);
	case COLUMN_I64:
		return sqlite3_bind_int64(stmt, at, *(const int64_t *)field);
	case COLUMN_COUNT:
		return bind_count(stmt, at, *(const uint64_t *)field);
	case COLUMN_BITS:
		return sqlite3_bind_int64(stmt, at, (int64_t)*(const uint64_t *)field);
	case COLUMN_BOOL:
		return sqlite3_bind_int64(stmt, at, *(const bool *)field);
	case COLUMN_NAME:
		return bind_text(stmt, at, names_get(column->names, read_enum(column, field)));
	case COLUMN_TEXT:
		return bind_text(stmt, at, field);
	case COLUMN_BORROWED:
		return bind_text(stmt, at, *(char *const *)field);
	}
	return SQLITE_MISUSE;
}

int
column_bind(sqlite3_stmt *stmt, int first, const struct column_map *map, const void *row)
{
	int r = SQLITE_OK;
	for (int i = 0; r == SQLITE_OK && i < map->count; i++) {
		const struct column *column = &map->columns[i];
		r = bind_field(stmt, first + i, column, (const char *)row + column->offset);
	}
	return r;
}

/* The column's text, borrowed; empty for NULL. */
static const char *
text_of(sqlite3_stmt *stmt, int at)
{
	const unsigned char *text = sqlite3_column_text(stmt, at);
	return text != NULL ? (const char *)text : "";
}

static bool
load_text(sqlite3_stmt *stmt, int at, size_t size, char *field)
{
	const char *text = text_of(stmt, at);
	size_t length = strlen(text);
	if (length >= size)
		return false;
	memset(field, 0, size);
	memcpy(field, text, length);
	return true;
}

static bool
load_name(sqlite3_stmt *stmt, int at, const struct column *column, void *field)
{
	int value = names_find(column->names, text_of(stmt, at));
	if (value < 0)
		return false;
	write_enum(column, value, field);
	return true;
}

static bool
load_field(sqlite3_stmt *stmt, int at, const struct column *column, void *field)
{
	switch (column->kind) {
	case COLUMN_I64:
	case COLUMN_REF:
		*(int64_t *)field = sqlite3_column_int64(stmt, at);
		return true;
	case COLUMN_COUNT:
	case COLUMN_BITS:
		*(uint64_t *)field = (uint64_t)sqlite3_column_int64(stmt, at);
		return true;
	case COLUMN_BOOL:
		*(bool *)field = sqlite3_column_int64(stmt, at) != 0;
		return true;
	case COLUMN_NAME:
		return load_name(stmt, at, column, field);
	case COLUMN_TEXT:
		return load_text(stmt, at, column->size, field);
	case COLUMN_BORROWED:
		/* the row struct owns its texts elsewhere, hence no const in it */
		*(char **)field = (char *)(uintptr_t)sqlite3_column_text(stmt, at);
		return true;
	}
	return false;
}

const char *
column_load(sqlite3_stmt *stmt, int first, const struct column_map *map, void *ret_row)
{
	for (int i = 0; i < map->count; i++) {
		const struct column *column = &map->columns[i];
		if (!load_field(stmt, first + i, column, (char *)ret_row + column->offset))
			return column->name;
	}
	return NULL;
}
