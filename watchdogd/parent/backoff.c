/* SPDX-License-Identifier: ISC
 *
 * backoff.c - delays that double and begin anew after a long life.
 */
#include "watchdogd/parent/backoff.h"

int64_t
backoff_next(struct backoff *backoff, int64_t lifetime_ms)
{
	if (backoff->next_ms == 0 || lifetime_ms >= BACKOFF_RESET_MS)
		backoff->next_ms = BACKOFF_FIRST_MS;
	int64_t delay_ms = backoff->next_ms;
	backoff->next_ms = 2 * delay_ms < BACKOFF_LAST_MS ? 2 * delay_ms : BACKOFF_LAST_MS;
	return delay_ms;
}
