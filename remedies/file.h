/* SPDX-License-Identifier: ISC
 *
 * file.h - bytes into a file, all of them. Remedy role.
 */
#ifndef WATCHDOGD_REMEDIES_FILE_H
#define WATCHDOGD_REMEDIES_FILE_H

#include <stddef.h>

#include "lib/guard.h"

/* 0 or -errno. */
int file_write(int fd, const char *bytes, size_t length) MUST_CHECK;

#endif
