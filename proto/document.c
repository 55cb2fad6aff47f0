/* SPDX-License-Identifier: ISC
 *
 * document.c - one function a kind of row.
 */
#include "proto/document.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/escape.h"
#include "lib/log.h"
#include "lib/mem.h"

/* Good mail that has waited so long for its first delivery, while nothing was delivered, is stuck. */
#define GOOD_MAIL_STUCK_S 60

/* ---- values ---- */

void
document_put(json_t *object, const char *key, json_t *value)
{
	if (json_object_set_new(object, key, value) < 0)
		panic("document: no value for %s", key);
}

void
document_put_text(json_t *object, const char *key, const char *text)
{
	json_t *value = json_string(text);
	if (value == NULL) {
		size_t size = strlen(text) * 4 + 1; /* each byte is \xHH at worst */
		AUTO_FREE char *escaped = mem_alloc(size);
		value = json_string(escape_text(text, strlen(text), escaped, size));
	}
	document_put(object, key, value);
}

void
document_put_time(json_t *object, const char *key, int64_t time_s)
{
	document_put(object, key, time_s != 0 ? json_integer(time_s) : json_null());
}

static void
put_number(json_t *object, const char *key, int64_t number)
{
	document_put(object, key, json_integer(number));
}

/* Counts are far below 2^63; one that is not comes from a damaged store. */
static void
put_count(json_t *object, const char *key, uint64_t count)
{
	put_number(object, key, count > INT64_MAX ? INT64_MAX : (int64_t)count);
}

static void
put_bool(json_t *object, const char *key, bool value)
{
	document_put(object, key, json_boolean(value));
}

static void
put_name(json_t *object, const char *key, const struct names *list, int value)
{
	document_put_text(object, key, names_get(list, value));
}

/* ---- the daemon ---- */

json_t *
document_daemon(const struct row_daemon *row, bool running, int64_t now_s)
{
	json_t *daemon = json_object();
	put_bool(daemon, "running", running);
	document_put_time(daemon, "since", row->started_s);
	document_put_text(daemon, "version", row->version);
	document_put_time(daemon, "last_tick", row->last_tick_s);
	if (row->last_tick_s == 0)
		document_put(daemon, "age_s", json_null());
	else /* a clock that was set back must not show as a negative age */
		put_number(
		    daemon, "age_s", now_s > row->last_tick_s ? now_s - row->last_tick_s : 0);
	document_put(daemon, "roles", json_object());
	return daemon;
}

void
document_add_role(json_t *daemon, const struct row_role *row)
{
	json_t *role = json_object();
	put_bool(role, "running", row->running);
	put_number(role, "pid", row->pid);
	document_put_time(role, "since", row->since_s);
	put_number(role, "restarts", row->restarts);
	document_put(
	    json_object_get(daemon, "roles"), names_get(&names_role, (int)row->role), role);
}

json_t *
document_alerts(const struct row_daemon *row)
{
	json_t *alerts = json_object();
	put_number(alerts, "waiting", row->notices_waiting);
	put_number(alerts, "refused", row->notices_refused);
	return alerts;
}

/* ---- instances ---- */

static json_t *
make_queue(const struct message_tick_queue *counts)
{
	json_t *queue = json_object();
	put_count(queue, "messages", counts->messages);
	put_count(queue, "normal", counts->normal);
	put_count(queue, "bounces", counts->bounces);
	put_count(queue, "dsn", counts->dsn);
	put_count(queue, "notices", counts->notices);
	put_count(queue, "unread", counts->unread);
	put_count(queue, "bytes", counts->bytes);
	put_count(queue, "oldest_age_s", counts->oldest_age_s);
	return queue;
}

static json_t *
make_rates(const struct message_tick_flow *minute)
{
	json_t *rates = json_object();
	put_count(rates, "arrivals_per_min", minute->arrivals);
	put_count(rates, "deliveries_per_min", minute->deliveries);
	put_count(rates, "deferrals_per_min", minute->deferrals);
	put_count(rates, "bounces_made_per_min", minute->bounces_made);
	put_count(rates, "bounced_per_min", minute->bounced);
	put_count(rates, "removed_per_min", minute->removed);
	return rates;
}

struct delay {
	uint64_t p50_s, p95_s;
};

static json_t *
make_delay(struct delay delay)
{
	json_t *object = json_object();
	put_count(object, "p50_s", delay.p50_s);
	put_count(object, "p95_s", delay.p95_s);
	return object;
}

