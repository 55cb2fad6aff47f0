/* SPDX-License-Identifier: ISC
 *
 * rehearse.c - an engine of its own is given the recorded steps as ticks; what it opened is gathered
 * from its store.
 */
#include "watchdogd/rehearse/rehearse.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/log.h"
#include "lib/mem.h"
#include "watchdogd/rehearse/plan.h"
#include "watchdogd/rehearse/results.h"

#define LEARNS_S (28 * 86400) /* of before what is asked for: for the rules that learn */
#define KEEP_S 3600 /* in the rehearsal's own store */
#define PIECE_STEPS 3600 /* that are read at once: the history's writer need not wait for long */

/* What the engine takes for the time: it asks a function that is told of nothing. One rehearsal runs
 * at a time. */
static int64_t tick_s;

static int64_t
tell_time(void)
{
	return tick_s;
}

struct course {
	const struct rehearsal_question *question;
	struct rehearsal *rehearsal;
	struct rehearsal_stretch *stretch;
	struct role *role;
	struct engine *engine;
	struct plans plans;
	struct tick *tick; /* what is gathered of one moment */
};

/* ---- the engine ---- */

/* All that would act only says so; whoever would be asked is asked. */
static void
hold_back(struct settings *settings)
{
	if (settings->mode == MODE_ACT)
		settings->mode = MODE_OBSERVE;
	for (int i = 0; i < settings->remedy_count; i++)
		if (settings->remedies[i].mode == MODE_ACT)
			settings->remedies[i].mode = MODE_OBSERVE;
	for (int i = 0; i < settings->rule_count; i++) {
		struct settings_rule *rule = &settings->rules[i];
		if (rule->mode == MODE_ACT)
			rule->mode = MODE_OBSERVE;
		for (int step = 0; step < rule->step_count; step++)
			if (rule->steps[step].mode == MODE_ACT)
				rule->steps[step].mode = MODE_OBSERVE;
	}
}

/* How the daemon itself was is not in the history, and our own mail waits for ever. */
static void
leave_out_self(struct settings *settings)
{
	int kept = 0;
	for (int i = 0; i < settings->rule_count; i++)
		if (settings->rules[i].detector != DETECTOR_SELF)
			settings->rules[kept++] = settings->rules[i];
	settings->rule_count = kept;
}

static int
take_instance(const struct row_instance *row, void *owner)
{
	struct course *course = owner;
	struct role *role = course->role;
	const char *only = course->question->instance;
	if ((only[0] != '\0' && strcmp(only, row->name) != 0) ||
	    role->instance_count == INSTANCES_MAX)
		return 0;
	struct message_instance *instance = &role->instances[role->instance_count++];
	memcpy(instance->name, row->name, sizeof(instance->name));
	return 0;
}

static int
prepare(struct course *course)
{
	struct store *store;
	struct role *role = course->role;
	role->name = ROLE_ENGINE;
	role->settings = *course->question->settings;
	hold_back(&role->settings);
	leave_out_self(&role->settings);
	role->settings.store.keep_raw_s = role->settings.store.keep_minutes_s = KEEP_S;
	int r = store_list_instances(course->question->history, take_instance, course);
	if (r == 0 && role->instance_count == 0)
		r = -ENOENT;
	if (r == 0)
		r = store_open_memory(&store);
	if (r == 0)
		course->engine = engine_new_on(role, tell_time, store);
	return r;
}

/* ---- steps into ticks ---- */

/* What is gathered goes to the engine. */
static int
end_tick(struct course *course)
{
	struct tick *tick = course->tick;
	if (tick->count == 0)
		return 0;
	tick_s = tick->time_s;
	int r = engine_take_tick(course->engine, tick);
	tick->count = 0;
	if (r == 0)
		plans_note(&course->plans, course->engine);
	return r;
}

static bool
is_rehearsed(const struct course *course, const char *instance)
{
	return role_find_instance(course->role, instance) != NULL;
}

/* A flow of a longer step counts as that of a minute, which is what rules sum. */
static uint64_t
scale(uint64_t flow, int64_t step_s)
{
	uint64_t minutes = step_s > 60 ? (uint64_t)step_s / 60 : 1;
	return (flow + minutes / 2) / minutes;
}

static void
scale_flows(struct message_tick_flow *flow, int64_t step_s)
{
	uint64_t *flows[] = {&flow->arrivals, &flow->deliveries, &flow->deferrals,
	    &flow->bounces_made, &flow->bounced, &flow->removed, &flow->senders,
	    &flow->first_attempts, &flow->first_deferred};
	for (size_t i = 0; i < ARRAY_LENGTH(flows); i++)
		*flows[i] = scale(*flows[i], step_s);
}

