/* SPDX-License-Identifier: ISC
 *
 * policy.h - from an incident to actions: the rule's ladder, each step at its time, in its mode.
 * Engine; inside the tick's transaction. It decides, it does not act: what is RUNNING afterwards is
 * the runner's.
 */
#ifndef WATCHDOGD_ENGINE_POLICY_H
#define WATCHDOGD_ENGINE_POLICY_H

#include "config/settings.h"
#include "watchdogd/engine/actions.h"
#include "watchdogd/engine/window.h"

struct policy {
	const struct settings *settings;
	struct store *store;
	struct actions *actions;
	const struct window *window;
	bool paused;
};

/* An incident has opened: one action a step of its rule. When it has opened again, those that are
 * waiting, running or only said go on instead. 0 or -errno. */
int policy_open(const struct policy *policy, const struct settings_rule *rule,
    const struct row_incident *incident, int64_t now_s) MUST_CHECK;
/* Actions whose time has come start, or say what they would do. 0 or -errno. */
int policy_step(const struct policy *policy, int64_t now_s) MUST_CHECK;

/* How many messages the remedy would take now, by the live counts. */
int64_t policy_count(const struct settings_remedy *remedy, const struct window_instance *instance);

#endif
