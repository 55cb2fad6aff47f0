/* SPDX-License-Identifier: ISC
 *
 * store_spool.c - directories outside Postfix where mail waits, and what watch said of them. Their
 * history is in store_history.c.
 */
#include "schema/statement.h"
#include "schema/store.h"

COLUMN_MAP(tick_spool, struct message_tick_spool, COLUMNS_TICK_SPOOL);
COLUMN_MAP(spool, struct row_spool, COLUMNS_SPOOL);

int
store_forget_spools(struct store *store)
{
	AUTO_STATEMENT struct statement statement = statement_take(store, STATEMENT_SPOOLS_FORGET);
	return statement_run(&statement);
}

int
store_save_spool(struct store *store, const char *name, const char *path)
{
	AUTO_STATEMENT struct statement statement = statement_take(store, STATEMENT_SPOOL_SAVE);
	statement_bind_text(&statement, name);
	statement_bind_text(&statement, path);
	return statement_run(&statement);
}

static int
mark_ticked(struct store *store, int64_t time_s, const char *name)
{
	AUTO_STATEMENT struct statement statement = statement_take(store, STATEMENT_SPOOL_TICKED);
	statement_bind(&statement, time_s);
	statement_bind_text(&statement, name);
	return statement_run(&statement);
}

int
store_add_tick_spool(struct store *store, int64_t time_s, const struct message_tick_spool *tick)
{
	int r = mark_ticked(store, time_s, tick->name);
	if (r < 0)
		return r;
	AUTO_STATEMENT struct statement statement = statement_take(store, STATEMENT_TICK_SPOOL_ADD);
	statement_bind_row(&statement, &tick_spool_map, tick);
	statement_bind_text(&statement, tick->name);
	return statement_run(&statement);
}

int
store_list_spools(
    struct store *store, int (*each)(const struct row_spool *row, void *owner), void *owner)
{
	struct row_spool row = {0};
	AUTO_STATEMENT struct statement statement = statement_take(store, STATEMENT_SPOOL_LIST);
	int r;
	while ((r = statement_next(&statement, &spool_map, &row)) > 0) {
		r = each(&row, owner);
		if (r != 0)
			return r;
	}
	return r;
}
