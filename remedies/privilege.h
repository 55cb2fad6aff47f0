/* SPDX-License-Identifier: ISC
 *
 * privilege.h - as whom a remedy's program is started. Remedy role.
 */
#ifndef WATCHDOGD_REMEDIES_PRIVILEGE_H
#define WATCHDOGD_REMEDIES_PRIVILEGE_H

#include "lib/guard.h"
#include "lib/spawn.h"
#include "remedies/remedy.h"

/* Sets the user and group of a child. 0; -ENOENT: there is no such user; -EPERM: it is root. */
int privilege_set(enum remedy_privilege privilege, const struct message_instance *instance,
    struct spawn *spawn) MUST_CHECK;

#endif
