/* SPDX-License-Identifier: ISC
 *
 * heartbeat.h - a mail every so often that says that all is well, or is not: when it does not come, the
 * watchdog or the way of its alerts is dead. Engine.
 */
#ifndef WATCHDOGD_ENGINE_HEARTBEAT_H
#define WATCHDOGD_ENGINE_HEARTBEAT_H

#include "config/settings.h"
#include "schema/store.h"
#include "watchdogd/engine/window.h"

struct heartbeat_parts {
	struct store *store;
	const struct settings *settings;
	const struct window *window;
	const char *host;
};

/* Puts one into the outbox when it is time. Outside of transactions. 0 or -errno. */
int heartbeat_step(const struct heartbeat_parts *parts, int64_t now_s) MUST_CHECK;

#endif
