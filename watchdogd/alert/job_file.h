/* SPDX-License-Identifier: ISC
 *
 * job_file.h - writes what `send` is to do: its head of "key=value" lines, an empty line, the mail.
 * Alert. The job is in memory only: the password is in it, which no argv, environment, log or disk
 * ever sees.
 */
#ifndef WATCHDOGD_ALERT_JOB_FILE_H
#define WATCHDOGD_ALERT_JOB_FILE_H

#include "config/settings.h"
#include "lib/guard.h"

struct job_file_parts {
	const struct settings_relay *relay;
	const char *password; /* empty when the relay has no user */
	const char *recipient;
	const char *mail;
};

/* The job as text; free() it. */
char *job_file_format(const struct settings *settings, const struct job_file_parts *parts);

/* A descriptor from which send reads the text. 0 or -errno. */
int job_file_open(const char *text, int *ret_fd) MUST_CHECK;

#endif
