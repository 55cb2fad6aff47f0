/* SPDX-License-Identifier: ISC
 *
 * queues.h - what queues shares with status.
 */
#ifndef WATCHDOGD_WATCHDOGCTL_QUEUES_H
#define WATCHDOGD_WATCHDOGCTL_QUEUES_H

#include "watchdogctl/text.h"

/* One instance's queues and flow. */
void queues_print_instance(struct text *text, const json_t *instance);
/* A line for each directory outside Postfix where mail waits; nothing when none is watched. */
void queues_print_spools(struct text *text, const json_t *spools);

#endif
