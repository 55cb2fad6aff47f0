/* SPDX-License-Identifier: ISC
 *
 * engine.c - who says what, and the store's coming and going.
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
#include "watchdogd/engine/engine_state.h"
#include "watchdogd/engine/health_mail.h"
#include "watchdogd/engine/heartbeat.h"

#define STORE_FILE "history.db"

/* ---- start: the store is opened, memory is read from it ---- */

struct engine *
engine_new(struct role *role, int64_t (*now)(void))
{
	struct engine *engine = mem_alloc(sizeof(*engine));
	engine->role = role;
	engine->now = now;
	engine->selection = selection_new();
	cases_init(&engine->cases, role->settings.rule_count, role->instance_count);
	engine->lessons = lessons_new(role->instances, role->instance_count);
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
	lessons_free(engine->lessons);
	news_done(&engine->news);
	free(engine);
}

static int
save_roles(struct engine *engine)
{
	int r = 0;
	for (int i = 0; r == 0 && i < ROLE_COUNT; i++)
		r = store_save_role(engine->store, &engine->roles[i]);
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
	    .window = &engine->window,
	    .now = engine->now,
	};
	engine->outbox = outbox_new(&outbox_parts);
}

struct engine *
engine_new_on(struct role *role, int64_t (*now)(void), struct store *store)
{
	struct engine *engine = engine_new(role, now);
	engine->store = store;
	make_parts(engine);
	engine->stale = true;
	return engine;
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
	return engine->store != NULL && (!engine->stale || engine_load_memory(engine) == 0);
}

/* ---- the tick ---- */

static void
dispatch(struct engine *engine)
{
	if (!engine->stale)
		needs_step(
		    &engine->needs, engine->changes, engine->store, engine->role, engine->now());
	if (!engine->stale)
		changes_step(engine->changes, engine->daemon.paused, engine->now());
	if (!engine->stale)
		runner_step(engine->runner, engine->daemon.paused, engine->now());
	if (!engine->stale &&
	    health_mail_step(engine->store, &engine->role->settings, engine->host, engine->now()) <
		0)
		log_error("report: not written yet, %s", store_problem(engine->store));
	const struct heartbeat_parts heartbeat = {
	    engine->store, &engine->role->settings, &engine->window, engine->host};
	if (!engine->stale && heartbeat_step(&heartbeat, engine->now()) < 0)
		log_error("heartbeat: not written yet, %s", store_problem(engine->store));
	if (!engine->stale)
		outbox_step(engine->outbox, engine->now());
}

int
engine_take_tick(struct engine *engine, const struct tick *tick)
{
	window_add(&engine->window, tick);
	if (!is_ready(engine))
		return -EIO;
	news_clear(&engine->news);
	int r = store_begin(engine->store);
	if (r == 0)
		r = engine_write_tick(engine, tick);
	r = engine_end_transaction(engine, r, engine->news.count > 0, "tick");
	if (r < 0)
		return r;
	news_told(&engine->news, &engine->actions);
	dispatch(engine);
	return 0;
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
	/* what it cannot write it has logged, and tries again with the next one */
	if (r > 0)
		(void)!engine_take_tick(engine, tick);
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
	struct command_parts parts = {
	    .role = engine->role,
	    .store = engine->store,
	    .selection = engine->selection,
	    .actions = &engine->actions,
	    .changes = engine->changes,
	    .window = &engine->window,
	    .cases = &engine->cases,
	    .planned = &engine->planned,
	    .news = &engine->news,
	    .telling = engine_telling(engine),
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
		if (engine_end_transaction(engine, r, false, "roles") < 0)
			return;
		engine->roles_changed = false;
	}
	dispatch(engine);
}
