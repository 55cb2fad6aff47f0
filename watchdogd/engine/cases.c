/* SPDX-License-Identifier: ISC
 *
 * cases.c - the table of rules by instances.
 */
#include "watchdogd/engine/cases.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/log.h"
#include "lib/mem.h"

void
cases_init(struct cases *cases, int rule_count, int instance_count)
{
	cases->rule_count = rule_count;
	cases->instance_count = instance_count;
	cases->list =
	    mem_array((size_t)rule_count * (size_t)instance_count + 1, sizeof(*cases->list));
}

void
cases_done(struct cases *cases)
{
	free(cases->list);
	free(cases->orphans);
	*cases = (struct cases){0};
}

struct incident *
cases_get(const struct cases *cases, int rule, int instance)
{
	return &cases->list[rule * cases->instance_count + instance];
}

struct incident *
cases_find(const struct cases *cases, int64_t id)
{
	for (int i = 0; i < cases->rule_count * cases->instance_count; i++)
		if (incident_is_open(&cases->list[i]) && cases->list[i].row.id == id)
			return &cases->list[i];
	return NULL;
}

bool
cases_is_open(const struct cases *cases, int instance)
{
	for (int rule = 0; rule < cases->rule_count; rule++)
		if (incident_is_open(cases_get(cases, rule, instance)))
			return true;
	return false;
}

struct loading {
	struct cases *cases;
	const struct settings *settings;
	const struct message_instance *instances;
};

static struct incident *
find_place(const struct loading *loading, const struct row_incident *row)
{
	for (int rule = 0; rule < loading->cases->rule_count; rule++) {
		if (strcmp(loading->settings->rules[rule].name, row->rule) != 0)
			continue;
		for (int i = 0; i < loading->cases->instance_count; i++)
			if (strcmp(loading->instances[i].name, row->instance) == 0)
				return cases_get(loading->cases, rule, i);
	}
	return NULL;
}

static int
take_up(const struct row_incident *row, void *owner)
{
	struct loading *loading = owner;
	struct incident *place = find_place(loading, row);
	if (place != NULL) {
		incident_resume(place, row);
		return 0;
	}
	struct cases *cases = loading->cases;
	cases->orphans =
	    mem_resize(cases->orphans, (size_t)cases->orphan_count + 1, sizeof(*cases->orphans));
	cases->orphans[cases->orphan_count++] = *row;
	return 0;
}

static int
take_past(const struct row_incident *row, void *owner)
{
	struct incident *place = find_place(owner, row);
	if (place != NULL)
		place->past = *row;
	return 0;
}

static int
close_orphans(const struct cases *cases, struct store *store, int64_t now_s)
{
	for (int i = 0; i < cases->orphan_count; i++) {
		int64_t id;
		struct row_incident *row = &cases->orphans[i];
		row->state = INCIDENT_CLOSED;
		row->closed_s = now_s;
		snprintf(row->text, sizeof(row->text),
		    "closed: rule %s on instance %s is not in the settings any more", row->rule,
		    row->instance);
		int r = store_save_incident(store, row, &id);
		if (r < 0)
			return r;
		log_warning("incident %" PRId64 ": %s", row->id, row->text);
	}
	return 0;
}

int
cases_load(struct cases *cases, struct store *store, const struct settings *settings,
    const struct message_instance *instances, int64_t now_s)
{
	struct loading loading = {
	    .cases = cases,
	    .settings = settings,
	    .instances = instances,
	};
	for (int i = 0; i < cases->rule_count * cases->instance_count; i++)
		incident_clear(&cases->list[i]);
	cases->orphan_count = 0;
	int r = store_list_incidents(store, true, 1000, take_up, &loading);
	if (r == 0)
		r = store_list_past_incidents(store, take_past, &loading);
	return r == 0 ? close_orphans(cases, store, now_s) : r;
}
