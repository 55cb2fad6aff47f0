/* SPDX-License-Identifier: ISC
 *
 * watchdogctl_test.c - what an operator reads, against reviewed texts in watchdogctl_text/: from a
 * real store, and from what the engine and watch answer.
 *
 * With UPDATE_TEXT=1 the texts are written anew; then they want reviewing.
 */
#include "tests/unit/console.h"

#include <time.h>

#include "schema/report.h"
#include "watchdogctl/history_rows.h"
#include "watchdogctl/render.h"

#define TEXTS "tests/unit/watchdogctl_text/"

/* ---- texts ---- */

/* Its lines are read by programs: as long as they are, one a thing. */
static bool
is_for_programs(enum ctl_verb verb)
{
	return verb == CTL_CHECK || verb == CTL_METRICS;
}

static void
assert_reviewed(const char *name, const char *text, bool is_wide)
{
	AUTO_FREE char *path = mem_format(TEXTS "%s.txt", name);
	if (getenv("UPDATE_TEXT") != NULL) {
		AUTO_FCLOSE FILE *file = fopen(path, "we");
		assert_non_null(file);
		fputs(text, file);
	}
	AUTO_FREE char *reviewed = console_read_file(path);
	assert_string_equal(text, reviewed);
	/* at 80 columns, in ASCII, without a control */
	size_t column = 0;
	for (; *text != '\0'; text++) {
		column = *text == '\n' ? 0 : column + 1;
		assert_true(is_wide || column <= TEXT_COLUMNS);
		assert_true(*text == '\n' || (*text >= ' ' && *text <= '~'));
	}
}

/* The text of a document that the daemon would make `age_s` after its last tick. */
static char *
show(struct place *place, const struct ctl_request *request, bool running, int64_t age_s)
{
	char *shown = NULL;
	size_t length = 0;
	json_t *document;
	struct report_question question = {
	    .store = place->store,
	    .request = request,
	    .running = running,
	    .now_s = CONSOLE_NOW + age_s,
	};
	assert_int_equal(report_make(&question, &document), 0);
	struct text text = {open_memstream(&shown, &length), false, CONSOLE_NOW + age_s, false};
	render_text(&text, request->verb, document);
	fclose(text.out);
	json_decref(document);
	return shown;
}

static const struct {
	const char *name;
	struct ctl_request request;
	bool absent; /* the daemon does not answer */
	int64_t age_s;
} bad_day[] = {
    {"status", {.verb = CTL_STATUS}, false, 0},
    {"status-stale", {.verb = CTL_STATUS}, false, 6},
    {"status-absent", {.verb = CTL_STATUS}, true, 190},
    {"status-no-answer", {.verb = CTL_STATUS}, true, 1},
    {"queues", {.verb = CTL_QUEUES}, false, 0},
    {"incidents", {.verb = CTL_INCIDENTS}, false, 0},
    {"incident", {.verb = CTL_INCIDENTS, .incident = 1}, false, 0},
    {"history", {.verb = CTL_HISTORY, .step_s = 60, .limit = 3}, false, 0},
    {"history-seconds", {.verb = CTL_HISTORY, .step_s = 1, .limit = 3, .instance = "-"}, false, 0},
    {"history-empty", {.verb = CTL_HISTORY, .since_s = 100, .until_s = 200}, false, 0},
    {"audit", {.verb = CTL_AUDIT}, false, 0},
    {"alert-list", {.verb = CTL_ALERT_LIST}, false, 0},
    {"remedy-list", {.verb = CTL_REMEDY_LIST}, false, 0},
    {"remedy-show", {.verb = CTL_REMEDY_SHOW, .action = 1}, false, 0},
    {"remedy-show-setting", {.verb = CTL_REMEDY_SHOW, .action = 3}, false, 0},
    {"help", {.verb = CTL_HELP}, false, 0},
};

static void
bad_day_reads_as_reviewed(void **state)
{
	for (size_t i = 0; i < ARRAY_LENGTH(bad_day); i++) {
		AUTO_FREE char *text =
		    show(*state, &bad_day[i].request, !bad_day[i].absent, bad_day[i].age_s);
		assert_reviewed(bad_day[i].name, text, false);
	}
}

static void
quiet_day_reads_as_reviewed(void **state)
{
	AUTO_FREE char *text = show(*state, &(struct ctl_request){.verb = CTL_STATUS}, true, 0);
	assert_reviewed("status-quiet", text, false);
	AUTO_FREE char *none = show(*state, &(struct ctl_request){.verb = CTL_INCIDENTS}, true, 0);
	assert_reviewed("incidents-none", none, false);
}

