/* SPDX-License-Identifier: ISC
 *
 * store_rollup.c - minutes from ticks, hours from minutes, and the end of what is too old. A
 * counter says up to where each is rolled up; rolling up again gives the same rows.
 *
 * A clock that jumps back takes the counters with it: the minutes it passes a second time are
 * rolled up again, from the ticks that were written over; and the last one that is over, too, for
 * the jump may have ended inside it. Invariant: what has not been rolled up is not dropped.
 */
#include "schema/statement.h"
#include "schema/store.h"

/* At most so many steps a call; what is left is done by the next calls. */
#define ROLL_STEPS_MAX 120
#define DROP_STEPS_MAX 300
#define DROP_TARGETS_MAX 1000

struct rolling {
	int64_t step_s;
	const char *counter;
	enum statement_name first;
	enum statement_name into[3]; /* of queues, flows and spools */
};

static const struct rolling minutes = {60, "rolled_60", STATEMENT_FIRST_TICK,
    {STATEMENT_ROLL_MINUTE_QUEUE, STATEMENT_ROLL_MINUTE_FLOW, STATEMENT_ROLL_MINUTE_SPOOL}};
static const struct rolling hours = {3600, "rolled_3600", STATEMENT_FIRST_MINUTE,
    {STATEMENT_ROLL_HOUR_QUEUE, STATEMENT_ROLL_HOUR_FLOW, STATEMENT_ROLL_HOUR_SPOOL}};

/* ---- rolling up ---- */

static int
roll(struct store *store, enum statement_name name, int64_t step_s, int64_t begin_s, int64_t end_s)
{
	AUTO_STATEMENT struct statement statement = statement_take(store, name);
	statement_bind(&statement, step_s);
	statement_bind(&statement, begin_s);
	statement_bind(&statement, end_s);
	return statement_run(&statement);
}

/* Moves *begin_s over a gap without anything to roll up, to end_s at most. */
static int
skip_gap(struct store *store, const struct rolling *rolling, int64_t end_s, int64_t *begin_s)
{
	int64_t first_s;
	AUTO_STATEMENT struct statement statement = statement_take(store, rolling->first);
	statement_bind(&statement, *begin_s);
	int r = statement_get(&statement, &first_s);
	if (r < 0)
		return r;
	if (first_s < *begin_s || first_s > end_s) /* 0: nothing at all */
		first_s = end_s;
	*begin_s = first_s - first_s % rolling->step_s;
	return 0;
}

/* Rolls up what is over at until_s; *ret_until_s: up to where it is rolled up now. */
static int
roll_until(
    struct store *store, const struct rolling *rolling, int64_t until_s, int64_t *ret_until_s)
{
	int64_t old_s, end_s = until_s - until_s % rolling->step_s;
	int r = store_load_counter(store, rolling->counter, &old_s);
	int64_t begin_s = old_s <= end_s ? old_s : end_s - rolling->step_s;
	if (r == 0)
		r = skip_gap(store, rolling, end_s, &begin_s);
	if (r < 0)
		return r;
	if (end_s - begin_s > ROLL_STEPS_MAX * rolling->step_s)
		end_s = begin_s + ROLL_STEPS_MAX * rolling->step_s;
	for (size_t i = 0; r == 0 && begin_s < end_s && i < ARRAY_LENGTH(rolling->into); i++)
		r = roll(store, rolling->into[i], rolling->step_s, begin_s, end_s);
	if (r == 0 && end_s != old_s)
		r = store_save_counter(store, rolling->counter, end_s);
	if (r == 0)
		*ret_until_s = end_s;
	return r;
}

/* ---- dropping ---- */

static int
drop(struct store *store, enum statement_name name, int64_t before_s, int64_t step_s)
{
	AUTO_STATEMENT struct statement statement = statement_take(store, name);
	statement_bind(&statement, before_s);
	statement_bind(&statement, DROP_STEPS_MAX * step_s);
	return statement_run(&statement);
}

static int
drop_all(struct store *store, const enum statement_name names[3], int64_t before_s, int64_t step_s)
{
	int r = 0;
	for (int i = 0; r == 0 && i < 3; i++)
		r = drop(store, names[i], before_s, step_s);
	return r;
}

static int
drop_targets(struct store *store, int64_t before_s)
{
	AUTO_STATEMENT struct statement statement = statement_take(store, STATEMENT_DROP_TARGET);
	statement_bind(&statement, before_s);
	statement_bind(&statement, DROP_TARGETS_MAX);
	return statement_run(&statement);
}

static int64_t
smaller(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

int
store_roll_up(struct store *store, int64_t now_s, const struct store_retention *retention)
{
	static const enum statement_name ticks[] = {
	    STATEMENT_DROP_TICK_QUEUE, STATEMENT_DROP_TICK_FLOW, STATEMENT_DROP_TICK_SPOOL};
	static const enum statement_name minute_steps[] = {
	    STATEMENT_DROP_MINUTE_QUEUE, STATEMENT_DROP_MINUTE_FLOW, STATEMENT_DROP_MINUTE_SPOOL};
	static const enum statement_name hour_steps[] = {
	    STATEMENT_DROP_HOUR_QUEUE, STATEMENT_DROP_HOUR_FLOW, STATEMENT_DROP_HOUR_SPOOL};
	int64_t minutes_until_s, hours_until_s;
	int r = roll_until(store, &minutes, now_s, &minutes_until_s);
	if (r == 0)
		r = roll_until(store, &hours, minutes_until_s, &hours_until_s);
	if (r == 0)
		r = drop_all(store, ticks, smaller(now_s - retention->raw_s, minutes_until_s), 1);
	if (r == 0)
		r = drop_all(
		    store, minute_steps, smaller(now_s - retention->minutes_s, hours_until_s), 60);
	if (r == 0)
		r = drop_all(store, hour_steps, now_s - retention->hours_s, 3600);
	if (r == 0)
		r = drop_targets(store, now_s - retention->messages_s);
	return r;
}
