/* SPDX-License-Identifier: ISC
 *
 * store_action.c - actions: one remedy of one incident, or one that an operator asked for.
 */
#include "schema/statement.h"
#include "schema/store.h"

COLUMN_MAP(action, struct row_action, COLUMNS_ACTION);

int
store_save_action(struct store *store, const struct row_action *action, int64_t *ret_id)
{
	bool new = action->id == 0;
	AUTO_STATEMENT struct statement statement =
	    statement_take(store, new ? STATEMENT_ACTION_ADD : STATEMENT_ACTION_UPDATE);
	statement_bind_row(&statement, &action_map, action);
	int r = statement_run_one(&statement);
	if (r == 0)
		*ret_id = new ? sqlite3_last_insert_rowid(store->db) : action->id;
	return r;
}

int
store_load_action(struct store *store, int64_t id, struct row_action *ret_row)
{
	struct row_action row = {0};
	AUTO_STATEMENT struct statement statement = statement_take(store, STATEMENT_ACTION_GET);
	statement_bind(&statement, id);
	int r = statement_next_one(&statement, &action_map, &row);
	if (r == 0)
		*ret_row = row;
	return r;
}

static enum statement_name
listing_of(int64_t incident, bool unfinished_only)
{
	if (incident > 0)
		return unfinished_only ? STATEMENT_ACTION_LIST_UNFINISHED_OF
				       : STATEMENT_ACTION_LIST_OF;
	return unfinished_only ? STATEMENT_ACTION_LIST_UNFINISHED : STATEMENT_ACTION_LIST;
}

int
store_list_actions(struct store *store, int64_t incident, bool unfinished_only, int64_t limit,
    int (*each)(const struct row_action *row, void *owner), void *owner)
{
	struct row_action row = {0};
	AUTO_STATEMENT struct statement statement =
	    statement_take(store, listing_of(incident, unfinished_only));
	statement_bind(&statement, limit < 0 ? 0 : limit);
	if (incident > 0)
		statement_bind(&statement, incident);
	int r;
	while ((r = statement_next(&statement, &action_map, &row)) > 0) {
		r = each(&row, owner);
		if (r != 0)
			return r;
	}
	return r;
}

int
store_count_ended(struct store *store, int64_t incident, int64_t *ret_count)
{
	AUTO_STATEMENT struct statement statement =
	    statement_take(store, STATEMENT_ACTION_COUNT_ENDED);
	statement_bind(&statement, incident);
	return statement_get(&statement, ret_count);
}
