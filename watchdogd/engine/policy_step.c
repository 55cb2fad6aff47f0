/* SPDX-License-Identifier: ISC
 *
 * policy_step.c - an action whose time has come: may it act, is its incident over, does its condition
 * hold, must somebody be asked? What waits for a yes or for its condition is looked at again.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/log.h"
#include "proto/catalogue.h"
#include "watchdogd/engine/batch.h"
#include "watchdogd/engine/condition.h"
#include "watchdogd/engine/policy_state.h"

#define LOOK_S 10 /* a step that was skipped is looked at again after this */

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

/* An operator has still to say yes. */
static bool
is_unconfirmed(const struct row_action *row)
{
	return row->mode == MODE_CONFIRM && row->confirmed_by[0] == '\0';
}

static bool
may_act(const struct row_action *row)
{
	return row->mode != MODE_OBSERVE && !is_unconfirmed(row);
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

static bool
is_at_work(const struct row_action *row)
{
	return row->state == ACTION_RUNNING && may_act(row);
}

/* ---- its incident ---- */

/* The action's incident; without one: open. */
static int
load_incident(
    const struct policy *policy, const struct row_action *row, struct row_incident *ret_incident)
{
	*ret_incident = (struct row_incident){.state = INCIDENT_OPEN};
	return row->incident > 0 ? store_load_incident(policy->store, row->incident, ret_incident)
				 : 0;
}

/* Ends what the incident's end leaves undone. */
static void
describe_end(struct row_action *row, const struct catalogue_remedy *known)
{
	bool on_setting = known != NULL && known->on_setting;
	enum action_state before = row->state;
	bool unconfirmed = before != ACTION_RUNNING && is_unconfirmed(row);
	row->state = unconfirmed ? ACTION_SKIPPED : ACTION_DONE;
	if (before == ACTION_RUNNING && !on_setting)
		action_describe(row);
	else if (before != ACTION_RUNNING)
		snprintf(row->text, sizeof(row->text), "nothing done: %s",
		    unconfirmed ? "nobody said yes before the incident was over"
				: "the incident was over before");
}

/* The incident closed before the action's time had come, or before it was let act: what is left to
 * do is to delete what was held, if that was not tied to the signal. True: nothing is. */
static bool
end_over(const struct policy *policy, struct row_action *row)
{
	const struct settings_remedy *remedy = settings_find_remedy(policy->settings, row->remedy);
	struct origin origin = find_origin(policy, row);
	bool is_free = origin.step == NULL || origin.step->when == CONDITION_ALWAYS;
	if (may_act(row) && is_free && remedy != NULL && batch_takes_held(remedy))
		return false;
	describe_end(row, catalogue_find(row->remedy));
	return true;
}

/* ---- its condition ---- */

/* Whether the step's condition holds; if not, the action is skipped, with the reason. */
static int
check_condition(const struct policy *policy, struct action *action,
    const struct row_incident *incident, int64_t now_s, bool *ret_holds)
{
	char why[REASON_TEXT_SIZE / 2];
	struct row_action *row = &action->row;
	struct origin origin = find_origin(policy, row);
	struct condition_look look = {
	    .step = origin.step,
	    .seen = window_find(policy->window, row->instance),
	    .signal = incident->signal,
	    .level = incident->level,
	};
	int class, queue, r = 0;
	*ret_holds = true;
	if (!is_by_rule(row) || origin.step == NULL || origin.step->when == CONDITION_ALWAYS)
		return 0;
	if (look.seen != NULL && condition_counts(look.signal, &class, &queue))
		r = store_count_taken(policy->store, incident->id,
		    condition_since(look.seen, look.signal), class, queue, &look.taken);
	if (r < 0 || condition_holds(&look, why, sizeof(why)))
		return r;
	*ret_holds = false;
	action->ready_s = now_s + LOOK_S;
	row->state = ACTION_SKIPPED;
	snprintf(row->text, sizeof(row->text), "not done yet, when: %s: %s",
	    names_get(&names_condition, (int)origin.step->when), why);
	return 0;
}

/* ---- what becomes of it ---- */

/* Its time has come and nothing speaks against it but, maybe, the mode. */
static void
let_act(const struct policy *policy, struct action *action)
{
	struct row_action *row = &action->row;
	if (row->mode == MODE_OBSERVE) {
		row->state = ACTION_WOULD;
		policy_describe_would(policy, row);
	} else if (is_unconfirmed(row)) {
		action->asks_now = row->state != ACTION_ASKING;
		row->state = ACTION_ASKING;
		policy_describe_question(policy, row);
	} else if (!policy->paused) {
		row->state = ACTION_RUNNING;
		policy_describe_begin(policy, row);
	}
}

static int
change_due(const struct policy *policy, struct action *action, const struct row_incident *incident,
    int64_t now_s)
{
	bool holds = true;
	struct row_action *row = &action->row;
	bool is_over = incident->state == INCIDENT_CLOSED;
	bool is_said = row->state == ACTION_WOULD || row->state == ACTION_SKIPPED;
	if (is_over && is_said)
		return 0; /* it stays what was said */
	if (is_over && end_over(policy, row))
		return 0;
	bool is_to_be_checked = row->state == ACTION_WAITING || row->state == ACTION_SKIPPED ||
	    (row->state == ACTION_WOULD && row->mode != MODE_OBSERVE);
	int r = is_to_be_checked ? check_condition(policy, action, incident, now_s, &holds) : 0;
	if (r == 0 && holds)
		let_act(policy, action);
	return r;
}

/* Whether there is anything to be looked at now. */
static bool
is_due(const struct action *action, bool is_over, int64_t now_s)
{
	const struct row_action *row = &action->row;
	if (is_over && is_unconfirmed(row) && row->state == ACTION_WAITING)
		return true; /* nobody can say yes any more */
	bool is_later = action->ready_s > now_s && action->ready_s <= now_s + LOOK_S;
	return row->due_s <= now_s && !(row->state == ACTION_SKIPPED && is_later);
}

static int
step_action(const struct policy *policy, struct action *action, int64_t now_s)
{
	struct row_incident incident;
	struct row_action *row = &action->row, before = *row;
	int r = limit_wait(policy, action, now_s);
	if (r < 0 || action_is_finished(row))
		return r;
	row->mode = find_mode(policy, row);
	if ((row->due_s > now_s && !is_unconfirmed(row)) || is_at_work(row))
		return 0;
	r = load_incident(policy, row, &incident);
	if (r == 0 && is_due(action, incident.state == INCIDENT_CLOSED, now_s))
		r = change_due(policy, action, &incident, now_s);
	if (r < 0)
		return r;
	if (row->state == before.state && row->matching == before.matching &&
	    row->mode == before.mode && strcmp(row->text, before.text) == 0)
		return 0;
	if (row->state != before.state)
		log_info("action %" PRId64 ": %s for incident %" PRId64 " is %s: %s", row->id,
		    row->remedy, row->incident, names_get(&names_action, (int)row->state),
		    row->text);
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
