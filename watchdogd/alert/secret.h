/* SPDX-License-Identifier: ISC
 *
 * secret.h - passwords from files that root alone reads: taken while alert is still root, kept in
 * memory only. Alert. One that cannot be read must not keep the daemon down: what needs it waits,
 * and says why.
 */
#ifndef WATCHDOGD_ALERT_SECRET_H
#define WATCHDOGD_ALERT_SECRET_H

#include "config/settings.h"

#define SECRET_MAX 511 /* bytes */
#define SECRET_PROBLEM_SIZE 512 /* a longer path is cut off */

struct secret {
	char text[SECRET_MAX + 2]; /* empty: none is needed, or `problem` says why there is none */
	char problem[SECRET_PROBLEM_SIZE];
};

/* Reads the one line of a file; what is wrong goes into ret_secret->problem, and into the log. */
void secret_load(const char *path, struct secret *ret_secret);

#endif
