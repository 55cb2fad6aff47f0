/* SPDX-License-Identifier: ISC
 *
 * lessons.h - what is learned of every instance (baseline.h), over restarts: kept in the store every
 * few minutes, and taken up again with the ticks since. Where nothing was kept, it is learned from
 * all the history that there is, a piece with each tick. Engine.
 *
 * Invariant: after any restart the state is the one that an engine would have that never stopped, but
 * for an incident that was opened again meanwhile (the time in between counts as frozen then).
 */
#ifndef WATCHDOGD_ENGINE_LESSONS_H
#define WATCHDOGD_ENGINE_LESSONS_H

#include "schema/store.h"
#include "watchdogd/engine/baseline.h"

struct lessons;

/* Names are borrowed. */
struct lessons *lessons_new(const struct message_instance *instances, int count);
void lessons_free(struct lessons *lessons);

/* Takes up what the store has kept, once; later calls do nothing. 0 or -errno. */
int lessons_load(struct lessons *lessons, struct store *store, int64_t now_s) MUST_CHECK;
/* A tick of an instance, which the store has already: learns it, or as much of old times as one tick
 * may take. frozen: an incident of it is open. Inside the tick's transaction. 0 or -errno. */
int lessons_take(struct lessons *lessons, struct store *store, int instance,
    const struct row_sample *tick, bool frozen) MUST_CHECK;
/* Keeps what was learned when it is time to. Inside the tick's transaction. 0 or -errno. */
int lessons_keep(struct lessons *lessons, struct store *store, int64_t now_s) MUST_CHECK;

/* What is known of a signal; false: nothing yet, old times are being learned. */
bool lessons_find(struct lessons *lessons, int instance, enum signal_name signal,
    struct baseline_finding *ret_finding);

#endif
