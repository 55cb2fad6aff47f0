/* SPDX-License-Identifier: ISC
 *
 * engine.c - one tick, and the store's coming and going.
 */
#include "watchdogd/engine/engine.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/log.h"
#include "lib/mem.h"
#include "watchdogd/engine/cases.h"
#include "watchdogd/engine/changes.h"
#include "watchdogd/engine/evidence.h"
#include "watchdogd/engine/example.h"
#include "watchdogd/engine/news.h"
#include "watchdogd/engine/policy.h"

#define ROLL_UP_S 60
#define STORE_FILE "history.db"

struct engine {
	struct role *role;
	int64_t (*now)(void);
	struct store *store; /* NULL: cannot be opened (yet) */
	bool stale; /* memory is not what the store says: read it again */
	struct inbox inbox;
	struct window window;
	struct cases cases;
	struct selection *selection;
	struct actions actions;
	struct runner *runner;
	struct changes *changes;
	struct outbox *outbox;
	struct row_daemon daemon;
	struct row_role roles[ROLE_COUNT];
	bool roles_changed;
	int64_t rolled_up_s;
	struct news news;
	char host[65]; /* HOST_NAME_MAX + 1 */
};

/* ---- start: the store is opened, memory is read from it ---- */

struct engine *
engine_new(struct role *role, int64_t (*now)(void))
{
	struct engine *engine = mem_alloc(sizeof(*engine));
	engine->role = role;
	engine->now = now;
	engine->selection = selection_new();
	cases_init(&engine->cases, role->settings.rule_count, role->instance_count);
	if (gethostname(engine->host, sizeof(engine->host) - 1) < 0 || engine->host[0] == '\0')
		snprintf(engine->host, sizeof(engine->host), "localhost");
	for (int i = 0; i < ROLE_COUNT; i++)
		engine->roles[i].role = (enum role_name)i;
	return engine;
}

static void
close_store(struct engine *engine)
{
	runner_free(engine->runner);
	changes_free(engine->changes);
	outbox_free(engine->outbox);
	engine->runner = NULL;
	engine->changes = NULL;
	engine->outbox = NULL;
	actions_free(&engine->actions);
	store_close(engine->store);
	engine->store = NULL;
}

void
engine_free(struct engine *engine)
{
	if (engine == NULL)
		return;
	close_store(engine);
	selection_free(engine->selection);
	inbox_done(&engine->inbox);
	window_done(&engine->window);
	cases_done(&engine->cases);
	news_done(&engine->news);
	free(engine);
}

static int
save_instances(struct engine *engine)
{
	int r = store_forget_instances(engine->store);
	for (int i = 0; r == 0 && i < engine->role->instance_count; i++)
		r = store_save_instance(engine->store, &engine->role->instances[i]);
	return r;
}

/* Mode and start are ours to say; whether acting is paused is the store's. */
static int
save_daemon(struct engine *engine)
{
	struct row_daemon stored;
	int r = store_load_daemon(engine->store, &stored);
	if (r < 0 && r != -ENOENT)
		return r;
	engine->daemon = (struct row_daemon){
	    .mode = engine->role->settings.mode,
	    .paused = r == 0 && stored.paused,
	    .started_s = engine->role->daemon_started_s,
	};
	snprintf(engine->daemon.version, sizeof(engine->daemon.version), "%s", VERSION);
	return store_save_daemon(engine->store, &engine->daemon);
}

static int
save_roles(struct engine *engine)
{
	int r = 0;
	for (int i = 0; r == 0 && i < ROLE_COUNT; i++)
		r = store_save_role(engine->store, &engine->roles[i]);
	return r;
}

/* Ends the transaction by its result; a failure makes memory stale. */
static int
end_transaction(struct engine *engine, int result, bool durable, const char *what)
{
	if (result == 0)
		result = store_commit(engine->store, durable);
	if (result == 0)
		return 0;
	log_error("store: %s not written, %s", what, store_problem(engine->store));
	store_rollback(engine->store);
	engine->stale = true;
	return result;
}

static struct news_telling
make_telling(const struct engine *engine)
{
	return (struct news_telling){
	    .host = engine->host,
	    .store = engine->store,
	    .outbox = engine->outbox,
	    .window = &engine->window,
	    .subject_prefix = engine->role->settings.alert.subject_prefix,
	    .paused = engine->daemon.paused,
	};
}

