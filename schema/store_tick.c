/* SPDX-License-Identifier: ISC
 *
 * store_tick.c - what watch said each second, and the instances it said it about. A clock that
 * jumps back writes over the ticks it had written at these times: the key is the time, the last
 * tick of an instance is the one that was written last.
 */
#include <errno.h>
#include <string.h>

#include "schema/statement.h"
#include "schema/store.h"

COLUMN_MAP(instance, struct message_instance, COLUMNS_INSTANCE);
COLUMN_MAP(tick_queue, struct message_tick_queue, COLUMNS_TICK_QUEUE);
COLUMN_MAP(tick_flow, struct message_tick_flow, COLUMNS_TICK_FLOW);
COLUMN_MAP(total, struct message_tick_flow, COLUMNS_TOTAL);
COLUMN_MAP(sums, struct message_tick_flow, COLUMNS_FLOW);

/* The first of INSTANCE_LIST's columns. */
#define COLUMNS_LISTED(T, FIRST, NEXT)        \
	FIRST(T, TEXT, name, NULL)            \
	NEXT(T, TEXT, config_directory, NULL) \
	NEXT(T, TEXT, queue_directory, NULL)  \
	NEXT(T, I64, learned_s, NULL)         \
	NEXT(T, I64, needed_s, NULL)
COLUMN_MAP(listed, struct row_instance, COLUMNS_LISTED);

/* ---- writing ---- */

static int
add_instance(struct store *store, const char *name, int64_t *ret_id)
{
	AUTO_STATEMENT struct statement statement = statement_take(store, STATEMENT_INSTANCE_ADD);
	statement_bind_text(&statement, name);
	return statement_get(&statement, ret_id);
}

static int
find_instance(struct store *store, const char *name, int64_t *ret_id)
{
	AUTO_STATEMENT struct statement statement = statement_take(store, STATEMENT_INSTANCE_FIND);
	statement_bind_text(&statement, name);
	int r = statement_step(&statement);
	if (r == 0)
		return add_instance(store, name, ret_id);
	if (r > 0)
		*ret_id = statement_i64(&statement, 0);
	return r < 0 ? r : 0;
}

static int
add_tick(struct store *store, enum statement_name name, int64_t time_s, int64_t instance,
    const struct column_map *map, const void *tick)
{
	AUTO_STATEMENT struct statement statement = statement_take(store, name);
	statement_bind(&statement, time_s);
	statement_bind(&statement, instance);
	statement_bind_row(&statement, map, tick);
	return statement_run(&statement);
}

int
store_add_tick_queue(struct store *store, int64_t time_s, const struct message_tick_queue *tick)
{
	int64_t instance;
	int r = find_instance(store, tick->instance, &instance);
	if (r < 0)
		return r;
	return add_tick(store, STATEMENT_TICK_QUEUE_ADD, time_s, instance, &tick_queue_map, tick);
}

static int
add_total(struct store *store, int64_t instance, const struct message_tick_flow *tick)
{
	AUTO_STATEMENT struct statement statement = statement_take(store, STATEMENT_FLOW_TOTAL_ADD);
	statement_bind(&statement, instance);
	statement_bind_row(&statement, &total_map, tick);
	return statement_run(&statement);
}

int
store_add_tick_flow(struct store *store, int64_t time_s, const struct message_tick_flow *tick)
{
	int64_t instance;
	int r = find_instance(store, tick->instance, &instance);
	if (r == 0)
		r = add_tick(
		    store, STATEMENT_TICK_FLOW_ADD, time_s, instance, &tick_flow_map, tick);
	if (r == 0)
		r = add_total(store, instance, tick);
	if (r < 0)
		return r;
	AUTO_STATEMENT struct statement statement =
	    statement_take(store, STATEMENT_INSTANCE_TICKED);
	statement_bind(&statement, instance);
	statement_bind(&statement, time_s);
	return statement_run_one(&statement);
}

static int
mark_watched(struct store *store, const char *name)
{
	AUTO_STATEMENT struct statement statement = statement_take(store, STATEMENT_INSTANCE_WATCH);
	statement_bind_text(&statement, name);
	return statement_run_one(&statement);
}

int
store_save_instance(struct store *store, const struct message_instance *instance)
{
	AUTO_STATEMENT struct statement statement = statement_take(store, STATEMENT_INSTANCE_SAVE);
	statement_bind_row(&statement, &instance_map, instance);
	int r = statement_run(&statement);
	return r < 0 ? r : mark_watched(store, instance->name);
}

int
store_forget_instances(struct store *store)
{
	AUTO_STATEMENT struct statement statement =
	    statement_take(store, STATEMENT_INSTANCES_FORGET);
	return statement_run(&statement);
}

