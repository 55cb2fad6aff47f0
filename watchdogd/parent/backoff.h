/* SPDX-License-Identifier: ISC
 *
 * backoff.h - how long to wait before a role that ended is started again.
 */
#ifndef WATCHDOGD_PARENT_BACKOFF_H
#define WATCHDOGD_PARENT_BACKOFF_H

#include <stdint.h>

#define BACKOFF_FIRST_MS 200
#define BACKOFF_LAST_MS 30000
#define BACKOFF_RESET_MS 60000 /* who lived so long begins anew */

struct backoff {
	int64_t next_ms; /* 0: as at the beginning */
};

/* The delay after a life of lifetime_ms: 0.2 s, doubling to 30 s. */
int64_t backoff_next(struct backoff *backoff, int64_t lifetime_ms);

#endif
