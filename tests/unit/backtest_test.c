/* SPDX-License-Identifier: ISC
 *
 * backtest_test.c - watchdogctl backtest on a store: what is printed, what is different with other
 * settings, and what is said of settings and histories that cannot be used.
 */
#include "tests/unit/console.h"

#include "watchdogctl/run.h"

struct outcome {
	enum run_exit code;
	char *errors;
	json_t *document;
};

/* Settings with one rule above that many bounces, in a file of the place; free() the path. */
static char *
write_settings(const struct place *place, const char *name, int above)
{
	char *path = mem_format("%s/%s", place->directory, name);
	AUTO_FCLOSE FILE *file = fopen(path, "we");
	assert_non_null(file);
	fprintf(file,
	    "mode: act\nalert:\n  relays: [mail.example.org]\n"
	    "  from: watchdog@example.org\n"
	    "  recipients: [ops@example.org, night@example.org]\n"
	    "rules:\n  bounce-flood: {signal: bounces, above: %d, for: 10s, "
	    "remedies: [{remedy: hold-bounces}]}\n",
	    above);
	return path;
}

static struct outcome
run_backtest(
    const struct place *place, const char *config, const char *against, const char *instance)
{
	struct outcome outcome = {0};
	char *out = NULL;
	size_t out_length, error_length;
	struct arguments arguments = {.json = true, .config = config, .request.verb = CTL_BACKTEST};
	snprintf(arguments.request.against, sizeof(arguments.request.against), "%s", against);
	snprintf(arguments.request.instance, sizeof(arguments.request.instance), "%s", instance);
	struct run run = {
	    .arguments = &arguments,
	    .store = place->path,
	    .now_s = CONSOLE_NOW,
	    .out = open_memstream(&out, &out_length),
	    .errors = open_memstream(&outcome.errors, &error_length),
	};
	outcome.code = run_command(&run);
	fclose(run.out);
	fclose(run.errors);
	outcome.document = json_loads(out, 0, NULL);
	free(out);
	return outcome;
}

static void
forget(struct outcome *outcome)
{
	json_decref(outcome->document);
	free(outcome->errors);
}

static const json_t *
get_incident(const json_t *rehearsal, size_t at)
{
	return json_array_get(json_object_get(rehearsal, "incidents"), at);
}

static const char *
get_text(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static void
incidents_are_told_with_what_they_cost(void **state)
{
	AUTO_FREE char *path = write_settings(*state, "rules.yaml", 500);
	struct outcome outcome = run_backtest(*state, path, "", "");
	const json_t *incident = get_incident(outcome.document, 0);
	const json_t *action = json_array_get(json_object_get(incident, "remedies"), 0);
	assert_string_equal(outcome.errors, "");
	assert_int_equal(outcome.code, RUN_FINE);
	assert_string_equal(get_text(incident, "instance"), "-");
	assert_int_equal(json_integer_value(json_object_get(incident, "opened")), CONSOLE_NOW - 59);
	assert_int_equal(json_integer_value(json_object_get(incident, "step_s")), 1);
	assert_int_equal(json_integer_value(json_object_get(incident, "mails")), 2);
	assert_string_equal(get_text(action, "mode"), "act");
	assert_true(json_is_null(json_object_get(action, "run")));
	assert_non_null(strstr(get_text(action, "text"), "would hold "));
	forget(&outcome);
	unlink(path);
}

static void
other_settings_are_compared(void **state)
{
	AUTO_FREE char *low = write_settings(*state, "low.yaml", 500);
	AUTO_FREE char *high = write_settings(*state, "high.yaml", 1000000);
	struct outcome outcome = run_backtest(*state, low, high, "");
	assert_string_equal(get_text(get_incident(outcome.document, 0), "change"), "only");
	const json_t *other = json_object_get(outcome.document, "against");
	assert_string_equal(get_text(other, "settings"), high);
	assert_int_equal(json_array_size(json_object_get(other, "incidents")), 0);
	forget(&outcome);
	outcome = run_backtest(*state, low, low, "");
	assert_string_equal(get_text(get_incident(outcome.document, 0), "change"), "same");
	forget(&outcome);
	unlink(low);
	unlink(high);
}

static void
what_cannot_be_used_is_refused(void **state)
{
	AUTO_FREE char *path = write_settings(*state, "rules.yaml", 500);
	AUTO_FREE char *bad = write_settings(*state, "bad.yaml", -1);
	struct outcome outcome = run_backtest(*state, bad, "", "");
	assert_int_equal(outcome.code, RUN_USAGE);
	assert_non_null(strstr(outcome.errors, "bad.yaml:7:"));
	assert_null(strstr(outcome.errors, "\\x0a"));
	forget(&outcome);
	outcome = run_backtest(*state, path, "/nonexistent.yaml", "");
	assert_int_equal(outcome.code, RUN_USAGE);
	forget(&outcome);
	outcome = run_backtest(*state, path, "", "nobody");
	assert_int_equal(outcome.code, RUN_USAGE);
	assert_non_null(strstr(outcome.errors, "nothing is recorded of instance nobody"));
	forget(&outcome);
	struct place nowhere = {.directory = "/nonexistent", .path = "/nonexistent/history.db"};
	outcome = run_backtest(&nowhere, path, "", "");
	assert_int_equal(outcome.code, RUN_NO_DAEMON);
	forget(&outcome);
	unlink(path);
	unlink(bad);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		incidents_are_told_with_what_they_cost, console_make_bad_day, place_remove),
	    cmocka_unit_test_setup_teardown(
		other_settings_are_compared, console_make_bad_day, place_remove),
	    cmocka_unit_test_setup_teardown(
		what_cannot_be_used_is_refused, console_make_bad_day, place_remove),
	};
	return cmocka_run_group_tests_name("backtest", tests, NULL, NULL);
}