/* ---- reading ---- */

static int
load_queues(struct store *store, int64_t id, struct row_instance *row)
{
	struct message_tick_queue tick = {0};
	AUTO_STATEMENT struct statement statement =
	    statement_take(store, STATEMENT_TICK_QUEUE_LIST);
	statement_bind(&statement, row->time_s);
	statement_bind(&statement, id);
	for (int i = 0; i < QUEUE_COUNT; i++) {
		row->queues[i].queue = (uint64_t)i;
		memcpy(row->queues[i].instance, row->name, sizeof(row->name));
	}
	int r;
	while ((r = statement_next(&statement, &tick_queue_map, &tick)) > 0) {
		memcpy(tick.instance, row->name, sizeof(row->name));
		row->queues[tick.queue] = tick;
	}
	return r;
}

static int
load_flow(struct store *store, int64_t id, struct row_instance *row)
{
	AUTO_STATEMENT struct statement statement = statement_take(store, STATEMENT_TICK_FLOW_GET);
	statement_bind(&statement, row->time_s);
	statement_bind(&statement, id);
	int r = statement_next(&statement, &tick_flow_map, &row->flow);
	memcpy(row->flow.instance, row->name, sizeof(row->name));
	return r < 0 ? r : 0;
}

static int
load_total(struct store *store, int64_t id, struct row_instance *row)
{
	AUTO_STATEMENT struct statement statement = statement_take(store, STATEMENT_FLOW_TOTAL_GET);
	statement_bind(&statement, id);
	int r = statement_next(&statement, &total_map, &row->total);
	return r < 0 ? r : 0;
}

/* The sums of every instance's last minute, read in one pass over that minute's ticks. */
struct minute {
	struct message_tick_flow sums[INSTANCES_MAX];
	int64_t ids[INSTANCES_MAX];
	int count;
};

static int
load_minute(struct store *store, int64_t now_s, struct minute *ret_minute)
{
	struct minute minute = {0};
	AUTO_STATEMENT struct statement statement = statement_take(store, STATEMENT_TICK_FLOW_SUMS);
	statement_bind(&statement, now_s);
	int r = 0;
	while (minute.count < INSTANCES_MAX &&
	    (r = statement_next(&statement, &sums_map, &minute.sums[minute.count])) > 0)
		minute.ids[minute.count++] = statement_i64(&statement, sums_map.count);
	if (r < 0)
		return r;
	*ret_minute = minute;
	return 0;
}

/* What is not a flow is true of the last tick. */
static void
fill_minute(const struct minute *minute, int64_t id, struct row_instance *row)
{
	row->last_minute = (struct message_tick_flow){0};
	for (int i = 0; i < minute->count; i++)
		if (minute->ids[i] == id)
			row->last_minute = minute->sums[i];
	memcpy(row->last_minute.instance, row->name, sizeof(row->name));
	row->last_minute.present = row->flow.present;
	row->last_minute.last_full_reconcile_s = row->flow.last_full_reconcile_s;
	row->last_minute.drift = row->flow.drift;
	row->last_minute.overflows = row->flow.overflows;
	row->last_minute.watches = row->flow.watches;
	row->last_minute.event_limit = row->flow.event_limit;
	row->last_minute.polled = row->flow.polled;
	row->last_minute.waiting_p50_s = row->flow.waiting_p50_s;
	row->last_minute.waiting_p95_s = row->flow.waiting_p95_s;
}

static int
load_last_tick(struct store *store, int64_t *ret_time_s)
{
	AUTO_STATEMENT struct statement statement = statement_take(store, STATEMENT_LAST_TICK);
	return statement_get(&statement, ret_time_s);
}

int
store_list_instances(
    struct store *store, int (*each)(const struct row_instance *row, void *owner), void *owner)
{
	struct minute minute = {0};
	int64_t last_s;
	int r = load_last_tick(store, &last_s);
	if (r == 0)
		r = load_minute(store, last_s, &minute);
	if (r < 0)
		return r;
	AUTO_STATEMENT struct statement statement = statement_take(store, STATEMENT_INSTANCE_LIST);
	for (;;) {
		struct row_instance row = {0};
		r = statement_next(&statement, &listed_map, &row);
		if (r <= 0)
			return r;
		int64_t id = statement_i64(&statement, listed_map.count);
		row.time_s = statement_i64(&statement, listed_map.count + 1);
		r = load_queues(store, id, &row);
		if (r == 0)
			r = load_flow(store, id, &row);
		if (r == 0)
			r = load_total(store, id, &row);
		if (r < 0)
			return r;
		fill_minute(&minute, id, &row);
		r = each(&row, owner);
		if (r != 0)
			return r;
	}
}
