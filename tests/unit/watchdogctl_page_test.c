/* SPDX-License-Identifier: ISC
 *
 * watchdogctl_page_test.c - watchdogctl(8) describes every key of every document, every command and
 * every option, and no other.
 */
#include "tests/unit/console.h"

#include "schema/report.h"

/* ---- the manual page ---- */

/* Keys that the manual page describes: ".It Va key , key". An array of them; json_decref() it. */
static json_t *
read_described_keys(void)
{
	json_t *keys = json_object();
	AUTO_FREE char *page = console_read_file(CONSOLE_MANUAL_PAGE);
	char *rest = page, *line;
	while ((line = strsep(&rest, "\n")) != NULL) {
		char *word, *words = line + strlen(".It Va ");
		if (strncmp(line, ".It Va ", strlen(".It Va ")) != 0)
			continue;
		while ((word = strsep(&words, " ,")) != NULL)
			if (word[0] != '\0')
				json_object_set_new(keys, word, json_false());
	}
	return keys;
}

/* Names of queues and roles are keys, too; the page lists them under "queues" and "roles". */
static bool
is_name(const char *key)
{
	return names_find(&names_queue, key) >= 0 || names_find(&names_role, key) >= 0;
}

/* Marks every key of the document, at any depth, as seen; one that is not described fails. */
static void
mark_keys(json_t *described, json_t *document)
{
	const char *key;
	json_t *value;
	size_t i;
	json_array_foreach(document, i, value) mark_keys(described, value);
	json_object_foreach(document, key, value)
	{
		if (json_object_get(described, key) != NULL)
			json_object_set_new(described, key, json_true());
		else if (!is_name(key))
			fail_msg("%s does not describe \"%s\"", CONSOLE_MANUAL_PAGE, key);
		mark_keys(described, value);
	}
}

static void
mark_reports(json_t *described, struct place *place)
{
	static const struct ctl_request requests[] = {
	    {.verb = CTL_STATUS},
	    {.verb = CTL_QUEUES},
	    {.verb = CTL_INCIDENTS, .incident = 1},
	    {.verb = CTL_HISTORY},
	    {.verb = CTL_REMEDY_LIST},
	    {.verb = CTL_ALERT_LIST},
	    {.verb = CTL_REMEDY_SHOW, .action = 1},
	    {.verb = CTL_REMEDY_SHOW, .action = 3},
	    {.verb = CTL_VERSION},
	    {.verb = CTL_HELP},
	};
	for (size_t i = 0; i < ARRAY_LENGTH(requests); i++) {
		json_t *document;
		struct report_question question = {
		    .store = place->store, .request = &requests[i], .now_s = CONSOLE_NOW};
		assert_int_equal(report_make(&question, &document), 0);
		mark_keys(described, document);
		json_decref(document);
	}
}

static void
manual_page_describes_every_key_and_no_other(void **state)
{
	json_t *described = read_described_keys();
	json_t *error = ctl_make_error(CTL_USAGE, "no");
	mark_reports(described, *state);
	mark_keys(described, error);
	json_decref(error);
	for (size_t i = 0; i < console_answer_count; i++) {
		json_t *document = json_loads(console_answers[i].document, 0, NULL);
		mark_keys(described, document);
		json_decref(document);
	}
	const char *key;
	json_t *seen;
	json_object_foreach(described, key, seen)
	{
		if (!json_is_true(seen))
			fail_msg("%s describes \"%s\", which is nowhere", CONSOLE_MANUAL_PAGE, key);
	}
	json_decref(described);
}

/* ".It Cm remedy plan Ar name ..." for each command, ".Fl Fl option" for each option. */
static void
manual_page_describes_every_command_and_option(void **state UNUSED)
{
	AUTO_FREE char *page = console_read_file(CONSOLE_MANUAL_PAGE);
	for (int i = 0; i < CTL_COMMAND_COUNT; i++) {
		AUTO_FREE char *entry = mem_format("\n.It Cm %s", ctl_commands[i].name);
		const char *found = strstr(page, entry);
		if (found == NULL || strchr(" \n", found[strlen(entry)]) == NULL)
			fail_msg("%s does not describe \"%s\"", CONSOLE_MANUAL_PAGE,
			    ctl_commands[i].name);
	}
	for (int i = 0; i < CTL_ARGUMENT_COUNT; i++) {
		AUTO_FREE char *option = mem_format("Fl Fl %s ", ctl_arguments[i].key);
		if (!ctl_arguments[i].positional && strstr(page, option) == NULL)
			fail_msg(
			    "%s does not describe --%s", CONSOLE_MANUAL_PAGE, ctl_arguments[i].key);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		manual_page_describes_every_key_and_no_other, console_make_bad_day, place_remove),
	    cmocka_unit_test(manual_page_describes_every_command_and_option),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
