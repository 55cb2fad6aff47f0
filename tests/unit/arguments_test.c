/* SPDX-License-Identifier: ISC
 *
 * arguments_test.c - command lines of watchdogctl: what is understood, what is refused and how.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "watchdogctl/arguments.h"
#include "watchdogctl/when.h"

#define NOW 1780500000 /* 2026-06-03 15:20:00 UTC */
#define WORDS_MAX 8

/* Parses words; returns what was complained of ("" when nothing was), free() it. */
static char *
parse(const char *const *words, struct arguments *ret_arguments)
{
	char *argv[WORDS_MAX + 2] = {0};
	char *errors = NULL;
	size_t length = 0;
	int argc = 1;
	argv[0] = (char *)(uintptr_t)"watchdogctl";
	for (; argc <= WORDS_MAX && words[argc - 1] != NULL; argc++)
		argv[argc] = (char *)(uintptr_t)words[argc - 1];
	FILE *stream = open_memstream(&errors, &length);
	int r = arguments_parse(argc, argv, NOW, stream, ret_arguments);
	fclose(stream);
	assert_int_equal(r, length == 0 ? 0 : -EINVAL);
	return errors;
}

static const struct {
	const char *words[WORDS_MAX];
	struct arguments expected;
} good[] = {
    {{"status"}, {.request.verb = CTL_STATUS}},
    {{"--json", "status"}, {.json = true, .request.verb = CTL_STATUS}},
    {{"queues", "-j"}, {.json = true, .request.verb = CTL_QUEUES}},
    {{"-s", "/run/x", "-c/etc/y", "status"},
	{.socket = "/run/x", .config = "/etc/y", .request.verb = CTL_STATUS}},
    {{"--socket=/run/x", "--config", "/etc/y", "--no-color", "status"},
	{.socket = "/run/x", .config = "/etc/y", .no_color = true, .request.verb = CTL_STATUS}},
    {{"incidents"}, {.request.verb = CTL_INCIDENTS}},
    {{"incidents", "42"}, {.request = {.verb = CTL_INCIDENTS, .incident = 42}}},
    {{"incidents", "--limit", "3"}, {.request = {.verb = CTL_INCIDENTS, .limit = 3}}},
    {{"history", "--since", "1h", "--step", "1s", "--instance", "-"},
	{.request = {.verb = CTL_HISTORY, .since_s = NOW - 3600, .step_s = 1, .instance = "-"}}},
    {{"history", "--since=@100", "--until", "2026-06-03 15:00"},
	{.request = {.verb = CTL_HISTORY, .since_s = 100, .until_s = NOW - 1200}}},
    {{"remedy", "list"}, {.request.verb = CTL_REMEDY_LIST}},
    {{"remedy", "plan", "hold-bounces"},
	{.request = {.verb = CTL_REMEDY_PLAN, .remedy = "hold-bounces"}}},
    {{"remedy", "run", "hold-bounces", "--instance=postfix-in"},
	{.request = {.verb = CTL_REMEDY_RUN, .remedy = "hold-bounces", .instance = "postfix-in"}}},
    {{"remedy", "undo", "7"}, {.request = {.verb = CTL_REMEDY_UNDO, .action = 7}}},
    {{"remedy", "show", "--limit", "5", "--", "7"},
	{.request = {.verb = CTL_REMEDY_SHOW, .action = 7, .limit = 5}}},
    {{"show", "9C1F2A"}, {.request = {.verb = CTL_SHOW, .queue_id = "9C1F2A"}}},
    {{"list"}, {.request.verb = CTL_LIST}},
    {{"-s", "/run/x", "qshape", "-s", "-b5", "deferred"},
	{.socket = "/run/x",
	    .request =
		{.verb = CTL_QSHAPE, .by_sender = 1, .buckets = 5, .queues = 1 << QUEUE_DEFERRED}}},
    {{"qshape", "-pl", "-m", "2", "-t", "10", "-j"},
	{.json = true,
	    .request =
		{.verb = CTL_QSHAPE, .parents = 1, .linear = 1, .subdomains = 2, .minutes = 10}}},
    {{"qshape", "--senders", "--parents", "--limit=7"},
	{.request = {.verb = CTL_QSHAPE, .by_sender = 1, .parents = 1, .limit = 7}}},
    {{"list", "hold", "deferred", "--class", "bounce,dsn", "--sender=<>"},
	{.request = {.verb = CTL_LIST,
	     .queues = 1 << QUEUE_HOLD | 1 << QUEUE_DEFERRED,
	     .classes = 1 << CLASS_BOUNCE | 1 << CLASS_DSN,
	     .sender = "<>"}}},
    {{"list", "--older=1h", "--younger", "2d", "--larger=10k", "--smaller", "5M"},
	{.request = {.verb = CTL_LIST,
	     .older_s = 3600,
	     .younger_s = 172800,
	     .larger_bytes = 10000,
	     .smaller_bytes = 5000000}}},
    {{"--help"}, {.request.verb = CTL_HELP}},
    {{"-V", "whatever", "follows", "it"}, {.request.verb = CTL_VERSION}},
};

