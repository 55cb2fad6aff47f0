/* SPDX-License-Identifier: ISC
 *
 * watchdogctl_run_test.c - a command from beginning to end: the exit codes, with no daemon there and
 * with one that answers this and that.
 */
#include "tests/unit/console.h"

#include <errno.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>

#include "watchdogctl/run.h"

/* ---- exit codes ---- */

struct outcome {
	enum run_exit code;
	char *out, *errors;
};

static struct outcome
run_at(const struct place *place, const char *socket, const struct arguments *arguments)
{
	struct outcome outcome = {0};
	size_t out_length, error_length;
	struct run run = {
	    .arguments = arguments,
	    .socket = socket,
	    .store = place->path,
	    .viewer_group = "mailadmins",
	    .now_s = CONSOLE_NOW + 190,
	    .out = open_memstream(&outcome.out, &out_length),
	    .errors = open_memstream(&outcome.errors, &error_length),
	};
	outcome.code = run_command(&run);
	fclose(run.out);
	fclose(run.errors);
	return outcome;
}

static void
forget(struct outcome *outcome)
{
	free(outcome->out);
	free(outcome->errors);
}

static void
without_daemon_the_store_is_read(void **state)
{
	static const enum ctl_verb verbs[] = {
	    CTL_STATUS, CTL_QUEUES, CTL_INCIDENTS, CTL_HISTORY, CTL_REMEDY_LIST};
	for (size_t i = 0; i < ARRAY_LENGTH(verbs); i++) {
		struct arguments arguments = {.request.verb = verbs[i]};
		struct outcome outcome = run_at(*state, "/nonexistent/control.sock", &arguments);
		assert_int_equal(outcome.code, RUN_NO_DAEMON);
		assert_true(strlen(outcome.out) > 20);
		bool told = strstr(outcome.out, "watchdogd is NOT RUNNING") != NULL ||
		    strstr(outcome.errors, "watchdogd does not answer") != NULL;
		assert_true(told);
		forget(&outcome);
	}
}

static void
without_daemon_json_says_so(void **state)
{
	struct arguments arguments = {.json = true, .request.verb = CTL_STATUS};
	struct outcome outcome = run_at(*state, "/nonexistent/control.sock", &arguments);
	json_t *document = json_loads(outcome.out, 0, NULL);
	const json_t *daemon = json_object_get(document, "daemon");
	assert_int_equal(outcome.code, RUN_NO_DAEMON);
	assert_true(json_is_false(json_object_get(daemon, "running")));
	assert_int_equal(json_integer_value(json_object_get(daemon, "age_s")), 190);
	json_decref(document);
	forget(&outcome);
}

static void
without_daemon_nothing_is_done(void **state)
{
	static const struct ctl_request requests[] = {
	    {.verb = CTL_PAUSE},
	    {.verb = CTL_RESUME},
	    {.verb = CTL_REMEDY_PLAN, .remedy = "hold-bounces"},
	    {.verb = CTL_REMEDY_RUN, .remedy = "hold-bounces"},
	    {.verb = CTL_REMEDY_UNDO, .action = 1},
	};
	for (size_t i = 0; i < ARRAY_LENGTH(requests); i++) {
		struct arguments arguments = {.request = requests[i]};
		struct outcome outcome = run_at(*state, "/nonexistent/control.sock", &arguments);
		assert_int_equal(outcome.code, RUN_NO_DAEMON);
		assert_string_equal(outcome.out, "");
		assert_string_equal(outcome.errors,
		    "watchdogctl: watchdogd does not answer at /nonexistent/control.sock: No such "
		    "file or directory\n");
		forget(&outcome);
	}
}

