/* SPDX-License-Identifier: ISC
 *
 * alert_test.c - alert test and alert list: do mails get there?
 */
#include "watchdogctl/alert_test.h"

#include <inttypes.h>
#include <poll.h>
#include <string.h>

#include "lib/mem.h"
#include "watchdogctl/incidents.h"
#include "watchdogctl/render.h"
#include "watchdogctl/talk.h"
#include "watchdogctl/watched.h"

#define PAUSE_MS 300
#define ANSWER_MS 10000
#define LATEST 200 /* of the outbox, newest first: the test's own are among them */

/* ---- what becomes of each ---- */

static json_t *
find_notice(const json_t *outbox, int64_t id)
{
	size_t i;
	json_t *notice;
	json_array_foreach(json_object_get(outbox, "notices"), i,
	    notice) if (text_number(notice, "notice") == id) return notice;
	return NULL;
}

/* Copies what is known by now. True: none waits any more. */
static bool
take_results(const json_t *outbox, json_t *tests)
{
	size_t i;
	json_t *test;
	bool done = true;
	json_array_foreach(tests, i, test)
	{
		json_t *notice = find_notice(outbox, text_number(test, "notice"));
		if (notice == NULL)
			continue;
		json_object_set(test, "state", json_object_get(notice, "state"));
		json_object_set(test, "reply", json_object_get(notice, "reply"));
		done = done && strcmp(text_string(notice, "state"), "waiting") != 0;
	}
	return done;
}

static void
wait_for_results(const char *socket, const json_t *document, json_t *tests)
{
	const struct ctl_request request = {.verb = CTL_ALERT_LIST, .limit = LATEST};
	int64_t end_ms = clock_mono_now().ms + 1000 * text_number(document, "limit_s");
	bool done = false;
	while (!done && clock_mono_now().ms < end_ms) {
		json_t *outbox = NULL;
		poll(NULL, 0, PAUSE_MS);
		if (talk_ask(socket, &request, ANSWER_MS, &outbox) < 0)
			return; /* the daemon has gone: they wait */
		done = take_results(outbox, tests);
		json_decref(outbox);
	}
}

/* ---- is it the patient? ---- */

static bool
is_watched(const char *command_directory, const json_t *status, const char *relay)
{
	size_t i;
	const json_t *row;
	AUTO_FREE char *host = mem_text(relay);
	char *colon = strrchr(host, ':');
	if (colon == NULL)
		return false;
	*colon = '\0';
	json_array_foreach(json_object_get(status, "instances"), i, row)
	{
		const struct watched_instance instance = {
		    command_directory, text_string(row, "config_directory")};
		if (watched_takes(&instance, host, colon + 1))
			return true;
	}
	return false;
}

void
alert_test_finish(const char *socket, const char *command_directory, json_t *document)
{
	size_t i;
	json_t *test, *status = NULL;
	const struct ctl_request request = {.verb = CTL_STATUS};
	json_t *tests = json_object_get(document, "tests");
	wait_for_results(socket, document, tests);
	if (talk_ask(socket, &request, ANSWER_MS, &status) < 0)
		status = NULL;
	json_array_foreach(tests, i, test) json_object_set_new(test, "watched",
	    json_boolean(is_watched(command_directory, status, text_string(test, "relay"))));
	json_decref(status);
}

bool
alert_test_is_good(const json_t *document)
{
	size_t i;
	const json_t *test;
	const json_t *tests = json_object_get(document, "tests");
	json_array_foreach(tests, i, test) if (strcmp(text_string(test, "state"), "sent") != 0 ||
	    text_bool(test, "watched")) return false;
	return json_array_size(tests) > 0;
}

/* ---- printing ---- */

static void
print_test(struct text *text, const json_t *test)
{
	const char *state = text_string(test, "state");
	bool sent = strcmp(state, "sent") == 0;
	text_item(text, 0,
	    sent                                ? "Sent"
		: strcmp(state, "waiting") == 0 ? "WAITS"
						: "NOT SENT",
	    "to %s through %s", text_string(test, "recipient"), text_string(test, "relay"));
	if (text_string(test, "reply")[0] != '\0')
		text_item(text, 0, NULL, "%s", text_string(test, "reply"));
	if (text_bool(test, "watched"))
		text_item(text, 0, "WARNING",
		    "%s is a Postfix that is watched: when it is in trouble, its alerts wait "
		    "in its queue. Name a relay that is another machine.",
		    text_string(test, "relay"));
}

void
alert_test_render(struct text *text, const json_t *document)
{
	size_t i;
	const json_t *test;
	json_array_foreach(json_object_get(document, "tests"), i, test) print_test(text, test);
}

void
alert_list_render(struct text *text, const json_t *document)
{
	size_t i;
	const json_t *notice;
	const json_t *notices = json_object_get(document, "notices");
	if (json_array_size(notices) == 0)
		text_print(text, "No mail was written yet.\n");
	json_array_foreach(notices, i, notice) incidents_print_notice(text, notice);
}
