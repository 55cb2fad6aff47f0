/* SPDX-License-Identifier: ISC
 *
 * run.c - where a command's document comes from, and what its exit code is.
 *
 * What is printed is the same whoever made the document; only its "running" tells them apart.
 */
#include "watchdogctl/run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/escape.h"
#include "lib/log.h"
#include "lib/mem.h"
#include "proto/metrics.h"
#include "schema/report.h"
#include "watchdogctl/alert_test.h"
#include "watchdogctl/check.h"
#include "watchdogctl/completion.h"
#include "watchdogctl/config.h"
#include "watchdogctl/doctor.h"
#include "watchdogctl/render.h"
#include "watchdogctl/replay.h"
#include "watchdogctl/report.h"
#include "watchdogctl/status.h"
#include "watchdogctl/talk.h"

#define QSHAPE_TERMINAL_LIMIT 20 /* as qshape(1) has it */
#define ANSWER_LIMIT_MS 20000 /* more than control itself waits for the engine */

/* ---- printing ---- */

static void
complain(const struct run *run, const char *text)
{
	char shown[2048];
	fprintf(run->errors, "watchdogctl: %s\n",
	    escape_line(text, strlen(text), shown, sizeof(shown)));
}

static void
print(const struct run *run, const json_t *document)
{
	struct text text = {run->out, run->colour, run->now_s};
	const struct ctl_request *request = &run->arguments->request;
	if (run->arguments->json)
		render_json(run->out, document);
	else if (request->verb != CTL_REPORT || !report_write(run->out, request->format, document))
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

/* Consumes the error. */
static enum run_exit
fail_new(const struct run *run, json_t *error)
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

/* What cannot be had without the daemon. */
static json_t *
make_unreachable(const struct run *run, int error)
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
		return fail_new(run, make_unreachable(run, error));
	json_t *document = read_store(run);
	const char *problem = ctl_get_error(document, NULL);
	if (problem != NULL) {
		fail_new(run, make_unreachable(run, error));
		complain(run, problem);
	} else {
		if (json_object_get(document, "daemon") == NULL) /* it does not say so itself */
			complain(run, "watchdogd does not answer; this is from its store");
		print(run, document);
	}
	json_decref(document);
	return RUN_NO_DAEMON;
}

/* ---- commands of our own ---- */

static enum run_exit
run_help(const struct run *run)
{
	json_t *document;
	struct report_question question = {.request = &run->arguments->request};
	if (report_make(&question, &document) < 0)
		panic("help: no document");
	print(run, document);
	json_decref(document);
	return RUN_FINE;
}

/* Ours, and the daemon's where it answers: not knowing it is no failure. */
static enum run_exit
run_version(const struct run *run)
{
	json_t *answer = NULL;
	int r = talk_ask(run->socket, &run->arguments->request, ANSWER_LIMIT_MS, &answer);
	json_t *theirs = r == 0 ? json_object_get(answer, "watchdogd") : NULL;
	json_t *document = json_pack("{s:s, s:O?}", "watchdogctl", VERSION, "watchdogd", theirs);
	print(run, document);
	json_decref(document);
	json_decref(answer);
	return RUN_FINE;
}

static enum run_exit
run_replay(const struct run *run)
{
	char problem[REPLAY_PROBLEM_SIZE] = "";
	if (replay_run(run->arguments, run->out, problem) < 0)
		return fail_new(run, ctl_make_error(CTL_USAGE, problem));
	return RUN_FINE;
}

/* Also what cannot be asked has a state, and is no complaint. */
static enum run_exit
run_check(const struct run *run)
{
	const struct ctl_request request = {.verb = CTL_STATUS};
	json_t *status = NULL, *document;
	int r = talk_ask(run->socket, &request, ANSWER_LIMIT_MS, &status);
	bool forbidden = r == -EACCES || r == -EPERM;
	if (r < 0)
		status = make_unreachable(run, r);
	const char *problem = ctl_get_error(status, NULL);
	if (problem != NULL)
		document = check_make_failed(forbidden ? CHECK_UNKNOWN : CHECK_CRITICAL, problem);
	else
		document = check_make(status, &run->arguments->request, run->now_s);
	print(run, document);
	int64_t result = text_number(document, "exit");
	json_decref(document);
	json_decref(status);
	return (enum run_exit)result;
}

