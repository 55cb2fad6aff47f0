/* SPDX-License-Identifier: ISC
 *
 * needs.h - whether the remedies on settings have here what they need: asked of the remedy role every
 * few minutes, and kept for those who look at the list of remedies. Engine.
 */
#ifndef WATCHDOGD_ENGINE_NEEDS_H
#define WATCHDOGD_ENGINE_NEEDS_H

#include "watchdogd/engine/changes.h"

struct needs {
	struct store *store; /* of the question that waits */
	int next; /* of the catalogue */
	bool waits; /* for an answer */
	int64_t again_s; /* when the next round begins */
	int64_t asked_s;
};

/* Asks the next question when its time has come. Outside of transactions; `needs` must stay where it
 * is until the changes are freed. */
void needs_step(struct needs *needs, struct changes *changes, struct store *store,
    const struct role *role, int64_t now_s);

#endif
