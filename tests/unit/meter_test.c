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

#define NOW_S 1800000000u

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
		meter_remove(&meter, rows[i].queue, rows[i].bounced, i < 2);
		assert_int_equal(meter.deliveries, rows[i].deliveries);
		assert_int_equal(meter.bounced, rows[i].bounced_count);
		assert_int_equal(meter.removed, rows[i].removed);
		assert_int_equal(meter.first_attempts, i < 2);
		meter_done(&meter);
	}
}

/* A sender counts once in five seconds, across ticks; one that is not known by itself. */
static void
test_senders(void **state)
{
	struct meter meter;
	(void)state;
	meter_init(&meter);
	for (int i = 0; i < 100; i++)
		meter_note_sender(&meter, 7, 1000);
	meter_note_sender(&meter, 8, 1000);
	assert_int_equal(meter.senders, 2);
	meter_reset(&meter);
	meter_note_sender(&meter, 7, 1004);
	assert_int_equal(meter.senders, 0);
	meter_note_sender(&meter, 7, 1005);
	meter_note_sender(&meter, 0, 1005);
	meter_note_sender(&meter, 0, 1005);
	assert_int_equal(meter.senders, 3);
	meter_done(&meter);
}

/* Only the first try of a message is one. */
static void
test_first_attempts(void **state)
{
	struct meter meter;
	(void)state;
	meter_init(&meter);
	meter_defer(&meter, true);
	meter_defer(&meter, false);
	meter_remove(&meter, QUEUE_ACTIVE, false, false);
	meter_remove(&meter, QUEUE_HOLD, false, true);
	assert_int_equal(meter.deferrals, 2);
	assert_int_equal(meter.first_attempts, 1);
	assert_int_equal(meter.first_deferred, 1);
	meter_done(&meter);
}

/* Requeued mail is no arrival, once for each that was requeued, across ticks. */
static void
test_requeued(void **state)
{
	struct meter meter;
	(void)state;
	meter_init(&meter);
	meter_requeue(&meter, 1000, NOW_S);
	meter_requeue(&meter, 1000, NOW_S);
	meter_requeue(&meter, 2000, NOW_S);
	meter_arrive(&meter, CLASS_BOUNCE, 1000, NOW_S);
	assert_int_equal(meter.arrivals, 0);
	assert_int_equal(meter.bounces_made, 0);
	meter_reset(&meter);
	meter_arrive(&meter, CLASS_NORMAL, 1000, NOW_S);
	assert_int_equal(meter.arrivals, 0);
	meter_arrive(&meter, CLASS_NORMAL, 1000, NOW_S);
	meter_arrive(&meter, CLASS_BOUNCE, 3000, NOW_S);
	assert_int_equal(meter.arrivals, 2);
	assert_int_equal(meter.bounces_made, 1);
	assert_int_equal(meter.requeued_used, 1);
	meter_done(&meter);
}

/* `postsuper -r ALL` of a large queue: none of them is an arrival, and nothing stays behind. */
static void
test_requeued_storm(void **state)
{
	struct meter meter;
	(void)state;
	meter_init(&meter);
	for (uint32_t i = 1; i <= 200000; i++)
		meter_requeue(&meter, i / 3 * 16 + 16, NOW_S);
	for (uint32_t i = 200000; i >= 1; i--)
		assert_false(meter_arrive(&meter, CLASS_NORMAL, i / 3 * 16 + 16, NOW_S + 60));
	assert_int_equal(meter.arrivals, 0);
	assert_int_equal(meter.requeued_used, 0);
	assert_true(meter_arrive(&meter, CLASS_NORMAL, 16, NOW_S));
	assert_true(meter_arrive(&meter, CLASS_NORMAL, 0, NOW_S));
	meter_done(&meter);
}

/* What was deleted on its way does not hide an arrival of the same second for ever. */
static void
test_requeued_and_deleted(void **state)
{
	struct meter meter;
	(void)state;
	meter_init(&meter);
	for (uint32_t i = 1; i <= 100; i++)
		meter_requeue(&meter, i, NOW_S);
	assert_true(meter_arrive(&meter, CLASS_NORMAL, 1, NOW_S + METER_REQUEUED_S + 1));
	assert_false(meter_arrive(&meter, CLASS_NORMAL, 2, NOW_S - 86400)); /* clock set back */
	meter_requeue(&meter, 3, NOW_S + METER_REQUEUED_S + 1);
	assert_false(meter_arrive(&meter, CLASS_NORMAL, 3, NOW_S + METER_REQUEUED_S + 2));
	assert_true(meter_arrive(&meter, CLASS_NORMAL, 3, NOW_S + METER_REQUEUED_S + 2));
	/* old ones make room */
	for (uint32_t i = 1; i <= 150; i++)
		meter_requeue(&meter, 1000 + i, NOW_S + METER_REQUEUED_S + 2);
	assert_true(meter.requeued_used <= 192);
	assert_int_equal(meter.requeued_size, 256);
	meter_done(&meter);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_leaving),
	    cmocka_unit_test(test_senders),
	    cmocka_unit_test(test_first_attempts),
	    cmocka_unit_test(test_requeued),
	    cmocka_unit_test(test_requeued_storm),
	    cmocka_unit_test(test_requeued_and_deleted),
	};
	return cmocka_run_group_tests_name("meter", tests, NULL, NULL);
}
