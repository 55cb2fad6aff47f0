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

#define METER_REQUEUED_MAX (1u << 20) /* different arrival times, on their way at once */
#define METER_SENDERS_S 5 /* in which a sender counts once */
#define METER_REQUEUED_S 3600 /* pickup takes a minute; what never came out again was deleted */

/* Messages of one arrival time that are on their way through maildrop. */
struct meter_requeued {
	uint32_t arrival_s; /* 0: a free place */
	uint32_t count;
	uint32_t since_s; /* when the last of them went in */
};

struct meter {
	uint64_t arrivals, deliveries, deferrals, bounces_made, bounced, removed;
	uint64_t senders, first_attempts, first_deferred;
	uint64_t *seen_senders; /* bit set of those of the seconds that run, by hash; or NULL */
	uint32_t seen_since; /* those seconds' number */
	struct meter_requeued *requeued;
	uint32_t requeued_size, requeued_used; /* places; a power of two, or 0 */
};

void meter_init(struct meter *meter);
void meter_done(struct meter *meter);
/* The flows start at 0 again; what is on its way stays known. */
void meter_reset(struct meter *meter);

/* A message that is known goes into maildrop; beyond METER_REQUEUED_MAX they are not remembered and
 * will count as arrivals. */
void meter_requeue(struct meter *meter, uint32_t arrival_s, uint32_t now_s);
/* A message was accepted. arrival_s 0: not known (it was delivered before it could be read). False:
 * it was only requeued and is no arrival. */
bool meter_arrive(
    struct meter *meter, enum message_class class, uint32_t arrival_s, uint32_t now_s);
/* Normal mail arrived from this sender (a hash); 0: it is not known, and nobody seen before. */
void meter_note_sender(struct meter *meter, uint16_t sender, uint32_t now_s);
/* A message was deferred; first: it had not been before. */
void meter_defer(struct meter *meter, bool first);
/* A message that was accepted is deleted from this queue; first: as above. */
void meter_remove(struct meter *meter, enum queue_name queue, bool bounced, bool first);

#endif
