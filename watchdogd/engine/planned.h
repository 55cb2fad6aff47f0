/* SPDX-License-Identifier: ISC
 *
 * planned.h - much mail that operators have announced, by command or for times of the week in the
 * settings: while its time lasts, rules on how much mail there is open no incident on its instance.
 * Engine; what was announced by command is in memory as in the store.
 */
#ifndef WATCHDOGD_ENGINE_PLANNED_H
#define WATCHDOGD_ENGINE_PLANNED_H

#include "config/settings.h"
#include "schema/store.h"

#define PLANNED_MAX_S (7 * 24 * 3600)

struct planned {
	struct row_planned list[INSTANCES_MAX];
	int count;
	bool is_window; /* of the settings, at the last look */
};

/* Reads what has not ended. 0 or -errno. */
int planned_load(struct planned *planned, struct store *store, int64_t now_s) MUST_CHECK;
/* Whether one of the settings' times of the week is now; with each tick. */
void planned_look(struct planned *planned, const struct settings *settings, int64_t now_s);
/* Takes the place of the instance's one before, in the store first; inside a transaction. */
int planned_set(
    struct planned *planned, struct store *store, const struct row_planned *row) MUST_CHECK;
/* Whether a high value of the signal is what was announced. What mail of any amount should not do
 * (bounce, be deferred, grow old) never is. */
bool planned_covers(
    const struct planned *planned, const char *instance, enum signal_name signal, int64_t now_s);

#endif
