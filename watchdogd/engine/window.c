/* SPDX-License-Identifier: ISC
 *
 * window.c - rings of seconds, and what the signals' names mean in numbers.
 */
#include "watchdogd/engine/window.h"

#include <string.h>

/* A flow that was summed over a longer time than one tick (watch was busy or restarted) counts in
 * the second in which it was told. */
static void
add_second(struct window_instance *instance, int64_t time_s)
{
	struct window_second *second = &instance->seconds[(uint64_t)time_s % WINDOW_SECONDS];
	if (second->time_s != time_s)
		*second = (struct window_second){.time_s = time_s};
	second->arrivals += (int64_t)instance->last.flow.arrivals;
	second->bounces_made += (int64_t)instance->last.flow.bounces_made;
	second->deliveries += (int64_t)instance->last.flow.deliveries;
	second->deferrals += (int64_t)instance->last.flow.deferrals;
}

static void
note_signals(struct window_instance *instance)
{
	struct window_second *second =
	    &instance->seconds[(uint64_t)instance->last_s % WINDOW_SECONDS];
	for (int i = 0; i < SIGNAL_COUNT; i++)
		second->signals[i] = window_signal(instance, (enum signal_name)i);
}

static struct window_instance *
get_instance(struct window *window, const char *name)
{
	for (int i = 0; i < window->count; i++)
		if (strcmp(window->instances[i].last.name, name) == 0)
			return &window->instances[i];
	if (window->count == INSTANCES_MAX)
		return NULL;
	return &window->instances[window->count++];
}

/* They come all at once or not at all. */
static void
add_tops(struct window_instance *instance, const struct tick *tick)
{
	const struct tops *said = &tick->tops;
	bool is_first = true;
	for (int i = 0; i < said->count; i++) {
		if (strcmp(said->rows[i].instance, instance->last.name) != 0)
			continue;
		if (is_first)
			tops_clear(&instance->tops);
		is_first = false;
		instance->tops.time_s = tick->time_s;
		(void)!tops_add(&instance->tops, &said->rows[i], TOPS_MAX);
	}
}

void
window_done(struct window *window)
{
	for (int i = 0; i < window->count; i++)
		tops_done(&window->instances[i].tops);
	window->count = 0;
}

void
window_add(struct window *window, const struct tick *tick)
{
	for (int i = 0; i < tick->count; i++) {
		struct window_instance *instance = get_instance(window, tick->instances[i].name);
		if (instance == NULL)
			continue;
		instance->last = tick->instances[i];
		instance->last_s = tick->time_s;
		add_second(instance, tick->time_s);
		note_signals(instance);
		add_tops(instance, tick);
	}
}

const struct window_instance *
window_find(const struct window *window, const char *instance)
{
	for (int i = 0; i < window->count; i++)
		if (strcmp(window->instances[i].last.name, instance) == 0)
			return &window->instances[i];
	return NULL;
}

enum flow {
	FLOW_ARRIVALS,
	FLOW_BOUNCES_MADE,
	FLOW_DELIVERIES,
	FLOW_DEFERRALS,
};

static int64_t
sum_minute(const struct window_instance *instance, enum flow flow)
{
	int64_t sum = 0;
	for (int i = 0; i < WINDOW_SECONDS; i++) {
		const struct window_second *second = &instance->seconds[i];
		if (second->time_s <= instance->last_s - WINDOW_SECONDS ||
		    second->time_s > instance->last_s)
			continue;
		sum += flow == FLOW_ARRIVALS    ? second->arrivals
		    : flow == FLOW_BOUNCES_MADE ? second->bounces_made
		    : flow == FLOW_DELIVERIES   ? second->deliveries
						: second->deferrals;
	}
	return sum;
}

/* Waiting to be delivered: everywhere but in hold and corrupt, which Postfix leaves alone. */
static bool
is_waiting(int queue)
{
	return queue != QUEUE_HOLD && queue != QUEUE_CORRUPT;
}

static int64_t
count_waiting(const struct window_instance *instance, bool bounces)
{
	int64_t sum = 0;
	for (int queue = 0; queue < QUEUE_COUNT; queue++) {
		const struct message_tick_queue *counts = &instance->last.queues[queue];
		if (is_waiting(queue))
			sum += (int64_t)(bounces ? counts->bounces : counts->dsn);
	}
	return sum;
}

