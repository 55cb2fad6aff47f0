/* SPDX-License-Identifier: ISC
 *
 * asking.h - whether an action waits for an operator's yes. For the mails and the console, which
 * then offer the two answers.
 */
#ifndef WATCHDOGD_PROTO_ASKING_H
#define WATCHDOGD_PROTO_ASKING_H

#include <stdbool.h>

#include "proto/rows.h"

/* Planned by a rule in mode confirm, not begun, and nobody has said yes yet. */
bool asking_is(const struct row_action *action);

#endif
