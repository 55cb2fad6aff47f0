/* SPDX-License-Identifier: ISC
 *
 * detect_destination_test.c - theirs is down, or ours: destination and outage on the same deferrals.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "lib/mem.h"
#include "watchdogd/engine/detect.h"

#define NOW_S 1000000

static const struct settings_rule destination_down = {
    .name = "destination-down",
    .signal = SIGNAL_HOST_DEFERRALS,
    .detector = DETECTOR_DESTINATION,
    .above = 50,
    .clear_below = 25,
    .clear_for_s = 0,
};

static const struct settings_rule outage = {
    .name = "outage",
    .signal = SIGNAL_FAILING,
    .detector = DETECTOR_OUTAGE,
    .above = 60,
    .clear_below = 20,
    .clear_for_s = 0,
};

/* Deferrals of late, and the last minute. */
struct scene {
	const char *what;
	uint64_t total, at_hop, error; /* total 0: watch says nothing */
	uint64_t deferrals, deliveries, waiting;
	bool theirs, ours; /* above */
	bool theirs_low, ours_low;
};

static void
add_top(struct tops *tops, enum dimension dimension, enum message_class class, const char *key,
    uint64_t count, uint64_t error, uint64_t total)
{
	struct message_tick_top row = {
	    .dimension = dimension,
	    .class = class,
	    .rank = 1,
	    .count = count,
	    .error = error,
	    .total = total,
	};
	snprintf(row.key, sizeof(row.key), "%s", key);
	assert_int_equal(tops_add(tops, &row, TOPS_MAX), 0);
}

static void
make(const struct scene *scene, struct window_instance *ret_seen)
{
	struct window_instance seen = {.last_s = NOW_S};
	seen.tops.time_s = NOW_S - 3;
	seen.last.queues[QUEUE_DEFERRED].normal = scene->waiting;
	seen.seconds[0] = (struct window_second){
	    .time_s = NOW_S - 10,
	    .deferrals = (int64_t)scene->deferrals,
	    .deliveries = (int64_t)scene->deliveries,
	};
	/* what is not about normal mail is passed over */
	add_top(&seen.tops, DIMENSION_NEXT_HOP, CLASS_BOUNCE, "other.example", 9999, 0, 9999);
	add_top(&seen.tops, DIMENSION_REASON, CLASS_BOUNCE, "no such host", 9999, 0, 9999);
	if (scene->at_hop > 0)
		add_top(&seen.tops, DIMENSION_NEXT_HOP, CLASS_NORMAL, "mx.example", scene->at_hop,
		    scene->error, scene->at_hop);
	if (scene->total > 0)
		add_top(&seen.tops, DIMENSION_REASON, CLASS_NORMAL, "Connection refused",
		    scene->total / 2, 0, scene->total);
	*ret_seen = seen;
}

static struct detect_finding
step(const struct settings_rule *rule, const struct window_instance *seen)
{
	struct detect_state state = {0};
	struct detect_finding finding;
	struct detect_input input = {.now_s = NOW_S, .seen = seen};
	detect_get(rule->detector)->step(rule, &state, &input, &finding);
	return finding;
}

static void
theirs_is_told_from_ours(void **state UNUSED)
{
	static const struct scene table[] = {
	    {"one host of several", 100, 80, 0, 20, 300, 90, true, false, false, true},
	    {"the only host there is", 100, 100, 0, 300, 0, 90, true, false, false, false},
	    {"every host", 400, 60, 0, 300, 3, 400, false, true, false, false},
	    {"no name is resolved", 400, 0, 0, 300, 0, 400, false, true, true, false},
	    {"a few at one host", 30, 28, 0, 3, 100, 30, false, false, false, true},
	    {"hardly sure that it is this one", 100, 80, 60, 20, 300, 90, false, false, true, true},
	    {"too few attempts", 20, 0, 0, 10, 0, 20, false, false, true, false},
	    {"half of it is deferred", 200, 40, 0, 100, 100, 200, false, false, false, false},
	    {"nothing is told", 0, 0, 0, 300, 0, 90, false, false, true, false},
	    {"half of it is not told yet", 100, 20, 0, 300, 0, 90, false, false, true, false},
	    {"a calm moment", 0, 0, 0, 0, 0, 0, false, false, true, true},
	    {"what was deferred still waits", 0, 0, 0, 0, 0, 7, false, false, true, false},
	};
	AUTO_FREE struct window_instance *seen = mem_alloc(sizeof(*seen));
	for (size_t i = 0; i < ARRAY_LENGTH(table); i++) {
		make(&table[i], seen);
		struct detect_finding theirs = step(&destination_down, seen);
		struct detect_finding ours = step(&outage, seen);
		if (theirs.above != table[i].theirs || theirs.low != table[i].theirs_low)
			fail_msg("%s: theirs: %s", table[i].what, theirs.text);
		if (ours.above != table[i].ours || ours.low != table[i].ours_low)
			fail_msg("%s: ours: %s", table[i].what, ours.text);
		tops_done(&seen->tops);
	}
}

static void
both_say_what_they_saw(void **state UNUSED)
{
	static const struct scene theirs = {.total = 100, .at_hop = 80, .deferrals = 20};
	static const struct scene ours = {
	    .total = 400, .at_hop = 60, .deferrals = 95, .deliveries = 5};
	AUTO_FREE struct window_instance *seen = mem_alloc(sizeof(*seen));
	make(&theirs, seen);
	struct detect_finding finding = step(&destination_down, seen);
	assert_int_equal(finding.value, 80);
	assert_string_equal(finding.text,
	    "80 deferrals of late at mx.example, 80 % of all; most often: Connection refused");
	tops_done(&seen->tops);
	make(&ours, seen);
	finding = step(&outage, seen);
	assert_int_equal(finding.value, 95);
	assert_string_equal(finding.text,
	    "95 % of 100 attempts deferred in the last minute, at most 15 % at one host; most "
	    "often: "
	    "Connection refused");
	seen->tops.time_s = NOW_S - 3600; /* watch has been silent */
	assert_int_equal(step(&destination_down, seen).value, 0);
	tops_done(&seen->tops);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(theirs_is_told_from_ours),
	    cmocka_unit_test(both_say_what_they_saw),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
