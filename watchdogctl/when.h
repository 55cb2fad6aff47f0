/* SPDX-License-Identifier: ISC
 *
 * when.h - times, sizes and numbers, as a person types them. watchdogctl.
 */
#ifndef WATCHDOGD_WATCHDOGCTL_WHEN_H
#define WATCHDOGD_WATCHDOGCTL_WHEN_H

#include <stdint.h>

#include "lib/guard.h"

/* "90s", "10m", "1h", "2d", "1w": so long before now; "@1780463109"; "2026-06-03", "2026-06-03
 * 14:05" and "2026-06-03 14:05:09" (or with a T): local time. 0 or -EINVAL. */
int when_parse(const char *text, int64_t now_s, int64_t *ret_time_s) MUST_CHECK;

/* "90s", "10m", "1h", "2d", "1w" to seconds, 1 and up. 0 or -EINVAL. */
int when_parse_span(const char *text, int64_t *ret_span_s) MUST_CHECK;

/* "512", "10k", "5M", "1G" to bytes, in thousands as they are printed; 1 and up. 0 or -EINVAL. */
int when_parse_size(const char *text, int64_t *ret_bytes) MUST_CHECK;

/* "1s", "1m", "1h" to 1, 60, 3600. 0 or -EINVAL. */
int when_parse_step(const char *text, int64_t *ret_step_s) MUST_CHECK;

/* Digits only, 1 and up. 0 or -EINVAL. */
int when_parse_number(const char *text, int64_t *ret_number) MUST_CHECK;

#endif
