/* SPDX-License-Identifier: ISC
 *
 * process.h - a daemon that is not ours is told to read its settings anew: found by its pid file and
 * told by a signal, or through the service manager. Remedy role.
 */
#ifndef WATCHDOGD_REMEDIES_PROCESS_H
#define WATCHDOGD_REMEDIES_PROCESS_H

#include <stdbool.h>

#include "lib/guard.h"
#include "proto/message.h"

/* Sends SIGHUP to the process of a pid file if it runs `program` (an absolute path), and sees that it
 * still runs after a while. The file is not trusted: the daemon may have written it with less
 * privilege than ours. 0; ret_told: false when no such process runs; -EIO: it ended; -errno. Why
 * is then in `problem`. */
int process_reload(const char *pid_file, const char *program, bool *ret_told,
    char problem[REASON_TEXT_SIZE]) MUST_CHECK;

/* The same through systemctl(1), for a service such as "rspamd.service". */
int process_reload_service(
    const char *service, bool *ret_told, char problem[REASON_TEXT_SIZE]) MUST_CHECK;

/* For one that reads its settings at its start only. */
int process_restart_service(
    const char *service, bool *ret_told, char problem[REASON_TEXT_SIZE]) MUST_CHECK;
/* The same by a program of the operator's, which takes no arguments. */
int process_restart_by(
    const char *program, bool *ret_told, char problem[REASON_TEXT_SIZE]) MUST_CHECK;

#endif
