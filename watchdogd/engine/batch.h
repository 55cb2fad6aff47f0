/* SPDX-License-Identifier: ISC
 *
 * batch.h - which messages an action takes next. Engine; reads the store, asks nobody.
 *
 * What an incident's action deletes from hold is only what the same incident's actions put there:
 * a message that somebody else holds is somebody else's business. What takes an action back is
 * only what that action has done. All else is chosen by class and queue, while the incident lasts.
 */
#ifndef WATCHDOGD_ENGINE_BATCH_H
#define WATCHDOGD_ENGINE_BATCH_H

#include "config/settings.h"
#include "proto/rows.h"
#include "proto/selector.h"
#include "schema/store.h"

struct batch {
	unsigned queues; /* where to look; 0: there is nothing to ask for */
	unsigned classes;
	bool has_conditions;
	struct selector selector; /* the conditions, beyond queue and class */
	int64_t limit;
	int64_t copy_bytes;
	struct row_target *listed; /* NULL: by class and queue; freed by batch_done() */
	int listed_count;
};

struct batch_wish {
	const struct settings_remedy *remedy;
	const struct row_action *action;
	int64_t limit; /* at most so many messages */
	bool is_over; /* the action's incident is closed */
};

/* 0 or -errno (of the store). */
int batch_choose(
    struct store *store, const struct batch_wish *wish, struct batch *ret_batch) MUST_CHECK;
/* Whether an incident's action may take what other actions of the incident hold. */
bool batch_takes_held(const struct settings_remedy *remedy);
void batch_done(struct batch *batch);

#endif
