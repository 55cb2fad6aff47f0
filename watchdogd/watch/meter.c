/* SPDX-License-Identifier: ISC
 *
 * meter.c - counts flows; see meter.h. The table of requeued arrival times is open addressing with
 * linear probing; removal shifts the rest of the run back.
 */
#include "watchdogd/watch/meter.h"

#include <stdlib.h>

#include "lib/mem.h"

#define TABLE_SIZE (METER_REQUEUED_MAX * 2) /* a power of two */

void
meter_init(struct meter *meter)
{
	*meter = (struct meter){0};
}

void
meter_done(struct meter *meter)
{
	free(meter->requeued);
	*meter = (struct meter){0};
}

void
meter_reset(struct meter *meter)
{
	uint32_t *requeued = meter->requeued;
	unsigned count = meter->requeued_count;
	*meter = (struct meter){.requeued = requeued, .requeued_count = count};
}

static uint32_t
home(uint32_t arrival_s)
{
	return (arrival_s * UINT32_C(2654435761)) % TABLE_SIZE;
}

void
meter_requeue(struct meter *meter, uint32_t arrival_s)
{
	if (arrival_s == 0 || meter->requeued_count == METER_REQUEUED_MAX)
		return;
	if (meter->requeued == NULL)
		meter->requeued = mem_array(TABLE_SIZE, sizeof(*meter->requeued));
	uint32_t at = home(arrival_s);
	while (meter->requeued[at] != 0)
		at = (at + 1) % TABLE_SIZE;
	meter->requeued[at] = arrival_s;
	meter->requeued_count++;
}

static void
forget(struct meter *meter, uint32_t hole)
{
	for (uint32_t at = (hole + 1) % TABLE_SIZE; meter->requeued[at] != 0;
	    at = (at + 1) % TABLE_SIZE) {
		uint32_t from = home(meter->requeued[at]);
		if ((at - from) % TABLE_SIZE >= (at - hole) % TABLE_SIZE) {
			meter->requeued[hole] = meter->requeued[at];
			hole = at;
		}
	}
	meter->requeued[hole] = 0;
	meter->requeued_count--;
}

/* True once for each time that meter_requeue() was told this arrival. */
static bool
was_requeued(struct meter *meter, uint32_t arrival_s)
{
	if (arrival_s == 0 || meter->requeued_count == 0)
		return false;
	uint32_t at = home(arrival_s);
	for (; meter->requeued[at] != 0; at = (at + 1) % TABLE_SIZE)
		if (meter->requeued[at] == arrival_s) {
			forget(meter, at);
			return true;
		}
	return false;
}

bool
meter_arrive(struct meter *meter, enum message_class class, uint32_t arrival_s)
{
	if (was_requeued(meter, arrival_s))
		return false;
	meter->arrivals++;
	if (class == CLASS_BOUNCE)
		meter->bounces_made++;
	return true;
}

void
meter_remove(struct meter *meter, enum queue_name queue, bool bounced)
{
	if (queue == QUEUE_ACTIVE && bounced)
		meter->bounced++;
	else if (queue == QUEUE_ACTIVE)
		meter->deliveries++;
	else if (queue != QUEUE_MAILDROP) /* there pickup deletes what it has passed on */
		meter->removed++;
}
