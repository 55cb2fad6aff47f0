/* SPDX-License-Identifier: ISC
 *
 * store_step.c - what watch said, or what is kept of it, read as it was said: for whoever judges it
 * again. store_history.c has the same for people.
 */
#include <errno.h>
#include <string.h>

#include "schema/statement.h"
#include "schema/store.h"

#define COLUMNS_STEP_KEY(T, FIRST, NEXT) FIRST(T, I64, time_s, NULL) NEXT(T, TEXT, instance, NULL)
COLUMN_MAP(key, struct row_step, COLUMNS_STEP_KEY);
COLUMN_MAP(tick_queue, struct message_tick_queue, COLUMNS_TICK_QUEUE);
COLUMN_MAP(tick_flow, struct message_tick_flow, COLUMNS_TICK_FLOW);
COLUMN_MAP(step_queue, struct message_tick_queue, COLUMNS_STEP_QUEUE);
COLUMN_MAP(step_flow, struct message_tick_flow, COLUMNS_STEP_FLOW);

/* What is the same of ticks and of what is rolled up. */
struct reading {
	enum statement_name flows, queues;
	const struct column_map *flow, *queue;
};
static const struct reading ticks = {
    STATEMENT_STEP_TICKS, STATEMENT_TICK_QUEUE_LIST, &tick_flow_map, &tick_queue_map};
static const struct reading steps = {
    STATEMENT_STEP_STEPS, STATEMENT_STEP_QUEUES, &step_flow_map, &step_queue_map};

static int
load_queues(
    struct store *store, const struct reading *reading, int64_t instance, struct row_step *row)
{
	AUTO_STATEMENT struct statement statement = statement_take(store, reading->queues);
	statement_bind(&statement, row->time_s);
	statement_bind(&statement, instance);
	if (reading == &steps)
		statement_bind(&statement, row->step_s);
	struct message_tick_queue queue = {0};
	memcpy(queue.instance, row->instance, sizeof(queue.instance));
	for (int i = 0; i < QUEUE_COUNT; i++) {
		row->queues[i] = queue;
		row->queues[i].queue = (uint64_t)i;
	}
	int r;
	while ((r = statement_next(&statement, reading->queue, &queue)) > 0) {
		if (reading == &steps)
			queue.normal = queue.messages - queue.bounces - queue.dsn;
		row->queues[queue.queue] = queue;
	}
	return r;
}

static int
load_step(struct statement *statement, const struct reading *reading, struct row_step *ret_row)
{
	int64_t step_s = ret_row->step_s;
	*ret_row = (struct row_step){.step_s = step_s, .flow.present = 1};
	int r = statement_next(statement, &key_map, ret_row);
	if (r > 0)
		r = statement_load(statement, key_map.count, reading->flow, &ret_row->flow);
	if (r <= 0)
		return r;
	memcpy(ret_row->flow.instance, ret_row->instance, sizeof(ret_row->instance));
	int64_t instance = statement_i64(statement, key_map.count + reading->flow->count);
	r = load_queues(statement->store, reading, instance, ret_row);
	return r < 0 ? r : 1;
}

int
store_list_steps(struct store *store, int64_t step_s, int64_t since_s, int64_t until_s,
    int (*each)(const struct row_step *row, void *owner), void *owner)
{
	struct row_step row = {.step_s = step_s};
	const struct reading *reading = step_s == 1 ? &ticks : &steps;
	AUTO_STATEMENT struct statement statement = statement_take(store, reading->flows);
	statement_bind(&statement, since_s);
	statement_bind(&statement, until_s);
	if (reading == &steps)
		statement_bind(&statement, step_s);
	int r;
	while ((r = load_step(&statement, reading, &row)) > 0) {
		r = each(&row, owner);
		if (r != 0)
			return r;
	}
	return r;
}

int
store_find_step(struct store *store, int64_t step_s, int64_t since_s, int64_t *ret_time_s)
{
	AUTO_STATEMENT struct statement statement =
	    statement_take(store, step_s == 1 ? STATEMENT_FIRST_TICK : STATEMENT_FIRST_STEP);
	statement_bind(&statement, since_s);
	if (step_s != 1)
		statement_bind(&statement, step_s);
	return statement_get(&statement, ret_time_s);
}
