/* SPDX-License-Identifier: ISC
 *
 * report.c - one function a command, rows gathered into documents. Reads only.
 *
 * Every listing is bounded: a store of any size gives an answer of a bounded size.
 */
#include "schema/report.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "lib/log.h"
#include "lib/mem.h"
#include "proto/document.h"

#define BESIDE_MAX 8
#define INCIDENTS_OPEN_MAX 100 /* in a status */
#define INCIDENTS_LIMIT 10 /* where no limit is asked for */
#define ACTIONS_LIMIT 20
#define TARGETS_LIMIT 20
#define TARGETS_MAX 500 /* each may have a copy of some KB */
#define HISTORY_STEPS 60
#define ACTIONS_OF_INCIDENT_MAX 100
#define NOTICES_OF_INCIDENT_MAX 100
#define AUDIT_OF_INCIDENT_MAX 100
#define AUDIT_LIMIT 20
#define NOTICES_LIMIT 20

static int64_t
limit_or(const struct report_question *question, int64_t otherwise)
{
	return question->request->limit > 0 ? question->request->limit : otherwise;
}

/* ---- rows into arrays ---- */

static int
append_planned(const struct row_planned *row, void *array)
{
	return json_array_append_new(array, document_planned(row));
}

static int
append_audit(const struct row_audit *row, void *array)
{
	return json_array_append_new(array, document_audit(row));
}

static int
append_target(const struct row_target *row, void *array)
{
	return json_array_append_new(array, document_target(row));
}

static int
append_notice(const struct row_notice *row, void *array)
{
	return json_array_append_new(array, document_notice(row));
}

static int
append_history(const struct row_history *row, void *array)
{
	return json_array_append_new(array, document_history(row));
}

static int
append_spool(const struct row_spool *row, void *array)
{
	return json_array_append_new(array, document_spool(row));
}

static int
append_spool_history(const struct row_spool_history *row, void *array)
{
	return json_array_append_new(array, document_spool_history(row));
}

static int
append_incident(const struct row_incident *row, void *array)
{
	return json_array_append_new(array, document_incident(row));
}

/* ---- who the mail was from ---- */

static int
append_top(const struct message_tick_top *row, void *array)
{
	return json_array_append_new(array, document_top(row));
}

static int
append_telling(const struct message_tick_top *row, void *array)
{
	return top_is_telling(row) ? append_top(row, array) : 0;
}

/* In short: of an open one as it is now, else as it was at the peak, else at the opening. */
static int
fill_who(struct store *store, json_t *incident)
{
	json_t *who = json_object_get(incident, "who");
	int64_t id = json_integer_value(json_object_get(incident, "id"));
	const char *instance = json_string_value(json_object_get(incident, "instance"));
	int r = 0;
	if (json_is_null(json_object_get(incident, "closed")))
		r = store_list_tops(store, instance, TOP_FRESH_S, append_telling, who);
	if (r == 0 && json_array_size(who) == 0)
		r = store_list_incident_tops(store, id, MOMENT_PEAK, append_telling, who);
	if (r == 0 && json_array_size(who) == 0)
		r = store_list_incident_tops(store, id, MOMENT_OPENING, append_telling, who);
	return r;
}

static int
append_beside(const struct row_incident *row, void *array)
{
	return json_array_append_new(array, document_beside(row));
}

/* What else lit up meanwhile. */
static int
fill_also(struct store *store, json_t *incident)
{
	struct row_incident row;
	int64_t id = json_integer_value(json_object_get(incident, "id"));
	int r = store_load_incident(store, id, &row);
	return r < 0 ? r
		     : store_list_incidents_beside(store, &row, BESIDE_MAX, append_beside,
			   json_object_get(incident, "also"));
}

/* All that was kept. */
static int
fill_moments(struct store *store, int64_t id, json_t *incident)
{
	static const char *const keys[MOMENT_COUNT] = {"mail_at_opening", "mail_at_peak"};
	for (int moment = 0; moment < MOMENT_COUNT; moment++) {
		json_t *rows = json_array();
		document_put(incident, keys[moment], rows);
		int r = store_list_incident_tops(store, id, (enum moment)moment, append_top, rows);
		if (r != 0)
			return r;
	}
	return 0;
}

/* ---- actions ---- */

struct actions_owner {
	struct store *store;
	json_t *array;
};

