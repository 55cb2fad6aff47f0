/* SPDX-License-Identifier: ISC
 *
 * store_remedy.c - what remedies lack to run here.
 */
#include "schema/statement.h"
#include "schema/store.h"

COLUMN_MAP(remedy, struct row_remedy, COLUMNS_REMEDY);

int
store_save_remedy(struct store *store, const struct row_remedy *row)
{
	AUTO_STATEMENT struct statement statement = statement_take(store, STATEMENT_REMEDY_SAVE);
	statement_bind_row(&statement, &remedy_map, row);
	return statement_run_one(&statement);
}

int
store_load_remedy(struct store *store, const char *name, struct row_remedy *ret_row)
{
	struct row_remedy row = {.time_s = 0};
	AUTO_STATEMENT struct statement statement = statement_take(store, STATEMENT_REMEDY_GET);
	statement_bind_text(&statement, name);
	int r = statement_next_one(&statement, &remedy_map, &row);
	if (r == 0)
		*ret_row = row;
	return r;
}
