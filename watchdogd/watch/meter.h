/* SPDX-License-Identifier: ISC
 *
 * meter.h - the flows of one instance since the last tick that was sent. Pure.
 *
 * An arrival is a message that Postfix accepted, once in its life: not when a reload moves it from
 * active back to incoming, and not when `postsuper -r` sends it through maildrop, where it gets a
 * new id but keeps its arrival time, by which it is known again here. Mail of sendmail(1) is
 * counted when it comes out of maildrop.
 */
#ifndef WATCHDOGD_WATCH_METER_H
#define WATCHDOGD_WATCH_METER_H

#include <stdbool.h>
#include <stdint.h>

#include "proto/names.h"

#define METER_REQUEUED_MAX 8192u

struct meter {
	uint64_t arrivals, deliveries, deferrals, bounces_made, bounced, removed;
	/* arrival times of messages on their way through maildrop, 0: free */
	uint32_t *requeued;
	unsigned requeued_count;
};

void meter_init(struct meter *meter);
void meter_done(struct meter *meter);
/* The flows start at 0 again; what is on its way stays known. */
void meter_reset(struct meter *meter);

/* A message that is known goes into maildrop; beyond METER_REQUEUED_MAX at once they are not
 * remembered and will count as arrivals. */
void meter_requeue(struct meter *meter, uint32_t arrival_s);
/* A message was accepted. arrival_s 0: not known (it was delivered before it could be read). False:
 * it was only requeued and is no arrival. */
bool meter_arrive(struct meter *meter, enum message_class class, uint32_t arrival_s);
/* A message that was accepted is deleted from this queue. */
void meter_remove(struct meter *meter, enum queue_name queue, bool bounced);

#endif
