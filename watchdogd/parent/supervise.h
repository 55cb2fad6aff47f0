/* SPDX-License-Identifier: ISC
 *
 * supervise.h - what the parent does with the roles: starts them with settings and links, starts
 * them again when they end, stops them.
 */
#ifndef WATCHDOGD_PARENT_SUPERVISE_H
#define WATCHDOGD_PARENT_SUPERVISE_H

#include "watchdogd/parent/daemon.h"

/* Prepares the table; nothing runs yet. */
void supervise_init(struct daemon *daemon);
/* Starts what is due, pings what runs. To be called several times a second. */
void supervise_look(struct daemon *daemon, struct clock_mono now);
/* Stops these roles (bit set of 1 << enum role_name) in an orderly way; each is started again as
 * soon as it has ended. */
void supervise_restart(struct daemon *daemon, unsigned roles, struct clock_mono now);
/* Begins the end: roles stop, the engine last. supervise_look() carries it on and leaves the loop
 * when all have ended. */
void supervise_stop(struct daemon *daemon, struct clock_mono now);

bool supervise_is_ready(const struct daemon *daemon); /* every role said READY and runs */
bool supervise_is_sound(const struct daemon *daemon, struct clock_mono now);

#endif
