/* SPDX-License-Identifier: ISC
 *
 * column.h - which field of a row struct is which column. A kind of row has one list of columns;
 * the table that binds and loads it and the SQL text that names them are made from that list, so
 * a save and a load cannot disagree. Inside schema/ only.
 *
 * A list is LIST(T, FIRST, NEXT): FIRST(T, KIND, field, names) once, NEXT(...) for the others.
 */
#ifndef WATCHDOGD_SCHEMA_COLUMN_H
#define WATCHDOGD_SCHEMA_COLUMN_H

#include <sqlite3.h>
#include <stddef.h>

#include "lib/guard.h"
#include "proto/names.h"

enum column_kind {
	COLUMN_I64, /* int64_t */
	COLUMN_REF, /* int64_t, the id of a row; 0 is NULL */
	COLUMN_COUNT, /* uint64_t; what is above INT64_MAX is stored as INT64_MAX */
	COLUMN_BITS, /* uint64_t; all 64 bits are kept, the order is not */
	COLUMN_BOOL, /* bool */
	COLUMN_NAME, /* an enum, or uint64_t that holds one; stored as its word */
	COLUMN_TEXT, /* char[] */
	COLUMN_BORROWED, /* char *; what is loaded is SQLite's until the next step */
};

struct column {
	const char *name;
	enum column_kind kind;
	size_t offset, size;
	const struct names *names;
};

struct column_map {
	const struct column *columns;
	int count;
};

#define COLUMN_ENTRY_(T, KIND, field, names) \
	{#field, COLUMN_##KIND, offsetof(T, field), sizeof(((T *)0)->field), names},
/* static const struct column NAME_columns[]; static const struct column_map NAME_map; */
#define COLUMN_MAP(NAME, T, LIST)                                                              \
	static const struct column NAME##_columns[] = {LIST(T, COLUMN_ENTRY_, COLUMN_ENTRY_)}; \
	static const struct column_map NAME##_map = {                                          \
	    NAME##_columns,                                                                    \
	    (int)(sizeof(NAME##_columns) / sizeof(NAME##_columns[0])),                         \
	}

/* "[a], [b], [c]" and "?, ?, ?" of a list, as string literals. Brackets, because a quoted name that
 * is unknown would be taken as text. */
#define COLUMN_NAME_FIRST_(T, KIND, field, names) "[" #field "]"
#define COLUMN_NAME_NEXT_(T, KIND, field, names) ", [" #field "]"
#define COLUMN_MARK_FIRST_(T, KIND, field, names) "?"
#define COLUMN_MARK_NEXT_(T, KIND, field, names) ", ?"
#define COLUMN_NAMES(LIST) LIST(, COLUMN_NAME_FIRST_, COLUMN_NAME_NEXT_)
#define COLUMN_MARKS(LIST) LIST(, COLUMN_MARK_FIRST_, COLUMN_MARK_NEXT_)

/* Binds the row's fields to the parameters first, first + 1, ... The row must stay as it is until
 * the statement has run. Returns an SQLite code. */
int column_bind(
    sqlite3_stmt *stmt, int first, const struct column_map *map, const void *row) MUST_CHECK;

/* Loads the columns first, first + 1, ... of the current row into ret_row's fields. NULL: all was
 * well; else the name of the column whose value no field can hold, with ret_row half filled. */
const char *column_load(
    sqlite3_stmt *stmt, int first, const struct column_map *map, void *ret_row) MUST_CHECK;

#endif
