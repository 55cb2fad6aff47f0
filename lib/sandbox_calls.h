/* SPDX-License-Identifier: ISC
 *
 * sandbox_calls.h - the system call part of the sandbox (seccomp(2)); sandbox.c calls it.
 */
#ifndef WATCHDOGD_LIB_SANDBOX_CALLS_H
#define WATCHDOGD_LIB_SANDBOX_CALLS_H

#include "lib/sandbox.h"

/* From now on any call that is not in the level's list fails with EPERM. Needs no_new_privs. */
void sandbox_restrict_calls(enum sandbox_calls level);

#endif
