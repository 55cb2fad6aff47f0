/* SPDX-License-Identifier: ISC
 *
 * status.h - what status shares with other commands: is the daemon there, is what it says old.
 */
#ifndef WATCHDOGD_WATCHDOGCTL_STATUS_H
#define WATCHDOGD_WATCHDOGCTL_STATUS_H

#include "watchdogctl/text.h"

/* What is known is stale when it is older than this: the daemon does not see the queues any more. */
#define STATUS_STALE_S 5

/* A document about the present whose daemon runs but does not see. */
bool status_is_stale(const json_t *document);
/* The first lines of what is about the present: does the daemon run, how old is what follows. */
void status_print_daemon(struct text *text, const json_t *document);

#endif