/* An undo is offered while there is something to be taken back. One that runs will do more. */
static int
make_action(struct store *store, const struct row_action *row, json_t **ret_action)
{
	const struct catalogue_remedy *remedy = catalogue_find(row->remedy);
	json_t *action = document_action(row);
	bool left = true;
	bool asks = remedy != NULL && !remedy->on_setting && row->state != ACTION_RUNNING &&
	    !json_is_null(json_object_get(action, "undo"));
	int r = asks ? store_has_left(store, row->id, &left) : 0;
	if (!left)
		document_put(action, "undo", json_null());
	*ret_action = action;
	return r;
}

static int
append_action(const struct row_action *row, void *owner_)
{
	struct actions_owner *owner = owner_;
	json_t *action;
	int r = make_action(owner->store, row, &action);
	json_array_append_new(owner->array, action);
	return r;
}

static int
reverse_action(const struct row_action *row, void *owner_)
{
	struct actions_owner *owner = owner_;
	json_t *action;
	int r = make_action(owner->store, row, &action);
	json_array_insert_new(owner->array, 0, action);
	return r;
}

/* Puts each incident's actions into it, the oldest first: as they happened. */
static int
fill_incidents(struct store *store, json_t *incidents)
{
	size_t i;
	json_t *incident;
	json_array_foreach(incidents, i, incident)
	{
		struct actions_owner owner = {store, json_object_get(incident, "remedies")};
		int r =
		    store_list_actions(store, json_integer_value(json_object_get(incident, "id")),
			false, ACTIONS_OF_INCIDENT_MAX, reverse_action, &owner);
		if (r == 0)
			r = fill_who(store, incident);
		if (r == 0)
			r = fill_also(store, incident);
		if (r != 0)
			return r;
	}
	return 0;
}

static int
add_open_incidents(const struct report_question *question, json_t *document)
{
	json_t *incidents = json_array();
	document_put(document, "incidents", incidents);
	int r = store_list_incidents(
	    question->store, true, INCIDENTS_OPEN_MAX, append_incident, incidents);
	document_put(
	    document, "open_incidents", json_integer((json_int_t)json_array_size(incidents)));
	return r == 0 ? fill_incidents(question->store, incidents) : r;
}

/* ---- status and queues ---- */

struct instances_owner {
	struct store *store;
	json_t *instances, *watch;
};

static int
add_instance(const struct row_instance *row, void *owner_)
{
	struct instances_owner *owner = owner_;
	json_t *instance = document_instance(row);
	document_add_watch(owner->watch, row);
	json_array_append_new(owner->instances, instance);
	return store_list_tops(
	    owner->store, row->name, TOP_FRESH_S, append_top, json_object_get(instance, "top"));
}

static int
add_role(const struct row_role *row, void *daemon)
{
	if (row->since_s > 0)
		document_add_role(daemon, row);
	return 0;
}

/* What every document about the present begins with. */
static int
add_daemon(const struct report_question *question, json_t *document)
{
	struct row_daemon row;
	int r = store_load_daemon(question->store, &row);
	if (r < 0)
		return r;
	json_t *daemon = document_daemon(&row, question->running, question->now_s);
	document_put_text(document, "mode", names_get(&names_mode, (int)row.mode));
	document_put(document, "paused", json_boolean(row.paused));
	document_put(document, "daemon", daemon);
	document_put(document, "alerts", document_alerts(&row));
	return store_list_roles(question->store, add_role, daemon);
}

static int
add_planned(const struct report_question *question, json_t *document)
{
	json_t *planned = json_array();
	document_put(document, "planned", planned);
	return store_list_planned(question->store, question->now_s, append_planned, planned);
}

static int
report_status(const struct report_question *question, json_t *document)
{
	struct instances_owner owner = {question->store, json_array(), document_watch()};
	int r = add_daemon(question, document);
	document_put(document, "instances", owner.instances);
	document_put(document, "watch", owner.watch);
	json_t *spools = json_array();
	document_put(document, "spools", spools);
	if (r == 0)
		r = store_list_instances(question->store, add_instance, &owner);
	if (r == 0)
		r = add_planned(question, document);
	if (r == 0)
		r = store_list_spools(question->store, append_spool, spools);
	return r == 0 ? add_open_incidents(question, document) : r;
}

static int
report_queues(const struct report_question *question, json_t *document)
{
	int r = report_status(question, document);
	json_object_del(document, "incidents"); /* their number stays */
	json_object_del(document, "alerts");
	return r;
}

/* ---- the others ---- */

