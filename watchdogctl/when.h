/* SPDX-License-Identifier: ISC
 *
 * when.h - a point in time, or a step, as a person types it. watchdogctl.
 */
#ifndef WATCHDOGD_WATCHDOGCTL_WHEN_H
#define WATCHDOGD_WATCHDOGCTL_WHEN_H

#include <stdint.h>

#include "lib/guard.h"

/* "90s", "10m", "1h", "2d", "1w": so long before now; "@1780463109"; "2026-06-03", "2026-06-03
 * 14:05" and "2026-06-03 14:05:09" (or with a T): local time. 0 or -EINVAL. */
int when_parse(const char *text, int64_t now_s, int64_t *ret_time_s) MUST_CHECK;

/* "1s", "1m", "1h" to 1, 60, 3600. 0 or -EINVAL. */
int when_parse_step(const char *text, int64_t *ret_step_s) MUST_CHECK;

/* Digits only, 1 and up. 0 or -EINVAL. */
int when_parse_number(const char *text, int64_t *ret_number) MUST_CHECK;

#endif
