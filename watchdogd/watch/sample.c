/* SPDX-License-Identifier: ISC
 *
 * sample.c - makes the messages of one tick; see sample.h.
 */
#include "watchdogd/watch/sample.h"

#include <stdio.h>
#include <sys/statvfs.h>

#define SAMPLE_TOPS_S 5 /* between two accounts of the first ranks, while no bounces are made */
#define SAMPLE_RANKS 5

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

static void
fill_busiest(const struct track *track, unsigned instance, struct message_tick_flow *tick)
{
	const struct {
		enum dimension dimension;
		uint64_t *most;
	} busiest[] = {
	    {DIMENSION_SENDER, &tick->busiest_sender},
	    {DIMENSION_NETWORK, &tick->busiest_network},
	    {DIMENSION_SHAPE, &tick->busiest_shape},
	    {DIMENSION_RECIPIENT_DOMAIN, &tick->busiest_domain},
	};
	for (size_t i = 0; i < ARRAY_LENGTH(busiest); i++)
		*busiest[i].most = census_most(
		    track->census, instance, busiest[i].dimension, CLASS_NORMAL, track->now_s);
}

/* What mail can have of the file system of the queues. */
static void
fill_room(const struct spool_instance *at, struct message_tick_flow *tick)
{
	struct statvfs fs;
	tick->active_limit = at->names->active_limit;
	if (at->fd < 0 || fstatvfs(at->fd, &fs) < 0)
		return;
	uint64_t reserve = at->names->reserve_bytes;
	uint64_t mine = (uint64_t)(fs.f_blocks - (fs.f_bfree - fs.f_bavail)) * fs.f_frsize;
	uint64_t left = (uint64_t)fs.f_bavail * fs.f_frsize;
	tick->disk_bytes = mine > reserve ? mine - reserve : 0;
	tick->disk_free_bytes = left > reserve ? left - reserve : 0;
	tick->inodes = fs.f_files - (fs.f_ffree - fs.f_favail);
	tick->inodes_free = fs.f_favail;
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
	    .senders = meter->senders,
	    .first_attempts = meter->first_attempts,
	    .first_deferred = meter->first_deferred,
	    .present = at->fd >= 0,
	    .last_full_reconcile_s = (uint64_t)reconciled_s,
	    .drift = track->drift,
	    .overflows = track->overflows,
	    .watches = inotify_watches(track->spool.inotify),
	    .polled = at->polled,
	    .event_limit = inotify_event_limit(track->spool.inotify),
	};
	delays_fill(&track->delays, instance, ret_tick);
	fill_busiest(track, instance, ret_tick);
	fill_room(at, ret_tick);
	snprintf(ret_tick->instance, sizeof(ret_tick->instance), "%s", at->names->name);
}

/* What a tick tells of whom the mail is from and about. */
static const struct {
	enum dimension dimension;
	enum message_class class;
} told[] = {
    {DIMENSION_CAUSE, CLASS_BOUNCE},
    {DIMENSION_RECIPIENT_DOMAIN, CLASS_BOUNCE},
    {DIMENSION_REASON, CLASS_BOUNCE},
    {DIMENSION_SHAPE, CLASS_NORMAL},
    {DIMENSION_SUBJECT, CLASS_NORMAL},
    {DIMENSION_NETWORK, CLASS_NORMAL},
    {DIMENSION_SENDER, CLASS_NORMAL},
    {DIMENSION_RECIPIENT_DOMAIN, CLASS_NORMAL},
    {DIMENSION_REASON, CLASS_NORMAL},
    {DIMENSION_NEXT_HOP, CLASS_NORMAL},
    {DIMENSION_NETWORK, CLASS_DSN},
    {DIMENSION_SUBJECT, CLASS_DSN},
};

static void
send_ranks(const struct track *track, unsigned instance, enum dimension dimension,
    enum message_class class, struct channel *engine)
{
	struct census_row rows[SAMPLE_RANKS];
	int count = census_rank(
	    track->census, instance, dimension, class, track->now_s, rows, SAMPLE_RANKS);
	for (int i = 0; i < count; i++) {
		struct message_tick_top top = {
		    .dimension = dimension,
		    .class = class,
		    .rank = (uint64_t)i + 1,
		    .count = rows[i].count,
		    .error = rows[i].error,
		    .total = census_total(track->census, instance, dimension, class, track->now_s),
		};
		snprintf(top.instance, sizeof(top.instance), "%s",
		    track->spool.instances[instance].names->name);
		snprintf(top.key, sizeof(top.key), "%s", rows[i].key);
		if (rows[i].example_count > 0)
			snprintf(top.example, sizeof(top.example), "%s", rows[i].examples[0]);
		message_send(engine, MESSAGE_TYPE_TICK_TOP, &top, -1);
	}
}

static void
send_tops(const struct track *track, unsigned instance, struct channel *engine)
{
	for (size_t i = 0; i < ARRAY_LENGTH(told); i++)
		send_ranks(track, instance, told[i].dimension, told[i].class, engine);
}

/* An incident that opens on new bounces must not wait to hear what causes them. A clock that was set
 * back: now. */
static bool
are_tops_due(const struct track *track)
{
	bool is_due = track->now_s - track->told_s >= SAMPLE_TOPS_S;
	for (unsigned i = 0; i < track->spool.instance_count; i++)
		is_due |= track->meters[i].bounces_made > 0;
	return is_due;
}

void
sample_send(
    struct track *track, struct channel *engine, struct clock_wall now, int64_t reconciled_s)
{
	struct message_tick tick = {.time_ms = (uint64_t)now.ms};
	bool is_told = are_tops_due(track);
	if (is_told)
		track->told_s = track->now_s;
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
		if (is_told)
			send_tops(track, i, engine);
		meter_reset(&track->meters[i]);
		delays_reset(&track->delays, i);
	}
	message_send(engine, MESSAGE_TYPE_TICK, &tick, -1);
}
