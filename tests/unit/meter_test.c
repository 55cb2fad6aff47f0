/* SPDX-License-Identifier: ISC
 *
 * meter_test.c - what counts as an arrival, and as what a message leaves.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "lib/guard.h"
#include "watchdogd/watch/meter.h"

static void
test_leaving(void **state)
{
	static const struct {
		enum queue_name queue;
		bool bounced;
		unsigned deliveries, bounced_count, removed;
	} rows[] = {
	    {QUEUE_ACTIVE, false, 1, 0, 0},
	    {QUEUE_ACTIVE, true, 0, 1, 0},
	    {QUEUE_DEFERRED, true, 0, 0, 1},
	    {QUEUE_HOLD, false, 0, 0, 1},
	    {QUEUE_INCOMING, false, 0, 0, 1},
	    {QUEUE_CORRUPT, false, 0, 0, 1},
	    {QUEUE_MAILDROP, false, 0, 0, 0},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		struct meter meter;
		meter_init(&meter);
		meter_remove(&meter, rows[i].queue, rows[i].bounced);
		assert_int_equal(meter.deliveries, rows[i].deliveries);
		assert_int_equal(meter.bounced, rows[i].bounced_count);
		assert_int_equal(meter.removed, rows[i].removed);
		meter_done(&meter);
	}
}

/* Requeued mail is no arrival, once for each that was requeued, across ticks. */
static void
test_requeued(void **state)
{
	struct meter meter;
	(void)state;
	meter_init(&meter);
	meter_requeue(&meter, 1000);
	meter_requeue(&meter, 1000);
	meter_requeue(&meter, 2000);
	meter_arrive(&meter, CLASS_BOUNCE, 1000);
	assert_int_equal(meter.arrivals, 0);
	assert_int_equal(meter.bounces_made, 0);
	meter_reset(&meter);
	meter_arrive(&meter, CLASS_NORMAL, 1000);
	assert_int_equal(meter.arrivals, 0);
	meter_arrive(&meter, CLASS_NORMAL, 1000);
	meter_arrive(&meter, CLASS_BOUNCE, 3000);
	assert_int_equal(meter.arrivals, 2);
	assert_int_equal(meter.bounces_made, 1);
	assert_int_equal(meter.requeued_count, 1);
	meter_done(&meter);
}

/* More than the table takes: it neither grows nor loops, and what it knows stays right. */
static void
test_requeued_flood(void **state)
{
	struct meter meter;
	(void)state;
	meter_init(&meter);
	for (uint32_t i = 1; i <= METER_REQUEUED_MAX + 1000; i++)
		meter_requeue(&meter, i * 16);
	assert_int_equal(meter.requeued_count, METER_REQUEUED_MAX);
	for (uint32_t i = METER_REQUEUED_MAX + 1000; i >= 1; i--)
		meter_arrive(&meter, CLASS_NORMAL, i * 16);
	assert_int_equal(meter.arrivals, 1000);
	assert_int_equal(meter.requeued_count, 0);
	meter_arrive(&meter, CLASS_NORMAL, 0);
	assert_int_equal(meter.arrivals, 1001);
	meter_done(&meter);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_leaving),
	    cmocka_unit_test(test_requeued),
	    cmocka_unit_test(test_requeued_flood),
	};
	return cmocka_run_group_tests_name("meter", tests, NULL, NULL);
}