static void
without_daemon_and_store_both_are_told(void **state)
{
	struct place nowhere = *(struct place *)*state;
	struct arguments arguments = {.request.verb = CTL_STATUS};
	snprintf(nowhere.path, sizeof(nowhere.path), "/nonexistent/history.db");
	struct outcome outcome = run_at(&nowhere, "/nonexistent/control.sock", &arguments);
	assert_int_equal(outcome.code, RUN_NO_DAEMON);
	assert_string_equal(outcome.errors,
	    "watchdogctl: watchdogd does not answer at /nonexistent/control.sock: No such file or "
	    "directory\nwatchdogctl: cannot read /nonexistent/history.db: No such file or "
	    "directory (has watchdogd ever run?)\n");
	forget(&outcome);
}

static void
row_that_is_not_there_is_told(void **state)
{
	struct arguments arguments = {.request = {.verb = CTL_INCIDENTS, .incident = 77}};
	struct outcome outcome = run_at(*state, "/nonexistent/control.sock", &arguments);
	assert_non_null(strstr(outcome.errors, "there is no incident 77"));
	forget(&outcome);
}

/* ---- a daemon that says one thing ---- */

struct parrot {
	int listening;
	const char *answer; /* without a line break at its end: closed half way */
	bool ends; /* after it: nobody listens then */
};

static void *
parrot_run(void *parrot_)
{
	struct parrot *parrot = parrot_;
	char line[4096];
	int fd = accept(parrot->listening, NULL, NULL);
	if (parrot->ends)
		close(parrot->listening);
	if (recv(fd, line, sizeof(line), 0) > 0)
		send(fd, parrot->answer, strlen(parrot->answer), MSG_NOSIGNAL);
	close(fd);
	return NULL;
}

#define SEES "\"daemon\":{\"running\":true,\"age_s\":0}"
#define FLOWS "{\"name\":\"-\",\"last_tick\":1,\"present\":true,\"good_mail\":{\"flows\":true"

static const struct {
	enum ctl_verb verb;
	const char *answer;
	enum run_exit code; /* of check: as of a plugin */
} said[] = {
    {CTL_STATUS, "{\"open_incidents\":0,\"daemon\":{\"running\":true,\"age_s\":0}}\n", RUN_FINE},
    {CTL_QUEUES, "{\"open_incidents\":0,\"daemon\":{\"running\":true,\"age_s\":5}}\n", RUN_FINE},
    {CTL_STATUS, "{\"open_incidents\":1,\"daemon\":{\"running\":true,\"age_s\":0}}\n", RUN_WRONG},
    {CTL_QUEUES, "{\"open_incidents\":2,\"daemon\":{\"running\":true,\"age_s\":0}}\n", RUN_WRONG},
    {CTL_STATUS, "{\"open_incidents\":0,\"daemon\":{\"running\":true,\"age_s\":6}}\n", RUN_WRONG},
    {CTL_STATUS, "{\"open_incidents\":0,\"daemon\":{\"running\":true,\"age_s\":null}}\n",
	RUN_WRONG},
    {CTL_INCIDENTS, "{\"incidents\":[{}]}\n", RUN_FINE},
    {CTL_PAUSE, "{\"error\":\"only root\",\"reason\":\"permission\"}\n", RUN_USAGE},
    {CTL_REMEDY_RUN, "{\"error\":\"no remedy is called x\"}\n", RUN_USAGE},
    {CTL_PAUSE, "{\"error\":\"the engine is not running\",\"reason\":\"unavailable\"}\n",
	RUN_NO_DAEMON},
    {CTL_PAUSE, "{\"paused\":tr", RUN_NO_DAEMON},
    {CTL_PAUSE, "", RUN_NO_DAEMON},
    {CTL_PAUSE, "[]\n", RUN_NO_DAEMON},
    {CTL_VERSION, "", RUN_FINE},
    {CTL_CHECK, "{" SEES ",\"instances\":[" FLOWS "}}]}\n", 0},
    {CTL_CHECK, "{" SEES ",\"instances\":[" FLOWS ",\"oldest_age_s\":901}}]}\n", 1},
    {CTL_CHECK, "{" SEES ",\"instances\":[" FLOWS ",\"oldest_age_s\":3601}}]}\n", 2},
    {CTL_CHECK, "{" SEES ",\"instances\":[]}\n", 2},
    {CTL_CHECK, "{\"error\":\"the store is gone\",\"reason\":\"unavailable\"}\n", 2},
    {CTL_CHECK, "", 2},
    {CTL_METRICS, "{\"open_incidents\":1}\n", RUN_FINE},
    {CTL_METRICS, "{\"error\":\"the store is gone\",\"reason\":\"unavailable\"}\n", RUN_NO_DAEMON},
    {CTL_METRICS, "", RUN_NO_DAEMON},
};

