/* SPDX-License-Identifier: ISC
 *
 * watchdogctl_check_test.c - what check makes of a day: the state, the problems, the figures.
 */
#include "tests/unit/console.h"

#include "schema/report.h"
#include "watchdogctl/check.h"

static json_t *
check(struct place *place, int64_t age_s, const struct ctl_request *limits)
{
	json_t *status;
	const struct ctl_request request = {.verb = CTL_STATUS};
	struct report_question question = {
	    .store = place->store,
	    .request = &request,
	    .running = true,
	    .now_s = CONSOLE_NOW + age_s,
	};
	assert_int_equal(report_make(&question, &status), 0);
	json_t *document = check_make(status, limits, CONSOLE_NOW + age_s);
	json_decref(status);
	return document;
}

static int
exit_of(const json_t *document)
{
	return (int)json_integer_value(json_object_get(document, "exit"));
}

/* "TEXT", "STATE" of the problem at `at`. */
static void
assert_problem(const json_t *document, size_t at, const char *state, const char *text)
{
	const json_t *problem = json_array_get(json_object_get(document, "problems"), at);
	assert_non_null(problem);
	assert_string_equal(json_string_value(json_object_get(problem, "state")), state);
	assert_string_equal(json_string_value(json_object_get(problem, "text")), text);
}

static int64_t
figure_of(const json_t *document, const char *label)
{
	size_t i;
	const json_t *figure;
	json_array_foreach(json_object_get(document, "performance"), i, figure)
	{
		if (strcmp(json_string_value(json_object_get(figure, "label")), label) == 0)
			return json_integer_value(json_object_get(figure, "value"));
	}
	fail_msg("there is no figure %s", label);
	return -1;
}

static void
bad_day_is_critical(void **state)
{
	json_t *document = check(*state, 0, &(struct ctl_request){0});
	assert_int_equal(exit_of(document), CHECK_CRITICAL);
	assert_problem(document, 0, "critical", "good mail stands still on postfix-in for 10 min");
	assert_problem(document, 1, "warning", "the role alert is down");
	assert_problem(document, 2, "warning", "incident 1: bounce-flood on - for 5 min");
	assert_problem(document, 3, "warning", "there is no queue directory of postfix-in");
	assert_int_equal(figure_of(document, "incidents"), 1);
	assert_int_equal(figure_of(document, "-_delay"), 40);
	assert_int_equal(figure_of(document, "-_deferred"), 18230);
	assert_int_equal(figure_of(document, "-_bounces"), 18222);
	assert_int_equal(figure_of(document, "postfix-in_delay"), 600);
	json_decref(document);
}

static void
limits_are_those_that_are_asked_for(void **state)
{
	static const struct {
		int64_t warning_s, critical_s;
		enum check_state expected;
	} cases[] = {
	    {0, 0, CHECK_WARNING}, /* by the role that is down */
	    {40, 50, CHECK_WARNING},
	    {30, 40, CHECK_WARNING},
	    {30, 39, CHECK_CRITICAL},
	};
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		struct ctl_request limits = {
		    .warning_s = cases[i].warning_s, .critical_s = cases[i].critical_s};
		json_t *document = check(*state, 0, &limits);
		size_t problems = json_array_size(json_object_get(document, "problems"));
		assert_int_equal(exit_of(document), cases[i].expected);
		assert_int_equal(problems, cases[i].warning_s == 30 ? 2 : 1);
		assert_int_equal(figure_of(document, "delay"), 40);
		json_decref(document);
	}
}

static void
who_does_not_see_is_critical(void **state)
{
	json_t *document = check(*state, 6, &(struct ctl_request){0});
	assert_int_equal(exit_of(document), CHECK_CRITICAL);
	assert_problem(document, 0, "critical", "the queues were not seen for 6 s");
	json_decref(document);
}

static void
failure_has_its_state(void **state UNUSED)
{
	json_t *document = check_make_failed(CHECK_UNKNOWN, "no");
	assert_int_equal(exit_of(document), CHECK_UNKNOWN);
	assert_problem(document, 0, "unknown", "no");
	json_decref(document);
}

static void
check_is_known_on_any_command_line(void **state UNUSED)
{
	static const struct {
		const char *words[6];
		bool expected;
	} cases[] = {
	    {{"watchdogctl", "check"}, true},
	    {{"watchdogctl", "-s", "/run/x", "check", "--nonsense"}, true},
	    {{"watchdogctl", "--json", "check"}, true},
	    {{"watchdogctl"}, false},
	    {{"watchdogctl", "checks"}, false},
	    {{"watchdogctl", "note", "3", "--text", "check"}, false},
	};
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		int argc = 0;
		char *argv[6];
		for (; argc < 6 && cases[i].words[argc] != NULL; argc++)
			argv[argc] = (char *)(uintptr_t)cases[i].words[argc];
		assert_int_equal(check_is_meant(argc, argv), cases[i].expected);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		bad_day_is_critical, console_make_bad_day, place_remove),
	    cmocka_unit_test_setup_teardown(
		limits_are_those_that_are_asked_for, console_make_quiet_day, place_remove),
	    cmocka_unit_test_setup_teardown(
		who_does_not_see_is_critical, console_make_quiet_day, place_remove),
	    cmocka_unit_test(failure_has_its_state),
	    cmocka_unit_test(check_is_known_on_any_command_line),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
