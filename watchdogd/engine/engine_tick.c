/* SPDX-License-Identifier: ISC
 *
 * engine_tick.c - one tick: its rows, each rule on each instance, what is due, what is told.
 */
#include <inttypes.h>

#include "lib/clock.h"
#include "lib/log.h"
#include "watchdogd/engine/engine_state.h"
#include "watchdogd/engine/evidence.h"
#include "watchdogd/engine/example.h"
#include "watchdogd/engine/policy.h"
#include "watchdogd/engine/progress.h"

#define ROLL_UP_S 60
#define LOOK_AT_SELF_S 15

/* ---- detect -> incident -> policy ---- */

static int
open_case(struct engine *engine, const struct policy *policy, const struct settings_rule *rule,
    struct incident *incident, int64_t now_s)
{
	int r = progress_begin(engine->store, &incident->row, now_s);
	if (r == 0)
		r = store_save_incident(engine->store, &incident->row, &incident->row.id);
	if (r < 0)
		return r;
	log_warning("incident %" PRId64 ": opened, %s on instance %s, %s", incident->row.id,
	    rule->name, incident->row.instance, incident->row.text);
	news_add(&engine->news, NOTICE_OPENING, incident);
	return policy_open(policy, rule, &incident->row, now_s);
}

static int
reopen_case(struct engine *engine, const struct policy *policy, const struct settings_rule *rule,
    struct incident *incident, int64_t now_s)
{
	int64_t id;
	log_warning("incident %" PRId64 ": opened again, %s on instance %s, %s", incident->row.id,
	    rule->name, incident->row.instance, incident->row.text);
	news_add(&engine->news, NOTICE_REOPENING, incident);
	int r = progress_begin(engine->store, &incident->row, now_s);
	if (r == 0)
		r = store_save_incident(engine->store, &incident->row, &id);
	return r < 0 ? r : policy_open(policy, rule, &incident->row, now_s);
}

static int
save_case(struct engine *engine, struct incident *incident)
{
	int64_t id;
	return store_save_incident(engine->store, &incident->row, &id);
}

static int
save_past(struct engine *engine, struct incident *incident)
{
	int64_t id;
	return store_save_incident(engine->store, &incident->past, &id);
}

/* Tells of one that goes on, when there is something to tell. */
static int
tell_progress(struct engine *engine, struct incident *incident, int64_t now_s)
{
	int64_t peak_before = 0;
	if (!incident_is_open(incident) || incident->row.state == INCIDENT_CLOSED)
		return 0;
	int r = progress_step(engine->store, &incident->row, now_s, &peak_before);
	if (r <= 0)
		return r;
	log_info(
	    "incident %" PRId64 ": goes on, peak %" PRId64, incident->row.id, incident->row.peak);
	news_add_update(&engine->news, incident, peak_before);
	return save_case(engine, incident);
}

static int
step_case(struct engine *engine, const struct policy *policy, int rule_index, int instance,
    const struct detect_input *tick)
{
	int64_t now_s = tick->now_s;
	const struct settings_rule *rule = &engine->role->settings.rules[rule_index];
	const char *name = engine->role->instances[instance].name;
	struct incident *incident = cases_get(&engine->cases, rule_index, instance);
	const struct window_instance *seen = window_find(&engine->window, name);
	if (seen == NULL || seen->last_s != now_s)
		return 0;
	if (!incident_is_open(incident) &&
	    planned_covers(&engine->planned, name, rule->signal, now_s)) {
		incident_rest(incident);
		return 0;
	}
	struct example_asking asking = {
	    .selection = engine->selection,
	    .watch = engine->role->links[ROLE_WATCH],
	    .instance = name,
	    .signal = rule->signal,
	};
	struct detect_input input = *tick;
	input.value = window_signal(seen, rule->signal);
	input.seen = seen;
	struct baseline_finding learned;
	bool learns_arrivals = detect_get(rule->detector)->learns_arrivals;
	enum signal_name learned_of = learns_arrivals ? SIGNAL_ARRIVALS : rule->signal;
	if (lessons_find(engine->lessons, instance, learned_of, &learned))
		input.learned = &learned;
	int r = 0;
	switch (incident_step(incident, rule, name, &input)) {
	case INCIDENT_SAME:
		break;
	case INCIDENT_RISING:
		example_ask(&asking, incident);
		break;
	case INCIDENT_OPENED:
		if (incident->row.example[0] == '\0')
			example_ask(&asking, incident);
		r = open_case(engine, policy, rule, incident, now_s);
		break;
	case INCIDENT_REOPENED:
		r = reopen_case(engine, policy, rule, incident, now_s);
		break;
	case INCIDENT_CALM:
		r = save_past(engine, incident);
		break;
	case INCIDENT_MOVED:
		r = save_case(engine, incident);
		break;
	case INCIDENT_ENDED:
		log_info("incident %" PRId64 ": closed, peak %" PRId64, incident->row.id,
		    incident->row.peak);
		news_add(&engine->news, NOTICE_ALL_CLEAR, incident);
		r = save_case(engine, incident);
		break;
	}
	if (r == 0)
		r = evidence_keep(engine->store, incident, seen);
	return r == 0 ? tell_progress(engine, incident, now_s) : r;
}

