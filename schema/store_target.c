/* SPDX-License-Identifier: ISC
 *
 * store_target.c - the messages of actions: what was chosen, ordered, and what became of it. The
 * rows are what an undo, a cap and a repeated order go by.
 */
#include <string.h>

#include "schema/statement.h"
#include "schema/store.h"

COLUMN_MAP(target, struct row_target, COLUMNS_TARGET_COPY);

int
store_save_target(struct store *store, const struct row_target *target)
{
	AUTO_STATEMENT struct statement statement = statement_take(store, STATEMENT_TARGET_SAVE);
	statement_bind_row(&statement, &target_map, target);
	return statement_run_one(&statement);
}

int
store_set_outcome(struct store *store, int64_t order, const char *queue_id,
    enum target_outcome outcome, int64_t time_s)
{
	AUTO_STATEMENT struct statement statement =
	    statement_take(store, STATEMENT_TARGET_SET_OUTCOME);
	statement_bind(&statement, order);
	statement_bind_text(&statement, queue_id);
	statement_bind_text(&statement, names_get(&names_outcome, (int)outcome));
	statement_bind(&statement, time_s);
	return statement_run_one(&statement);
}

static int
list(struct statement *statement, int (*each)(const struct row_target *row, void *owner),
    void *owner)
{
	struct row_target row = {0};
	int r;
	while ((r = statement_next(statement, &target_map, &row)) > 0) {
		r = each(&row, owner);
		if (r != 0)
			return r;
	}
	return r;
}

int
store_list_targets(struct store *store, int64_t action, int64_t order, int outcome, bool with_copy,
    int64_t limit, int (*each)(const struct row_target *row, void *owner), void *owner)
{
	AUTO_STATEMENT struct statement statement = statement_take(store, STATEMENT_TARGET_LIST);
	statement_bind(&statement, with_copy);
	statement_bind(&statement, action);
	statement_bind(&statement, order);
	statement_bind_text(&statement, outcome >= 0 ? names_get(&names_outcome, outcome) : NULL);
	statement_bind(&statement, limit < 0 ? 0 : limit);
	return list(&statement, each, owner);
}

int
store_list_pending_targets(struct store *store, int64_t from, int64_t by, int64_t limit,
    int (*each)(const struct row_target *row, void *owner), void *owner)
{
	AUTO_STATEMENT struct statement statement =
	    statement_take(store, STATEMENT_TARGET_LIST_PENDING);
	statement_bind(&statement, from);
	statement_bind(&statement, by);
	statement_bind(&statement, limit < 0 ? 0 : limit);
	return list(&statement, each, owner);
}

int
store_has_left(struct store *store, int64_t action, bool *ret_left)
{
	int64_t left;
	AUTO_STATEMENT struct statement statement =
	    statement_take(store, STATEMENT_TARGET_HAS_LEFT);
	statement_bind(&statement, action);
	int r = statement_get(&statement, &left);
	if (r == 0)
		*ret_left = left != 0;
	return r;
}

int
store_next_order(struct store *store, int64_t *ret_order)
{
	AUTO_STATEMENT struct statement statement = statement_take(store, STATEMENT_COUNTER_NEXT);
	statement_bind_text(&statement, "order");
	return statement_get(&statement, ret_order);
}

int
store_count_done(
    struct store *store, const char *remedy, int64_t since_s, int64_t until_s, int64_t *ret_count)
{
	AUTO_STATEMENT struct statement statement =
	    statement_take(store, STATEMENT_TARGET_COUNT_DONE);
	statement_bind_text(&statement, remedy);
	statement_bind(&statement, since_s);
	statement_bind(&statement, until_s);
	return statement_get(&statement, ret_count);
}

int
store_count_taken(struct store *store, int64_t incident, int64_t since_s, int class, int queue,
    int64_t *ret_count)
{
	AUTO_STATEMENT struct statement statement =
	    statement_take(store, STATEMENT_TARGET_COUNT_TAKEN);
	statement_bind(&statement, incident);
	statement_bind(&statement, since_s);
	statement_bind_text(&statement, class >= 0 ? names_get(&names_class, class) : NULL);
	statement_bind_text(&statement, queue >= 0 ? names_get(&names_queue, queue) : NULL);
	return statement_get(&statement, ret_count);
}
