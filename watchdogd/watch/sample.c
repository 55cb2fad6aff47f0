/* SPDX-License-Identifier: ISC
 *
 * sample.c - makes the messages of one tick; see sample.h.
 */
#include "watchdogd/watch/sample.h"

#include <stdio.h>

void
sample_queue(const struct track *track, unsigned instance, enum queue_name name,
    struct clock_wall now, struct message_tick_queue *ret_tick)
{
	const struct queue_counts *counts = queue_get_counts(track->queue, instance, name);
	int64_t now_s = now.ms / 1000;
	*ret_tick = (struct message_tick_queue){
	    .queue = name,
	    .normal = counts->messages[CLASS_NORMAL],
	    .bounces = counts->messages[CLASS_BOUNCE],
	    .dsn = counts->messages[CLASS_DSN],
	    .notices = counts->messages[CLASS_NOTICE],
	    .unread = counts->messages[CLASS_UNREAD],
	    .bytes = counts->bytes,
	};
	for (int class = 0; class < CLASS_COUNT; class ++)
		ret_tick->messages += counts->messages[class];
	if (ret_tick->messages > 0 && counts->oldest_s != 0 && counts->oldest_s < now_s)
		ret_tick->oldest_age_s = (uint64_t)(now_s - counts->oldest_s);
	snprintf(ret_tick->instance, sizeof(ret_tick->instance), "%s",
	    track->spool.instances[instance].names->name);
}

void
sample_flow(const struct track *track, unsigned instance, int64_t reconciled_s,
    struct message_tick_flow *ret_tick)
{
	const struct spool_instance *at = &track->spool.instances[instance];
	const struct meter *meter = &track->meters[instance];
	*ret_tick = (struct message_tick_flow){
	    .arrivals = meter->arrivals,
	    .deliveries = meter->deliveries,
	    .deferrals = meter->deferrals,
	    .bounces_made = meter->bounces_made,
	    .bounced = meter->bounced,
	    .removed = meter->removed,
	    .present = at->fd >= 0,
	    .last_full_reconcile_s = (uint64_t)reconciled_s,
	    .drift = track->drift,
	    .overflows = track->overflows,
	    .watches = inotify_watches(track->spool.inotify),
	    .event_limit = inotify_event_limit(track->spool.inotify),
	};
	delays_fill(&track->delays, instance, ret_tick);
	snprintf(ret_tick->instance, sizeof(ret_tick->instance), "%s", at->names->name);
}

void
sample_send(
    struct track *track, struct channel *engine, struct clock_wall now, int64_t reconciled_s)
{
	struct message_tick tick = {.time_ms = (uint64_t)now.ms};
	queue_refresh_oldest(track->queue);
	delays_walk(&track->delays, track->queue, now.ms / 1000);
	for (unsigned i = 0; i < track->spool.instance_count; i++) {
		struct message_tick_flow flow;
		for (unsigned name = 0; name < QUEUE_COUNT; name++) {
			struct message_tick_queue queue;
			sample_queue(track, i, (enum queue_name)name, now, &queue);
			message_send(engine, MESSAGE_TYPE_TICK_QUEUE, &queue, -1);
		}
		sample_flow(track, i, reconciled_s, &flow);
		message_send(engine, MESSAGE_TYPE_TICK_FLOW, &flow, -1);
		meter_reset(&track->meters[i]);
		delays_reset(&track->delays, i);
	}
	message_send(engine, MESSAGE_TYPE_TICK, &tick, -1);
}
