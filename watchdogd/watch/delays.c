/* SPDX-License-Identifier: ISC
 *
 * delays.c - histograms with buckets that widen with the value; see delays.h.
 */
#include "watchdogd/watch/delays.h"

#include <string.h>

#define EXACT 16u /* values below have a bucket each, and so many buckets has each doubling */
#define EXACT_BITS 4

void
delays_init(struct delays *delays)
{
	memset(delays, 0, sizeof(*delays));
	delays->next = 1;
}

static unsigned
bucket_of(uint64_t value)
{
	if (value > UINT32_MAX)
		value = UINT32_MAX;
	if (value < EXACT)
		return (unsigned)value;
	unsigned shift = 63 - EXACT_BITS - (unsigned)__builtin_clzll(value);
	return shift * EXACT + (unsigned)(value >> shift);
}

/* The middle of a bucket. */
static uint64_t
value_of(unsigned bucket)
{
	if (bucket < EXACT * 2)
		return bucket;
	unsigned shift = bucket / EXACT - 1;
	uint64_t low = (uint64_t)(bucket % EXACT + EXACT) << shift;
	return low + ((UINT64_C(1) << shift) - 1) / 2;
}

void
delays_note(struct delays_histogram *histogram, uint64_t value_s)
{
	histogram->buckets[bucket_of(value_s)]++;
	histogram->count++;
}

uint64_t
delays_quantile(const struct delays_histogram *histogram, unsigned percent)
{
	if (histogram->count == 0)
		return 0;
	uint64_t rank = (histogram->count * percent + 99) / 100, seen = 0;
	for (unsigned i = 0; i < DELAYS_BUCKETS; i++) {
		seen += histogram->buckets[i];
		if (seen >= rank && seen > 0)
			return value_of(i);
	}
	return 0;
}

void
delays_leave(struct delays *delays, unsigned instance, uint64_t delay_s)
{
	delays_note(&delays->instances[instance].left, delay_s);
}

static bool
is_waiting(const struct queue *queue, const struct queue_entry *entry)
{
	if (!queue_is_live(entry) || !entry->ready || entry->class != CLASS_NORMAL ||
	    entry->arrival_s == 0)
		return false;
	enum queue_name name = queue_name(queue, entry);
	return name == QUEUE_INCOMING || name == QUEUE_ACTIVE || name == QUEUE_DEFERRED;
}

static void
end_walk(struct delays *delays)
{
	for (unsigned i = 0; i < INSTANCES_MAX; i++) {
		struct delays_instance *instance = &delays->instances[i];
		instance->waiting_p50_s = delays_quantile(&instance->walked, 50);
		instance->waiting_p95_s = delays_quantile(&instance->walked, 95);
		if (instance->walked.count > 0)
			memset(&instance->walked, 0, sizeof(instance->walked));
	}
	delays->next = 1;
}

void
delays_walk(struct delays *delays, const struct queue *queue, int64_t now_s)
{
	uint32_t end = queue_end(queue);
	for (unsigned left = DELAYS_PORTION; left > 0 && delays->next < end; left--) {
		const struct queue_entry *entry = queue_get(queue, delays->next++);
		if (!is_waiting(queue, entry))
			continue;
		int64_t age_s = now_s - entry->arrival_s;
		delays_note(&delays->instances[queue_instance(queue, entry)].walked,
		    age_s > 0 ? (uint64_t)age_s : 0);
	}
	if (delays->next >= end)
		end_walk(delays);
}

void
delays_fill(const struct delays *delays, unsigned instance, struct message_tick_flow *ret_tick)
{
	const struct delays_instance *at = &delays->instances[instance];
	ret_tick->left_normal = at->left.count;
	ret_tick->left_p50_s = delays_quantile(&at->left, 50);
	ret_tick->left_p95_s = delays_quantile(&at->left, 95);
	ret_tick->waiting_p50_s = at->waiting_p50_s;
	ret_tick->waiting_p95_s = at->waiting_p95_s;
}

void
delays_reset(struct delays *delays, unsigned instance)
{
	struct delays_histogram *left = &delays->instances[instance].left;
	if (left->count > 0)
		memset(left, 0, sizeof(*left));
}