static void
assert_same_text(const char *a, const char *b)
{
	assert_string_equal(a != NULL ? a : "(none)", b != NULL ? b : "(none)");
}

static void
command_line_is_understood(void **state UNUSED)
{
	for (size_t i = 0; i < ARRAY_LENGTH(good); i++) {
		struct arguments found;
		AUTO_FREE char *errors = parse(good[i].words, &found);
		assert_string_equal(errors, "");
		assert_int_equal(found.json, good[i].expected.json);
		assert_int_equal(found.no_color, good[i].expected.no_color);
		assert_same_text(found.socket, good[i].expected.socket);
		assert_same_text(found.config, good[i].expected.config);
		assert_memory_equal(
		    &found.request, &good[i].expected.request, sizeof(found.request));
	}
}

static const struct {
	const char *words[WORDS_MAX], *complaint;
} bad[] = {
    {{NULL}, "a command is expected; the commands: watchdogctl help"},
    {{"stauts"}, "unknown command \"stauts\"; did you mean \"status\"?"},
    {{"history", "--sicne", "1h"}, "unknown option --sicne; did you mean --since?"},
    {{"remdy", "list"}, "unknown command \"remdy list\"; did you mean \"remedy list\"?"},
    {{"xyzzy"}, "unknown command \"xyzzy\"; the commands: watchdogctl help"},
    {{"\033[2J"}, "unknown command \"\\x1b[2J\"; the commands: watchdogctl help"},
    {{"remedy"},
	"remedy: one of these is expected: remedy list, remedy plan, remedy run, remedy undo, "
	"remedy show"},
    {{"remedy", "lst"},
	"remedy: one of these is expected: remedy list, remedy plan, remedy run, remedy undo, "
	"remedy show"},
    {{"remedy", "plan"},
	"usage: watchdogctl remedy plan NAME [--instance NAME] [--set PARAMETER=VALUE] "
	"[--class CLASS] [--sender ADDRESS] [--shape SHAPE] [--domain DOMAIN] [--client ADDRESS] "
	"[--reason TEXT] [--older AGE] [--younger AGE] [--larger SIZE] [--smaller SIZE]"},
    {{"remedy", "undo"}, "usage: watchdogctl remedy undo ACTION"},
    {{"remedy", "undo", "x"}, "action: found \"x\", expected the number of an action"},
    {{"remedy", "undo", "0"}, "action: found \"0\", expected the number of an action"},
    {{"remedy", "undo", "-1"}, "unknown option -1"},
    {{"remedy", "plan", "a/b"}, "remedy: \"a/b\" is no name"},
    {{"remedy", "plan", "a", "--set", "b"}, "set: found \"b\", expected PARAMETER=VALUE"},
    {{"remedy", "plan", "a", "--set", "=b"}, "set: found \"=b\", expected PARAMETER=VALUE"},
    {{"remedy", "undo", "1", "--set", "a=b"}, "remedy undo takes no option --set"},
    {{"status", "now"}, "status: unexpected word \"now\""},
    {{"remedy", "list", "a", "b"}, "remedy list: unexpected word \"a\""},
    {{"remedy", "undo", "7", "8"}, "remedy undo: unexpected word \"8\""},
    {{"show", "../x"}, "queue_id: found \"../x\", expected the id of a message in a queue"},
    {{"list", "deferred", "outgoing"},
	"queues: found \"outgoing\", expected maildrop, incoming, active, deferred, hold or "
	"corrupt; "
	"left out: all, of qshape incoming and active"},
    {{"list", "-p"}, "unknown option -p"},
    {{"qshape", "--linear=1"}, "option --linear takes no value"},
    {{"qshape", "-b"}, "option --buckets: a value is expected"},
    {{"qshape", "-b", "0"}, "buckets: found \"0\", expected columns of age, 1 to 32; left out: 10"},
    {{"list", "--older", "soon"},
	"older: found \"soon\", expected arrived before: 90s, 10m, 1h, 2d"},
    {{"list", "--larger", "5 MB"},
	"larger: found \"5 MB\", expected of more bytes; 10k, 5M, 1G are thousands"},
    {{"status", "--since", "1h"}, "status takes no option --since"},
    {{"history", "--since"}, "option --since: a value is expected"},
    {{"history", "--since", "soon"},
	"since: found \"soon\", expected how long ago (90s, 10m, 1h, 2d) or when (2026-06-03 "
	"14:05, @1780463109)"},
    {{"history", "--step", "2m"}, "step: found \"2m\", expected 1s, 1m or 1h; left out: 1m"},
    {{"history", "--limit", "5001"}, "limit: found \"5001\", expected how many at most, 1 to 5000"},
    {{"--json=yes", "status"}, "option --json takes no value"},
    {{"-x", "status"}, "unknown option -x"},
};

