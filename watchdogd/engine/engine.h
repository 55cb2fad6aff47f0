/* SPDX-License-Identifier: ISC
 *
 * engine.h - the whole of the engine's state, and what happens in one tick.
 *
 *   tick -> store, window -> lessons -> detect -> incident -> policy -> notices -> commit -> dispatch
 *
 * Invariants: a tick is one transaction; nothing is dispatched that is not committed; after a
 * commit that failed, memory is thrown away and read again from the store. While the store cannot
 * be opened or written the engine lives on, says so, and tries again.
 */
#ifndef WATCHDOGD_ENGINE_ENGINE_H
#define WATCHDOGD_ENGINE_ENGINE_H

#include "watchdogd/engine/command.h"
#include "watchdogd/engine/incident.h"
#include "watchdogd/engine/outbox.h"
#include "watchdogd/engine/runner.h"

struct engine;
struct tick;

/* role is borrowed; now() is the wall clock in seconds. */
struct engine *engine_new(struct role *role, int64_t (*now)(void));
/* The same on a store that is open, which becomes the engine's. */
struct engine *engine_new_on(struct role *role, int64_t (*now)(void), struct store *store);
void engine_free(struct engine *engine);

/* What happens in one tick. 0; -errno: it is not in the store, the log says why. */
int engine_take_tick(struct engine *engine, const struct tick *tick) MUST_CHECK;

/* Frames by sender. 0 or -EBADMSG. */
int engine_take_watch(struct engine *engine, const struct channel_frame *frame) MUST_CHECK;
int engine_take_remedy(struct engine *engine, const struct channel_frame *frame) MUST_CHECK;
int engine_take_control(struct engine *engine, const struct channel_frame *frame) MUST_CHECK;

/* A peer was lost: what was under way with it is asked again later. */
void engine_lost(struct engine *engine, enum role_name peer);
/* The parent tells of a role. */
void engine_note_role(struct engine *engine, const struct message_role *message);
/* Once a second, with or without ticks: opens the store if it must, sends what waits. */
void engine_beat(struct engine *engine);

#endif
