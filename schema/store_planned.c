/* SPDX-License-Identifier: ISC
 *
 * store_planned.c - mail that operators have announced, one time of it an instance.
 */
#include "schema/statement.h"
#include "schema/store.h"

COLUMN_MAP(planned, struct row_planned, COLUMNS_PLANNED);

int
store_save_planned(struct store *store, const struct row_planned *planned)
{
	AUTO_STATEMENT struct statement statement = statement_take(store, STATEMENT_PLANNED_SAVE);
	statement_bind_row(&statement, &planned_map, planned);
	return statement_run_one(&statement);
}

int
store_list_planned(struct store *store, int64_t now_s,
    int (*each)(const struct row_planned *row, void *owner), void *owner)
{
	struct row_planned row = {0};
	AUTO_STATEMENT struct statement statement = statement_take(store, STATEMENT_PLANNED_LIST);
	statement_bind(&statement, now_s);
	int r;
	while ((r = statement_next(&statement, &planned_map, &row)) > 0) {
		r = each(&row, owner);
		if (r != 0)
			return r;
	}
	return r;
}
