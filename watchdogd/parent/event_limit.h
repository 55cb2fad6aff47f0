/* SPDX-License-Identifier: ISC
 *
 * event_limit.h - raises the kernel's limit of queued inotify events for watch, when the settings
 * want it. The parent; as root. The limit counts for what opens inotify afterwards, so it is
 * raised before watch is started. It is never lowered: others may need what is there.
 */
#ifndef WATCHDOGD_PARENT_EVENT_LIMIT_H
#define WATCHDOGD_PARENT_EVENT_LIMIT_H

#include <stdint.h>

#include "lib/guard.h"

#define EVENT_LIMIT_PATH "/proc/sys/fs/inotify/max_queued_events" /* inotify(7) */

/* Makes the number in this file at least `wanted`. 1: raised; 0: it was as high; or -errno. */
int event_limit_raise(const char *path, int64_t wanted) MUST_CHECK;

/* The same at EVENT_LIMIT_PATH, told in the log; a limit that cannot be raised is a warning: an
 * overflow costs a look at everything, no more. 0: nothing is wanted. */
void event_limit_prepare(int64_t wanted);

#endif