static void
answers_of_the_engine_read_as_reviewed(void **state UNUSED)
{
	for (size_t i = 0; i < console_answer_count; i++) {
		char *shown = NULL;
		size_t length = 0;
		json_t *document = json_loads(console_answers[i].document, 0, NULL);
		struct text text = {open_memstream(&shown, &length), false, CONSOLE_NOW, false};
		render_text(&text, console_answers[i].verb, document);
		fclose(text.out);
		json_decref(document);
		assert_reviewed(
		    console_answers[i].name, shown, is_for_programs(console_answers[i].verb));
		free(shown);
	}
}

/* The same history, for a glance and for other programs. */
static void
formats_of_history_read_as_reviewed(void **state)
{
	static const struct {
		const char *name, *format;
		bool blocks;
	} formats[] = {{"history-chart", "chart", false}, {"history-csv", "csv", false},
	    {NULL, "chart", true}, {NULL, "text", false}};
	const struct place *place = *state;
	const struct ctl_request request = {.verb = CTL_HISTORY, .step_s = 1, .limit = 120};
	struct report_question question = {
	    .store = place->store, .request = &request, .running = true, .now_s = CONSOLE_NOW};
	json_t *document;
	assert_int_equal(report_make(&question, &document), 0);
	for (size_t i = 0; i < ARRAY_LENGTH(formats); i++) {
		char *shown = NULL;
		size_t length = 0;
		struct text text = {
		    open_memstream(&shown, &length), false, CONSOLE_NOW, formats[i].blocks};
		bool written = history_write(&text, formats[i].format, document);
		fclose(text.out);
		assert_true(written == (strcmp(formats[i].format, "text") != 0));
		if (formats[i].name != NULL)
			assert_reviewed(formats[i].name, shown, true);
		else
			assert_true((strstr(shown, "\u2588") != NULL) == formats[i].blocks);
		free(shown);
	}
	json_decref(document);
}

/* Nothing, the least, half, most; where nothing left there is no delay, and no bar. */
static void
bars_are_as_high_as_their_numbers(void **state UNUSED)
{
	static const char steps[] =
	    "{\"steps\":[{\"instance\":\"-\",\"arrivals\":0,\"delay\":null},"
	    "{\"instance\":\"-\",\"arrivals\":1,\"delay\":{\"p95_s\":0}},"
	    "{\"instance\":\"-\",\"arrivals\":50},{\"instance\":\"-\",\"arrivals\":100}]}";
	char *shown = NULL;
	size_t length = 0;
	json_t *document = json_loads(steps, 0, NULL);
	struct text text = {open_memstream(&shown, &length), false, CONSOLE_NOW, false};
	assert_true(history_write(&text, "chart", document));
	fclose(text.out);
	assert_non_null(strstr(shown, "\narrivals      _.=# max 100\n"));
	assert_non_null(strstr(shown, "\ndelay_p95_s    _   max 0\n"));
	json_decref(document);
	free(shown);
}

/* A daemon of another version, or one that was taken over: nothing is where it is looked for. */
static void
any_document_is_printed_without_harm(void **state UNUSED)
{
	static const char *const documents[] = {
	    "{}",
	    "{\"daemon\":7,\"instances\":{},\"incidents\":[1,null,[]],\"steps\":[0],\"watch\":[],"
	    "\"remedies\":\"x\",\"actions\":[{}],\"messages\":[[]],\"sample\":[{}],\"caps\":1,"
	    "\"queues\":[1],\"commands\":[7],\"notices\":[]}",
	    "{\"daemon\":{\"running\":true,\"version\":\"\\u001b[2J\\u009b\\u202e\"},"
	    "\"action\":{\"text\":\"\\u0007\\r\"},\"messages\":[{\"copy\":\"a\\u001bb\\n\"}]}",
	};
	for (size_t i = 0; i < ARRAY_LENGTH(documents); i++)
		for (int verb = 0; verb < CTL_COMMAND_COUNT; verb++) {
			char *shown = NULL;
			size_t length = 0;
			json_t *document = json_loads(documents[i], 0, NULL);
			assert_non_null(document);
			struct text text = {
			    open_memstream(&shown, &length), false, CONSOLE_NOW, false};
			render_text(&text, (enum ctl_verb)verb, document);
			fclose(text.out);
			for (size_t at = 0; at < length; at++)
				assert_true(
				    shown[at] == '\n' || (shown[at] >= ' ' && shown[at] <= '~'));
			json_decref(document);
			free(shown);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		bad_day_reads_as_reviewed, console_make_bad_day, place_remove),
	    cmocka_unit_test_setup_teardown(
		quiet_day_reads_as_reviewed, console_make_quiet_day, place_remove),
	    cmocka_unit_test_setup_teardown(
		formats_of_history_read_as_reviewed, console_make_bad_day, place_remove),
	    cmocka_unit_test(bars_are_as_high_as_their_numbers),
	    cmocka_unit_test(answers_of_the_engine_read_as_reviewed),
	    cmocka_unit_test(any_document_is_printed_without_harm),
	};
	setenv("TZ", "JST-9", 1);
	tzset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
