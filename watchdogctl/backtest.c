/* SPDX-License-Identifier: ISC
 *
 * backtest.c - settings and history are opened, rehearsed (watchdogd/rehearse), and put into one
 * document.
 */
#include "watchdogctl/backtest.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config/settings.h"
#include "lib/log.h"
#include "lib/mem.h"
#include "proto/document.h"
#include "schema/report.h"
#include "watchdogd/rehearse/rehearse.h"

#define SINCE_DEFAULT_S (30 * 86400)

/* ---- what would have been done ---- */

static json_t *
make_action(const struct rehearsal_action *action)
{
	static const char *const commands[] = {"confirm", "reject", "run", "undo"};
	struct row_action row = action->row;
	row.mode = action->mode;
	row.done = action->within_caps;
	json_t *document = document_action(&row);
	for (size_t i = 0; i < ARRAY_LENGTH(commands); i++) /* there is nothing to type about it */
		document_put(document, commands[i], json_null());
	return document;
}

/* At which resolution the moment was judged at which it was opened. */
static int64_t
find_step(const struct rehearsal *rehearsal, int64_t time_s)
{
	for (int i = 0; i < REHEARSAL_STEPS; i++)
		if (time_s < rehearsal->stretches[i].until_s)
			return rehearsal->stretches[i].step_s;
	return 1;
}

static json_t *
make_incident(const struct rehearsal *rehearsal, const struct rehearsal_incident *incident)
{
	json_t *document = document_incident(&incident->row);
	json_t *remedies = json_object_get(document, "remedies");
	for (int i = 0; i < incident->action_count; i++)
		json_array_append_new(remedies, make_action(&incident->actions[i]));
	document_put_number(document, "step_s", find_step(rehearsal, incident->row.opened_s));
	document_put_number(document, "mails", incident->mails);
	return document;
}

static json_t *
make_stretch(const struct rehearsal_stretch *stretch)
{
	json_t *document = json_object();
	document_put_number(document, "step_s", stretch->step_s);
	document_put_time(document, "since", stretch->since_s);
	document_put_time(document, "until", stretch->until_s);
	document_put_number(document, "judged", stretch->steps);
	return document;
}

static json_t *
make_rehearsal(const char *path, const struct rehearsal *rehearsal)
{
	int64_t mails = 0;
	json_t *document = json_object(), *stretches = json_array(), *incidents = json_array();
	for (int i = 0; i < REHEARSAL_STEPS; i++)
		if (rehearsal->stretches[i].steps > 0)
			json_array_append_new(stretches, make_stretch(&rehearsal->stretches[i]));
	for (int i = 0; i < rehearsal->incident_count; i++) {
		json_array_append_new(
		    incidents, make_incident(rehearsal, &rehearsal->incidents[i]));
		mails += rehearsal->incidents[i].mails;
	}
	document_put_text(document, "settings", path);
	document_put(document, "stretches", stretches);
	document_put(document, "incidents", incidents);
	document_put_number(document, "mails", mails);
	return document;
}

/* ---- two rehearsals ---- */

/* Until when an incident lasted; what is open lasts. */
static json_int_t
find_end(const json_t *incident)
{
	const json_t *closed = json_object_get(incident, "closed");
	return json_is_integer(closed) ? json_integer_value(closed) : INT64_MAX;
}

static bool
is_same_text(const json_t *a, const json_t *b, const char *key)
{
	return json_equal(json_object_get(a, key), json_object_get(b, key));
}

static bool
is_of_one_time(const json_t *a, const json_t *b)
{
	json_int_t a_s = json_integer_value(json_object_get(a, "began"));
	json_int_t b_s = json_integer_value(json_object_get(b, "began"));
	return a_s <= find_end(b) && b_s <= find_end(a);
}