static void
exit_code_follows_the_answer(void **state)
{
	struct place *place = *state;
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	snprintf(address.sun_path, sizeof(address.sun_path), "%s/s", place->directory);
	int listening = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(listening, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(listening, 5), 0);
	for (size_t i = 0; i < ARRAY_LENGTH(said); i++) {
		pthread_t thread;
		struct parrot parrot = {listening, said[i].answer, false};
		struct arguments arguments = {.request.verb = said[i].verb};
		assert_int_equal(pthread_create(&thread, NULL, parrot_run, &parrot), 0);
		struct outcome outcome = run_at(place, address.sun_path, &arguments);
		pthread_join(thread, NULL);
		assert_int_equal(outcome.code, said[i].code);
		forget(&outcome);
	}
	close(listening);
	unlink(address.sun_path);
}

static void
who_follows_gets_a_line_each_until_the_end(void **state)
{
	struct place *place = *state;
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	snprintf(address.sun_path, sizeof(address.sun_path), "%s/s", place->directory);
	int listening = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(listening, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(listening, 5), 0);
	pthread_t thread;
	struct parrot parrot = {listening, "{\"mode\":\"act\",\"paused\":false}\n", true};
	struct arguments arguments = {.request = {.verb = CTL_STATUS, .follow = 1}};
	assert_int_equal(pthread_create(&thread, NULL, parrot_run, &parrot), 0);
	struct outcome outcome = run_at(place, address.sun_path, &arguments);
	pthread_join(thread, NULL);
	assert_int_equal(outcome.code, RUN_NO_DAEMON);
	assert_string_equal(outcome.out, "{\"mode\":\"act\",\"paused\":false}\n");
	assert_non_null(strstr(outcome.errors, "watchdogd does not answer"));
	forget(&outcome);
	unlink(address.sun_path);
}

static void
format_that_is_not_known_is_refused(void **state)
{
	struct arguments arguments = {.request = {.verb = CTL_HISTORY, .format = "xml"}};
	struct outcome outcome = run_at(*state, "/nonexistent/control.sock", &arguments);
	assert_int_equal(outcome.code, RUN_USAGE);
	assert_non_null(strstr(outcome.errors, "--format takes text, chart, csv or json"));
	forget(&outcome);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		without_daemon_the_store_is_read, console_make_bad_day, place_remove),
	    cmocka_unit_test_setup_teardown(
		without_daemon_json_says_so, console_make_bad_day, place_remove),
	    cmocka_unit_test_setup_teardown(
		without_daemon_nothing_is_done, console_make_bad_day, place_remove),
	    cmocka_unit_test_setup_teardown(
		without_daemon_and_store_both_are_told, console_make_quiet_day, place_remove),
	    cmocka_unit_test_setup_teardown(
		row_that_is_not_there_is_told, console_make_bad_day, place_remove),
	    cmocka_unit_test_setup_teardown(
		format_that_is_not_known_is_refused, console_make_quiet_day, place_remove),
	    cmocka_unit_test_setup_teardown(
		who_follows_gets_a_line_each_until_the_end, console_make_quiet_day, place_remove),
	    cmocka_unit_test_setup_teardown(
		exit_code_follows_the_answer, console_make_quiet_day, place_remove),
	};
	setenv("TZ", "JST-9", 1);
	tzset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
