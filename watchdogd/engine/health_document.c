/* SPDX-License-Identifier: ISC
 *
 * health_document.c - a report as JSON.
 */
#include "proto/document.h"
#include "watchdogd/engine/health.h"

static json_t *
make_delay(const struct health_flow *flow)
{
	if (flow->left_normal == 0)
		return json_null();
	return json_pack(
	    "{s:I, s:I}", "p50_s", (json_int_t)health_p50(flow), "p95_s", (json_int_t)flow->p95_s);
}

static json_t *
make_flow(const struct health_instance *instance, const struct health_flow *flow)
{
	json_t *object = json_object();
	document_put_text(object, "instance", instance->row.name);
	document_put_number(object, "arrivals", flow->arrivals);
	document_put_number(object, "deliveries", flow->deliveries);
	document_put_number(object, "deferrals", flow->deferrals);
	document_put_number(object, "bounces_made", flow->bounces_made);
	document_put_number(object, "bounced", flow->bounced);
	document_put_number(object, "removed", flow->removed);
	document_put_number(object, "bounces_max", flow->bounces_max);
	document_put_number(object, "oldest_age_s", flow->oldest_age_s);
	document_put_number(object, "left", flow->left_normal);
	document_put(object, "delay", make_delay(flow));
	return object;
}

static void
add_periods(json_t *periods, const struct health_instance *instance)
{
	static const char *const names[HEALTH_PERIOD_COUNT] = {"now", "day_before", "week_before"};
	for (int i = 0; i < HEALTH_PERIOD_COUNT; i++) {
		if (instance->periods[i].steps == 0)
			continue;
		json_t *period = make_flow(instance, &instance->periods[i]);
		document_put_text(period, "period", names[i]);
		json_array_append_new(periods, period);
	}
}

static void
add_steps(json_t *steps, const struct health *health, const struct health_instance *instance)
{
	for (int i = 0; i < health->bucket_count; i++) {
		if (instance->buckets[i].steps == 0)
			continue;
		json_t *step = make_flow(instance, &instance->buckets[i]);
		document_put_time(step, "time", health->since_s + i * health->bucket_s);
		document_put_number(step, "step_s", health->bucket_s);
		json_array_append_new(steps, step);
	}
}

static void
add_incident(json_t *incidents, const struct health_incident *incident)
{
	json_t *object = document_incident(&incident->row);
	json_t *remedies = json_object_get(object, "remedies");
	for (int i = 0; i < incident->action_count; i++)
		json_array_append_new(remedies, document_action(&incident->actions[i]));
	json_array_append_new(incidents, object);
}

json_t *
health_document(const struct health *health)
{
	json_t *document = json_object(), *instances = json_array(), *periods = json_array();
	json_t *steps = json_array(), *incidents = json_array(), *spools = json_array();
	json_t *watch = document_watch();
	for (int i = 0; i < health->instance_count; i++) {
		json_array_append_new(instances, document_instance(&health->instances[i].row));
		document_add_watch(watch, &health->instances[i].row);
		add_periods(periods, &health->instances[i]);
		add_steps(steps, health, &health->instances[i]);
	}
	for (int i = 0; i < health->spool_count; i++)
		json_array_append_new(spools, document_spool(&health->spools[i]));
	for (int i = 0; i < health->incident_count; i++)
		add_incident(incidents, &health->incidents[i]);
	document_put_time(document, "since", health->since_s);
	document_put_time(document, "until", health->until_s);
	document_put(document, "instances", instances);
	document_put(document, "periods", periods);
	document_put(document, "steps", steps);
	document_put(document, "spools", spools);
	document_put(document, "incidents", incidents);
	document_put_number(document, "open_incidents", health->open_count);
	document_put(document, "watch", watch);
	document_put(document, "alerts", document_alerts(&health->daemon));
	return document;
}
