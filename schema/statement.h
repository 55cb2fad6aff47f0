/* SPDX-License-Identifier: ISC
 *
 * statement.h - statements of the list in statements.h, prepared at first use and kept, and what
 * the store_*.c files share. Inside schema/ only.
 *
 * A statement is taken for a scope, its parameters are bound in order, and it goes back at the
 * scope's end. A failure on the way is remembered and returned by the next step, so only steps are
 * checked. While a statement is taken, taking the same one again gives another copy of it: a
 * listing may be begun inside a listing.
 */
#ifndef WATCHDOGD_SCHEMA_STATEMENT_H
#define WATCHDOGD_SCHEMA_STATEMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/guard.h"
#include "schema/column.h"
#include "schema/statements.h"

#define STORE_PROBLEM_SIZE 256

#define STATEMENT_ENUM_(NAME, sql) STATEMENT_##NAME,
enum statement_name {
	STATEMENTS(STATEMENT_ENUM_) STATEMENT_COUNT,
};

struct store {
	sqlite3 *db;
	sqlite3_stmt *kept[STATEMENT_COUNT]; /* NULL: not prepared yet, or taken */
	char problem[STORE_PROBLEM_SIZE]; /* the last failure, in words */
};

struct statement {
	struct store *store;
	enum statement_name name;
	sqlite3_stmt *stmt;
	int bound; /* parameters so far */
	int error; /* 0, or the -errno that the next step returns */
};

#define AUTO_STATEMENT __attribute__((cleanup(statement_put)))

/* Never fails at once: see above. */
struct statement statement_take(struct store *store, enum statement_name name);
void statement_put(struct statement *statement);

/* The next parameters. Texts and rows are borrowed until the statement is put back. */
void statement_bind(struct statement *statement, int64_t value);
void statement_bind_text(struct statement *statement, const char *text);
void statement_bind_bytes(struct statement *statement, const void *bytes, size_t length);
void statement_bind_row(struct statement *statement, const struct column_map *map, const void *row);

/* Loads columns of the current row, from `first` on: 1, or -EUCLEAN. */
int statement_load(
    struct statement *statement, int first, const struct column_map *map, void *ret_row) MUST_CHECK;
/* 1: there is a row; 0: there is none (any more); or -errno. */
int statement_step(struct statement *statement) MUST_CHECK;
/* The same, and loads the row's first columns. A row that cannot be read is -EUCLEAN. */
int statement_next(
    struct statement *statement, const struct column_map *map, void *ret_row) MUST_CHECK;
/* The same for one row that must be there: 0, or -ENOENT if it is not. */
int statement_next_one(
    struct statement *statement, const struct column_map *map, void *ret_row) MUST_CHECK;
/* Runs one that gives no rows. 0 or -errno. */
int statement_run(struct statement *statement) MUST_CHECK;
/* The same for one that must change a row: -ENOENT if it changed none. */
int statement_run_one(struct statement *statement) MUST_CHECK;
/* The first column of the one row, or -ENOENT. */
int statement_get(struct statement *statement, int64_t *ret_value) MUST_CHECK;
/* A column of the current row. */
int64_t statement_i64(const struct statement *statement, int at);
/* Borrowed until the next step. */
const uint8_t *statement_bytes(const struct statement *statement, int at, size_t *ret_length);

/* Notes SQLite's words for the failure `code` of db and returns it as -errno. */
int store_fail(struct store *store, int code);
/* Runs plain SQL text without parameters. */
int store_execute(struct store *store, const char *sql) MUST_CHECK;

#endif
