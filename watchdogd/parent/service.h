/* SPDX-License-Identifier: ISC
 *
 * service.h - what the service manager is told (sd_notify(3)).
 */
#ifndef WATCHDOGD_PARENT_SERVICE_H
#define WATCHDOGD_PARENT_SERVICE_H

#include "watchdogd/parent/daemon.h"

/* A role began or ended: STATUS, and READY=1 when it is due and all are ready. */
void service_tell_roles(struct daemon *daemon);
void service_tell_reloading(struct daemon *daemon, struct clock_mono now);
/* The reload is over; READY=1 follows as soon as all roles are ready. */
void service_tell_reloaded(struct daemon *daemon);
void service_tell_stopping(void);
/* WATCHDOG=1 at half the interval, as long as every role answers or waits for its start. */
void service_look(struct daemon *daemon, struct clock_mono now);

#endif
