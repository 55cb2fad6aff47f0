/* SPDX-License-Identifier: ISC
 *
 * ctl_test.c - request lines: what is taken, what is refused and with which words.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/nearest.h"
#include "proto/ctl.h"

static const char *
word_for(enum ctl_argument argument)
{
	switch (ctl_arguments[argument].kind) {
	case CTL_QUEUE_SET:
		return "hold,incoming";
	case CTL_CLASS_SET:
		return "dsn";
	case CTL_DIMENSION_NAME:
		return "shape";
	case CTL_ASSIGNMENT:
		return "a_b = ${c:d}=e";
	case CTL_TEXT:
		return "ava 1@\"x\".example \\x1b";
	default:
		return argument == CTL_QUEUE_ID ? "3ZbGxh1Tn6z5rZ8" : "some-name";
	}
}

static int64_t
number_for(enum ctl_argument argument)
{
	return ctl_arguments[argument].kind == CTL_FLAG ? 1
	    : argument == CTL_BUCKETS                   ? QSHAPE_BUCKETS_MAX
	    : argument == CTL_LIMIT                     ? CTL_LIMIT_MAX
							: 60;
}

static void
every_command_survives_the_way_to_its_line_and_back(void **state UNUSED)
{
	for (int verb = 0; verb < CTL_COMMAND_COUNT; verb++) {
		struct ctl_request request = {.verb = (enum ctl_verb)verb}, back;
		char problem[128];
		for (int i = 0; i < CTL_ARGUMENT_COUNT; i++) {
			enum ctl_argument argument = (enum ctl_argument)i;
			if ((ctl_commands[verb].takes & CTL_BIT(i)) == 0)
				continue;
			if (ctl_takes_word(argument))
				assert_int_equal(
				    ctl_set_word(&request, argument, word_for(argument)), 0);
			else
				assert_int_equal(
				    ctl_set_number(&request, argument, number_for(argument)), 0);
		}
		AUTO_FREE char *line = ctl_format_request(&request);
		size_t length = strlen(line);
		assert_int_equal(line[length - 1], '\n');
		assert_int_equal(
		    ctl_parse_request(line, length - 1, &back, problem, sizeof(problem)), 0);
		assert_memory_equal(&request, &back, sizeof(request));
	}
}

static const struct {
	const char *line, *problem;
} bad_lines[] = {
    {"", "not JSON: '[' or '{' expected near end of file"},
    {"status", "not JSON: '[' or '{' expected near 'status'"},
    {"{\"command\":\"status\"", "not JSON: '}' expected near end of file"},
    {"{\"command\":\"status\",\"command\":\"pause\"}",
	"not JSON: duplicate object key near '\"command\"'"},
    {"[]", "a request is an object with a command"},
    {"{}", "a request is an object with a command"},
    {"{\"command\":7}", "a request is an object with a command"},
    {"{\"command\":\"\\u001b[2J\"}", "no such command: \\x1b[2J"},
    {"{\"command\":\"status\",\"limit\":1}", "argument that is not taken: limit"},
    {"{\"command\":\"status\",\"offset\":1}", "argument that is not taken: offset"},
    {"{\"command\":\"history\",\"limit\":0}", "bad value of limit"},
    {"{\"command\":\"history\",\"limit\":-1}", "bad value of limit"},
    {"{\"command\":\"history\",\"limit\":5001}", "bad value of limit"},
    {"{\"command\":\"history\",\"limit\":\"5\"}", "bad value of limit"},
    {"{\"command\":\"history\",\"limit\":5.5}", "bad value of limit"},
    {"{\"command\":\"history\",\"limit\":null}", "bad value of limit"},
    {"{\"command\":\"history\",\"limit\":99999999999999999999}",
	"not JSON: too big integer near '99999999999999999999'"},
    {"{\"command\":\"history\",\"step\":7}", "bad value of step"},
    {"{\"command\":\"history\",\"instance\":\"../x\"}", "bad value of instance"},
    {"{\"command\":\"history\",\"instance\":\"\"}", "bad value of instance"},
    {"{\"command\":\"history\",\"instance\":"
     "\"1234567890123456789012345678901234567890123456789012345678901234\"}",
	"bad value of instance"},
    {"{\"command\":\"remedy run\",\"remedy\":\"a\",\"set\":\"b\"}", "bad value of set"},
    {"{\"command\":\"remedy run\",\"remedy\":\"a\",\"set\":\"b=c\\nd\"}", "bad value of set"},
    {"{\"command\":\"remedy run\",\"remedy\":\"a\",\"set\":1}", "bad value of set"},
    {"{\"command\":\"list\",\"queues\":\"incoming,outgoing\"}", "bad value of queues"},
    {"{\"command\":\"list\",\"queues\":\"\"}", "bad value of queues"},
    {"{\"command\":\"list\",\"queues\":7}", "bad value of queues"},
    {"{\"command\":\"list\",\"class\":\"bounces\"}", "bad value of class"},
    {"{\"command\":\"list\",\"sender\":\"a\\nb\"}", "bad value of sender"},
    {"{\"command\":\"list\",\"sender\":\"\"}", "bad value of sender"},
    {"{\"command\":\"list\",\"older\":\"1h\"}", "bad value of older"},
    {"{\"command\":\"show\",\"queue_id\":\"../x\"}", "bad value of queue_id"},
    {"{\"command\":\"show\",\"queue_id\":\"1234567890123456789012345\"}", "bad value of queue_id"},
    {"{\"command\":\"show\"}", "missing: queue_id"},
    {"{\"command\":\"qshape\",\"senders\":1}", "bad value of senders"},
    {"{\"command\":\"qshape\",\"senders\":false}", "bad value of senders"},
    {"{\"command\":\"qshape\",\"buckets\":33}", "bad value of buckets"},
    {"{\"command\":\"qshape\",\"minutes\":100001}", "bad value of minutes"},
    {"{\"command\":\"remedy plan\"}", "missing: remedy"},
    {"{\"command\":\"remedy undo\"}", "missing: action"},
};

static void
bad_line_is_refused_with_its_reason(void **state UNUSED)
{
	for (size_t i = 0; i < ARRAY_LENGTH(bad_lines); i++) {
		struct ctl_request request = {.limit = 42};
		char problem[256];
		int r = ctl_parse_request(bad_lines[i].line, strlen(bad_lines[i].line), &request,
		    problem, sizeof(problem));
		assert_int_equal(r, -EINVAL);
		assert_string_equal(problem, bad_lines[i].problem);
		assert_int_equal(request.limit, 42); /* untouched */
	}
}

