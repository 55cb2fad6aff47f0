/* SPDX-License-Identifier: ISC
 *
 * detect_forecast_test.c - when what fills up will be full, and what only looks as if it would.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <inttypes.h>
#include <string.h>

#include "watchdogd/engine/detect.h"

#define START_S 1000000
#define GIB (INT64_C(1) << 30)

static const struct settings_rule rule = {
    .name = "queue-full",
    .signal = SIGNAL_FULLNESS,
    .detector = DETECTOR_FORECAST,
    .above = 95,
    .or_full_within_s = 900,
    .clear_below = 80,
    .clear_for_s = 60,
};

struct disk {
	struct detect_state state;
	struct window_instance seen;
	struct detect_finding finding;
	int64_t now_s, used;
};

static void
start(struct disk *disk, int64_t used)
{
	*disk = (struct disk){.used = used};
	struct message_tick_flow *flow = &disk->seen.last.flow;
	flow->active_limit = 20000;
	flow->disk_bytes = 100 * GIB;
	flow->inodes = 1000000;
	flow->inodes_free = 900000;
}

/* Seconds after its beginning in which it was above first; -1: it was not. */
static int
fill(struct disk *disk, int seconds, int64_t a_second, int64_t more_each_second)
{
	int above_s = -1;
	for (int second = 0; second < seconds; second++) {
		disk->used += a_second + more_each_second * second;
		disk->used = disk->used > 100 * GIB ? 100 * GIB : disk->used;
		disk->seen.last.flow.disk_free_bytes = (uint64_t)(100 * GIB - disk->used);
		struct detect_input input = {
		    .now_s = START_S + disk->now_s++,
		    .seen = &disk->seen,
		};
		detect_forecast.step(&rule, &disk->state, &input, &disk->finding);
		if (disk->finding.above && above_s < 0)
			above_s = second;
	}
	return above_s;
}

/* After an hour of calm at half full; a rise is believed after two minutes. */
static void
rise_is_seen_long_before_it_is_full(void **state UNUSED)
{
	const struct {
		const char *what;
		int64_t a_second, more;
		int seconds, from_s, to_s; /* above between these; -1: never */
	} table[] = {
	    {"full in ten minutes", 50 * GIB / 600, 0, 600, 120, 180},
	    {"full in three minutes", 50 * GIB / 180, 0, 180, 120, 180},
	    {"full in an hour", 50 * GIB / 3600, 0, 3600, 2640, 2720},
	    {"full in a day", 50 * GIB / 86400, 0, 7200, -1, -1},
	    {"gets steeper", 0, 50 * GIB / 500000, 1000, 300, 750},
	    {"a minute and a half of much, then nothing", 50 * GIB / 120, 0, 90, -1, -1},
	    {"gets less", -(50 * GIB / 3600), 0, 3000, -1, -1},
	};
	for (size_t i = 0; i < ARRAY_LENGTH(table); i++) {
		struct disk disk;
		start(&disk, 50 * GIB);
		assert_int_equal(fill(&disk, 3600, 0, 0), -1);
		int above_s = fill(&disk, table[i].seconds, table[i].a_second, table[i].more);
		if (above_s < 0) /* nor does what comes after it */
			above_s = fill(&disk, 300, 0, 0);
		if (above_s < table[i].from_s || above_s > table[i].to_s)
			fail_msg("%s: above after %d s, expected %d to %d: %s", table[i].what,
			    above_s, table[i].from_s, table[i].to_s, disk.finding.text);
	}
}

static void
says_when_it_will_be_full(void **state UNUSED)
{
	struct disk disk;
	start(&disk, 20 * GIB);
	fill(&disk, 600, 0, 0);
	fill(&disk, 300, GIB / 10, 0);
	assert_true(disk.finding.above);
	assert_int_equal(disk.finding.value, 49);
	assert_in_range(disk.finding.since_s, START_S + 540, START_S + 660);
	assert_non_null(strstr(disk.finding.text, "disk of the queues 49 % full, "));
	assert_non_null(strstr(disk.finding.text, " % more a minute for "));
	assert_non_null(strstr(disk.finding.text, ": full in 8 min"));
	fill(&disk, 300, 0, 0);
	assert_true(disk.finding.low);
	assert_true(disk.finding.cleared);
	assert_string_equal(disk.finding.text, "disk of the queues 49 % full");
	fill(&disk, 150, GIB / 4, 0); /* less than a minute is told in seconds */
	assert_non_null(strstr(disk.finding.text, ": full in 5"));
	assert_non_null(strstr(disk.finding.text, " s"));
}

/* Nearly full is told whatever it does. */
static void
nearly_full_is_told_without_a_rise(void **state UNUSED)
{
	struct disk disk;
	start(&disk, 96 * GIB);
	assert_int_equal(fill(&disk, 10, 0, 0), 0);
	assert_string_equal(disk.finding.text, "disk of the queues 96 % full");
	fill(&disk, 10, -GIB, 0); /* 86: neither */
	assert_false(disk.finding.above || disk.finding.low);
}

/* Those whose limit is not known say nothing; the worst of the others is told. */
static void
each_resource_is_looked_at(void **state UNUSED)
{
	struct disk disk;
	start(&disk, 50 * GIB);
	disk.seen.last.queues[QUEUE_ACTIVE].messages = 19500;
	fill(&disk, 1, 0, 0);
	assert_string_equal(disk.finding.text, "active queue 97 % full");
	disk.seen.last.flow.active_limit = 0;
	disk.seen.last.flow.inodes_free = 10000;
	fill(&disk, 1, 0, 0);
	assert_string_equal(disk.finding.text, "inodes of the disk of the queues 99 % full");
	disk.seen.last.flow.inodes = 0; /* btrfs */
	fill(&disk, 1, 0, 0);
	assert_string_equal(disk.finding.text, "disk of the queues 50 % full");
	disk.seen.last.flow.disk_bytes = 0;
	fill(&disk, 1, 0, 0);
	assert_int_equal(disk.finding.value, 0);
	assert_true(disk.finding.low);
}

/* A gap, or a clock that is set back, begins anew. */
static void
nothing_is_said_across_a_gap(void **state UNUSED)
{
	const int64_t jumps[] = {3600, -3600};
	for (size_t i = 0; i < ARRAY_LENGTH(jumps); i++) {
		struct disk disk;
		start(&disk, 20 * GIB);
		fill(&disk, 300, 0, 0);
		disk.now_s += jumps[i];
		disk.used = 60 * GIB;
		assert_int_equal(fill(&disk, 300, 0, 0), -1);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(rise_is_seen_long_before_it_is_full),
	    cmocka_unit_test(says_when_it_will_be_full),
	    cmocka_unit_test(nearly_full_is_told_without_a_rise),
	    cmocka_unit_test(each_resource_is_looked_at),
	    cmocka_unit_test(nothing_is_said_across_a_gap),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