static int
fill_audit(
    const struct report_question *question, json_t *document, int64_t incident, int64_t limit)
{
	json_t *audit = json_array();
	document_put(document, "audit", audit);
	return store_list_audit(question->store, incident, limit, append_audit, audit);
}

static int
report_audit(const struct report_question *question, json_t *document)
{
	return fill_audit(question, document, 0, limit_or(question, AUDIT_LIMIT));
}

static int
load_incident(const struct report_question *question, json_t *document, json_t *incidents)
{
	struct row_incident row;
	json_t *notices = json_array();
	document_put(document, "notices", notices);
	int r = store_load_incident(question->store, question->request->incident, &row);
	if (r < 0)
		return r;
	append_incident(&row, incidents);
	r = fill_moments(question->store, row.id, json_array_get(incidents, 0));
	if (r == 0)
		r = fill_audit(question, document, row.id, AUDIT_OF_INCIDENT_MAX);
	if (r != 0)
		return r;
	return store_list_notices(
	    question->store, row.id, NOTICES_OF_INCIDENT_MAX, append_notice, notices);
}

static int
report_incidents(const struct report_question *question, json_t *document)
{
	json_t *incidents = json_array();
	document_put(document, "incidents", incidents);
	int r = question->request->incident > 0
	    ? load_incident(question, document, incidents)
	    : store_list_incidents(question->store, false, limit_or(question, INCIDENTS_LIMIT),
		  append_incident, incidents);
	return r == 0 ? fill_incidents(question->store, incidents) : r;
}

static int
report_history(const struct report_question *question, json_t *document)
{
	const struct ctl_request *request = question->request;
	int64_t step_s = request->step_s > 0 ? request->step_s : 60;
	int64_t until_s = request->until_s > 0 ? request->until_s : question->now_s;
	/* a limit is one of steps, whatever the number of instances */
	int64_t first_s = until_s - limit_or(question, HISTORY_STEPS) * step_s;
	int64_t since_s = request->since_s;
	if (since_s == 0 || (request->limit > 0 && since_s < first_s))
		since_s = first_s;
	json_t *steps = json_array();
	document_put_time(document, "since", since_s);
	document_put_time(document, "until", until_s);
	document_put(document, "step_s", json_integer(step_s));
	document_put(document, "steps", steps);
	json_t *spools = json_array();
	document_put(document, "spools", spools); /* which are of no instance */
	bool all = request->instance[0] == '\0';
	int r = store_list_history(question->store, all ? NULL : request->instance, since_s,
	    until_s, step_s, CTL_LIMIT_MAX, append_history, steps);
	if (r == 0 && all)
		r = store_list_spool_history(question->store, since_s, until_s, step_s,
		    CTL_LIMIT_MAX, append_spool_history, spools);
	return r;
}

/* With what it lacks to run here, or null. */
static int
append_remedy(struct store *store, const struct catalogue_remedy *known, json_t *remedies)
{
	struct row_remedy row = {.time_s = 0};
	json_t *remedy = document_remedy(known);
	int r = store_load_remedy(store, known->name, &row);
	document_put(remedy, "lacks", row.lacks[0] != '\0' ? json_string(row.lacks) : json_null());
	json_array_append_new(remedies, remedy);
	return r == -ENOENT ? 0 : r;
}

static int
report_remedies(const struct report_question *question, json_t *document)
{
	json_t *remedies = json_array(), *actions = json_array();
	int r = 0;
	document_put(document, "remedies", remedies);
	document_put(document, "actions", actions);
	for (int i = 0; r == 0 && i < catalogue_count; i++)
		r = append_remedy(question->store, &catalogue[i], remedies);
	if (r < 0)
		return r;
	struct actions_owner owner = {question->store, actions};
	return store_list_actions(
	    question->store, 0, false, limit_or(question, ACTIONS_LIMIT), append_action, &owner);
}

/* The journal of the action, or of the one that it takes back. */
static int
add_change(struct store *store, const struct row_action *row, json_t *document)
{
	struct row_change change;
	int r = store_load_change(store, row->undo_of > 0 ? row->undo_of : row->id, &change);
	document_put(document, "change", r == 0 ? document_change(&change) : json_null());
	return r == -ENOENT ? 0 : r;
}

