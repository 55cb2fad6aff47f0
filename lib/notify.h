/* SPDX-License-Identifier: ISC
 *
 * notify.h - the service manager's notifications (sd_notify(3)) without libsystemd. Parent only.
 */
#ifndef WATCHDOGD_LIB_NOTIFY_H
#define WATCHDOGD_LIB_NOTIFY_H

#include <stdint.h>

/* Sends "READY=1", "STATUS=...", "WATCHDOG=1", ... to $NOTIFY_SOCKET; does nothing without one. */
void notify_send(const char *state);
/* The service watchdog's interval in ms from $WATCHDOG_USEC (and $WATCHDOG_PID), 0 if there is none. */
int64_t notify_watchdog_ms(void);

#endif