static int64_t
oldest_age(const struct window_instance *instance)
{
	uint64_t incoming = instance->last.queues[QUEUE_INCOMING].oldest_age_s;
	uint64_t active = instance->last.queues[QUEUE_ACTIVE].oldest_age_s;
	return (int64_t)(incoming > active ? incoming : active);
}

int64_t
window_signal(const struct window_instance *instance, enum signal_name signal)
{
	const struct message_tick_queue *queues = instance->last.queues;
	switch (signal) {
	case SIGNAL_BOUNCES:
		return count_waiting(instance, true);
	case SIGNAL_BOUNCES_MADE:
		return sum_minute(instance, FLOW_BOUNCES_MADE);
	case SIGNAL_DSN:
		return count_waiting(instance, false);
	case SIGNAL_MAILDROP:
		return (int64_t)queues[QUEUE_MAILDROP].messages;
	case SIGNAL_INCOMING:
		return (int64_t)queues[QUEUE_INCOMING].messages;
	case SIGNAL_ACTIVE:
		return (int64_t)queues[QUEUE_ACTIVE].messages;
	case SIGNAL_DEFERRED:
		return (int64_t)queues[QUEUE_DEFERRED].messages;
	case SIGNAL_HOLD:
		return (int64_t)queues[QUEUE_HOLD].messages;
	case SIGNAL_CORRUPT:
		return (int64_t)queues[QUEUE_CORRUPT].messages;
	case SIGNAL_ARRIVALS:
		return sum_minute(instance, FLOW_ARRIVALS);
	case SIGNAL_OLDEST_AGE:
		return oldest_age(instance);
	case SIGNAL_STALLED:
	case SIGNAL_FULLNESS:
	case SIGNAL_HOST_DEFERRALS:
	case SIGNAL_FAILING:
	case SIGNAL_TROUBLES:
	case SIGNAL_SILENT:
		break; /* their detectors' own */
	}
	return 0;
}

int64_t
window_signal_before(
    const struct window_instance *instance, enum signal_name signal, int64_t *ret_age_s)
{
	const struct window_second *oldest =
	    &instance->seconds[(uint64_t)instance->last_s % WINDOW_SECONDS];
	for (int i = 0; i < WINDOW_SECONDS; i++) {
		const struct window_second *second = &instance->seconds[i];
		if (second->time_s > instance->last_s - WINDOW_SECONDS &&
		    second->time_s < oldest->time_s)
			oldest = second;
	}
	*ret_age_s = instance->last_s - oldest->time_s;
	return oldest->signals[signal];
}

void
window_sample(const struct window_instance *instance, struct row_sample *ret_sample)
{
	const struct message_tick_flow *flow = &instance->last.flow;
	*ret_sample = (struct row_sample){
	    .time_s = instance->last_s,
	    .arrivals = (int64_t)flow->arrivals,
	    .bounces_made = (int64_t)flow->bounces_made,
	    .senders = (int64_t)flow->senders,
	    .first_attempts = (int64_t)flow->first_attempts,
	    .first_deferred = (int64_t)flow->first_deferred,
	    .busiest_sender = (int64_t)flow->busiest_sender,
	    .busiest_network = (int64_t)flow->busiest_network,
	    .busiest_shape = (int64_t)flow->busiest_shape,
	    .busiest_domain = (int64_t)flow->busiest_domain,
	    .bounces = window_signal(instance, SIGNAL_BOUNCES),
	    .dsn = window_signal(instance, SIGNAL_DSN),
	    .maildrop = window_signal(instance, SIGNAL_MAILDROP),
	    .incoming = window_signal(instance, SIGNAL_INCOMING),
	    .active = window_signal(instance, SIGNAL_ACTIVE),
	    .deferred = window_signal(instance, SIGNAL_DEFERRED),
	    .hold = window_signal(instance, SIGNAL_HOLD),
	    .corrupt = window_signal(instance, SIGNAL_CORRUPT),
	    .oldest_age_s = window_signal(instance, SIGNAL_OLDEST_AGE),
	};
}

const struct tops *
window_tops(const struct window_instance *instance)
{
	int64_t age_s = instance->last_s - instance->tops.time_s;
	bool is_fresh = instance->tops.count > 0 && age_s >= 0 && age_s <= TOP_FRESH_S;
	return is_fresh ? &instance->tops : NULL;
}

int64_t
window_deferrals(const struct window_instance *instance)
{
	return sum_minute(instance, FLOW_DEFERRALS);
}

int64_t
window_deliveries(const struct window_instance *instance)
{
	return sum_minute(instance, FLOW_DELIVERIES);
}
