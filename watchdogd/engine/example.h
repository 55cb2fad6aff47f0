/* SPDX-License-Identifier: ISC
 *
 * example.h - one message of an incident's kind, for the people who read about it. Engine.
 */
#ifndef WATCHDOGD_ENGINE_EXAMPLE_H
#define WATCHDOGD_ENGINE_EXAMPLE_H

#include "watchdogd/engine/incident.h"
#include "watchdogd/engine/selection.h"

struct example_asking {
	struct selection *selection;
	struct channel *watch; /* NULL: nothing is asked */
	const char *instance;
	enum signal_name signal; /* what the incident is about */
};

/* Asks watch for one; the answer goes into incident->example, which must outlive the selection. */
void example_ask(const struct example_asking *asking, struct incident *incident);

#endif
