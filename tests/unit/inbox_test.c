/* SPDX-License-Identifier: ISC
 *
 * inbox_test.c - a tick is taken whole or not at all, and nothing in it is trusted.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "watchdogd/engine/inbox.h"

static uint8_t buffer[4096];

static int
give(struct inbox *inbox, enum message_type type, const void *message, const struct tick **tick)
{
	long length = wire_encode(message_layout(type), message, buffer, sizeof(buffer));
	assert_true(length >= 0);
	struct channel_frame frame = {
	    .type = (uint16_t)type,
	    .length = (size_t)length,
	    .payload = buffer,
	    .fd = -1,
	};
	return inbox_take(inbox, &frame, tick);
}

static int
give_queue(struct inbox *inbox, const char *instance, uint64_t queue, uint64_t messages)
{
	const struct tick *tick = NULL;
	struct message_tick_queue message = {.queue = queue, .messages = messages};
	snprintf(message.instance, sizeof(message.instance), "%s", instance);
	return give(inbox, MESSAGE_TYPE_TICK_QUEUE, &message, &tick);
}

static void
whole_tick_comes_with_its_end(void **state UNUSED)
{
	struct inbox inbox = {0};
	const struct tick *tick = NULL;
	struct message_tick_flow flow = {.instance = "mx-out", .arrivals = 7};
	struct message_tick end = {.time_ms = 1700000001999};
	assert_int_equal(give_queue(&inbox, "mx-in", QUEUE_DEFERRED, 12), 0);
	assert_int_equal(give_queue(&inbox, "mx-out", QUEUE_ACTIVE, 3), 0);
	assert_int_equal(give(&inbox, MESSAGE_TYPE_TICK_FLOW, &flow, &tick), 0);
	assert_null(tick);
	assert_int_equal(give(&inbox, MESSAGE_TYPE_TICK, &end, &tick), 1);
	assert_int_equal(tick->time_s, 1700000001);
	assert_int_equal(tick->count, 2);
	assert_int_equal(tick_find(tick, "mx-in")->queues[QUEUE_DEFERRED].messages, 12);
	assert_int_equal(tick_find(tick, "mx-out")->flow.arrivals, 7);
	assert_null(tick_find(tick, "mx"));
}

static void
tops_come_with_their_tick(void **state UNUSED)
{
	struct inbox inbox = {0};
	const struct tick *tick = NULL;
	struct message_tick_top top = {.instance = "mx-in", .rank = 1, .key = "a", .count = 5};
	struct message_tick end = {.time_ms = 7000};
	assert_int_equal(give(&inbox, MESSAGE_TYPE_TICK_TOP, &top, &tick), 0);
	top.dimension = DIMENSION_COUNT;
	assert_int_equal(give(&inbox, MESSAGE_TYPE_TICK_TOP, &top, &tick), -EBADMSG);
	assert_int_equal(give(&inbox, MESSAGE_TYPE_TICK, &end, &tick), 1);
	assert_int_equal(tick->tops.count, 1);
	assert_int_equal(tick->tops.time_s, 7);
	assert_string_equal(tick->tops.rows[0].key, "a");
	assert_int_equal(give(&inbox, MESSAGE_TYPE_TICK, &end, &tick), 1);
	assert_int_equal(tick->tops.count, 0);
	inbox_done(&inbox);
}

static void
spools_come_with_their_tick(void **state UNUSED)
{
	struct inbox inbox = {0};
	const struct tick *tick = NULL;
	struct message_tick_spool spool = {.name = "amavis", .messages = 5};
	struct message_tick end = {.time_ms = 7000};
	for (int i = 0; i < SPOOLS_MAX; i++)
		assert_int_equal(give(&inbox, MESSAGE_TYPE_TICK_SPOOL, &spool, &tick), 0);
	assert_int_equal(give(&inbox, MESSAGE_TYPE_TICK_SPOOL, &spool, &tick), -EBADMSG);
	assert_int_equal(give(&inbox, MESSAGE_TYPE_TICK, &end, &tick), 1);
	assert_int_equal(tick->spool_count, SPOOLS_MAX);
	assert_int_equal(tick->spools[0].messages, 5);
	assert_int_equal(give(&inbox, MESSAGE_TYPE_TICK, &end, &tick), 1);
	assert_int_equal(tick->spool_count, 0);
}

static void
half_tick_is_forgotten(void **state UNUSED)
{
	struct inbox inbox = {0};
	const struct tick *tick = NULL;
	struct message_tick end = {.time_ms = 5000};
	assert_int_equal(give_queue(&inbox, "-", QUEUE_DEFERRED, 99), 0);
	inbox_clear(&inbox);
	assert_int_equal(give(&inbox, MESSAGE_TYPE_TICK, &end, &tick), 1);
	assert_int_equal(tick->count, 0);
}

static void
queue_out_of_range_is_refused(void **state UNUSED)
{
	struct inbox inbox = {0};
	assert_int_equal(give_queue(&inbox, "-", QUEUE_COUNT, 1), -EBADMSG);
	assert_int_equal(give_queue(&inbox, "-", UINT64_MAX, 1), -EBADMSG);
}

static void
too_many_instances_are_refused(void **state UNUSED)
{
	struct inbox inbox = {0};
	for (int i = 0; i < INSTANCES_MAX; i++) {
		char name[16];
		snprintf(name, sizeof(name), "mx%d", i);
		assert_int_equal(give_queue(&inbox, name, QUEUE_HOLD, 1), 0);
	}
	assert_int_equal(give_queue(&inbox, "one-more", QUEUE_HOLD, 1), -EBADMSG);
	assert_int_equal(give_queue(&inbox, "mx5", QUEUE_HOLD, 2), 0);
}

static void
other_frames_are_refused(void **state UNUSED)
{
	struct inbox inbox = {0};
	const struct tick *tick = NULL;
	struct message_ping ping = {.number = 1};
	assert_int_equal(give(&inbox, MESSAGE_TYPE_PING, &ping, &tick), -EBADMSG);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(whole_tick_comes_with_its_end),
	    cmocka_unit_test(tops_come_with_their_tick),
	    cmocka_unit_test(spools_come_with_their_tick),
	    cmocka_unit_test(half_tick_is_forgotten),
	    cmocka_unit_test(queue_out_of_range_is_refused),
	    cmocka_unit_test(too_many_instances_are_refused),
	    cmocka_unit_test(other_frames_are_refused),
	};
	return cmocka_run_group_tests_name("inbox", tests, NULL, NULL);
}