static void
count_step(struct rehearsal_stretch *stretch, const struct row_step *row)
{
	if (stretch->steps++ == 0)
		stretch->since_s = row->time_s;
	stretch->until_s = row->time_s + row->step_s;
}

/* A step is told at its end. */
static int
take_step(const struct row_step *row, void *owner)
{
	struct course *course = owner;
	struct tick *tick = course->tick;
	int64_t time_s = row->time_s + row->step_s - 1;
	if (!is_rehearsed(course, row->instance))
		return 0;
	int r = time_s != tick->time_s ? end_tick(course) : 0;
	if (r < 0 || tick->count == INSTANCES_MAX)
		return r;
	if (tick->count == 0 && row->time_s >= course->question->since_s)
		count_step(course->stretch, row);
	tick->time_s = time_s;
	struct tick_instance *instance = &tick->instances[tick->count++];
	memcpy(instance->name, row->instance, sizeof(instance->name));
	memcpy(instance->queues, row->queues, sizeof(instance->queues));
	instance->flow = row->flow;
	scale_flows(&instance->flow, row->step_s);
	return 0;
}

/* The steps of [since_s, until_s), a piece at a time. */
static int
walk(struct course *course, int64_t since_s, int64_t until_s)
{
	struct store *history = course->question->history;
	int64_t step_s = course->stretch->step_s;
	int r = 0;
	while (r == 0 && since_s < until_s) {
		int64_t first_s;
		r = store_find_step(history, step_s, since_s, &first_s);
		if (r < 0 || first_s < since_s || first_s >= until_s)
			return r; /* 0: there is no more */
		int64_t end_s = first_s + PIECE_STEPS * step_s;
		since_s = end_s < until_s ? end_s : until_s;
		r = store_list_steps(history, step_s, first_s, since_s, take_step, course);
	}
	return r;
}

/* ---- the walk through the history, each time at the finest resolution that is kept of it ---- */

/* Where steps that are whole before `until_s` have to begin before. */
static int64_t
last_begin(int64_t until_s, int64_t step_s)
{
	return until_s - step_s + 1;
}

static int
walk_all(struct course *course)
{
	static const int64_t sizes[REHEARSAL_STEPS] = {3600, 60, 1};
	const struct rehearsal_question *question = course->question;
	int64_t since_s = question->since_s > LEARNS_S ? question->since_s - LEARNS_S : 0;
	int64_t begins_s[REHEARSAL_STEPS + 1] = {[REHEARSAL_STEPS] = question->until_s};
	int r = 0;
	for (int i = REHEARSAL_STEPS - 1; r == 0 && i >= 0; i--) {
		r = store_find_step(question->history, sizes[i], since_s, &begins_s[i]);
		if (begins_s[i] == 0 || begins_s[i] > begins_s[i + 1])
			begins_s[i] = begins_s[i + 1];
	}
	for (int i = 0; r == 0 && i < REHEARSAL_STEPS; i++) {
		course->stretch = &course->rehearsal->stretches[i];
		course->stretch->step_s = sizes[i];
		r = walk(course, begins_s[i], last_begin(begins_s[i + 1], sizes[i]));
		if (r == 0)
			r = end_tick(course);
	}
	return r;
}

static void
course_done(struct course *course)
{
	engine_free(course->engine);
	plans_done(&course->plans);
	free(course->role);
	free(course->tick);
}

int
rehearsal_run(const struct rehearsal_question *question, struct rehearsal **ret_rehearsal)
{
	__attribute__((cleanup(course_done))) struct course course = {
	    .question = question,
	    .rehearsal = mem_alloc(sizeof(*course.rehearsal)),
	    .role = mem_alloc(sizeof(*course.role)),
	    .tick = mem_alloc(sizeof(*course.tick)),
	};
	int r = prepare(&course);
	if (r == 0)
		r = walk_all(&course);
	if (r == 0)
		r = results_gather(&course.plans, course.engine, question, course.rehearsal);
	if (r == 0)
		*ret_rehearsal = course.rehearsal;
	else
		rehearsal_free(course.rehearsal);
	return r;
}

void
rehearsal_free(struct rehearsal *rehearsal)
{
	if (rehearsal == NULL)
		return;
	for (int i = 0; i < rehearsal->incident_count; i++)
		free(rehearsal->incidents[i].actions);
	free(rehearsal->incidents);
	free(rehearsal);
}
