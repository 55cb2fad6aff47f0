/* SPDX-License-Identifier: ISC
 *
 * owned_file.h - files beside Postfix's own that are ours: they say so in their first line, and no
 * other file is ever written over or removed. Remedy role.
 */
#ifndef WATCHDOGD_REMEDIES_OWNED_FILE_H
#define WATCHDOGD_REMEDIES_OWNED_FILE_H

#include <stdbool.h>

#include "lib/guard.h"
#include "proto/message.h"

/* Writes the file anew: its first line that says whose it is, then `text`. All of it is there, on the
 * disk, or none. 0; -EPERM: something that is not ours is there; another -errno. */
int owned_file_write(const char *path, const char *text, char problem[REASON_TEXT_SIZE]) MUST_CHECK;

/* Whether the file is there. -EPERM: it is, and not ours; another -errno. */
int owned_file_look(const char *path, bool *ret_there, char problem[REASON_TEXT_SIZE]) MUST_CHECK;

/* Removes the file if it is there and ours, and what was made of it: path with each of `suffixes`
 * (NULL at the end). The same results. */
int owned_file_remove(
    const char *path, const char *const *suffixes, char problem[REASON_TEXT_SIZE]) MUST_CHECK;

#endif