/* How long good mail took that left, null when none did, and how long what waits has waited. */
static void
put_delays(json_t *object, uint64_t left_count, struct delay left, struct delay waiting)
{
	put_count(object, "left", left_count);
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
	put_bool(good, "flows", !stuck);
	put_count(good, "waiting", waiting);
	put_count(good, "oldest_age_s", oldest);
	put_delays(good, row->last_minute.left_normal,
	    (struct delay){row->last_minute.left_p50_s, row->last_minute.left_p95_s},
	    (struct delay){row->flow.waiting_p50_s, row->flow.waiting_p95_s});
	return good;
}

json_t *
document_instance(const struct row_instance *row)
{
	json_t *instance = json_object();
	document_put_text(instance, "name", row->name);
	document_put_text(instance, "config_directory", row->config_directory);
	document_put_text(instance, "queue_directory", row->queue_directory);
	put_number(instance, "last_tick", row->time_s);
	put_bool(instance, "present", row->flow.present != 0);
	document_put(instance, "good_mail", make_good_mail(row));
	json_t *queues = json_object();
	for (int queue = 0; queue < QUEUE_COUNT; queue++)
		document_put(
		    queues, names_get(&names_queue, queue), make_queue(&row->queues[queue]));
	document_put(instance, "queues", queues);
	document_put(instance, "rates", make_rates(&row->last_minute));
	return instance;
}

json_t *
document_watch(void)
{
	json_t *watch = json_object();
	document_put(watch, "last_full_reconcile", json_null());
	put_number(watch, "drift", 0);
	put_number(watch, "overflows", 0);
	put_number(watch, "unread", 0);
	put_number(watch, "watches", 0);
	return watch;
}

static void
add_count(json_t *object, const char *key, uint64_t count)
{
	put_count(object, key, (uint64_t)json_integer_value(json_object_get(object, key)) + count);
}

/* One role with one inotify queue watches all instances: what it says of itself comes with each. */
static void
raise_count(json_t *object, const char *key, uint64_t count)
{
	if ((json_int_t)count > json_integer_value(json_object_get(object, key)))
		put_count(object, key, count);
}

void
document_add_watch(json_t *watch, const struct row_instance *row)
{
	/* of several instances, the one that was compared with the disk longest ago */
	json_int_t known = json_integer_value(json_object_get(watch, "last_full_reconcile"));
	int64_t reconciled_s = (int64_t)row->flow.last_full_reconcile_s;
	if (reconciled_s != 0 && (known == 0 || reconciled_s < known))
		put_number(watch, "last_full_reconcile", reconciled_s);
	raise_count(watch, "drift", row->flow.drift);
	raise_count(watch, "overflows", row->flow.overflows);
	raise_count(watch, "watches", row->flow.watches);
	for (int queue = 0; queue < QUEUE_COUNT; queue++)
		add_count(watch, "unread", row->queues[queue].unread);
}

/* ---- incidents and what was done about them ---- */

json_t *
document_incident(const struct row_incident *row)
{
	json_t *incident = json_object();
	put_number(incident, "id", row->id);
	document_put_text(incident, "kind", row->rule);
	document_put_text(incident, "instance", row->instance);
	put_name(incident, "state", &names_incident, (int)row->state);
	put_name(incident, "signal", &names_signal, (int)row->signal);
	document_put_time(incident, "began", row->began_s);
	document_put_time(incident, "opened", row->opened_s);
	document_put_time(incident, "clearing", row->clearing_s);
	document_put_time(incident, "closed", row->closed_s);
	put_number(incident, "level", row->level);
	put_number(incident, "value", row->value);
	put_number(incident, "peak", row->peak);
	document_put_time(incident, "peak_at", row->peak_s);
	document_put_text(incident, "text", row->text);
	document_put_text(incident, "example", row->example);
	document_put(incident, "remedies", json_array());
	return incident;
}

/* What an operator types to have the action taken back, or null when that is not possible. */
static json_t *
make_undo(const struct row_action *row)
{
	const struct catalogue_remedy *remedy = catalogue_find(row->remedy);
	if (remedy == NULL || remedy->undo == NULL || row->undo_of != 0)
		return json_null();
	switch (row->state) {
	case ACTION_WAITING:
	case ACTION_WOULD:
	case ACTION_UNDONE:
		return json_null();
	case ACTION_RUNNING:
	case ACTION_CAPPED:
	case ACTION_DONE:
	case ACTION_FAILED:
		break;
	}
	return json_sprintf("watchdogctl remedy undo %" PRId64, row->id);
}

/* What an operator types to have done what the mode only let us say. */
static json_t *
make_run(const struct row_action *row)
{
	if (row->state != ACTION_WOULD)
		return json_null();
	json_t *run =
	    json_sprintf("watchdogctl remedy run %s --instance %s", row->remedy, row->instance);
	return run != NULL ? run : json_null();
}

