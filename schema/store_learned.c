/* SPDX-License-Identifier: ISC
 *
 * store_learned.c - what was learned of each instance, as its learners' own bytes, and the seconds
 * and minutes that it is learned from.
 */
#include "schema/statement.h"
#include "schema/store.h"

COLUMN_MAP(sample, struct row_sample, COLUMNS_SAMPLE);

/* series and time_s; the state is read by itself. */
#define COLUMNS_LEARNED(T, FIRST, NEXT) FIRST(T, TEXT, series, NULL) NEXT(T, I64, time_s, NULL)
COLUMN_MAP(learned, struct row_learned, COLUMNS_LEARNED);

int
store_save_learned(struct store *store, const char *instance, const struct row_learned *row)
{
	AUTO_STATEMENT struct statement statement = statement_take(store, STATEMENT_LEARNED_SAVE);
	statement_bind_text(&statement, instance);
	statement_bind_row(&statement, &learned_map, row);
	statement_bind_bytes(&statement, row->state, row->length);
	return statement_run_one(&statement);
}

int
store_list_learned(struct store *store, const char *instance,
    int (*each)(const struct row_learned *row, void *owner), void *owner)
{
	struct row_learned row = {0};
	AUTO_STATEMENT struct statement statement = statement_take(store, STATEMENT_LEARNED_LIST);
	statement_bind_text(&statement, instance);
	int r;
	while ((r = statement_next(&statement, &learned_map, &row)) > 0) {
		row.state = statement_bytes(&statement, learned_map.count, &row.length);
		r = each(&row, owner);
		if (r != 0)
			return r;
	}
	return r;
}

int
store_save_learning(struct store *store, const char *instance, int64_t learned_s, int64_t needed_s)
{
	AUTO_STATEMENT struct statement statement = statement_take(store, STATEMENT_LEARNING_SAVE);
	statement_bind_text(&statement, instance);
	statement_bind(&statement, learned_s);
	statement_bind(&statement, needed_s);
	return statement_run_one(&statement);
}

int
store_load_sample_begin(
    struct store *store, const char *instance, int64_t *ret_ticks_s, int64_t *ret_senders_s)
{
	AUTO_STATEMENT struct statement statement = statement_take(store, STATEMENT_SAMPLE_BEGIN);
	statement_bind_text(&statement, instance);
	int r = statement_get(&statement, ret_ticks_s);
	if (r == 0)
		*ret_senders_s = statement_i64(&statement, 1);
	return r;
}

int
store_list_samples(struct store *store, const char *instance, int64_t step_s, int64_t after_s,
    int64_t until_s, int64_t limit, int (*each)(const struct row_sample *row, void *owner),
    void *owner)
{
	struct row_sample row = {0};
	AUTO_STATEMENT struct statement statement =
	    statement_take(store, step_s == 1 ? STATEMENT_SAMPLE_TICKS : STATEMENT_SAMPLE_MINUTES);
	statement_bind_text(&statement, instance);
	statement_bind(&statement, after_s);
	statement_bind(&statement, until_s);
	statement_bind(&statement, limit);
	int r;
	while ((r = statement_next(&statement, &sample_map, &row)) > 0) {
		r = each(&row, owner);
		if (r != 0)
			return r;
	}
	return r;
}
