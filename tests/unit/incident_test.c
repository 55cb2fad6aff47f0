/* SPDX-License-Identifier: ISC
 *
 * incident_test.c - levels and times: when an incident opens, clears, comes back and closes.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "watchdogd/engine/incident.h"

static const struct settings_rule rule = {
    .name = "bounce-flood",
    .signal = SIGNAL_BOUNCES,
    .above = 500,
    .for_s = 3,
    .clear_below = 250,
    .clear_for_s = 5,
};

static enum incident_change
step(struct incident *incident, const struct settings_rule *of, int64_t value, int64_t now_s)
{
	struct detect_input input = {.now_s = now_s, .value = value};
	return incident_step(incident, of, "-", &input);
}

/* Feeds one value a second from start_s on; returns the changes as letters: . same, r rising,
 * O opened, R opened again, m moved, C closed. */
static const char *
feed(struct incident *incident, int64_t start_s, const int64_t *values, int count)
{
	static char changes[256];
	static const char letters[] = {
	    [INCIDENT_SAME] = '.',
	    [INCIDENT_RISING] = 'r',
	    [INCIDENT_OPENED] = 'O',
	    [INCIDENT_REOPENED] = 'R',
	    [INCIDENT_MOVED] = 'm',
	    [INCIDENT_ENDED] = 'C',
	};
	for (int i = 0; i < count; i++) {
		enum incident_change change = step(incident, &rule, values[i], start_s + i);
		changes[i] = letters[change];
		if (change == INCIDENT_ENDED)
			incident_end(incident);
	}
	changes[count] = '\0';
	return changes;
}

static void
series_give_these_changes(void **state UNUSED)
{
	const struct {
		const char *what;
		int64_t values[24];
		int count;
		const char *expected;
	} table[] = {
	    {"calm", {0, 10, 499, 500, 500, 500}, 6, "......"},
	    {"too short", {501, 501, 501, 500, 501}, 5, "r...r"},
	    {"opens after its time", {501, 600, 700, 700}, 4, "r..O"},
	    {"closes after its time", {501, 501, 501, 501, 0, 0, 0, 0, 0, 0}, 10, "r..Om....C"},
	    {"between the levels nothing ends",
		{501, 501, 501, 501, 300, 300, 300, 300, 300, 300, 300}, 11, "r..Om......"},
	    {"comes back while clearing", {501, 501, 501, 501, 0, 0, 0, 600, 0, 0, 0}, 11,
		"r..Om..mm.."},
	};
	for (size_t i = 0; i < ARRAY_LENGTH(table); i++) {
		struct incident incident = {0};
		const char *changes = feed(&incident, 1000, table[i].values, table[i].count);
		if (strcmp(changes, table[i].expected) != 0)
			fail_msg("%s: %s, expected %s", table[i].what, changes, table[i].expected);
	}
}

static void
flapping_signal_makes_one_incident(void **state UNUSED)
{
	struct incident incident = {0};
	int opened = 0, closed = 0;
	for (int64_t s = 0; s < 600; s++) {
		int64_t value = s < 10 || s % 4 < 2 ? 600 : 0;
		enum incident_change change = step(&incident, &rule, value, 1000 + s);
		opened += change == INCIDENT_OPENED;
		closed += change == INCIDENT_ENDED;
	}
	assert_int_equal(opened, 1);
	assert_int_equal(closed, 0);
}

static void
times_and_peak_are_kept(void **state UNUSED)
{
	struct incident incident = {0};
	const int64_t rise[] = {501, 900, 700, 700};
	const int64_t fall[] = {200, 100, 0, 0, 0};
	feed(&incident, 1000, rise, 4);
	assert_true(incident_is_open(&incident));
	assert_int_equal(incident.row.began_s, 1000);
	assert_int_equal(incident.row.opened_s, 1003);
	assert_int_equal(incident.row.peak, 900); /* while it rose, too */
	assert_int_equal(incident.row.peak_s, 1001);
	assert_int_equal(incident.row.level, 500);
	assert_string_equal(incident.row.rule, "bounce-flood");
	assert_non_null(strstr(incident.row.text, "bounces 700, above 500 for 3 s"));
	feed(&incident, 1004, fall, 5);
	assert_int_equal(incident.row.state, INCIDENT_CLEARING);
	assert_int_equal(incident.row.clearing_s, 1004);
	assert_int_equal(step(&incident, &rule, 0, 1009), INCIDENT_ENDED);
	assert_int_equal(incident.row.closed_s, 1009);
	assert_int_equal(incident.row.state, INCIDENT_CLOSED);
}

