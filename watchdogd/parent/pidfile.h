/* SPDX-License-Identifier: ISC
 *
 * pidfile.h - one daemon a run directory: a lock on <run directory>/watchdogd.pid.
 */
#ifndef WATCHDOGD_PARENT_PIDFILE_H
#define WATCHDOGD_PARENT_PIDFILE_H

#include <sys/types.h>

#include "lib/guard.h"

/* Locks the file, creating it, and writes our pid into it; the lock lasts as long as ret_fd is
 * open. 0; -EBUSY: another process holds it, and *ret_other is its pid (0: not known); -errno. */
int pidfile_lock(const char *path, int *ret_fd, pid_t *ret_other) MUST_CHECK;
/* Removes the file and gives the lock back. */
void pidfile_unlock(const char *path, int fd);

#endif