/* What the others make of the same rule on the same instance at the same time. */
static const char *
find_change(const json_t *incident, const json_t *others)
{
	size_t i;
	const json_t *other;
	const char *change = "only";
	json_array_foreach(others, i, other)
	{
		if (!is_same_text(incident, other, "kind") ||
		    !is_same_text(incident, other, "instance") || !is_of_one_time(incident, other))
			continue;
		if (is_same_text(incident, other, "opened") &&
		    is_same_text(incident, other, "closed") &&
		    is_same_text(incident, other, "remedies"))
			return "same";
		change = "different";
	}
	return change;
}

static void
compare(json_t *document, const json_t *with)
{
	size_t i;
	json_t *incident;
	const json_t *others = json_object_get(with, "incidents");
	json_array_foreach(json_object_get(document, "incidents"), i, incident)
	    document_put(incident, "change", json_string(find_change(incident, others)));
}

/* ---- opening ---- */

/* Of what is wrong the first line, and how many there are more. Changes the text. */
static json_t *
make_settings_error(char *errors)
{
	int more = -1;
	for (char *at = errors; *at != '\0'; at++)
		more += *at == '\n';
	errors[strcspn(errors, "\n")] = '\0';
	AUTO_FREE char *text =
	    more > 0 ? mem_format("%s (and %d more)", errors, more) : mem_text(errors);
	return ctl_make_error(CTL_USAGE, text);
}

static int
load_settings(const char *path, struct settings *settings, json_t **ret_document)
{
	AUTO_FREE char *errors = NULL;
	size_t length = 0;
	FILE *stream = open_memstream(&errors, &length);
	if (stream == NULL)
		fatal("no memory");
	int r = settings_load(path, stream, settings);
	fclose(stream);
	if (r < 0)
		*ret_document = make_settings_error(errors);
	return r;
}

static json_t *
make_failure(const struct rehearsal_question *question, int error)
{
	AUTO_FREE char *text = error == -ENOENT
	    ? mem_format("nothing is recorded%s%s",
		  question->instance[0] != '\0' ? " of instance " : "", question->instance)
	    : mem_format("the history cannot be read: %s", store_problem(question->history));
	return ctl_make_error(CTL_REFUSED, text);
}

/* What the engine warns of is the answer here. */
static int
rehearse(struct rehearsal_question *question, const char *path, json_t **ret_document)
{
	AUTO_FREE struct settings *settings = mem_alloc(sizeof(*settings));
	struct rehearsal *rehearsal = NULL;
	int r = load_settings(path, settings, ret_document);
	if (r < 0)
		return r;
	question->settings = settings;
	log_set_level(LOG_LEVEL_ERROR);
	r = rehearsal_run(question, &rehearsal);
	log_set_level(LOG_LEVEL_WARNING);
	*ret_document = r == 0 ? make_rehearsal(path, rehearsal) : make_failure(question, r);
	rehearsal_free(rehearsal);
	return r;
}

static int
rehearse_both(
    struct rehearsal_question *question, const struct arguments *arguments, json_t **ret_document)
{
	const char *against = arguments->request.against;
	const char *path = arguments->config != NULL ? arguments->config : CONFIG_FILE;
	json_t *document, *other;
	int r = rehearse(question, path, ret_document);
	if (r < 0 || against[0] == '\0')
		return r;
	document = *ret_document;
	r = rehearse(question, against, &other);
	if (r < 0) {
		json_decref(document);
		*ret_document = other;
		return r;
	}
	compare(document, other);
	compare(other, document);
	document_put(document, "against", other);
	return 0;
}

int
backtest_make(
    const struct arguments *arguments, const char *store, int64_t now_s, json_t **ret_document)
{
	const struct ctl_request *request = &arguments->request;
	struct rehearsal_question question = {
	    .instance = request->instance,
	    .since_s = request->since_s != 0 ? request->since_s : now_s - SINCE_DEFAULT_S,
	    .until_s = request->until_s != 0 ? request->until_s : now_s + 1,
	};
	int r = store_open_read(store, &question.history);
	if (r < 0) {
		*ret_document = report_make_unopened(store, r);
		return r;
	}
	r = rehearse_both(&question, arguments, ret_document);
	store_close(question.history);
	return r;
}
