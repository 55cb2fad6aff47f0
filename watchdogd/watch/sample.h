/* SPDX-License-Identifier: ISC
 *
 * sample.h - what the engine is told each second: the counts as they are, the flows since the last
 * sample that was sent.
 */
#ifndef WATCHDOGD_WATCH_SAMPLE_H
#define WATCHDOGD_WATCH_SAMPLE_H

#include "lib/channel.h"
#include "lib/clock.h"
#include "proto/message.h"
#include "watchdogd/watch/track.h"

/* Fills in one queue of an instance. Ages are measured against `now`. */
void sample_queue(const struct track *track, unsigned instance, enum queue_name name,
    struct clock_wall now, struct message_tick_queue *ret_tick);
void sample_flow(const struct track *track, unsigned instance, int64_t reconciled_s,
    struct message_tick_flow *ret_tick);

/* Sends a whole tick and starts the flows anew. */
void sample_send(
    struct track *track, struct channel *engine, struct clock_wall now, int64_t reconciled_s);

#endif
