/* SPDX-License-Identifier: ISC
 *
 * engine_memory.c - memory is what the store says: read at the start and after every failure.
 */
#include <errno.h>
#include <stdio.h>

#include "lib/log.h"
#include "watchdogd/engine/engine_state.h"

static int
save_instances(struct engine *engine)
{
	int r = store_forget_instances(engine->store);
	for (int i = 0; r == 0 && i < engine->role->instance_count; i++)
		r = store_save_instance(engine->store, &engine->role->instances[i]);
	return r;
}

static int
save_spools(struct engine *engine)
{
	const struct settings *settings = &engine->role->settings;
	int r = store_forget_spools(engine->store);
	for (int i = 0; r == 0 && i < settings->spool_count; i++)
		r = store_save_spool(
		    engine->store, settings->spools[i].name, settings->spools[i].path);
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

int
engine_end_transaction(struct engine *engine, int result, bool durable, const char *what)
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

const struct news_telling *
engine_telling(struct engine *engine)
{
	engine->telling = (struct news_telling){
	    .host = engine->host,
	    .store = engine->store,
	    .outbox = engine->outbox,
	    .window = &engine->window,
	    .subject_prefix = engine->role->settings.alert.subject_prefix,
	    .paused = engine->daemon.paused,
	};
	return &engine->telling;
}

int
engine_tell_news(struct engine *engine, int64_t now_s)
{
	return news_save(&engine->news, engine_telling(engine), now_s);
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
	return engine_tell_news(engine, now_s);
}

int
engine_load_memory(struct engine *engine)
{
	int r = store_begin(engine->store);
	if (r == 0)
		r = save_instances(engine);
	if (r == 0)
		r = save_spools(engine);
	if (r == 0)
		r = save_daemon(engine);
	if (r == 0)
		r = load_cases(engine);
	if (r == 0)
		r = lessons_load(engine->lessons, engine->store, engine->now());
	if (r == 0)
		r = planned_load(&engine->planned, engine->store, engine->now());
	if (r == 0)
		r = actions_load(&engine->actions, engine->store);
	r = engine_end_transaction(engine, r, true, "state");
	if (r == 0)
		r = runner_resume(engine->runner);
	if (r == 0)
		engine->stale = false;
	return r;
}
