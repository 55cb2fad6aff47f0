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

/* Whether the settings want the role at all: metrics has to be asked for. */
bool supervise_wants(const struct daemon *daemon, enum role_name role);
/* A role that the settings want is not ready. */
bool supervise_lacks(const struct daemon *daemon, enum role_name role);
/* Every role said READY and runs; but metrics, whose port another program may have. */
bool supervise_is_ready(const struct daemon *daemon);
bool supervise_is_sound(const struct daemon *daemon, struct clock_mono now);

#endif
