/* SPDX-License-Identifier: ISC
 *
 * wiring.h - the links between the roles. The parent makes each socket pair and keeps no end.
 */
#ifndef WATCHDOGD_PARENT_WIRING_H
#define WATCHDOGD_PARENT_WIRING_H

#include "lib/guard.h"
#include "watchdogd/parent/process.h"

/* Links a role that was just started with every linked role that is up: both ends get LINK. 0 or
 * -errno; then the role has not all its links. */
int wiring_connect(struct process processes[ROLE_COUNT], enum role_name role) MUST_CHECK;

#endif
