/* SPDX-License-Identifier: ISC
 *
 * policy.c - what an incident has planned.
 */
#include "watchdogd/engine/policy_state.h"

#include <stdio.h>
#include <string.h>

#include "proto/catalogue.h"

static int
plan_step(const struct policy *policy, const struct settings_rule *rule, int index,
    const struct row_incident *incident, int64_t now_s)
{
	const struct settings_step *step = &rule->steps[index];
	int64_t opened_s = incident->reopened_s != 0 ? incident->reopened_s : incident->opened_s;
	struct action *action;
	struct row_action row = {
	    .incident = incident->id,
	    .state = ACTION_WAITING,
	    .created_s = now_s,
	    .due_s = opened_s + step->after_s,
	    .updated_s = now_s,
	};
	snprintf(row.remedy, sizeof(row.remedy), "%s", step->remedy);
	snprintf(row.instance, sizeof(row.instance), "%s", incident->instance);
	snprintf(row.requested_by, sizeof(row.requested_by), "rule %s", rule->name);
	snprintf(row.setting, sizeof(row.setting), "%s", step->parameter);
	snprintf(row.value, sizeof(row.value), "%s", step->value);
	row.revert = step->revert;
	row.revert_after_s = step->revert_after_s;
	row.mode = settings_effective_mode(policy->settings, rule, step);
	policy_describe_wait(&row, step);
	bool goes_on = false;
	int r = incident->reopened > 0
	    ? actions_adopt(policy->actions, policy->store, &row, &goes_on)
	    : 0;
	return r < 0 || goes_on ? r : actions_add(policy->actions, policy->store, &row, &action);
}

int
policy_open(const struct policy *policy, const struct settings_rule *rule,
    const struct row_incident *incident, int64_t now_s)
{
	for (int i = 0; i < rule->step_count; i++) {
		int r = plan_step(policy, rule, i, incident, now_s);
		if (r < 0)
			return r;
	}
	return 0;
}

static int64_t
count_class(const struct message_tick_queue *queue, enum message_class class)
{
	switch (class) {
	case CLASS_UNREAD:
		return (int64_t)queue->unread;
	case CLASS_NORMAL:
		return (int64_t)queue->normal;
	case CLASS_BOUNCE:
		return (int64_t)queue->bounces;
	case CLASS_DSN:
		return (int64_t)queue->dsn;
	case CLASS_NOTICE:
		return (int64_t)queue->notices;
	}
	return 0;
}

int64_t
policy_count(const struct settings_remedy *remedy, const struct window_instance *instance)
{
	const struct catalogue_remedy *known = catalogue_find(remedy->name);
	int64_t sum = 0;
	for (int queue = 0; known != NULL && queue < QUEUE_COUNT; queue++) {
		if ((remedy->queues & known->queues & 1u << queue) == 0)
			continue;
		for (int class = 0; class < CLASS_COUNT; class ++)
			if ((known->classes & 1u << class) != 0)
				sum += count_class(
				    &instance->last.queues[queue], (enum message_class) class);
	}
	return sum;
}
