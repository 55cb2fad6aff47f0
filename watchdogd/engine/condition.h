/* SPDX-License-Identifier: ISC
 *
 * condition.h - whether a step of a rule is to be done now: its `when`. Engine; pure.
 *
 * What the incident's own steps took out of the way does not make a flood smaller: still_growing
 * counts it as if it were there. still_above asks for the signal as it is.
 */
#ifndef WATCHDOGD_ENGINE_CONDITION_H
#define WATCHDOGD_ENGINE_CONDITION_H

#include <stddef.h>

#include "config/settings.h"
#include "watchdogd/engine/window.h"

struct condition_look {
	const struct settings_step *step;
	const struct window_instance *seen; /* NULL: watch has told nothing yet */
	enum signal_name signal;
	int64_t level; /* of the incident */
	int64_t taken; /* out of what the signal counts, by the incident, since condition_since() */
};

/* From when on `taken` is to be counted. */
int64_t condition_since(const struct window_instance *seen, enum signal_name signal);
/* Which messages the signal counts: a class and a queue, or -1 for any. false: it counts none. */
bool condition_counts(enum signal_name signal, int *ret_class, int *ret_queue);
/* When it does not hold, `text` says why not. */
bool condition_holds(const struct condition_look *look, char *text, size_t size);

#endif