static void
what_is_wrong_is_told(void **state UNUSED)
{
	for (size_t i = 0; i < ARRAY_LENGTH(bad); i++) {
		struct arguments found;
		char expected[512];
		AUTO_FREE char *errors = parse(bad[i].words, &found);
		snprintf(expected, sizeof(expected), "watchdogctl: %s\n", bad[i].complaint);
		assert_string_equal(errors, expected);
	}
}

static const struct {
	const char *text;
	int64_t time_s; /* 0: refused */
} times[] = {
    {"90s", NOW - 90},
    {"10m", NOW - 600},
    {"2d", NOW - 172800},
    {"1w", NOW - 604800},
    {"@1", 1},
    {"2026-06-03", NOW - 55200},
    {"2026-06-03 15:19:59", NOW - 1},
    {"2026-06-03T15:19", NOW - 60},
    {"", 0},
    {"s", 0},
    {"10", 0},
    {"10x", 0},
    {"1h30m", 0},
    {"-1h", 0},
    {"@", 0},
    {"@-1", 0},
    {"99999999999999w", 0},
    {"999999999999999999999s", 0},
    {"2026-13-01", 0},
    {"2026-06-03 25:00", 0},
    {"2026-06-03 15:00 tomorrow", 0},
    {"1066-10-14", 0},
};

static void
time_is_understood_or_refused(void **state UNUSED)
{
	for (size_t i = 0; i < ARRAY_LENGTH(times); i++) {
		int64_t time_s = 0;
		int r = when_parse(times[i].text, NOW, &time_s);
		assert_int_equal(r, times[i].time_s != 0 ? 0 : -EINVAL);
		if (r == 0)
			assert_int_equal(time_s, times[i].time_s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(command_line_is_understood),
	    cmocka_unit_test(what_is_wrong_is_told),
	    cmocka_unit_test(time_is_understood_or_refused),
	};
	setenv("TZ", "UTC", 1);
	tzset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
