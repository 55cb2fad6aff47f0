/* SPDX-License-Identifier: ISC
 *
 * reload.h - new settings and new instances while everything runs.
 */
#ifndef WATCHDOGD_PARENT_RELOAD_H
#define WATCHDOGD_PARENT_RELOAD_H

#include "watchdogd/parent/daemon.h"

/* Reads the settings anew and asks Postfix for its instances; restarts the roles that read what
 * has changed. A file with errors, or one that changes what only a new start can take, leaves all
 * as it is, and the log says why. */
void reload(struct daemon *daemon, struct clock_mono now);

/* Asks Postfix for its instances; when they are others than before, the roles that work on them
 * are restarted. What fails is asked again later. Returns the roles that were restarted. */
unsigned reload_instances(struct daemon *daemon, struct clock_mono now);

#endif
