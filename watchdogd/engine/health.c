/* SPDX-License-Identifier: ISC
 *
 * health.c - gathers the numbers of a report.
 */
#include "watchdogd/engine/health.h"

#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"
#include "proto/schedule.h"

#define HOUR 3600
#define BY_MINUTES_MAX_S (49 * HOUR) /* what is longer is read by the hour */
#define ROWS_MAX 100000

struct gathering {
	struct store *store;
	struct health *health;
	enum health_period period;
};

/* ---- flows ---- */

static int64_t
larger(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static void
add_step(struct health_flow *flow, const struct row_history *row)
{
	flow->steps++;
	flow->arrivals += row->arrivals;
	flow->deliveries += row->deliveries;
	flow->deferrals += row->deferrals;
	flow->bounces_made += row->bounces_made;
	flow->bounced += row->bounced;
	flow->removed += row->removed;
	flow->left_normal += row->left_normal;
	flow->p50_weight += row->left_p50_s * row->left_normal;
	flow->p95_s = larger(flow->p95_s, row->left_p95_s);
	flow->bounces_max = larger(flow->bounces_max, row->bounces_max);
	flow->oldest_age_s = larger(flow->oldest_age_s, row->oldest_age_s);
}

int64_t
health_p50(const struct health_flow *flow)
{
	return flow->left_normal > 0 ? flow->p50_weight / flow->left_normal : 0;
}

static struct health_instance *
find_instance(struct health *health, const char *name)
{
	for (int i = 0; i < health->instance_count; i++)
		if (strcmp(health->instances[i].row.name, name) == 0)
			return &health->instances[i];
	return NULL;
}

static int
take_step(const struct row_history *row, void *owner)
{
	struct gathering *gathering = owner;
	struct health *health = gathering->health;
	struct health_instance *instance = find_instance(health, row->instance);
	if (instance == NULL)
		return 0; /* not watched any more */
	add_step(&instance->periods[gathering->period], row);
	int64_t bucket = (row->time_s - health->since_s) / health->bucket_s;
	if (gathering->period == HEALTH_NOW && bucket >= 0 && bucket < health->bucket_count)
		add_step(&instance->buckets[bucket], row);
	return 0;
}

static int
load_period(struct gathering *gathering, enum health_period period, int days_before)
{
	const struct health *health = gathering->health;
	int64_t since_s = schedule_days_before(health->since_s, days_before);
	int64_t until_s = schedule_days_before(health->until_s, days_before);
	int64_t step_s = health->until_s - health->since_s <= BY_MINUTES_MAX_S ? 60 : HOUR;
	gathering->period = period;
	return store_list_history(
	    gathering->store, NULL, since_s, until_s, step_s, ROWS_MAX, take_step, gathering);
}

/* ---- the rest ---- */

static int
take_instance(const struct row_instance *row, void *owner)
{
	struct health *health = owner;
	if (health->instance_count < HEALTH_INSTANCES_MAX)
		health->instances[health->instance_count++].row = *row;
	return 0;
}

static int
take_spool(const struct row_spool *row, void *owner)
{
	struct health *health = owner;
	if (health->spool_count < SPOOLS_MAX)
		health->spools[health->spool_count++] = *row;
	return 0;
}

/* The newest come first and are kept; they are read oldest first. */
static int
take_action(const struct row_action *row, void *owner)
{
	struct health_incident *incident = owner;
	memmove(&incident->actions[1], &incident->actions[0],
	    (size_t)incident->action_count * sizeof(incident->actions[0]));
	incident->actions[0] = *row;
	incident->action_count++;
	return 0;
}

static int
take_incident(const struct row_incident *row, void *owner)
{
	struct gathering *gathering = owner;
	struct health *health = gathering->health;
	bool open = row->state != INCIDENT_CLOSED;
	if (row->opened_s > health->until_s || (!open && row->closed_s < health->since_s))
		return 0;
	if (health->incident_count == HEALTH_INCIDENTS_MAX)
		return 0;
	struct health_incident *incident = &health->incidents[health->incident_count++];
	incident->row = *row;
	health->open_count += open;
	return store_list_actions(
	    gathering->store, row->id, false, HEALTH_ACTIONS_MAX, take_action, incident);
}

static void
divide(struct health *health)
{
	int64_t length_s = health->until_s - health->since_s;
	int64_t hours = (length_s + HOUR - 1) / HOUR;
	int64_t each = (hours + HEALTH_BUCKETS_MAX - 1) / HEALTH_BUCKETS_MAX;
	health->bucket_s = larger(each, 1) * HOUR;
	health->bucket_count = (int)((length_s + health->bucket_s - 1) / health->bucket_s);
}

int
health_load(struct store *store, int64_t since_s, int64_t until_s, struct health **ret_health)
{
	AUTO_FREE struct health *health = mem_alloc(sizeof(*health));
	struct gathering gathering = {.store = store, .health = health};
	health->since_s = since_s;
	health->until_s = until_s;
	divide(health);
	int r = store_list_instances(store, take_instance, health);
	if (r == 0)
		r = load_period(&gathering, HEALTH_NOW, 0);
	if (r == 0)
		r = load_period(&gathering, HEALTH_DAY_BEFORE, 1);
	if (r == 0)
		r = load_period(&gathering, HEALTH_WEEK_BEFORE, 7);
	if (r == 0)
		r = store_list_spools(store, take_spool, health);
	if (r == 0)
		r = store_list_incidents(
		    store, false, 10 * HEALTH_INCIDENTS_MAX, take_incident, &gathering);
	if (r == 0)
		r = store_load_daemon(store, &health->daemon);
	if (r == 0)
		*ret_health = TAKE(health);
	return r;
}
