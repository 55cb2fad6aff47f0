/* SPDX-License-Identifier: ISC
 *
 * engine_state.h - what the engine's files share: engine.c takes frames and opens the store,
 * engine_memory.c reads memory from the store, engine_tick.c does what one tick does. Engine only, and
 * whoever looks at it after a tick (watchdogd/rehearse).
 */
#ifndef WATCHDOGD_ENGINE_ENGINE_STATE_H
#define WATCHDOGD_ENGINE_ENGINE_STATE_H

#include "watchdogd/engine/cases.h"
#include "watchdogd/engine/changes.h"
#include "watchdogd/engine/engine.h"
#include "watchdogd/engine/lessons.h"
#include "watchdogd/engine/needs.h"
#include "watchdogd/engine/news.h"
#include "watchdogd/engine/planned.h"

struct engine {
	struct role *role;
	int64_t (*now)(void);
	struct store *store; /* NULL: cannot be opened (yet) */
	bool stale; /* memory is not what the store says: read it again */
	struct inbox inbox;
	struct window window;
	struct cases cases;
	struct lessons *lessons;
	struct planned planned;
	struct selection *selection;
	struct actions actions;
	struct runner *runner;
	struct changes *changes;
	struct needs needs;
	struct outbox *outbox;
	struct row_daemon daemon;
	struct row_role roles[ROLE_COUNT];
	bool roles_changed;
	struct detect_self self;
	int64_t self_looked_s; /* when the store was asked for it */
	int64_t rolled_up_s;
	struct news news;
	struct news_telling telling;
	char host[65]; /* HOST_NAME_MAX + 1 */
};

/* engine_memory.c */

/* Instances, mode, incidents and actions as the store says; incidents that nobody looks after any
 * more are closed and told of. 0 or -errno. */
int engine_load_memory(struct engine *engine) MUST_CHECK;
/* Ends the transaction by its result; a failure makes memory stale. */
int engine_end_transaction(
    struct engine *engine, int result, bool durable, const char *what) MUST_CHECK;
/* With what news is told; borrowed, true until the store is closed. */
const struct news_telling *engine_telling(struct engine *engine);
/* Puts the notices of the news into the outbox, inside the transaction. 0 or -errno. */
int engine_tell_news(struct engine *engine, int64_t now_s) MUST_CHECK;

/* engine_tick.c */

/* All that one tick means, inside its transaction. 0 or -errno. */
int engine_write_tick(struct engine *engine, const struct tick *tick) MUST_CHECK;

#endif