static void
usage_comes_from_the_table(void **state UNUSED)
{
	AUTO_FREE char *plan = ctl_format_usage(CTL_REMEDY_PLAN);
	AUTO_FREE char *incidents = ctl_format_usage(CTL_INCIDENTS);
	AUTO_FREE char *show = ctl_format_usage(CTL_SHOW);
	assert_string_equal(show, "show QUEUEID [--instance NAME]");
	assert_string_equal(plan,
	    "remedy plan NAME [--instance NAME] [--set PARAMETER=VALUE] "
	    "[--class CLASS] [--sender ADDRESS] [--shape SHAPE] [--domain DOMAIN] [--client "
	    "ADDRESS] "
	    "[--reason TEXT] [--older AGE] [--younger AGE] [--larger SIZE] [--smaller SIZE]");
	assert_string_equal(incidents, "incidents [ID] [--limit N]");
}

static void
what_changes_or_shows_headers_needs_an_operator(void **state UNUSED)
{
	for (int verb = 0; verb < CTL_COMMAND_COUNT; verb++) {
		bool acts = verb == CTL_REMEDY_RUN || verb == CTL_REMEDY_UNDO ||
		    verb == CTL_PAUSE || verb == CTL_RESUME || verb == CTL_SHOW ||
		    verb == CTL_ACK || verb == CTL_SNOOZE || verb == CTL_CLOSE ||
		    verb == CTL_NOTE || verb == CTL_EXPECT || verb == CTL_CONFIRM ||
		    verb == CTL_REJECT || verb == CTL_REVERT || verb == CTL_ALERT_TEST;
		assert_int_equal(ctl_commands[verb].right == CTL_OPERATOR, acts);
	}
}

static void
error_without_a_known_reason_is_a_refusal(void **state UNUSED)
{
	enum ctl_reason reason = CTL_USAGE;
	json_t *plain = json_pack("{s:s}", "error", "no");
	assert_string_equal(ctl_get_error(plain, &reason), "no");
	assert_int_equal(reason, CTL_REFUSED);
	json_decref(plain);
	json_t *made = ctl_make_error(CTL_UNAVAILABLE, "gone");
	assert_string_equal(ctl_get_error(made, &reason), "gone");
	assert_int_equal(reason, CTL_UNAVAILABLE);
	json_decref(made);
	json_t *document = json_object();
	assert_null(ctl_get_error(document, &reason));
	json_decref(document);
}

static const struct {
	const char *a, *b;
	size_t distance;
} distances[] = {
    {"", "", 0},
    {"status", "status", 0},
    {"stauts", "status", 1}, /* swapped */
    {"statu", "status", 1},
    {"sstatus", "status", 1},
    {"stbtus", "status", 1},
    {"", "abc", 3},
    {"abc", "", 3},
    {"kitten", "sitting", 3},
};

static void
distance_counts_what_must_be_changed(void **state UNUSED)
{
	for (size_t i = 0; i < ARRAY_LENGTH(distances); i++) {
		assert_int_equal(
		    nearest_distance(distances[i].a, distances[i].b), distances[i].distance);
		assert_int_equal(
		    nearest_distance(distances[i].b, distances[i].a), distances[i].distance);
	}
}

static void
nearest_word_is_found_only_when_it_is_near(void **state UNUSED)
{
	const char *const words[] = {"status", "queues", "incidents"};
	assert_string_equal(nearest_find("stauts", words, 3), "status");
	assert_null(nearest_find("ques", words, 3)); /* two of four letters */
	assert_string_equal(nearest_find("incident", words, 3), "incidents");
	assert_null(nearest_find("everything", words, 3));
	assert_null(nearest_find("", words, 3));
	char longest[1000];
	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	assert_null(nearest_find(longest, words, 3));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_command_survives_the_way_to_its_line_and_back),
	    cmocka_unit_test(bad_line_is_refused_with_its_reason),
	    cmocka_unit_test(usage_comes_from_the_table),
	    cmocka_unit_test(what_changes_or_shows_headers_needs_an_operator),
	    cmocka_unit_test(error_without_a_known_reason_is_a_refusal),
	    cmocka_unit_test(distance_counts_what_must_be_changed),
	    cmocka_unit_test(nearest_word_is_found_only_when_it_is_near),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
