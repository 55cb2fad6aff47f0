/* SPDX-License-Identifier: ISC
 *
 * own.c - what watchdogctl does itself: about a file, about itself, or out of a status that it asks
 * for.
 */
#include "watchdogctl/own.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/log.h"
#include "lib/mem.h"
#include "proto/metrics.h"
#include "schema/report.h"
#include "watchdogctl/backtest.h"
#include "watchdogctl/check.h"
#include "watchdogctl/completion.h"
#include "watchdogctl/config.h"
#include "watchdogctl/doctor.h"
#include "watchdogctl/replay.h"
#include "watchdogctl/talk.h"
#include "watchdogctl/text.h"

static enum run_exit
run_help(const struct run *run)
{
	json_t *document;
	struct report_question question = {.request = &run->arguments->request};
	if (report_make(&question, &document) < 0)
		panic("help: no document");
	run_print(run, document);
	json_decref(document);
	return RUN_FINE;
}

/* Ours, and the daemon's where it answers: not knowing it is no failure. */
static enum run_exit
run_version(const struct run *run)
{
	json_t *answer = NULL;
	int r = talk_ask(run->socket, &run->arguments->request, RUN_ANSWER_MS, &answer);
	json_t *theirs = r == 0 ? json_object_get(answer, "watchdogd") : NULL;
	json_t *document = json_pack("{s:s, s:O?}", "watchdogctl", VERSION, "watchdogd", theirs);
	run_print(run, document);
	json_decref(document);
	json_decref(answer);
	return RUN_FINE;
}

static enum run_exit
run_replay(const struct run *run)
{
	char problem[REPLAY_PROBLEM_SIZE] = "";
	if (replay_run(run->arguments, run->out, problem) < 0)
		return run_fail_new(run, ctl_make_error(CTL_USAGE, problem));
	return RUN_FINE;
}

static enum run_exit
run_backtest(const struct run *run)
{
	json_t *document;
	if (backtest_make(run->arguments, run->store, run->now_s, &document) < 0)
		return run_fail_new(run, document);
	run_print(run, document);
	json_decref(document);
	return RUN_FINE;
}

/* Also what cannot be asked has a state, and is no complaint. */
static enum run_exit
run_check(const struct run *run)
{
	const struct ctl_request request = {.verb = CTL_STATUS};
	json_t *status = NULL, *document;
	int r = talk_ask(run->socket, &request, RUN_ANSWER_MS, &status);
	bool forbidden = r == -EACCES || r == -EPERM;
	if (r < 0)
		status = run_make_unreachable(run, r);
	const char *problem = ctl_get_error(status, NULL);
	if (problem != NULL)
		document = check_make_failed(forbidden ? CHECK_UNKNOWN : CHECK_CRITICAL, problem);
	else
		document = check_make(status, &run->arguments->request, run->now_s);
	run_print(run, document);
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
	int r = talk_ask(run->socket, &request, RUN_ANSWER_MS, &status);
	if (r < 0)
		return run_fail_new(run, run_make_unreachable(run, r));
	if (ctl_get_error(status, NULL) != NULL)
		return run_fail_new(run, status);
	json_t *document = metrics_make(status);
	if (run->arguments->request.prometheus != 0 && !run->arguments->json)
		metrics_write(document, METRICS_PROMETHEUS, run->out);
	else
		run_print(run, document);
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
		return run_fail_new(run, document);
	bool is_fine = request->verb == CTL_CONFIG_EXPLAIN || text_bool(document, "valid");
	run_print(run, document);
	json_decref(document);
	return is_fine ? RUN_FINE : RUN_WRONG;
}

static enum run_exit
run_completion(const struct run *run)
{
	json_t *document = completion_make(run->arguments->request.shell);
	if (ctl_get_error(document, NULL) != NULL)
		return run_fail_new(run, document);
	run_print(run, document);
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
	int r = talk_ask(run->socket, &request, RUN_ANSWER_MS, &status);
	bool answers = r == 0 && ctl_get_error(status, NULL) == NULL;
	doctor_gather(settings, is_valid, answers ? status : NULL, facts);
	json_t *document = doctor_judge(facts);
	run_print(run, document);
	bool is_fine = strcmp(text_string(document, "state"), "ok") == 0;
	json_decref(document);
	json_decref(status);
	return is_fine ? RUN_FINE : RUN_WRONG;
}

static const struct {
	enum ctl_verb verb;
	own_run *run;
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
    {CTL_BACKTEST, run_backtest},
};

own_run *
own_find(enum ctl_verb verb)
{
	for (size_t i = 0; i < ARRAY_LENGTH(own); i++)
		if (own[i].verb == verb)
			return own[i].run;
	return NULL;
}
