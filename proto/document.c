/* SPDX-License-Identifier: ISC
 *
 * document.c - the daemon, the queues, their history: one function a kind of row.
 */
#include "proto/document.h"

/* Good mail that has waited so long for its first delivery, while nothing was delivered, is stuck. */
#define GOOD_MAIL_STUCK_S 60

/* ---- the daemon ---- */

json_t *
document_daemon(const struct row_daemon *row, bool running, int64_t now_s)
{
	json_t *daemon = json_object();
	document_put_bool(daemon, "running", running);
	document_put_time(daemon, "since", row->started_s);
	document_put_text(daemon, "version", row->version);
	document_put_time(daemon, "last_tick", row->last_tick_s);
	if (row->last_tick_s == 0)
		document_put(daemon, "age_s", json_null());
	else /* a clock that was set back must not show as a negative age */
		document_put_number(
		    daemon, "age_s", now_s > row->last_tick_s ? now_s - row->last_tick_s : 0);
	document_put(daemon, "roles", json_object());
	return daemon;
}

void
document_add_role(json_t *daemon, const struct row_role *row)
{
	json_t *role = json_object();
	document_put_bool(role, "running", row->running);
	document_put_number(role, "pid", row->pid);
	document_put_time(role, "since", row->since_s);
	document_put_number(role, "restarts", row->restarts);
	document_put(
	    json_object_get(daemon, "roles"), names_get(&names_role, (int)row->role), role);
}

json_t *
document_alerts(const struct row_daemon *row)
{
	json_t *alerts = json_object();
	document_put_number(alerts, "waiting", row->notices_waiting);
	document_put_number(alerts, "refused", row->notices_refused);
	return alerts;
}

/* ---- instances ---- */

static json_t *
make_queue(const struct message_tick_queue *counts)
{
	json_t *queue = json_object();
	document_put_count(queue, "messages", counts->messages);
	document_put_count(queue, "normal", counts->normal);
	document_put_count(queue, "bounces", counts->bounces);
	document_put_count(queue, "dsn", counts->dsn);
	document_put_count(queue, "notices", counts->notices);
	document_put_count(queue, "unread", counts->unread);
	document_put_count(queue, "bytes", counts->bytes);
	document_put_count(queue, "oldest_age_s", counts->oldest_age_s);
	return queue;
}

static json_t *
make_rates(const struct message_tick_flow *minute)
{
	json_t *rates = json_object();
	document_put_count(rates, "arrivals_per_min", minute->arrivals);
	document_put_count(rates, "deliveries_per_min", minute->deliveries);
	document_put_count(rates, "deferrals_per_min", minute->deferrals);
	document_put_count(rates, "bounces_made_per_min", minute->bounces_made);
	document_put_count(rates, "bounced_per_min", minute->bounced);
	document_put_count(rates, "removed_per_min", minute->removed);
	return rates;
}

static json_t *
make_totals(const struct message_tick_flow *total)
{
	json_t *totals = json_object();
	document_put_count(totals, "arrivals", total->arrivals);
	document_put_count(totals, "deliveries", total->deliveries);
	document_put_count(totals, "deferrals", total->deferrals);
	document_put_count(totals, "bounces_made", total->bounces_made);
	document_put_count(totals, "bounced", total->bounced);
	document_put_count(totals, "removed", total->removed);
	return totals;
}

struct delay {
	uint64_t p50_s, p95_s;
};

static json_t *
make_delay(struct delay delay)
{
	json_t *object = json_object();
	document_put_count(object, "p50_s", delay.p50_s);
	document_put_count(object, "p95_s", delay.p95_s);
	return object;
}

/* How long good mail took that left, null when none did, and how long what waits has waited. */
static void
put_delays(json_t *object, uint64_t left_count, struct delay left, struct delay waiting)
{
	document_put_count(object, "left", left_count);
	document_put(object, "delay", left_count > 0 ? make_delay(left) : json_null());
	document_put(object, "waiting_age", make_delay(waiting));
}

/* Does mail with a sender pass? Judged by what waits for its first delivery: deferred mail waits
 * for others. */
static json_t *
make_good_mail(const struct row_instance *row)
{
	const struct message_tick_queue *incoming = &row->queues[QUEUE_INCOMING];
	const struct message_tick_queue *active = &row->queues[QUEUE_ACTIVE];
	uint64_t waiting = incoming->normal + active->normal;
	uint64_t oldest = incoming->normal > 0 ? incoming->oldest_age_s : 0;
	if (active->normal > 0 && active->oldest_age_s > oldest)
		oldest = active->oldest_age_s;
	bool stuck = waiting > 0 && row->last_minute.deliveries == 0 && oldest >= GOOD_MAIL_STUCK_S;
	json_t *good = json_object();
	document_put_bool(good, "flows", !stuck);
	document_put_count(good, "waiting", waiting);
	document_put_count(good, "oldest_age_s", oldest);
	put_delays(good, row->last_minute.left_normal,
	    (struct delay){row->last_minute.left_p50_s, row->last_minute.left_p95_s},
	    (struct delay){row->flow.waiting_p50_s, row->flow.waiting_p95_s});
	return good;
}

