/* SPDX-License-Identifier: ISC
 *
 * store_history.c - what was, second by second, by the minute or by the hour. Minutes that are not
 * rolled up yet, the current one among them, are made of ticks on the way.
 */
#include <errno.h>
#include <string.h>

#include "schema/statement.h"
#include "schema/store.h"

COLUMN_MAP(history, struct row_history, COLUMNS_HISTORY);
COLUMN_MAP(spool_history, struct row_spool_history, COLUMNS_SPOOL_HISTORY);

/* Far beyond any clock, and safe to add a step to. */
#define TIME_MAX_S (INT64_C(1) << 53)

static int64_t
round_up(int64_t time_s, int64_t step_s)
{
	if (time_s <= 0)
		return 0;
	if (time_s >= TIME_MAX_S)
		return TIME_MAX_S - TIME_MAX_S % step_s;
	return (time_s + step_s - 1) / step_s * step_s;
}

/* From when on steps are made of ticks. */
static int
load_raw_begin(struct store *store, int64_t step_s, int64_t *ret_begin_s)
{
	if (step_s != 60) {
		*ret_begin_s = step_s == 1 ? 0 : TIME_MAX_S;
		return 0;
	}
	AUTO_STATEMENT struct statement statement = statement_take(store, STATEMENT_COUNTER_GET);
	statement_bind_text(&statement, "rolled_60");
	return statement_get(&statement, ret_begin_s);
}

/* Queue and mean of one row. */
struct queue_mean {
	uint64_t queue;
	int64_t messages;
};
#define COLUMNS_QUEUE_MEAN(T, FIRST, NEXT) \
	FIRST(T, NAME, queue, &names_queue) NEXT(T, I64, messages, NULL)
COLUMN_MAP(queue_mean, struct queue_mean, COLUMNS_QUEUE_MEAN);

static int
load_queues(
    struct store *store, enum statement_name name, int64_t instance, struct row_history *row)
{
	struct queue_mean mean;
	AUTO_STATEMENT struct statement statement = statement_take(store, name);
	statement_bind(&statement, row->step_s);
	statement_bind(&statement, row->time_s);
	statement_bind(&statement, instance);
	int r;
	while ((r = statement_next(&statement, &queue_mean_map, &mean)) > 0)
		row->messages[mean.queue] = mean.messages;
	return r;
}

static int
load_step(struct statement *statement, int64_t step_s, struct row_history *ret_row)
{
	struct row_history row = {.step_s = step_s};
	int r = statement_next(statement, &history_map, &row);
	if (r <= 0)
		return r;
	int64_t instance = statement_i64(statement, history_map.count);
	bool raw = statement_i64(statement, history_map.count + 1) != 0;
	r = load_queues(statement->store,
	    raw ? STATEMENT_HISTORY_QUEUES_RAW : STATEMENT_HISTORY_QUEUES, instance, &row);
	if (r < 0)
		return r;
	*ret_row = row;
	return 1;
}

int
store_list_history(struct store *store, const char *instance, int64_t since_s, int64_t until_s,
    int64_t step_s, int64_t limit, int (*each)(const struct row_history *row, void *owner),
    void *owner)
{
	struct row_history row;
	int64_t raw_begin_s;
	if (step_s != 1 && step_s != 60 && step_s != 3600)
		return -EINVAL;
	int r = load_raw_begin(store, step_s, &raw_begin_s);
	if (r < 0)
		return r;
	AUTO_STATEMENT struct statement statement = statement_take(store, STATEMENT_HISTORY_LIST);
	statement_bind(&statement, round_up(since_s, step_s));
	statement_bind(&statement, round_up(until_s, step_s));
	statement_bind(&statement, step_s);
	statement_bind(&statement, raw_begin_s);
	statement_bind_text(&statement, instance);
	statement_bind(&statement, limit < 0 ? 0 : limit);
	while ((r = load_step(&statement, step_s, &row)) > 0) {
		r = each(&row, owner);
		if (r != 0)
			return r;
	}
	return r;
}

int
store_list_spool_history(struct store *store, int64_t since_s, int64_t until_s, int64_t step_s,
    int64_t limit, int (*each)(const struct row_spool_history *row, void *owner), void *owner)
{
	struct row_spool_history row = {.step_s = step_s};
	int64_t raw_begin_s;
	if (step_s != 1 && step_s != 60 && step_s != 3600)
		return -EINVAL;
	int r = load_raw_begin(store, step_s, &raw_begin_s);
	if (r < 0)
		return r;
	AUTO_STATEMENT struct statement statement =
	    statement_take(store, STATEMENT_SPOOL_HISTORY_LIST);
	statement_bind(&statement, round_up(since_s, step_s));
	statement_bind(&statement, round_up(until_s, step_s));
	statement_bind(&statement, step_s);
	statement_bind(&statement, raw_begin_s);
	statement_bind(&statement, limit < 0 ? 0 : limit);
	while ((r = statement_next(&statement, &spool_history_map, &row)) > 0) {
		r = each(&row, owner);
		if (r != 0)
			return r;
	}
	return r;
}