/* Old numbers are worse than none: without the daemon there is nothing. */
static enum run_exit
run_metrics(const struct run *run)
{
	const struct ctl_request request = {.verb = CTL_STATUS};
	json_t *status = NULL;
	int r = talk_ask(run->socket, &request, ANSWER_LIMIT_MS, &status);
	if (r < 0)
		return fail_new(run, make_unreachable(run, r));
	if (ctl_get_error(status, NULL) != NULL)
		return fail_new(run, status);
	json_t *document = metrics_make(status);
	if (run->arguments->request.prometheus != 0 && !run->arguments->json)
		metrics_write(document, METRICS_PROMETHEUS, run->out);
	else
		print(run, document);
	json_decref(document);
	json_decref(status);
	return RUN_FINE;
}

static enum run_exit
run_config(const struct run *run)
{
	const char *path = run->arguments->config;
	const struct ctl_request *request = &run->arguments->request;
	json_t *document = config_make(path != NULL ? path : CONFIG_FILE, request);
	if (ctl_get_error(document, NULL) != NULL)
		return fail_new(run, document);
	bool is_fine = request->verb == CTL_CONFIG_EXPLAIN || text_bool(document, "valid");
	print(run, document);
	json_decref(document);
	return is_fine ? RUN_FINE : RUN_WRONG;
}

static enum run_exit
run_completion(const struct run *run)
{
	json_t *document = completion_make(run->arguments->request.shell);
	if (ctl_get_error(document, NULL) != NULL)
		return fail_new(run, document);
	print(run, document);
	json_decref(document);
	return RUN_FINE;
}

/* A daemon that does not answer is one finding of many. */
static enum run_exit
run_doctor(const struct run *run)
{
	const struct ctl_request request = {.verb = CTL_STATUS};
	const char *path = run->arguments->config;
	json_t *status = NULL;
	AUTO_FREE struct settings *settings = mem_alloc(sizeof(*settings));
	AUTO_FREE struct doctor_facts *facts = mem_alloc(sizeof(*facts));
	bool is_valid = config_load(path != NULL ? path : CONFIG_FILE, settings);
	int r = talk_ask(run->socket, &request, ANSWER_LIMIT_MS, &status);
	bool answers = r == 0 && ctl_get_error(status, NULL) == NULL;
	doctor_gather(settings, is_valid, answers ? status : NULL, facts);
	json_t *document = doctor_judge(facts);
	print(run, document);
	bool is_fine = strcmp(text_string(document, "state"), "ok") == 0;
	json_decref(document);
	json_decref(status);
	return is_fine ? RUN_FINE : RUN_WRONG;
}

/* What watchdogctl does itself. */
static const struct {
	enum ctl_verb verb;
	enum run_exit (*run)(const struct run *run);
} own[] = {
    {CTL_HELP, run_help},
    {CTL_VERSION, run_version},
    {CTL_REPLAY, run_replay},
    {CTL_CHECK, run_check},
    {CTL_METRICS, run_metrics},
    {CTL_COMPLETION, run_completion},
    {CTL_DOCTOR, run_doctor},
    {CTL_CONFIG_CHECK, run_config},
    {CTL_CONFIG_SHOW, run_config},
    {CTL_CONFIG_EXPLAIN, run_config},
};

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

enum run_exit
run_command(const struct run *run)
{
	json_t *document;
	struct ctl_request request = run->arguments->request;
	for (size_t i = 0; i < ARRAY_LENGTH(own); i++)
		if (own[i].verb == request.verb)
			return own[i].run(run);
	if (request.verb == CTL_QSHAPE && request.limit == 0 && run->terminal)
		request.limit = QSHAPE_TERMINAL_LIMIT;
	if (request.verb == CTL_REPORT && !report_format_is(request.format))
		return fail_new(
		    run, ctl_make_error(CTL_USAGE, "--format takes text, html, csv or json"));
	int r = talk_ask(run->socket, &request, ANSWER_LIMIT_MS, &document);
	if (r < 0)
		return run_without_daemon(run, r);
	if (ctl_get_error(document, NULL) != NULL)
		return fail_new(run, document);
	if (request.verb == CTL_ALERT_TEST)
		alert_test_finish(run->socket, run->command_directory, document);
	print(run, document);
	enum run_exit result = judge(run, document);
	json_decref(document);
	return result;
}
