/* SPDX-License-Identifier: ISC
 *
 * sandbox_paths.h - the file system part of the sandbox (landlock(7)); sandbox.c calls it.
 */
#ifndef WATCHDOGD_LIB_SANDBOX_PATHS_H
#define WATCHDOGD_LIB_SANDBOX_PATHS_H

#include "lib/sandbox.h"

/* Opens sandbox->paths into a set of rules, while we may still open them. Returns its descriptor,
 * or -1 when the kernel has no landlock (logged). fatal() on failure. */
int sandbox_open_paths(const struct sandbox *sandbox);
/* Puts the rules into force and closes them; -1 is fine. Needs no_new_privs. */
void sandbox_restrict_paths(int ruleset);

#endif
