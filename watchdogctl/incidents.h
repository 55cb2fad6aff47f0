/* SPDX-License-Identifier: ISC
 *
 * incidents.h - what incidents shares with status.
 */
#ifndef WATCHDOGD_WATCHDOGCTL_INCIDENTS_H
#define WATCHDOGD_WATCHDOGCTL_INCIDENTS_H

#include "watchdogctl/text.h"

/* One incident, with what was done about it and how to undo it. */
void incidents_print_one(struct text *text, const json_t *incident);

#endif
