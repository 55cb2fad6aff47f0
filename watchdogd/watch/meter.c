/* SPDX-License-Identifier: ISC
 *
 * meter.c - counts flows; see meter.h. The table of requeued arrival times is open addressing with
 * linear probing; removal shifts the rest of the run back.
 */
#include "watchdogd/watch/meter.h"

#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"

#define SIZE_MIN 256u
#define SENDERS_WORDS (65536 / 64)

void
meter_init(struct meter *meter)
{
	*meter = (struct meter){0};
}

void
meter_done(struct meter *meter)
{
	free(meter->requeued);
	free(meter->seen_senders);
	*meter = (struct meter){0};
}

void
meter_reset(struct meter *meter)
{
	*meter = (struct meter){
	    .requeued = meter->requeued,
	    .requeued_size = meter->requeued_size,
	    .requeued_used = meter->requeued_used,
	    .seen_senders = meter->seen_senders,
	    .seen_since = meter->seen_since,
	};
}

static uint32_t
home(const struct meter *meter, uint32_t arrival_s)
{
	return (arrival_s * UINT32_C(2654435761)) & (meter->requeued_size - 1);
}

static uint32_t
next(const struct meter *meter, uint32_t at)
{
	return (at + 1) & (meter->requeued_size - 1);
}

/* Where this arrival time stands, or the free place where the search ended. */
static uint32_t
seek(const struct meter *meter, uint32_t arrival_s)
{
	uint32_t at = home(meter, arrival_s);
	while (meter->requeued[at].arrival_s != 0 && meter->requeued[at].arrival_s != arrival_s)
		at = next(meter, at);
	return at;
}

/* A clock that was set back makes nothing old. */
static bool
is_old(const struct meter_requeued *requeued, uint32_t now_s)
{
	return now_s > requeued->since_s && now_s - requeued->since_s > METER_REQUEUED_S;
}

/* Makes room for one more, if there may be more: what is old goes, else the table is doubled. */
static bool
make_room(struct meter *meter, uint32_t now_s)
{
	struct meter old = *meter;
	uint32_t kept = 0;
	if (old.requeued_used < old.requeued_size / 4 * 3)
		return true;
	for (uint32_t i = 0; i < old.requeued_size; i++)
		kept += old.requeued[i].arrival_s != 0 && !is_old(&old.requeued[i], now_s);
	if (kept >= METER_REQUEUED_MAX)
		return false;
	meter->requeued_size = SIZE_MIN;
	while (meter->requeued_size / 2 <= kept)
		meter->requeued_size *= 2;
	meter->requeued = mem_array(meter->requeued_size, sizeof(*meter->requeued));
	meter->requeued_used = kept;
	for (uint32_t i = 0; i < old.requeued_size; i++)
		if (old.requeued[i].arrival_s != 0 && !is_old(&old.requeued[i], now_s))
			meter->requeued[seek(meter, old.requeued[i].arrival_s)] = old.requeued[i];
	free(old.requeued);
	return true;
}

void
meter_requeue(struct meter *meter, uint32_t arrival_s, uint32_t now_s)
{
	if (arrival_s == 0 || !make_room(meter, now_s))
		return;
	struct meter_requeued *requeued = &meter->requeued[seek(meter, arrival_s)];
	if (requeued->arrival_s == 0 || is_old(requeued, now_s)) {
		meter->requeued_used += requeued->arrival_s == 0;
		*requeued = (struct meter_requeued){.arrival_s = arrival_s};
	}
	requeued->count++;
	requeued->since_s = now_s;
}

static void
forget(struct meter *meter, uint32_t hole)
{
	uint32_t mask = meter->requeued_size - 1;
	for (uint32_t at = next(meter, hole); meter->requeued[at].arrival_s != 0;
	    at = next(meter, at)) {
		uint32_t from = home(meter, meter->requeued[at].arrival_s);
		if (((at - from) & mask) >= ((at - hole) & mask)) {
			meter->requeued[hole] = meter->requeued[at];
			hole = at;
		}
	}
	meter->requeued[hole] = (struct meter_requeued){0};
	meter->requeued_used--;
}

/* True once for each time that meter_requeue() was told this arrival. */
static bool
was_requeued(struct meter *meter, uint32_t arrival_s, uint32_t now_s)
{
	if (arrival_s == 0 || meter->requeued_used == 0)
		return false;
	uint32_t at = seek(meter, arrival_s);
	struct meter_requeued *requeued = &meter->requeued[at];
	if (requeued->arrival_s == 0)
		return false;
	bool is_known = !is_old(requeued, now_s);
	if (!is_known || --requeued->count == 0)
		forget(meter, at);
	return is_known;
}

bool
meter_arrive(struct meter *meter, enum message_class class, uint32_t arrival_s, uint32_t now_s)
{
	if (was_requeued(meter, arrival_s, now_s))
		return false;
	meter->arrivals++;
	if (class == CLASS_BOUNCE)
		meter->bounces_made++;
	return true;
}

void
meter_note_sender(struct meter *meter, uint16_t sender, uint32_t now_s)
{
	if (meter->seen_senders == NULL)
		meter->seen_senders = mem_array(SENDERS_WORDS, sizeof(*meter->seen_senders));
	if (meter->seen_since != now_s / METER_SENDERS_S)
		memset(meter->seen_senders, 0, SENDERS_WORDS * sizeof(*meter->seen_senders));
	meter->seen_since = now_s / METER_SENDERS_S;
	uint64_t *word = &meter->seen_senders[sender / 64], bit = UINT64_C(1) << sender % 64;
	if (sender == 0 || (*word & bit) == 0)
		meter->senders++;
	*word |= bit;
}

void
meter_defer(struct meter *meter, bool first)
{
	meter->deferrals++;
	meter->first_attempts += first;
	meter->first_deferred += first;
}

void
meter_remove(struct meter *meter, enum queue_name queue, bool bounced, bool first)
{
	meter->first_attempts += queue == QUEUE_ACTIVE && first;
	if (queue == QUEUE_ACTIVE && bounced)
		meter->bounced++;
	else if (queue == QUEUE_ACTIVE)
		meter->deliveries++;
	else if (queue != QUEUE_MAILDROP) /* there pickup deletes what it has passed on */
		meter->removed++;
}
