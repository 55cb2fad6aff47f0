/* SPDX-License-Identifier: ISC
 *
 * deferring.h - whose fault it is that mail is deferred: that of one host, or ours. Engine; pure, by
 * what watch says of the deferrals of normal mail of late; those of bounces are everyday matters.
 */
#ifndef WATCHDOGD_ENGINE_DEFERRING_H
#define WATCHDOGD_ENGINE_DEFERRING_H

#include "watchdogd/engine/window.h"

struct deferring {
	int64_t total; /* deferrals of late, decayed */
	/* the most frequent, borrowed until the next tick; NULL: there is none, or it is not told */
	const struct message_tick_top *hop, *reason;
	int64_t at_hop; /* of the total, at the least */
	int hop_share; /* percent */
};

struct deferring deferring_look(const struct window_instance *instance);
/* Whether most of it is one host's. */
bool deferring_is_theirs(const struct deferring *deferring);

#endif
