/* SPDX-License-Identifier: ISC
 *
 * store_change.c - the journal of changed settings: what each was, whether it was set at all, and
 * whether it is still to be put back; and the reloads that were ordered.
 */
#include "schema/statement.h"
#include "schema/store.h"

COLUMN_MAP(change, struct row_change, COLUMNS_CHANGE);
COLUMN_MAP(action, struct row_action, COLUMNS_ACTION);

int
store_save_change(struct store *store, const struct row_change *change)
{
	AUTO_STATEMENT struct statement statement = statement_take(store, STATEMENT_CHANGE_SAVE);
	statement_bind_row(&statement, &change_map, change);
	return statement_run_one(&statement);
}

int
store_load_change(struct store *store, int64_t action, struct row_change *ret_row)
{
	struct row_change row = {0};
	AUTO_STATEMENT struct statement statement = statement_take(store, STATEMENT_CHANGE_GET);
	statement_bind(&statement, action);
	int r = statement_next_one(&statement, &change_map, &row);
	if (r == 0)
		*ret_row = row;
	return r;
}

int
store_find_change(struct store *store, const struct row_change *change, struct row_change *ret_row)
{
	struct row_change row = {0};
	AUTO_STATEMENT struct statement statement = statement_take(store, STATEMENT_CHANGE_FIND);
	statement_bind_text(&statement, change->instance);
	statement_bind_text(&statement, change->remedy);
	statement_bind_text(&statement, change->setting);
	statement_bind(&statement, change->action);
	int r = statement_next_one(&statement, &change_map, &row);
	if (r == 0)
		*ret_row = row;
	return r;
}

int
store_list_due_reverts(struct store *store, int64_t now_s,
    int (*each)(const struct row_action *row, void *owner), void *owner)
{
	struct row_action row = {0};
	AUTO_STATEMENT struct statement statement =
	    statement_take(store, STATEMENT_CHANGE_LIST_DUE);
	statement_bind(&statement, now_s);
	int r;
	while ((r = statement_next(&statement, &action_map, &row)) > 0) {
		r = each(&row, owner);
		if (r != 0)
			return r;
	}
	return r;
}

static int
drop_reloads(struct store *store, int64_t forget_s)
{
	AUTO_STATEMENT struct statement statement = statement_take(store, STATEMENT_RELOAD_DROP);
	statement_bind(&statement, forget_s);
	return statement_run(&statement);
}

int
store_add_reload(struct store *store, const char *instance, int64_t now_s, int64_t forget_s)
{
	AUTO_STATEMENT struct statement statement = statement_take(store, STATEMENT_RELOAD_ADD);
	statement_bind(&statement, now_s);
	statement_bind_text(&statement, instance);
	int r = statement_run_one(&statement);
	return r == 0 ? drop_reloads(store, forget_s) : r;
}

int
store_count_reloads(struct store *store, const char *instance, int64_t since_s, int64_t *ret_count)
{
	AUTO_STATEMENT struct statement statement = statement_take(store, STATEMENT_RELOAD_COUNT);
	statement_bind_text(&statement, instance);
	statement_bind(&statement, since_s);
	return statement_get(&statement, ret_count);
}
