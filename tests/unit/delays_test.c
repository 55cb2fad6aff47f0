/* SPDX-License-Identifier: ISC
 *
 * delays_test.c - quantiles against sorted values, and whose ages are gathered.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "lib/guard.h"
#include "lib/mem.h"
#include "watchdogd/watch/delays.h"

#define NOW_S 1800000000

static int
compare(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;
	return *x < *y ? -1 : *x > *y;
}

/* Of all sizes from seconds to weeks, reproducibly. */
static uint64_t
draw(void)
{
	static uint64_t state = 88172645463325252u;
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (state >> 8) % (UINT64_C(4) << (state >> 58) % 20);
}

static void
test_quantiles(void **state UNUSED)
{
	static uint64_t values[3000];
	for (size_t count = 1; count <= ARRAY_LENGTH(values); count = count * 3 + 1) {
		struct delays_histogram histogram = {0};
		for (size_t i = 0; i < count; i++)
			delays_note(&histogram, values[i] = draw());
		qsort(values, count, sizeof(values[0]), compare);
		for (unsigned percent = 1; percent <= 100; percent++) {
			uint64_t exact = values[(count * percent + 99) / 100 - 1];
			uint64_t seen = delays_quantile(&histogram, percent);
			uint64_t error = seen > exact ? seen - exact : exact - seen;
			assert_true(error <= exact / 32);
		}
	}
}

static void
test_borders(void **state UNUSED)
{
	struct delays_histogram histogram = {0};
	assert_int_equal(delays_quantile(&histogram, 50), 0);
	delays_note(&histogram, UINT64_MAX);
	assert_true(delays_quantile(&histogram, 50) > UINT32_MAX / 2);
	for (uint64_t value = 0; value < 32; value++) {
		histogram = (struct delays_histogram){0};
		delays_note(&histogram, value);
		assert_int_equal(delays_quantile(&histogram, 95), value);
	}
}

static void
put(struct queue *queue, const char *id, uint16_t slot, enum message_class class, int64_t age_s)
{
	uint32_t number = queue_add(queue, 0, id, slot);
	queue_set_ready(queue, number, true);
	queue_set_read(queue, number, class, (uint32_t)(NOW_S - age_s), 1000);
}

static void
test_who_waits(void **state UNUSED)
{
	struct queue *queue = queue_new();
	struct delays *delays = mem_alloc(sizeof(*delays));
	struct message_tick_flow flow = {0};
	delays_init(delays);
	for (uint16_t name = 0; name < QUEUE_COUNT; name++)
		queue_place_slot(queue, name, 0, name);
	put(queue, "A1", QUEUE_DEFERRED, CLASS_NORMAL, 10);
	put(queue, "A2", QUEUE_ACTIVE, CLASS_NORMAL, 12);
	put(queue, "A3", QUEUE_INCOMING, CLASS_NORMAL, -5); /* a clock that was set back */
	put(queue, "B1", QUEUE_HOLD, CLASS_NORMAL, 30);
	put(queue, "B2", QUEUE_DEFERRED, CLASS_BOUNCE, 31);
	put(queue, "B3", QUEUE_CORRUPT, CLASS_NORMAL, 31);
	queue_set_ready(queue, queue_find(queue, 0, "A1"), true);
	delays_walk(delays, queue, NOW_S);
	delays_fill(delays, 0, &flow);
	assert_int_equal(flow.waiting_p50_s, 10);
	assert_int_equal(flow.waiting_p95_s, 12);
	queue_remove(queue, queue_find(queue, 0, "A2"));
	delays_walk(delays, queue, NOW_S + 1);
	delays_fill(delays, 0, &flow);
	assert_int_equal(flow.waiting_p95_s, 11);
	free(delays);
	queue_free(queue);
}

static void
test_walk_in_portions(void **state UNUSED)
{
	struct queue *queue = queue_new();
	struct delays *delays = mem_alloc(sizeof(*delays));
	struct message_tick_flow flow = {0};
	char id[QUEUE_ID_SIZE];
	delays_init(delays);
	queue_place_slot(queue, QUEUE_DEFERRED, 0, QUEUE_DEFERRED);
	for (unsigned i = 0; i < DELAYS_PORTION * 2; i++) {
		snprintf(id, sizeof(id), "%X", i + 1);
		put(queue, id, QUEUE_DEFERRED, CLASS_NORMAL, i < DELAYS_PORTION ? 3 : 5);
	}
	delays_walk(delays, queue, NOW_S);
	delays_fill(delays, 0, &flow);
	assert_int_equal(flow.waiting_p95_s, 0); /* half of them is no answer */
	delays_walk(delays, queue, NOW_S);
	delays_fill(delays, 0, &flow);
	assert_int_equal(flow.waiting_p50_s, 3);
	assert_int_equal(flow.waiting_p95_s, 5);
	free(delays);
	queue_free(queue);
}

static void
test_who_left(void **state UNUSED)
{
	struct delays *delays = mem_alloc(sizeof(*delays));
	struct message_tick_flow flow = {0};
	delays_init(delays);
	for (unsigned i = 1; i <= 10; i++)
		delays_leave(delays, 1, i);
	delays_fill(delays, 0, &flow);
	assert_int_equal(flow.left_normal, 0);
	delays_fill(delays, 1, &flow);
	assert_int_equal(flow.left_normal, 10);
	assert_int_equal(flow.left_p50_s, 5);
	assert_int_equal(flow.left_p95_s, 10);
	delays_reset(delays, 1);
	delays_fill(delays, 1, &flow);
	assert_int_equal(flow.left_normal, 0);
	assert_int_equal(flow.left_p95_s, 0);
	free(delays);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_quantiles),
	    cmocka_unit_test(test_borders),
	    cmocka_unit_test(test_who_waits),
	    cmocka_unit_test(test_walk_in_portions),
	    cmocka_unit_test(test_who_left),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