/* What there is to know of ourselves; mail is asked for at times. */
static int
look_at_self(struct engine *engine, int64_t now_s)
{
	struct detect_self *self = &engine->self;
	int64_t oldest_s = 0, passed_s = now_s - engine->self_looked_s;
	self->restarts = 0;
	for (int i = 0; i < ROLE_COUNT; i++)
		self->restarts += engine->roles[i].restarts;
	if (passed_s >= 0 && passed_s < LOOK_AT_SELF_S)
		return 0;
	engine->self_looked_s = now_s;
	int r = store_find_oldest_tried_notice(engine->store, &oldest_s);
	self->mail_waits_s = oldest_s > 0 && oldest_s < now_s ? now_s - oldest_s : 0;
	return r;
}

/* So many of the instances, from the first on, have incidents of this rule. */
static int
count_looked_at(const struct engine *engine, int rule)
{
	enum detector_name detector = engine->role->settings.rules[rule].detector;
	int count = engine->cases.instance_count;
	return count > 1 && detect_get(detector)->is_of_daemon ? 1 : count;
}

static int
step_cases(struct engine *engine, const struct policy *policy, int64_t now_s)
{
	int looked = look_at_self(engine, now_s);
	if (looked < 0)
		return looked;
	planned_look(&engine->planned, &engine->role->settings, now_s);
	struct detect_input tick = {
	    .now_s = now_s,
	    .week_s = clock_week_second(now_s),
	    .self = &engine->self,
	};
	for (int rule = 0; rule < engine->cases.rule_count; rule++) {
		int count = count_looked_at(engine, rule);
		for (int i = 0; i < count; i++) {
			int r = step_case(engine, policy, rule, i, &tick);
			if (r < 0)
				return r;
		}
	}
	return 0;
}

/* ---- the tick ---- */

/* Before the rules: what they ask is of this second, too. */
static int
learn(struct engine *engine, int64_t now_s)
{
	for (int i = 0; i < engine->role->instance_count; i++) {
		struct row_sample sample;
		const struct window_instance *seen =
		    window_find(&engine->window, engine->role->instances[i].name);
		if (seen == NULL || seen->last_s != now_s)
			continue;
		window_sample(seen, &sample);
		int r = lessons_take(
		    engine->lessons, engine->store, i, &sample, cases_is_open(&engine->cases, i));
		if (r < 0)
			return r;
	}
	return lessons_keep(engine->lessons, engine->store, now_s);
}

/* When this tick has any. */
static int
save_tops(struct engine *engine, int64_t now_s, const char *name)
{
	const struct window_instance *seen = window_find(&engine->window, name);
	if (seen == NULL || seen->tops.count == 0 || seen->tops.time_s != now_s)
		return 0;
	return store_save_tops(engine->store, name, &seen->tops);
}

static int
save_tick(struct engine *engine, const struct tick *tick)
{
	for (int i = 0; i < tick->count; i++) {
		const struct tick_instance *instance = &tick->instances[i];
		for (int queue = 0; queue < QUEUE_COUNT; queue++) {
			int r = store_add_tick_queue(
			    engine->store, tick->time_s, &instance->queues[queue]);
			if (r < 0)
				return r;
		}
		int r = store_add_tick_flow(engine->store, tick->time_s, &instance->flow);
		if (r == 0)
			r = save_tops(engine, tick->time_s, instance->name);
		if (r < 0)
			return r;
	}
	return 0;
}

static int
save_spools(struct engine *engine, const struct tick *tick)
{
	int r = 0;
	for (int i = 0; r == 0 && i < tick->spool_count; i++)
		r = store_add_tick_spool(engine->store, tick->time_s, &tick->spools[i]);
	return r;
}

static int
roll_up(struct engine *engine, int64_t now_s)
{
	const struct settings *settings = &engine->role->settings;
	struct store_retention retention = {
	    .raw_s = settings->store.keep_raw_s,
	    .minutes_s = settings->store.keep_minutes_s,
	    .hours_s = settings->store.keep_hours_s,
	    .messages_s = settings->store.keep_messages_s,
	};
	if (now_s >= engine->rolled_up_s && now_s - engine->rolled_up_s < ROLL_UP_S)
		return 0;
	engine->rolled_up_s = now_s;
	return store_roll_up(engine->store, now_s, &retention);
}

int
engine_write_tick(struct engine *engine, const struct tick *tick)
{
	struct policy policy = {
	    .settings = &engine->role->settings,
	    .store = engine->store,
	    .actions = &engine->actions,
	    .window = &engine->window,
	    .paused = engine->daemon.paused,
	};
	int r = save_tick(engine, tick);
	if (r == 0)
		r = save_spools(engine, tick);
	if (r == 0)
		r = learn(engine, tick->time_s);
	if (r == 0)
		r = step_cases(engine, &policy, tick->time_s);
	if (r == 0)
		r = policy_step(&policy, tick->time_s);
	news_add_questions(&engine->news, &engine->actions, &engine->cases);
	if (r == 0)
		r = engine_tell_news(engine, tick->time_s);
	if (r == 0)
		r = roll_up(engine, tick->time_s);
	return r;
}