static json_t *
make_learning(const struct row_instance *row)
{
	json_t *learning = json_object();
	document_put_number(learning, "learned_s", row->learned_s);
	document_put_number(learning, "needed_s", row->needed_s);
	return learning;
}

json_t *
document_instance(const struct row_instance *row)
{
	json_t *instance = json_object();
	document_put_text(instance, "name", row->name);
	document_put_text(instance, "config_directory", row->config_directory);
	document_put_text(instance, "queue_directory", row->queue_directory);
	document_put_number(instance, "last_tick", row->time_s);
	document_put_bool(instance, "present", row->flow.present != 0);
	document_put_bool(instance, "polled", row->flow.polled != 0);
	document_put(instance, "good_mail", make_good_mail(row));
	json_t *queues = json_object();
	for (int queue = 0; queue < QUEUE_COUNT; queue++)
		document_put(
		    queues, names_get(&names_queue, queue), make_queue(&row->queues[queue]));
	document_put(instance, "queues", queues);
	document_put(instance, "learning", make_learning(row));
	document_put(instance, "top", json_array());
	document_put(instance, "rates", make_rates(&row->last_minute));
	document_put(instance, "totals", make_totals(&row->total));
	return instance;
}

json_t *
document_spool(const struct row_spool *row)
{
	json_t *spool = json_object();
	document_put_text(spool, "name", row->name);
	document_put_text(spool, "path", row->path);
	document_put_number(spool, "last_tick", row->time_s);
	document_put_bool(spool, "present", row->present != 0);
	document_put_bool(spool, "polled", row->polled != 0);
	document_put_count(spool, "messages", row->messages);
	document_put_count(spool, "bytes", row->bytes);
	document_put_count(spool, "oldest_age_s", row->oldest_age_s);
	return spool;
}

json_t *
document_watch(void)
{
	json_t *watch = json_object();
	document_put(watch, "last_full_reconcile", json_null());
	document_put_number(watch, "drift", 0);
	document_put_number(watch, "overflows", 0);
	document_put_number(watch, "unread", 0);
	document_put_number(watch, "watches", 0);
	document_put_number(watch, "event_limit", 0);
	return watch;
}

static void
add_count(json_t *object, const char *key, uint64_t count)
{
	document_put_count(
	    object, key, (uint64_t)json_integer_value(json_object_get(object, key)) + count);
}

/* One role with one inotify queue watches all instances: what it says of itself comes with each. */
static void
raise_count(json_t *object, const char *key, uint64_t count)
{
	if ((json_int_t)count > json_integer_value(json_object_get(object, key)))
		document_put_count(object, key, count);
}

void
document_add_watch(json_t *watch, const struct row_instance *row)
{
	/* of several instances, the one that was compared with the disk longest ago */
	json_int_t known = json_integer_value(json_object_get(watch, "last_full_reconcile"));
	int64_t reconciled_s = (int64_t)row->flow.last_full_reconcile_s;
	if (reconciled_s != 0 && (known == 0 || reconciled_s < known))
		document_put_number(watch, "last_full_reconcile", reconciled_s);
	raise_count(watch, "drift", row->flow.drift);
	raise_count(watch, "overflows", row->flow.overflows);
	raise_count(watch, "watches", row->flow.watches);
	raise_count(watch, "event_limit", row->flow.event_limit);
	for (int queue = 0; queue < QUEUE_COUNT; queue++)
		add_count(watch, "unread", row->queues[queue].unread);
}

/* ---- history ---- */

json_t *
document_history(const struct row_history *row)
{
	json_t *step = json_object();
	document_put_time(step, "time", row->time_s);
	document_put_number(step, "step_s", row->step_s);
	document_put_text(step, "instance", row->instance);
	json_t *messages = json_object();
	for (int queue = 0; queue < QUEUE_COUNT; queue++)
		document_put_number(messages, names_get(&names_queue, queue), row->messages[queue]);
	document_put(step, "messages", messages);
	document_put_number(step, "bounces", row->bounces);
	document_put_number(step, "bounces_max", row->bounces_max);
	document_put_number(step, "oldest_age_s", row->oldest_age_s);
	document_put_number(step, "arrivals", row->arrivals);
	document_put_number(step, "deliveries", row->deliveries);
	document_put_number(step, "deferrals", row->deferrals);
	document_put_number(step, "bounces_made", row->bounces_made);
	document_put_number(step, "bounced", row->bounced);
	document_put_number(step, "removed", row->removed);
	put_delays(step, (uint64_t)row->left_normal,
	    (struct delay){(uint64_t)row->left_p50_s, (uint64_t)row->left_p95_s},
	    (struct delay){(uint64_t)row->waiting_p50_s, (uint64_t)row->waiting_p95_s});
	return step;
}

json_t *
document_spool_history(const struct row_spool_history *row)
{
	json_t *step = json_object();
	document_put_time(step, "time", row->time_s);
	document_put_number(step, "step_s", row->step_s);
	document_put_text(step, "spool", row->name);
	document_put_number(step, "messages", row->messages);
	document_put_number(step, "messages_max", row->messages_max);
	document_put_number(step, "bytes", row->bytes);
	document_put_number(step, "oldest_age_s", row->oldest_age_s);
	return step;
}
