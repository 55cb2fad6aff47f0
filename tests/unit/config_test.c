/* SPDX-License-Identifier: ISC
 *
 * config_test.c - config check, show and explain over real files.
 */
#include "tests/unit/console.h"

#include <unistd.h>

#include "watchdogctl/config.h"

static char path[] = "/tmp/watchdogctl-config-XXXXXX";

static int
make_file(void **state UNUSED)
{
	int fd = mkstemp(path);
	close(fd);
	return fd < 0 ? -1 : 0;
}

static int
remove_file(void **state UNUSED)
{
	return unlink(path);
}

static json_t *
ask(const char *text, enum ctl_verb verb, const char *setting)
{
	struct ctl_request request = {.verb = verb};
	FILE *file = fopen(path, "we");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	snprintf(request.setting, sizeof(request.setting), "%s", setting);
	return config_make(path, &request);
}

static const char *
string_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));
	return text != NULL ? text : "(none)";
}

static const json_t *
find_setting(const json_t *document, const char *name)
{
	size_t i;
	const json_t *setting;
	json_array_foreach(json_object_get(document, "settings"), i, setting)
	{
		if (strcmp(string_of(setting, "setting"), name) == 0)
			return setting;
	}
	return NULL;
}

static void
errors_are_told_as_the_daemon_tells_them(void **state UNUSED)
{
	json_t *document = ask("mode: acts\nalert: {timeout: 1s}\n", CTL_CONFIG_CHECK, "");
	const json_t *errors = json_object_get(document, "errors");
	assert_true(json_is_false(json_object_get(document, "valid")));
	assert_int_equal(json_array_size(errors), 2);
	assert_non_null(strstr(json_string_value(json_array_get(errors, 0)),
	    ":1:7: mode: found 'acts', expected one of observe,"));
	json_decref(document);
	document = ask("mode: act\n", CTL_CONFIG_CHECK, "");
	assert_true(json_is_true(json_object_get(document, "valid")));
	assert_null(json_object_get(document, "settings"));
	json_decref(document);
}

static void
show_has_the_file_and_the_defaults(void **state UNUSED)
{
	json_t *document = ask("alert: {timeout: 90s}\n", CTL_CONFIG_SHOW, "");
	assert_string_equal(string_of(find_setting(document, "alert.timeout"), "value"), "90s");
	assert_string_equal(string_of(find_setting(document, "mode"), "value"), "observe");
	assert_string_equal(
	    string_of(find_setting(document, "rules.bounce-flood.above"), "value"), "500");
	json_decref(document);
	document = ask("mode: acts\n", CTL_CONFIG_SHOW, "");
	assert_null(json_object_get(document, "settings")); /* there is nothing that holds */
	json_decref(document);
}

static void
one_setting_is_explained(void **state UNUSED)
{
	json_t *document = ask("alert: {timeout: 90s}\n", CTL_CONFIG_EXPLAIN, "alert.timeout");
	const json_t *setting = find_setting(document, "alert.timeout");
	assert_int_equal(json_array_size(json_object_get(document, "settings")), 1);
	assert_string_equal(
	    string_of(setting, "text"), "How long one try to deliver an alert may take.");
	assert_string_equal(string_of(setting, "default"), "60s");
	assert_string_equal(string_of(setting, "value"), "90s");
	assert_non_null(strstr(string_of(setting, "type"), "a time from 5s to 10m"));
	const json_t *restarts = json_object_get(setting, "restarts");
	assert_string_equal(json_string_value(json_array_get(restarts, 0)), "alert");
	json_decref(document);
}

static void
elements_may_be_named(void **state UNUSED)
{
	static const struct {
		const char *asked, *found;
	} cases[] = {
	    {"rules.above", "rules.above"},
	    {"rules.bounce-flood.above", "rules.above"},
	    {"rules.bounce-flood.remedies.0.after", "rules.remedies.after"},
	    {"remedies.hold-bounces.batch", "remedies.batch"},
	    {"alert.relays.0.port", "alert.relays.port"},
	};
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		json_t *document = ask("", CTL_CONFIG_EXPLAIN, cases[i].asked);
		const json_t *settings = json_object_get(document, "settings");
		assert_int_equal(json_array_size(settings), 1);
		assert_string_equal(
		    string_of(json_array_get(settings, 0), "setting"), cases[i].found);
		json_decref(document);
	}
}

static void
parts_and_all_are_listed(void **state UNUSED)
{
	json_t *part = ask("", CTL_CONFIG_EXPLAIN, "store");
	json_t *rules = ask("", CTL_CONFIG_EXPLAIN, "rules");
	json_t *all = ask("mode: [", CTL_CONFIG_EXPLAIN, ""); /* of a broken file, too */
	assert_true(json_array_size(json_object_get(part, "settings")) >= 4);
	assert_non_null(find_setting(part, "store.keep_raw"));
	assert_non_null(find_setting(rules, "rules"));
	assert_non_null(find_setting(rules, "rules.remedies.after"));
	assert_true(json_array_size(json_object_get(all, "settings")) > 60);
	assert_true(json_is_false(json_object_get(all, "valid")));
	json_decref(part);
	json_decref(rules);
	json_decref(all);
}

static void
unknown_setting_has_a_nearest(void **state UNUSED)
{
	static const struct {
		const char *asked, *told;
	} cases[] = {
	    {"alert.timout", "no setting is called alert.timout; did you mean alert.timeout?"},
	    {"zzzzzzzz", "no setting is called zzzzzzzz; all of them: watchdogctl config explain"},
	};
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		enum ctl_reason reason;
		json_t *document = ask("", CTL_CONFIG_EXPLAIN, cases[i].asked);
		assert_string_equal(ctl_get_error(document, &reason), cases[i].told);
		assert_int_equal(reason, CTL_USAGE);
		json_decref(document);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(errors_are_told_as_the_daemon_tells_them),
	    cmocka_unit_test(show_has_the_file_and_the_defaults),
	    cmocka_unit_test(one_setting_is_explained),
	    cmocka_unit_test(elements_may_be_named),
	    cmocka_unit_test(parts_and_all_are_listed),
	    cmocka_unit_test(unknown_setting_has_a_nearest),
	};
	return cmocka_run_group_tests(tests, make_file, remove_file);
}
