/* SPDX-License-Identifier: ISC
 *
 * statement.c - prepared statements, and SQLite's errors as ours.
 */
#include "schema/statement.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define STATEMENT_SQL_(NAME, sql) sql,
static const char *const statement_sql[STATEMENT_COUNT] = {STATEMENTS(STATEMENT_SQL_)};

/* ---- errors ---- */

/* What the system said, where SQLite only says "it did not work". */
static int
system_error(sqlite3 *db, int otherwise)
{
	int error = sqlite3_system_errno(db);
	return error > 0 ? -error : otherwise;
}

static int
io_error(sqlite3 *db)
{
	int error = system_error(db, -EIO);
	return error == -ENOSPC || error == -EDQUOT ? -ENOSPC : -EIO;
}

static int
error_of(sqlite3 *db, int code)
{
	switch (code & 0xff) {
	case SQLITE_FULL:
		return -ENOSPC;
	case SQLITE_READONLY:
		return -EROFS;
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return -EACCES;
	case SQLITE_CANTOPEN:
		return system_error(db, -EACCES);
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return -EBUSY;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return -EUCLEAN;
	case SQLITE_CONSTRAINT:
		return code == SQLITE_CONSTRAINT_FOREIGNKEY ? -ENOENT : -EINVAL;
	case SQLITE_SCHEMA:
	case SQLITE_ERROR: /* a table that is not there: not our file */
		return -EUCLEAN;
	case SQLITE_NOMEM:
		return -ENOMEM;
	default:
		return io_error(db);
	}
}

int
store_fail(struct store *store, int code)
{
	snprintf(store->problem, sizeof(store->problem), "%s (SQLite error %d)",
	    sqlite3_errmsg(store->db), code);
	return error_of(store->db, code);
}

/* For a failure that SQLite knows nothing of. */
static int
fail_with(struct store *store, int error, const char *words, const char *what)
{
	snprintf(store->problem, sizeof(store->problem), "%s %s", words, what);
	return error;
}

int
store_execute(struct store *store, const char *sql)
{
	int code = sqlite3_exec(store->db, sql, NULL, NULL, NULL);
	return code == SQLITE_OK ? 0 : store_fail(store, code);
}

/* ---- taking and putting back ---- */

static void
note(struct statement *statement, int code)
{
	if (code != SQLITE_OK && statement->error == 0)
		statement->error = store_fail(statement->store, code);
}

struct statement
statement_take(struct store *store, enum statement_name name)
{
	struct statement statement = {.store = store, .name = name, .stmt = store->kept[name]};
	store->kept[name] = NULL;
	if (statement.stmt == NULL)
		note(&statement,
		    sqlite3_prepare_v3(store->db, statement_sql[name], -1,
			SQLITE_PREPARE_PERSISTENT, &statement.stmt, NULL));
	return statement;
}

void
statement_put(struct statement *statement)
{
	sqlite3_stmt **kept = &statement->store->kept[statement->name];
	if (statement->stmt == NULL)
		return;
	sqlite3_reset(statement->stmt);
	sqlite3_clear_bindings(statement->stmt);
	if (*kept == NULL)
		*kept = statement->stmt;
	else
		sqlite3_finalize(statement->stmt);
	statement->stmt = NULL;
}

/* ---- parameters ---- */

void
statement_bind(struct statement *statement, int64_t value)
{
	if (statement->error == 0)
		note(statement, sqlite3_bind_int64(statement->stmt, ++statement->bound, value));
}

void
statement_bind_text(struct statement *statement, const char *text)
{
	if (statement->error == 0)
		note(statement,
		    sqlite3_bind_text(
			statement->stmt, ++statement->bound, text, -1, SQLITE_STATIC));
}

void
statement_bind_bytes(struct statement *statement, const void *bytes, size_t length)
{
	if (statement->error == 0)
		note(statement,
		    sqlite3_bind_blob64(
			statement->stmt, ++statement->bound, bytes, length, SQLITE_STATIC));
}

void
statement_bind_row(struct statement *statement, const struct column_map *map, const void *row)
{
	if (statement->error == 0)
		note(statement, column_bind(statement->stmt, statement->bound + 1, map, row));
	statement->bound += map->count;
}

/* ---- steps ---- */

int
statement_step(struct statement *statement)
{
	if (statement->error != 0)
		return statement->error;
	int code = sqlite3_step(statement->stmt);
	if (code == SQLITE_ROW)
		return 1;
	if (code != SQLITE_DONE)
		note(statement, code);
	return statement->error;
}

int
statement_load(struct statement *statement, int first, const struct column_map *map, void *ret_row)
{
	const char *column = column_load(statement->stmt, first, map, ret_row);
	if (column == NULL)
		return 1;
	return fail_with(statement->store, -EUCLEAN, "a row cannot be read: column", column);
}

int
statement_next(struct statement *statement, const struct column_map *map, void *ret_row)
{
	int r = statement_step(statement);
	return r <= 0 ? r : statement_load(statement, 0, map, ret_row);
}

static int
fail_missing(const struct statement *statement)
{
	return fail_with(statement->store, -ENOENT, "no such row:", statement_sql[statement->name]);
}

int
statement_next_one(struct statement *statement, const struct column_map *map, void *ret_row)
{
	int r = statement_next(statement, map, ret_row);
	if (r < 0)
		return r;
	return r > 0 ? 0 : fail_missing(statement);
}

int
statement_run(struct statement *statement)
{
	int r;
	do
		r = statement_step(statement);
	while (r > 0);
	return r;
}

int
statement_run_one(struct statement *statement)
{
	int r = statement_run(statement);
	if (r < 0 || sqlite3_changes(statement->store->db) > 0)
		return r;
	return fail_missing(statement);
}

int
statement_get(struct statement *statement, int64_t *ret_value)
{
	int r = statement_step(statement);
	if (r < 0)
		return r;
	if (r == 0)
		return fail_missing(statement);
	*ret_value = statement_i64(statement, 0);
	return 0;
}

const uint8_t *
statement_bytes(const struct statement *statement, int at, size_t *ret_length)
{
	const uint8_t *bytes = sqlite3_column_blob(statement->stmt, at);
	*ret_length = bytes != NULL ? (size_t)sqlite3_column_bytes(statement->stmt, at) : 0;
	return bytes;
}

int64_t
statement_i64(const struct statement *statement, int at)
{
	return sqlite3_column_int64(statement->stmt, at);
}