static int
report_action(const struct report_question *question, json_t *document)
{
	struct row_action row;
	json_t *messages = json_array(), *action;
	int r = store_load_action(question->store, question->request->action, &row);
	if (r == 0) {
		r = make_action(question->store, &row, &action);
		document_put(document, "action", action);
	}
	document_put(document, "messages", messages);
	if (r == 0)
		r = add_change(question->store, &row, document);
	if (r < 0)
		return r;
	int64_t limit = limit_or(question, TARGETS_LIMIT);
	return store_list_targets(question->store, row.id, 0, -1, true,
	    limit < TARGETS_MAX ? limit : TARGETS_MAX, append_target, messages);
}

static int
report_version(const struct report_question *question, json_t *document)
{
	struct row_daemon row;
	int r = store_load_daemon(question->store, &row);
	if (r == 0)
		document_put_text(document, "watchdogd", row.version);
	return r;
}

static json_t *
make_commands(void)
{
	json_t *commands = json_array();
	for (int i = 0; i < CTL_COMMAND_COUNT; i++) {
		AUTO_FREE char *usage = ctl_format_usage((enum ctl_verb)i);
		json_array_append_new(commands,
		    json_pack("{s:s, s:s, s:b, s:s}", "name", ctl_commands[i].name, "usage", usage,
			"operator", ctl_commands[i].right == CTL_OPERATOR, "text",
			ctl_commands[i].text));
	}
	return commands;
}

static json_t *
make_arguments(void)
{
	json_t *arguments = json_array();
	for (int i = 0; i < CTL_ARGUMENT_COUNT; i++) {
		const struct ctl_argument_kind *kind = &ctl_arguments[i];
		AUTO_FREE char *name =
		    kind->positional ? mem_text(kind->word) : mem_format("--%s", kind->key);
		json_array_append_new(
		    arguments, json_pack("{s:s, s:s}", "name", name, "text", kind->text));
	}
	return arguments;
}

/* The tables know; no store is needed. */
static int
report_help(const struct report_question *question UNUSED, json_t *document)
{
	document_put(document, "commands", make_commands());
	document_put(document, "arguments", make_arguments());
	return 0;
}

/* ---- the outbox ---- */

static int
report_notices(const struct report_question *question, json_t *document)
{
	json_t *notices = json_array();
	document_put(document, "notices", notices);
	return store_list_notices(
	    question->store, 0, limit_or(question, NOTICES_LIMIT), append_notice, notices);
}

/* ---- which answers what ---- */

typedef int report_function(const struct report_question *question, json_t *document);

#define report_none NULL /* the engine answers */
#define REPORT_(id, name, takes, needs, right, report, render, text) [id] = report,
static report_function *const reports[CTL_COMMAND_COUNT] = {CTL_COMMANDS(REPORT_)};

bool
report_is_known(enum ctl_verb verb)
{
	return reports[verb] != NULL;
}

/* A row that is not there is an answer, not a failure of the store. */
static json_t *
make_missing(const struct ctl_request *request)
{
	AUTO_FREE char *text = NULL;
	if (request->incident > 0)
		text = mem_format("there is no incident %" PRId64, request->incident);
	else if (request->action > 0)
		text = mem_format("there is no action %" PRId64, request->action);
	else
		return ctl_make_error(
		    CTL_UNAVAILABLE, "the store is empty: watchdogd has not seen a queue yet");
	return ctl_make_error(CTL_REFUSED, text);
}

/* Several SELECTs, one moment: no incident closes between the lines of a status. */
static int
report(const struct report_question *question, json_t *document)
{
	report_function *make = reports[question->request->verb];
	if (question->store == NULL)
		return make(question, document);
	int r = store_begin_read(question->store);
	if (r < 0)
		return r;
	r = make(question, document);
	store_end_read(question->store);
	return r;
}

int
report_make(const struct report_question *question, json_t **ret_document)
{
	json_t *document = json_object();
	int r = report(question, document);
	if (r == 0) {
		*ret_document = document;
		return 0;
	}
	json_decref(document);
	if (r == -ENOENT) {
		*ret_document = make_missing(question->request);
		return 0;
	}
	AUTO_FREE char *text =
	    mem_format("the store cannot be read: %s", store_problem(question->store));
	*ret_document = ctl_make_error(CTL_UNAVAILABLE, text);
	return r < 0 ? r : -EIO;
}

json_t *
report_make_unopened(const char *path, int error)
{
	const char *why = error == -ENOENT ? " (has watchdogd ever run?)"
	    : error == -EPROTO             ? " (it was made by another version of watchdogd)"
					   : "";
	AUTO_FREE char *text = mem_format("cannot read %s: %s%s", path, log_errno(-error), why);
	return ctl_make_error(CTL_UNAVAILABLE, text);
}
