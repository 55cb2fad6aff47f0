/* SPDX-License-Identifier: ISC
 *
 * history.c - ordinary mail.
 */
#include "tests/replay/history.h"

#include <stdio.h>

#include "lib/clock.h"
#include "lib/log.h"
#include "schema/store.h"
#include "tests/replay/random.h"

#define STEP_S 60

/* Messages a second. */
static double
rate_at(int64_t time_s)
{
	int hour = clock_week_second(time_s) % 86400 / 3600;
	return hour >= 8 && hour < 18 ? 1.5 : 0.4;
}

static uint64_t
draw(struct random *random, double mean)
{
	return (uint64_t)random_poisson(random, mean);
}

static void
fill(int64_t time_s, double span_s, struct message_tick_flow *ret_flow)
{
	struct random random = {(uint64_t)time_s};
	double mean = rate_at(time_s) * span_s;
	*ret_flow = (struct message_tick_flow){.instance = "-", .present = 1};
	ret_flow->arrivals = draw(&random, mean);
	ret_flow->senders = ret_flow->arrivals;
	ret_flow->first_attempts = ret_flow->deliveries = ret_flow->arrivals;
	ret_flow->first_deferred = draw(&random, 0.06 * mean);
	if (ret_flow->first_deferred > ret_flow->first_attempts)
		ret_flow->first_deferred = ret_flow->first_attempts;
	ret_flow->deferrals = ret_flow->first_deferred;
	ret_flow->bounces_made = draw(&random, 0.01 * mean);
	ret_flow->busiest_sender = 3 + draw(&random, 2);
	ret_flow->busiest_network = 6 + draw(&random, 3);
	ret_flow->busiest_shape = 20 + draw(&random, 9);
	ret_flow->busiest_domain = 20 + draw(&random, 9);
}

void
history_second(int64_t time_s, struct message_tick_flow *ret_flow)
{
	fill(time_s, 1, ret_flow);
}

static void
must(int r)
{
	if (r < 0)
		fatal("history: cannot be written, %s", log_errno(-r));
}

static void
add_tick(struct store *store, int64_t time_s)
{
	struct message_tick_flow flow;
	fill(time_s, STEP_S, &flow);
	for (int queue = 0; queue < QUEUE_COUNT; queue++) {
		struct message_tick_queue counts = {.instance = "-", .queue = (uint64_t)queue};
		must(store_add_tick_queue(store, time_s, &counts));
	}
	must(store_add_tick_flow(store, time_s, &flow));
}

void
history_write(const char *path, int64_t from_s, int64_t until_s)
{
	static const struct store_retention retention = {
	    .raw_s = 86400,
	    .minutes_s = 60 * 86400,
	    .hours_s = 60 * 86400,
	    .messages_s = 60 * 86400,
	};
	struct store *store;
	must(store_open(path, &store));
	must(store_begin(store));
	for (int64_t time_s = from_s; time_s < until_s; time_s += STEP_S)
		add_tick(store, time_s);
	for (int64_t i = 0; i < (until_s - from_s) / 3600; i++) /* a bounded piece each */
		must(store_roll_up(store, until_s, &retention));
	must(store_commit(store, false));
	store_close(store);
}
