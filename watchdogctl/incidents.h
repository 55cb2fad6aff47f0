/* SPDX-License-Identifier: ISC
 *
 * incidents.h - what incidents shares with status and remedy.
 */
#ifndef WATCHDOGD_WATCHDOGCTL_INCIDENTS_H
#define WATCHDOGD_WATCHDOGCTL_INCIDENTS_H

#include "watchdogctl/text.h"

/* One incident, with what was done about it and how to undo it. */
void incidents_print_one(struct text *text, const json_t *incident);

/* An action's state as a word in a sentence: "would" is "not done". */
const char *incidents_action_state(const json_t *action);

/* A mail, and what became of it. */
void incidents_print_notice(struct text *text, const json_t *notice);

#endif