/* The engine was killed: the clearing time goes on where the row says it began. */
static void
resumed_incident_goes_on_clearing(void **state UNUSED)
{
	struct incident incident = {0};
	struct row_incident row = {
	    .id = 7,
	    .rule = "bounce-flood",
	    .state = INCIDENT_CLEARING,
	    .began_s = 900,
	    .opened_s = 903,
	    .clearing_s = 1000,
	    .peak = 800,
	    .peak_s = 950,
	};
	incident_resume(&incident, &row);
	assert_int_equal(step(&incident, &rule, 0, 1004), INCIDENT_SAME);
	assert_int_equal(step(&incident, &rule, 0, 1005), INCIDENT_ENDED);
	assert_int_equal(incident.row.id, 7);
	assert_int_equal(incident.row.peak, 800);
}

/* A clock that jumps back must neither open nor close anything at once. */
static void
clock_that_jumps_back_waits_again(void **state UNUSED)
{
	struct incident incident = {0};
	assert_int_equal(step(&incident, &rule, 600, 1000), INCIDENT_RISING);
	assert_int_equal(step(&incident, &rule, 600, 500), INCIDENT_SAME);
	assert_int_equal(step(&incident, &rule, 600, 502), INCIDENT_SAME);
	assert_int_equal(step(&incident, &rule, 600, 503), INCIDENT_OPENED);
}

/* Looked back from the opening: a rise began when it left the calm; one that had hovered below its
 * level for hours began at the level. */
static void
beginning_is_found_backwards(void **state UNUSED)
{
	const struct {
		int64_t hover_s, began_s; /* before the crossing at 100000 */
	} table[] = {{0, 100000}, {1, 99999}, {3600, 96400}, {3601, 100000}};
	for (size_t i = 0; i < ARRAY_LENGTH(table); i++) {
		struct incident incident = {0};
		(void)step(&incident, &rule, 10, 90000);
		for (int64_t t = 100000 - table[i].hover_s; t < 100000; t++)
			(void)step(&incident, &rule, 300, t);
		for (int64_t t = 100000; t < 100003; t++)
			(void)step(&incident, &rule, 600, t);
		assert_int_equal(step(&incident, &rule, 600, 100003), INCIDENT_OPENED);
		assert_int_equal(incident.row.began_s, table[i].began_s);
		assert_string_equal(incident.row.text, "bounces 600, above 500 for 3 s");
	}
}

/* A closed one, whose row the store has numbered. */
static struct incident
make_past(int64_t closed_s)
{
	struct incident incident = {
	    .row =
		{
		    .id = 42,
		    .rule = "bounce-flood",
		    .state = INCIDENT_CLOSED,
		    .began_s = closed_s - 100,
		    .opened_s = closed_s - 97,
		    .clearing_s = closed_s - 5,
		    .closed_s = closed_s,
		    .peak = 900,
		    .peak_s = closed_s - 50,
		},
	};
	incident_end(&incident);
	return incident;
}

static void
incident_that_comes_back_is_the_same(void **state UNUSED)
{
	const struct {
		int64_t pause_s, within_s; /* from the end to the next opening */
		int64_t value;
		bool is_same;
		int64_t peak;
	} table[] = {
	    {59, 60, 600, true, 900}, {59, 60, 1200, true, 1200}, {60, 60, 600, false, 600},
	    {10, 0, 600, false, 600}, {-10, 60, 600, false, 600}, /* the clock was set back */
	};
	for (size_t i = 0; i < ARRAY_LENGTH(table); i++) {
		struct settings_rule soon = rule;
		struct incident incident = make_past(1000);
		int64_t back_s = 1000 + table[i].pause_s;
		enum incident_change change = INCIDENT_SAME;
		soon.reopen_within_s = table[i].within_s;
		for (int64_t t = back_s - soon.for_s; t <= back_s; t++)
			change = step(&incident, &soon, table[i].value, t);
		assert_int_equal(change, table[i].is_same ? INCIDENT_REOPENED : INCIDENT_OPENED);
		assert_int_equal(incident.row.id, table[i].is_same ? 42 : 0);
		assert_int_equal(incident.row.reopened, table[i].is_same);
		assert_int_equal(incident.row.peak, table[i].peak);
		assert_int_equal(incident.row.state, INCIDENT_OPEN);
		assert_int_equal(incident.row.closed_s, 0);
		if (table[i].is_same)
			assert_int_equal(incident.row.began_s, 900);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(series_give_these_changes),
	    cmocka_unit_test(flapping_signal_makes_one_incident),
	    cmocka_unit_test(times_and_peak_are_kept),
	    cmocka_unit_test(resumed_incident_goes_on_clearing),
	    cmocka_unit_test(clock_that_jumps_back_waits_again),
	    cmocka_unit_test(beginning_is_found_backwards),
	    cmocka_unit_test(incident_that_comes_back_is_the_same),
	};
	return cmocka_run_group_tests_name("incident", tests, NULL, NULL);
}
