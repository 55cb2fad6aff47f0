/* SPDX-License-Identifier: ISC
 *
 * history.h - what is said of history's steps elsewhere. watchdogctl.
 */
#ifndef WATCHDOGD_WATCHDOGCTL_HISTORY_H
#define WATCHDOGD_WATCHDOGCTL_HISTORY_H

#include <stdint.h>

/* "second", "minute", "hour" */
const char *history_step_name(int64_t step_s);

#endif
