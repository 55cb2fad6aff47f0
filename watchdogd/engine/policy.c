/* SPDX-License-Identifier: ISC
 *
 * policy.c - what is to be done, when, and whether we may.
 */
#include "watchdogd/engine/policy.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/clock.h"
#include "lib/log.h"
#include "proto/catalogue.h"
#include "watchdogd/engine/batch.h"

static void
describe_wait(struct row_action *row, int64_t after_s)
{
	char span[CLOCK_SPAN_SIZE];
	char what[256];
	const struct catalogue_remedy *remedy = catalogue_find(row->remedy);
	bool on_setting = remedy != NULL && remedy->on_setting;
	clock_format_span(after_s, span);
	snprintf(row->text, sizeof(row->text), "will %s%s%s %s after the incident opened",
	    remedy != NULL ? remedy->verb : "run", on_setting ? " " : "",
	    on_setting ? action_describe_setting(row, what, sizeof(what)) : "", span);
}

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
	describe_wait(&row, step->after_s);
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

static bool
is_by_rule(const struct row_action *row)
{
	return strncmp(row->requested_by, "rule ", 5) == 0;
}

/* The ladder's step that an action came from. */
struct origin {
	const struct settings_rule *rule;
	const struct settings_step *step; /* NULL: it has left the settings meanwhile */
};

static struct origin
find_origin(const struct policy *policy, const struct row_action *row)
{
	struct origin origin = {
	    .rule = settings_find_rule(policy->settings, row->requested_by + 5)};
	for (int i = 0; origin.rule != NULL && i < origin.rule->step_count; i++)
		if (strcmp(origin.rule->steps[i].remedy, row->remedy) == 0 &&
		    strcmp(origin.rule->steps[i].parameter, row->setting) == 0)
			origin.step = &origin.rule->steps[i];
	return origin;
}

/* The mode of an action is that of its step; without one it only observes. */
static enum act_mode
find_mode(const struct policy *policy, const struct row_action *row)
{
	if (!is_by_rule(row) || row->undo_of > 0)
		return MODE_ACT; /* an operator asked for it, or it puts back what was done */
	struct origin origin = find_origin(policy, row);
	return origin.step != NULL
	    ? settings_effective_mode(policy->settings, origin.rule, origin.step)
	    : MODE_OBSERVE;
}

/* A time further off than the step's wait is one from before the clock was set back: the action
 * waits anew. */
static int
limit_wait(const struct policy *policy, struct action *action, int64_t now_s)
{
	struct row_action *row = &action->row;
	if (row->due_s <= now_s || !is_by_rule(row))
		return 0;
	struct origin origin = find_origin(policy, row);
	if (origin.step == NULL || row->due_s - now_s <= origin.step->after_s)
		return 0;
	row->due_s = now_s + origin.step->after_s;
	return actions_save(policy->store, action, now_s);
}

static void
describe_would(const struct policy *policy, struct row_action *row)
{
	const struct settings_remedy *remedy = settings_find_remedy(policy->settings, row->remedy);
	const struct catalogue_remedy *known = catalogue_find(row->remedy);
	const struct window_instance *instance = window_find(policy->window, row->instance);
	if (remedy == NULL || known == NULL || instance == NULL)
		return;
	if (known->on_setting) {
		char what[256];
		snprintf(row->text, sizeof(row->text),
		    "would %s %s; mode is observe, nothing is done", known->verb,
		    action_describe_setting(row, what, sizeof(what)));
		return;
	}
	int64_t count = policy_count(remedy, instance);
	if (count > row->matching)
		row->matching = count;
	snprintf(row->text, sizeof(row->text),
	    "would %s %" PRId64 " message%s; mode is observe, nothing is done", known->verb,
	    row->matching, row->matching == 1 ? "" : "s");
}

static void
describe_begin(const struct policy *policy, struct row_action *row)
{
	const struct settings_remedy *remedy = settings_find_remedy(policy->settings, row->remedy);
	const struct window_instance *instance = window_find(policy->window, row->instance);
	const struct catalogue_remedy *known = catalogue_find(row->remedy);
	if (known != NULL && known->on_setting) {
		snprintf(row->text, sizeof(row->text), "begun");
		return;
	}
	row->matching = remedy != NULL && instance != NULL ? policy_count(remedy, instance) : 0;
	snprintf(row->text, sizeof(row->text), "begun, %" PRId64 " message%s match", row->matching,
	    row->matching == 1 ? "" : "s");
}

/* Whether the action's incident is closed. */
static int
check_over(const struct policy *policy, const struct row_action *row, bool *ret_over)
{
	struct row_incident incident = {.state = INCIDENT_OPEN};
	int r =
	    row->incident > 0 ? store_load_incident(policy->store, row->incident, &incident) : 0;
	if (r == 0)
		*ret_over = incident.state == INCIDENT_CLOSED;
	return r;
}

/* The incident closed before the action's time had come, or before it was let act: what is left to
 * do is to delete what was held. True: nothing is. */
static bool
end_over(const struct policy *policy, struct row_action *row)
{
	const struct settings_remedy *remedy = settings_find_remedy(policy->settings, row->remedy);
	const struct catalogue_remedy *known = catalogue_find(row->remedy);
	bool acts = find_mode(policy, row) == MODE_ACT;
	bool on_setting = known != NULL && known->on_setting;
	if (acts && remedy != NULL && batch_takes_held(remedy))
		return false;
	if (row->state == ACTION_RUNNING && !on_setting)
		action_describe(row);
	else if (row->state != ACTION_RUNNING)
		snprintf(
		    row->text, sizeof(row->text), "nothing done: the incident was over before");
	row->state = ACTION_DONE;
	return true;
}

/* A WOULD that has not grown and may not act yet is left as it is. */
static bool
change_due(const struct policy *policy, struct row_action *row, bool is_over)
{
	enum action_state before = row->state;
	int64_t matching = row->matching;
	if (is_over && row->state == ACTION_WOULD)
		return false; /* it stays what was said */
	if (is_over && end_over(policy, row))
		return true;
	if (find_mode(policy, row) == MODE_OBSERVE) {
		row->state = ACTION_WOULD;
		describe_would(policy, row);
	} else if (!policy->paused) {
		row->state = ACTION_RUNNING;
		describe_begin(policy, row);
	}
	return row->state != before || row->matching != matching;
}

static int
step_action(const struct policy *policy, struct action *action, int64_t now_s)
{
	struct row_action *row = &action->row;
	int r = limit_wait(policy, action, now_s);
	if (r < 0 || row->due_s > now_s || action_is_finished(row))
		return r;
	if (row->state == ACTION_RUNNING && find_mode(policy, row) == MODE_ACT)
		return 0;
	bool is_over = false;
	enum action_state before = row->state;
	r = check_over(policy, row, &is_over);
	if (r < 0 || !change_due(policy, row, is_over))
		return r;
	if (row->state != before)
		log_info("action %" PRId64 ": %s for incident %" PRId64 " is %s: %s", row->id,
		    row->remedy, row->incident, names_get(&names_action, row->state), row->text);
	return actions_save(policy->store, action, now_s);
}

int
policy_step(const struct policy *policy, int64_t now_s)
{
	for (int i = 0; i < policy->actions->count; i++) {
		int r = step_action(policy, policy->actions->list[i], now_s);
		if (r < 0)
			return r;
	}
	return 0;
}
