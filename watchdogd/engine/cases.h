/* SPDX-License-Identifier: ISC
 *
 * cases.h - every rule on every instance: the incidents that are open or may open. Engine.
 */
#ifndef WATCHDOGD_ENGINE_CASES_H
#define WATCHDOGD_ENGINE_CASES_H

#include "schema/store.h"
#include "watchdogd/engine/incident.h"
#include "watchdogd/engine/window.h"

struct cases {
	struct incident *list; /* rule by rule, of each all instances */
	int rule_count, instance_count;
	struct row_incident *orphans; /* those that the last load closed */
	int orphan_count;
};

/* One incident's place for each rule and instance, all calm. */
void cases_init(struct cases *cases, int rule_count, int instance_count);
void cases_done(struct cases *cases);
/* The open incident of that number, or NULL. */
struct incident *cases_find(const struct cases *cases, int64_t id);
/* Whether any is open on an instance. */
bool cases_is_open(const struct cases *cases, int instance);
struct incident *cases_get(const struct cases *cases, int rule, int instance);

/* Forgets the rows and takes up those that the store holds open. An open one whose rule or
 * instance is not in the settings any more is closed. Inside a transaction. 0 or -errno. */
int cases_load(struct cases *cases, struct store *store, const struct settings *settings,
    const struct message_instance *instances, int64_t now_s) MUST_CHECK;

#endif
