/* SPDX-License-Identifier: ISC
 *
 * detect_self_test.c - how much of what goes wrong with watchdogd is a trouble.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "lib/mem.h"
#include "watchdogd/engine/detect.h"

static const struct settings_rule rule = {
    .name = "watchdogd",
    .signal = SIGNAL_TROUBLES,
    .detector = DETECTOR_SELF,
    .above = 0,
    .clear_for_s = 600,
};

struct daemon {
	struct detect_state state;
	struct window_instance seen;
	struct detect_self self;
	struct detect_finding finding;
	int64_t now_s;
};

static struct daemon *
daemon_new(void)
{
	struct daemon *daemon = mem_alloc(sizeof(*daemon));
	daemon->now_s = 1000000;
	daemon->self.restarts = 17; /* before we looked */
	daemon->seen.last.flow.drift = 1000;
	return daemon;
}

static void
pass(struct daemon *daemon, int64_t seconds)
{
	struct detect_input input = {.seen = &daemon->seen, .self = &daemon->self};
	for (int64_t i = 0; i < seconds; i++) {
		input.now_s = daemon->now_s++;
		detect_self.step(&rule, &daemon->state, &input, &daemon->finding);
	}
}

static void
one_event_is_nothing_several_are_a_trouble(void **state UNUSED)
{
	AUTO_FREE struct daemon *daemon = daemon_new();
	pass(daemon, 10);
	assert_int_equal(daemon->finding.value, 0);
	assert_string_equal(daemon->finding.text, "watchdogd is well");
	for (int i = 0; i < 3; i++) {
		assert_false(daemon->finding.above);
		daemon->self.restarts++;
		pass(daemon, 60);
	}
	assert_true(daemon->finding.raised);
	assert_string_equal(daemon->finding.text, "3 restarts of roles in 2 min 1 s");
	daemon->seen.last.flow.overflows = 6;
	daemon->self.mail_waits_s = 1800;
	pass(daemon, 1);
	assert_int_equal(daemon->finding.value, 3);
	assert_string_equal(daemon->finding.text,
	    "3 restarts of roles in 2 min 1 s; 6 overflows of the event queue in 1 s; mail to the "
	    "staff that no relay takes waits for 30 min");
	daemon->self.mail_waits_s = 0;
	pass(daemon, 601);
	assert_true(daemon->finding.low);
	pass(daemon, 601);
	assert_true(daemon->finding.cleared);
}

/* Once in a while is no trouble, however long it goes on. */
static void
rare_events_do_not_add_up(void **state UNUSED)
{
	AUTO_FREE struct daemon *daemon = daemon_new();
	pass(daemon, 1);
	for (int i = 0; i < 20; i++) {
		daemon->self.restarts++;
		daemon->seen.last.flow.overflows++;
		daemon->seen.last.flow.drift++;
		pass(daemon, 700);
		assert_int_equal(daemon->finding.value, 0);
	}
}

/* The watcher was started again: its counters begin at 0. */
static void
counter_that_begins_anew_counts_from_nothing(void **state UNUSED)
{
	AUTO_FREE struct daemon *daemon = daemon_new();
	pass(daemon, 10);
	daemon->seen.last.flow.drift = 9;
	pass(daemon, 10);
	assert_int_equal(daemon->finding.value, 0);
	daemon->seen.last.flow.drift = 10;
	pass(daemon, 10);
	assert_string_equal(daemon->finding.text, "10 corrections of the counts in 11 s");
}

/* A history knows nothing of the daemon. */
static void
what_is_not_known_is_no_trouble(void **state UNUSED)
{
	AUTO_FREE struct daemon *daemon = daemon_new();
	struct detect_input input = {.now_s = 1000, .seen = &daemon->seen};
	detect_self.step(&rule, &daemon->state, &input, &daemon->finding);
	assert_true(daemon->finding.low);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(one_event_is_nothing_several_are_a_trouble),
	    cmocka_unit_test(rare_events_do_not_add_up),
	    cmocka_unit_test(counter_that_begins_anew_counts_from_nothing),
	    cmocka_unit_test(what_is_not_known_is_no_trouble),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
