/* SPDX-License-Identifier: ISC
 *
 * run.c - where a command's document comes from, and what its exit code is.
 *
 * What is printed is the same whoever made the document; only its "running" tells them apart.
 */
#include "watchdogctl/run.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "lib/escape.h"
#include "lib/log.h"
#include "lib/mem.h"
#include "schema/report.h"
#include "watchdogctl/alert_test.h"
#include "watchdogctl/history_rows.h"
#include "watchdogctl/own.h"
#include "watchdogctl/render.h"
#include "watchdogctl/report.h"
#include "watchdogctl/status.h"
#include "watchdogctl/talk.h"

#define FOLLOW_MS 1000 /* as often as the daemon looks */
#define QSHAPE_TERMINAL_LIMIT 20 /* as qshape(1) has it */

/* ---- printing ---- */

static void
complain(const struct run *run, const char *text)
{
	char shown[2048];
	fprintf(run->errors, "watchdogctl: %s\n",
	    escape_line(text, strlen(text), shown, sizeof(shown)));
}

void
run_print(const struct run *run, const json_t *document)
{
	struct text text = {run->out, run->colour, run->now_s, run->blocks};
	const struct ctl_request *request = &run->arguments->request;
	bool is_history = request->verb == CTL_HISTORY, is_report = request->verb == CTL_REPORT;
	bool is_json = run->arguments->json || (is_history && strcmp(request->format, "json") == 0);
	if (is_json)
		render_json(run->out, document);
	else if (!(is_history && history_write(&text, request->format, document)) &&
	    !(is_report && report_write(run->out, request->format, document)))
		render_text(&text, run->arguments->request.verb, document);
}

static enum run_exit
fail(const struct run *run, const json_t *error)
{
	enum ctl_reason reason = CTL_REFUSED;
	const char *text = ctl_get_error(error, &reason);
	if (run->arguments->json)
		render_json(run->out, error);
	complain(run, text);
	switch (reason) {
	case CTL_USAGE:
	case CTL_PERMISSION:
	case CTL_REFUSED:
		return RUN_USAGE;
	case CTL_UNAVAILABLE:
		break;
	}
	return RUN_NO_DAEMON;
}

enum run_exit
run_fail_new(const struct run *run, json_t *error)
{
	enum run_exit result = fail(run, error);
	json_decref(error);
	return result;
}

/* ---- the daemon does not answer ---- */

static json_t *
read_store(const struct run *run)
{
	struct store *store;
	json_t *document;
	int r = store_open_read(run->store, &store);
	if (r < 0)
		return report_make_unopened(run->store, r);
	struct report_question question = {
	    .store = store,
	    .request = &run->arguments->request,
	    .running = false,
	    .now_s = run->now_s,
	};
	r = report_make(&question, &document);
	if (r < 0)
		log_debug("store: %s", store_problem(store)); /* the document says so, too */
	store_close(store);
	return document;
}

json_t *
run_make_unreachable(const struct run *run, int error)
{
	AUTO_FREE char *text = error == -EACCES || error == -EPERM
	    ? mem_format("may not connect to %s: only root and members of the group %s may",
		  run->socket, run->viewer_group)
	    : mem_format("watchdogd does not answer at %s: %s", run->socket, log_errno(-error));
	return ctl_make_error(CTL_UNAVAILABLE, text);
}

static enum run_exit
run_without_daemon(const struct run *run, int error)
{
	bool forbidden = error == -EACCES || error == -EPERM;
	if (forbidden || !report_is_known(run->arguments->request.verb))
		return run_fail_new(run, run_make_unreachable(run, error));
	json_t *document = read_store(run);
	const char *problem = ctl_get_error(document, NULL);
	if (problem != NULL) {
		run_fail_new(run, run_make_unreachable(run, error));
		complain(run, problem);
	} else {
		if (json_object_get(document, "daemon") == NULL) /* it does not say so itself */
			complain(run, "watchdogd does not answer; this is from its store");
		run_print(run, document);
	}
	json_decref(document);
	return RUN_NO_DAEMON;
}

/* ---- the walk ---- */

static enum run_exit
judge(const struct run *run, const json_t *document)
{
	enum ctl_verb verb = run->arguments->request.verb;
	if (verb == CTL_ALERT_TEST)
		return alert_test_is_good(document) ? RUN_FINE : RUN_WRONG;
	if (verb != CTL_STATUS && verb != CTL_QUEUES)
		return RUN_FINE;
	bool wrong = text_number(document, "open_incidents") > 0 || status_is_stale(document);
	return wrong ? RUN_WRONG : RUN_FINE;
}

/* A line each second, until nobody answers or nobody reads. */
static enum run_exit
run_follow(const struct run *run)
{
	struct ctl_request request = run->arguments->request;
	request.follow = 0; /* the daemon is asked anew each time */
	for (;;) {
		json_t *document;
		int r = talk_ask(run->socket, &request, RUN_ANSWER_MS, &document);
		if (r < 0)
			return run_fail_new(run, run_make_unreachable(run, r));
		if (ctl_get_error(document, NULL) != NULL)
			return run_fail_new(run, document);
		json_dumpf(document, run->out, JSON_COMPACT | JSON_ENSURE_ASCII);
		fputc('\n', run->out);
		json_decref(document);
		if (fflush(run->out) != 0)
			return RUN_USAGE;
		poll(NULL, 0, FOLLOW_MS);
	}
}

enum run_exit
run_command(const struct run *run)
{
	json_t *document;
	struct ctl_request request = run->arguments->request;
	own_run *own = own_find(request.verb);
	if (own != NULL)
		return own(run);
	if (request.follow != 0)
		return run_follow(run);
	if (request.verb == CTL_QSHAPE && request.limit == 0 && run->terminal)
		request.limit = QSHAPE_TERMINAL_LIMIT;
	if (request.verb == CTL_REPORT && !report_format_is(request.format))
		return run_fail_new(
		    run, ctl_make_error(CTL_USAGE, "--format takes text, html, csv or json"));
	if (request.verb == CTL_HISTORY && !history_format_is(request.format))
		return run_fail_new(
		    run, ctl_make_error(CTL_USAGE, "--format takes text, chart, csv or json"));
	int r = talk_ask(run->socket, &request, RUN_ANSWER_MS, &document);
	if (r < 0)
		return run_without_daemon(run, r);
	if (ctl_get_error(document, NULL) != NULL)
		return run_fail_new(run, document);
	if (request.verb == CTL_ALERT_TEST)
		alert_test_finish(run->socket, run->command_directory, document);
	run_print(run, document);
	enum run_exit result = judge(run, document);
	json_decref(document);
	return result;
}
