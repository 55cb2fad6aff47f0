/* SPDX-License-Identifier: ISC
 *
 * health.h - what a health report says: the queues now, what flowed in a time, the same time a day and
 * a week before, incidents and what was done, and how the watcher does. Engine; read from the store.
 */
#ifndef WATCHDOGD_ENGINE_HEALTH_H
#define WATCHDOGD_ENGINE_HEALTH_H

#include <jansson.h>

#include "schema/store.h"

#define HEALTH_INSTANCES_MAX 16
#define HEALTH_BUCKETS_MAX 48
#define HEALTH_INCIDENTS_MAX 20
#define HEALTH_ACTIONS_MAX 8 /* of one incident */

enum health_period {
	HEALTH_NOW,
	HEALTH_DAY_BEFORE,
	HEALTH_WEEK_BEFORE,
	HEALTH_PERIOD_COUNT,
};

/* Flows are sums, the rest the most at any time; steps 0: nothing is known of it. */
struct health_flow {
	int64_t steps;
	int64_t arrivals, deliveries, deferrals, bounces_made, bounced, removed;
	int64_t left_normal, p50_weight; /* seconds, weighted by left_normal */
	int64_t p95_s; /* the worst minute's */
	int64_t bounces_max, oldest_age_s;
};

struct health_instance {
	struct row_instance row; /* now */
	struct health_flow periods[HEALTH_PERIOD_COUNT];
	struct health_flow buckets[HEALTH_BUCKETS_MAX]; /* of HEALTH_NOW, one after the other */
};

struct health_incident {
	struct row_incident row;
	struct row_action actions[HEALTH_ACTIONS_MAX]; /* oldest first */
	int action_count;
};

struct health {
	int64_t since_s, until_s;
	int64_t bucket_s;
	int bucket_count;
	struct health_instance instances[HEALTH_INSTANCES_MAX];
	int instance_count;
	struct row_spool spools[SPOOLS_MAX];
	int spool_count;
	struct health_incident incidents[HEALTH_INCIDENTS_MAX]; /* the newest first */
	int incident_count, open_count;
	struct row_daemon daemon;
};

/* Reads [since_s, until_s); free() *ret_health. 0 or -errno. */
int health_load(
    struct store *store, int64_t since_s, int64_t until_s, struct health **ret_health) MUST_CHECK;

/* In half of what left good mail took so long: the mean of the minutes' by what left. */
int64_t health_p50(const struct health_flow *flow);

/* As a letter (letter.h) and its subject (size bytes); free() the letter. */
char *health_compose(const struct health *health, enum language language, const char *host,
    char *subject, size_t size);
/* {"since", "until", "instances", "steps", "periods", "incidents", ...} */
json_t *health_document(const struct health *health);

#endif
