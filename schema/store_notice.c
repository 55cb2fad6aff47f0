/* SPDX-License-Identifier: ISC
 *
 * store_notice.c - the outbox: notices stay here until a relay has taken or refused them.
 */
#include "schema/statement.h"
#include "schema/store.h"

COLUMN_MAP(notice, struct row_notice, COLUMNS_NOTICE_BODY);
COLUMN_MAP(result, struct row_notice, COLUMNS_NOTICE_RESULT);

int
store_add_notice(struct store *store, const struct row_notice *notice, int64_t *ret_id)
{
	AUTO_STATEMENT struct statement statement = statement_take(store, STATEMENT_NOTICE_ADD);
	statement_bind_row(&statement, &notice_map, notice);
	int r = statement_run_one(&statement);
	if (r == 0)
		*ret_id = sqlite3_last_insert_rowid(store->db);
	return r;
}

int
store_update_notice(struct store *store, const struct row_notice *notice)
{
	AUTO_STATEMENT struct statement statement = statement_take(store, STATEMENT_NOTICE_UPDATE);
	statement_bind_row(&statement, &result_map, notice);
	return statement_run_one(&statement);
}

static int
list(struct statement *statement, int (*each)(const struct row_notice *row, void *owner),
    void *owner)
{
	struct row_notice row = {0};
	int r;
	while ((r = statement_next(statement, &notice_map, &row)) > 0) {
		r = each(&row, owner);
		if (r != 0)
			return r;
	}
	return r;
}

int
store_list_due_notices(struct store *store, int64_t now_s, int64_t longest_s, int64_t limit,
    int (*each)(const struct row_notice *row, void *owner), void *owner)
{
	AUTO_STATEMENT struct statement statement =
	    statement_take(store, STATEMENT_NOTICE_LIST_DUE);
	statement_bind(&statement, now_s);
	statement_bind(&statement, longest_s);
	statement_bind(&statement, limit < 0 ? 0 : limit);
	return list(&statement, each, owner);
}

int
store_list_foldable_notices(struct store *store, const char *recipient, int64_t now_s,
    int64_t limit, int (*each)(const struct row_notice *row, void *owner), void *owner)
{
	AUTO_STATEMENT struct statement statement =
	    statement_take(store, STATEMENT_NOTICE_LIST_FOLDABLE);
	statement_bind_text(&statement, recipient);
	statement_bind(&statement, now_s);
	statement_bind(&statement, limit);
	return list(&statement, each, owner);
}

int
store_fold_notice(struct store *store, int64_t id, int64_t now_s)
{
	AUTO_STATEMENT struct statement statement = statement_take(store, STATEMENT_NOTICE_FOLD);
	statement_bind(&statement, id);
	statement_bind(&statement, now_s);
	return statement_run_one(&statement);
}

int
store_count_sent_notices(struct store *store, const char *recipient, int64_t since_s,
    int64_t until_s, int64_t *ret_count)
{
	AUTO_STATEMENT struct statement statement =
	    statement_take(store, STATEMENT_NOTICE_COUNT_SENT);
	statement_bind_text(&statement, recipient);
	statement_bind(&statement, since_s);
	statement_bind(&statement, until_s);
	return statement_get(&statement, ret_count);
}

int
store_count_waiting_notices(
    struct store *store, int64_t incident, const char *recipient, int64_t *ret_count)
{
	AUTO_STATEMENT struct statement statement =
	    statement_take(store, STATEMENT_NOTICE_COUNT_WAITING_OF);
	statement_bind(&statement, incident);
	statement_bind_text(&statement, recipient);
	return statement_get(&statement, ret_count);
}

int
store_find_oldest_tried_notice(struct store *store, int64_t *ret_created_s)
{
	AUTO_STATEMENT struct statement statement =
	    statement_take(store, STATEMENT_NOTICE_OLDEST_TRIED);
	return statement_get(&statement, ret_created_s);
}

int
store_list_notices(struct store *store, int64_t incident, int64_t limit,
    int (*each)(const struct row_notice *row, void *owner), void *owner)
{
	AUTO_STATEMENT struct statement statement =
	    statement_take(store, incident > 0 ? STATEMENT_NOTICE_LIST_OF : STATEMENT_NOTICE_LIST);
	statement_bind(&statement, limit < 0 ? 0 : limit);
	if (incident > 0)
		statement_bind(&statement, incident);
	return list(&statement, each, owner);
}

int
store_count_told(struct store *store, int64_t incident, int64_t created_s, int64_t *ret_count)
{
	AUTO_STATEMENT struct statement statement =
	    statement_take(store, STATEMENT_NOTICE_COUNT_TOLD);
	statement_bind(&statement, incident);
	statement_bind(&statement, created_s);
	return statement_get(&statement, ret_count);
}

int
store_load_counter(struct store *store, const char *name, int64_t *ret_value)
{
	AUTO_STATEMENT struct statement statement = statement_take(store, STATEMENT_COUNTER_GET);
	statement_bind_text(&statement, name);
	return statement_get(&statement, ret_value);
}

int
store_save_counter(struct store *store, const char *name, int64_t value)
{
	AUTO_STATEMENT struct statement statement = statement_take(store, STATEMENT_COUNTER_SET);
	statement_bind_text(&statement, name);
	statement_bind(&statement, value);
	return statement_run_one(&statement);
}
