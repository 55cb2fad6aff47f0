/* SPDX-License-Identifier: ISC
 *
 * delays.h - how long good mail takes: quantiles of the time that normal messages had spent in the
 * queues when they were delivered, and of the ages of those that wait now. Pure; `now` is given.
 *
 * Exact below 16 s, then within 1/32. The ages are gathered by walking over the live set in
 * portions, a portion a tick: up to DELAYS_PORTION entries the quantiles are those of this tick,
 * of a million they are 20 s old at most.
 */
#ifndef WATCHDOGD_WATCH_DELAYS_H
#define WATCHDOGD_WATCH_DELAYS_H

#include <stdint.h>

#include "proto/message.h"
#include "watchdogd/watch/queue.h"

#define DELAYS_PORTION 50000u
#define DELAYS_BUCKETS 464 /* 16 exact ones, then 16 for each doubling up to 2^32 s */

struct delays_histogram {
	uint64_t count;
	uint32_t buckets[DELAYS_BUCKETS];
};

struct delays_instance {
	struct delays_histogram left; /* since delays_reset() */
	struct delays_histogram walked; /* of the walk that is under way */
	uint64_t waiting_p50_s, waiting_p95_s; /* of the last whole walk */
};

struct delays {
	struct delays_instance instances[INSTANCES_MAX];
	uint32_t next; /* entry of the walk */
};

void delays_init(struct delays *delays);

/* A normal message was delivered after so long. */
void delays_leave(struct delays *delays, unsigned instance, uint64_t delay_s);
/* Goes on with the walk; call it once a tick. */
void delays_walk(struct delays *delays, const struct queue *queue, int64_t now_s);
/* Fills in left_* and waiting_* of a tick. */
void delays_fill(
    const struct delays *delays, unsigned instance, struct message_tick_flow *ret_tick);
/* The tick was sent: what leaves is counted anew. */
void delays_reset(struct delays *delays, unsigned instance);

/* The smallest value that `percent` of all are not above; 0 when there are none. */
uint64_t delays_quantile(const struct delays_histogram *histogram, unsigned percent);
void delays_note(struct delays_histogram *histogram, uint64_t value_s);

#endif