json_t *
document_action(const struct row_action *row)
{
	json_t *action = json_object();
	put_number(action, "action", row->id);
	document_put(
	    action, "incident", row->incident != 0 ? json_integer(row->incident) : json_null());
	document_put_text(action, "remedy", row->remedy);
	document_put_text(action, "instance", row->instance);
	put_name(action, "state", &names_action, (int)row->state);
	document_put_text(action, "requested_by", row->requested_by);
	document_put(
	    action, "undo_of", row->undo_of != 0 ? json_integer(row->undo_of) : json_null());
	document_put_time(action, "created", row->created_s);
	document_put_time(action, "due", row->due_s);
	document_put_time(action, "updated", row->updated_s);
	put_number(action, "matching", row->matching);
	put_number(action, "messages", row->done);
	put_number(action, "gone", row->gone);
	put_number(action, "changed", row->changed);
	put_number(action, "failed", row->failed);
	document_put_text(action, "text", row->text);
	document_put(action, "run", make_run(row));
	document_put(action, "undo", make_undo(row));
	return action;
}

json_t *
document_target(const struct row_target *row)
{
	json_t *target = json_object();
	document_put_text(target, "queue_id", row->queue_id);
	put_name(target, "queue", &names_queue, (int)row->queue);
	put_name(target, "class", &names_class, (int)row->class);
	put_name(target, "outcome", &names_outcome, (int)row->outcome);
	document_put_time(target, "time", row->time_s);
	document_put_time(target, "arrival", (int64_t)row->arrival_s);
	put_count(target, "size_bytes", row->size_bytes);
	document_put_text(target, "sender", row->sender);
	document_put_text(target, "recipient", row->recipient);
	if (row->copy != NULL)
		document_put_text(target, "copy", row->copy);
	else
		document_put(target, "copy", json_null());
	return target;
}

json_t *
document_notice(const struct row_notice *row)
{
	json_t *notice = json_object();
	put_number(notice, "notice", row->id);
	put_name(notice, "state", &names_notice, (int)row->state);
	document_put_time(notice, "created", row->created_s);
	document_put_time(notice, "done", row->done_s);
	put_number(notice, "attempts", row->attempts);
	document_put_text(notice, "recipient", row->recipient);
	document_put_text(notice, "subject", row->subject);
	document_put_text(notice, "reply", row->reply);
	return notice;
}

/* ---- history and the catalogue ---- */

json_t *
document_history(const struct row_history *row)
{
	json_t *step = json_object();
	document_put_time(step, "time", row->time_s);
	put_number(step, "step_s", row->step_s);
	document_put_text(step, "instance", row->instance);
	json_t *messages = json_object();
	for (int queue = 0; queue < QUEUE_COUNT; queue++)
		put_number(messages, names_get(&names_queue, queue), row->messages[queue]);
	document_put(step, "messages", messages);
	put_number(step, "bounces", row->bounces);
	put_number(step, "bounces_max", row->bounces_max);
	put_number(step, "oldest_age_s", row->oldest_age_s);
	put_number(step, "arrivals", row->arrivals);
	put_number(step, "deliveries", row->deliveries);
	put_number(step, "deferrals", row->deferrals);
	put_number(step, "bounces_made", row->bounces_made);
	put_number(step, "bounced", row->bounced);
	put_number(step, "removed", row->removed);
	put_delays(step, (uint64_t)row->left_normal,
	    (struct delay){(uint64_t)row->left_p50_s, (uint64_t)row->left_p95_s},
	    (struct delay){(uint64_t)row->waiting_p50_s, (uint64_t)row->waiting_p95_s});
	return step;
}

static json_t *
make_name_list(const struct names *list, unsigned set)
{
	json_t *array = json_array();
	for (int value = 0; value < list->count; value++)
		if ((set & 1u << value) != 0)
			json_array_append_new(array, json_string(names_get(list, value)));
	return array;
}

json_t *
document_remedy(const struct catalogue_remedy *row)
{
	json_t *remedy = json_object();
	document_put_text(remedy, "name", row->name);
	document_put_text(remedy, "text", row->text);
	document_put(remedy, "classes", make_name_list(&names_class, row->classes));
	document_put(remedy, "queues", make_name_list(&names_queue, row->queues));
	document_put(remedy, "undo", row->undo != NULL ? json_string(row->undo) : json_null());
	put_bool(remedy, "keeps_copy", row->keeps_copy);
	return remedy;
}