static int
tell_news(struct engine *engine, int64_t now_s)
{
	struct news_telling telling = make_telling(engine);
	return news_save(&engine->news, &telling, now_s);
}

static int
load_cases(struct engine *engine)
{
	int64_t now_s = engine->now();
	int r = cases_load(
	    &engine->cases, engine->store, &engine->role->settings, engine->role->instances, now_s);
	if (r < 0)
		return r;
	news_clear(&engine->news);
	for (int i = 0; i < engine->cases.orphan_count; i++)
		news_add_orphan(&engine->news, &engine->cases.orphans[i]);
	return tell_news(engine, now_s);
}

static int
load_memory(struct engine *engine)
{
	int r = store_begin(engine->store);
	if (r == 0)
		r = save_instances(engine);
	if (r == 0)
		r = save_daemon(engine);
	if (r == 0)
		r = load_cases(engine);
	if (r == 0)
		r = actions_load(&engine->actions, engine->store);
	r = end_transaction(engine, r, true, "state");
	if (r == 0)
		r = runner_resume(engine->runner);
	if (r == 0)
		engine->stale = false;
	return r;
}

static void
make_parts(struct engine *engine)
{
	struct runner_parts parts = {
	    .role = engine->role,
	    .store = engine->store,
	    .selection = engine->selection,
	    .actions = &engine->actions,
	    .window = &engine->window,
	    .stale = &engine->stale,
	};
	struct changes_parts changes_parts = {
	    .role = engine->role,
	    .store = engine->store,
	    .actions = &engine->actions,
	    .stale = &engine->stale,
	};
	engine->runner = runner_new(&parts);
	engine->changes = changes_new(&changes_parts);
	struct outbox_parts outbox_parts = {
	    .role = engine->role,
	    .store = engine->store,
	    .host = engine->host,
	    .now = engine->now,
	};
	engine->outbox = outbox_new(&outbox_parts);
}

static void
open_store(struct engine *engine)
{
	AUTO_FREE char *path =
	    mem_format("%s/%s", engine->role->settings.state_directory, STORE_FILE);
	int r = store_open(path, &engine->store);
	if (r < 0) {
		log_error("store: %s cannot be opened, %s; nothing is recorded and no remedy runs",
		    path, log_errno(-r));
		engine->store = NULL;
		return;
	}
	log_info("store: %s is open", path);
	make_parts(engine);
	engine->stale = true;
}

/* True when the store is open and memory is what it says. */
static bool
is_ready(struct engine *engine)
{
	if (engine->store == NULL)
		open_store(engine);
	return engine->store != NULL && (!engine->stale || load_memory(engine) == 0);
}

/* ---- detect -> incident -> policy ---- */

static int
open_case(struct engine *engine, const struct policy *policy, const struct settings_rule *rule,
    struct incident *incident, int64_t now_s)
{
	int r = store_save_incident(engine->store, &incident->row, &incident->row.id);
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
	int r = store_save_incident(engine->store, &incident->row, &id);
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

static int
step_case(
    struct engine *engine, const struct policy *policy, int rule_index, int instance, int64_t now_s)
{
	const struct settings_rule *rule = &engine->role->settings.rules[rule_index];
	const char *name = engine->role->instances[instance].name;
	struct incident *incident = cases_get(&engine->cases, rule_index, instance);
	const struct window_instance *seen = window_find(&engine->window, name);
	if (seen == NULL || seen->last_s != now_s)
		return 0;
	struct example_asking asking = {
	    .selection = engine->selection,
	    .watch = engine->role->links[ROLE_WATCH],
	    .instance = name,
	    .signal = rule->signal,
	};
	int64_t value = window_signal(seen, rule->signal);
	int r = 0;
	switch (incident_step(incident, rule, name, value, now_s)) {
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
	return r == 0 ? evidence_keep(engine->store, incident, seen) : r;
}

static int
step_cases(struct engine *engine, const struct policy *policy, int64_t now_s)
{
	for (int rule = 0; rule < engine->cases.rule_count; rule++) {
		for (int i = 0; i < engine->cases.instance_count; i++) {
			int r = step_case(engine, policy, rule, i, now_s);
			if (r < 0)
				return r;
		}
	}
	return 0;
}

/* ---- the tick ---- */

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

static int
write_tick(struct engine *engine, const struct tick *tick)
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
		r = step_cases(engine, &policy, tick->time_s);
	if (r == 0)
		r = policy_step(&policy, tick->time_s);
	if (r == 0)
		r = tell_news(engine, tick->time_s);
	if (r == 0)
		r = roll_up(engine, tick->time_s);
	return r;
}

static void
dispatch(struct engine *engine)
{
	if (!engine->stale)
		changes_step(engine->changes, engine->daemon.paused, engine->now());
	if (!engine->stale)
		runner_step(engine->runner, engine->daemon.paused, engine->now());
	if (!engine->stale)
		outbox_step(engine->outbox, engine->now());
}

static void
on_tick(struct engine *engine, const struct tick *tick)
{
	window_add(&engine->window, tick);
	if (!is_ready(engine))
		return;
	news_clear(&engine->news);
	int r = store_begin(engine->store);
	if (r == 0)
		r = write_tick(engine, tick);
	if (end_transaction(engine, r, engine->news.count > 0, "tick") < 0)
		return;
	news_told(&engine->news, &engine->actions);
	dispatch(engine);
}

/* ---- frames ---- */

int
engine_take_watch(struct engine *engine, const struct channel_frame *frame)
{
	const struct tick *tick = NULL;
	if (frame->type == MESSAGE_TYPE_SELECTED || frame->type == MESSAGE_TYPE_SELECT_END) {
		int r = selection_take(engine->selection, frame, engine->now());
		if (r == 0 && frame->type == MESSAGE_TYPE_SELECT_END && engine->runner != NULL)
			dispatch(engine);
		return r;
	}
	int r = inbox_take(&engine->inbox, frame, &tick);
	if (r > 0)
		on_tick(engine, tick);
	return r < 0 ? r : 0;
}

int
engine_take_remedy(struct engine *engine, const struct channel_frame *frame)
{
	if (engine->runner == NULL)
		return 0;
	bool on_setting = frame->type == MESSAGE_TYPE_CHANGE_OUTCOME;
	int r = on_setting ? changes_take(engine->changes, frame, engine->now())
			   : runner_take(engine->runner, frame, engine->now());
	if (r == 0 && (on_setting || frame->type == MESSAGE_TYPE_OUTCOME))
		dispatch(engine);
	return r;
}

int
engine_take_control(struct engine *engine, const struct channel_frame *frame)
{
	struct news_telling telling = make_telling(engine);
	struct command_parts parts = {
	    .role = engine->role,
	    .store = engine->store,
	    .selection = engine->selection,
	    .actions = &engine->actions,
	    .changes = engine->changes,
	    .window = &engine->window,
	    .cases = &engine->cases,
	    .news = &engine->news,
	    .telling = &telling,
	    .stale = &engine->stale,
	    .daemon = &engine->daemon,
	};
	if (!is_ready(engine))
		return command_refuse(&parts, frame, "the store cannot be opened");
	int r = command_take(&parts, frame, engine->now());
	if (r == 0)
		dispatch(engine);
	return r;
}

void
engine_lost(struct engine *engine, enum role_name peer)
{
	if (peer == ROLE_WATCH) {
		inbox_clear(&engine->inbox);
		selection_lost(engine->selection, engine->now());
	}
	if (peer == ROLE_REMEDY && engine->runner != NULL) {
		runner_lost(engine->runner);
		changes_lost(engine->changes);
	}
}

void
engine_note_role(struct engine *engine, const struct message_role *message)
{
	if (message->role >= ROLE_COUNT)
		return;
	engine->roles[message->role] = (struct row_role){
	    .role = (enum role_name)message->role,
	    .running = message->running != 0,
	    .pid = (int64_t)message->pid,
	    .since_s = (int64_t)message->since_s,
	    .restarts = (int64_t)message->restarts,
	};
	engine->roles_changed = true;
}

/* A store that was moved away or replaced under us is ours no longer: the one that is there now, or
 * a new one, is opened. What was under way is what that one says. */
static void
check_store(struct engine *engine)
{
	if (engine->store == NULL || !store_is_moved(engine->store))
		return;
	log_error("store: %s/%s was moved or replaced, opened anew",
	    engine->role->settings.state_directory, STORE_FILE);
	close_store(engine);
}

void
engine_beat(struct engine *engine)
{
	check_store(engine);
	if (!is_ready(engine))
		return;
	if (engine->roles_changed) {
		int r = store_begin(engine->store);
		if (r == 0)
			r = save_roles(engine);
		if (end_transaction(engine, r, false, "roles") < 0)
			return;
		engine->roles_changed = false;
	}
	dispatch(engine);
}
