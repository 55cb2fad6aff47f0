/* SPDX-License-Identifier: ISC
 *
 * incidents.c - one incident with all that belongs to it, and the list of the latest.
 */
#include <inttypes.h>

#include "watchdogctl/incidents.h"
#include "watchdogctl/render.h"

#define MOMENT_RANKS 3 /* JSON has them all */

const char *
incidents_action_state(const json_t *action)
{
	return text_has(action, "run") ? "not done" : text_string(action, "state");
}

static void
print_action(struct text *text, const json_t *action)
{
	char label[32];
	snprintf(label, sizeof(label), "Action %" PRId64, text_number(action, "action"));
	text_item(text, 2, label, "%s, %s: %s", text_string(action, "remedy"),
	    incidents_action_state(action), text_string(action, "text"));
	if (text_has(action, "confirm"))
		text_item(text, 2, NULL, "yes:   %s", text_string(action, "confirm"));
	if (text_has(action, "reject"))
		text_item(text, 2, NULL, "no:    %s", text_string(action, "reject"));
	if (text_has(action, "run"))
		text_item(text, 2, NULL, "do it: %s", text_string(action, "run"));
	if (text_has(action, "undo"))
		text_item(text, 2, NULL, "undo:  %s", text_string(action, "undo"));
}

static void
print_value(struct text *text, const json_t *incident)
{
	char time[CLOCK_TEXT_SIZE];
	bool closed = text_has(incident, "closed");
	text_item(text, 2, "Value", "%s %" PRId64 "%s; peak %" PRId64 " at %s; level %" PRId64,
	    text_string(incident, "signal"), text_number(incident, "value"),
	    closed ? " when it closed" : " now", text_number(incident, "peak"),
	    text_time(text_number(incident, "peak_at"), time), text_number(incident, "level"));
}

static void
print_times(struct text *text, const json_t *incident)
{
	char time[CLOCK_TEXT_SIZE], span[CLOCK_SPAN_SIZE];
	int64_t began_s = text_number(incident, "began");
	text_item(text, 2, "Began", "%s (%s ago)", text_time(began_s, time),
	    text_since(text, began_s, span));
	if (text_number(incident, "reopened") > 0)
		text_item(text, 2, "Back", "%" PRId64 " time%s, since %s",
		    text_number(incident, "reopened"),
		    text_plural(text_number(incident, "reopened")),
		    text_time(text_number(incident, "reopened_at"), time));
	if (text_has(incident, "acknowledged"))
		text_item(text, 2, "Seen", "%s, by %s",
		    text_time(text_number(incident, "acknowledged"), time),
		    text_string(incident, "acknowledged_by"));
	if (text_number(incident, "snoozed_until") > text->now_s)
		text_item(text, 2, "Snoozed", "until %s: no mail about it",
		    text_time(text_number(incident, "snoozed_until"), time));
	if (text_has(incident, "clearing"))
		text_item(text, 2, "Clearing", "since %s",
		    text_time(text_number(incident, "clearing"), time));
	if (text_has(incident, "closed"))
		text_item(text, 2, "Closed", "%s, after %s%s%s",
		    text_time(text_number(incident, "closed"), time),
		    clock_format_span(text_number(incident, "closed") - began_s, span),
		    text_string(incident, "closed_by")[0] != '\0' ? ", by " : "",
		    text_string(incident, "closed_by"));
}

/* Who the mail is or was from, a sentence each. */
static void
print_who(struct text *text, const char *label, const json_t *rows)
{
	size_t i;
	const json_t *row;
	json_array_foreach(rows, i, row)
	    text_item(text, 2, i == 0 ? label : NULL, "%s", text_string(row, "text"));
}

/* What else lit up meanwhile. */
static void
print_also(struct text *text, const json_t *rows)
{
	size_t i;
	const json_t *row;
	json_array_foreach(rows, i, row) text_item(text, 2, i == 0 ? "Also" : NULL,
	    "%s, incident %" PRId64 ", %s: %s", text_string(row, "kind"), text_number(row, "id"),
	    text_string(row, "state"), text_string(row, "text"));
}

void
incidents_print_one(struct text *text, const json_t *incident)
{
	size_t i;
	const json_t *action;
	const json_t *actions = json_object_get(incident, "remedies");
	text_print(text, "Incident %" PRId64 ": %s on %s, %s\n", text_number(incident, "id"),
	    text_string(incident, "kind"), text_string(incident, "instance"),
	    text_string(incident, "state"));
	text_item(text, 2, "What", "%s", text_string(incident, "text"));
	print_who(text, "Who", json_object_get(incident, "who"));
	print_also(text, json_object_get(incident, "also"));
	print_times(text, incident);
	print_value(text, incident);
	if (text_string(incident, "example")[0] != '\0')
		text_item(text, 2, "Example", "%s", text_string(incident, "example"));
	if (json_array_size(actions) == 0)
		text_item(text, 2, "Remedies", "none");
	json_array_foreach(actions, i, action) print_action(text, action);
}

/* What was kept of who the mail was from, the first ranks of each dimension. */
static void
print_moment(struct text *text, const char *label, const json_t *rows)
{
	size_t i;
	const json_t *row;
	json_array_foreach(rows, i, row)
	{
		if (text_number(row, "rank") > MOMENT_RANKS)
			continue;
		text_item(text, 2, label, "%s, %s, %" PRId64 " %%: %s",
		    text_string(row, "dimension"), text_string(row, "class"),
		    text_number(row, "share"), text_string(row, "key"));
		label = NULL;
	}
}

void
incidents_print_notice(struct text *text, const json_t *notice)
{
	char label[32], time[CLOCK_TEXT_SIZE];
	bool done = text_has(notice, "done");
	int64_t attempts = text_number(notice, "attempts");
	snprintf(label, sizeof(label), "Mail %" PRId64, text_number(notice, "notice"));
	text_item(text, 2, label, "%s to %s, %s, %" PRId64 " attempt%s: %s",
	    text_string(notice, "state"), text_string(notice, "recipient"),
	    text_time(text_number(notice, done ? "done" : "created"), time), attempts,
	    text_plural(attempts), text_string(notice, "subject"));
	if (text_string(notice, "reply")[0] != '\0')
		text_item(text, 2, NULL, "the relay said: %s", text_string(notice, "reply"));
}

static void
print_audit(struct text *text, int indent, const json_t *row)
{
	char label[32], time[CLOCK_TEXT_SIZE], about[64] = "";
	const char *said = text_string(row, "text");
	snprintf(label, sizeof(label), "uid %" PRId64, text_number(row, "uid"));
	if (text_has(row, "action"))
		snprintf(about, sizeof(about), " action %" PRId64, text_number(row, "action"));
	else if (text_has(row, "incident"))
		snprintf(about, sizeof(about), " incident %" PRId64, text_number(row, "incident"));
	text_item(text, indent, label, "%s: %s%s%s%s", text_time(text_number(row, "time"), time),
	    text_string(row, "verb"), about, said[0] != '\0' ? ": " : "", said);
}

void
audit_render(struct text *text, const json_t *document)
{
	size_t i;
	const json_t *row;
	const json_t *audit = json_object_get(document, "audit");
	if (json_array_size(audit) == 0)
		text_print(text, "No operator has done anything yet.\n");
	json_array_foreach(audit, i, row) print_audit(text, 0, row);
}

void
care_render(struct text *text, const json_t *document)
{
	text_paragraph(text, 0, "Incident %" PRId64 ": %s.", text_number(document, "incident"),
	    text_string(document, "text"));
}

/* A line or two: enough to choose one by. */
static void
print_short(struct text *text, const json_t *incident)
{
	size_t i;
	const json_t *action;
	char label[32], time[CLOCK_TEXT_SIZE], span[CLOCK_SPAN_SIZE];
	int64_t began_s = text_number(incident, "began");
	int64_t end_s =
	    text_has(incident, "closed") ? text_number(incident, "closed") : text->now_s;
	snprintf(label, sizeof(label), "%" PRId64, text_number(incident, "id"));
	text_item(text, 0, label, "%s on %s, %s; began %s, lasted %s, peak %" PRId64,
	    text_string(incident, "kind"), text_string(incident, "instance"),
	    text_string(incident, "state"), text_time(began_s, time),
	    clock_format_span(end_s > began_s ? end_s - began_s : 0, span),
	    text_number(incident, "peak"));
	json_array_foreach(json_object_get(incident, "remedies"), i, action)
	    text_item(text, 0, NULL, "%s, %s: %s", text_string(action, "remedy"),
		incidents_action_state(action), text_string(action, "text"));
}

void
incidents_render(struct text *text, const json_t *document)
{
	size_t i;
	const json_t *part;
	const json_t *incidents = json_object_get(document, "incidents");
	const json_t *notices = json_object_get(document, "notices");
	if (notices != NULL) { /* one was asked for */
		part = json_array_get(incidents, 0);
		incidents_print_one(text, part);
		print_moment(text, "Opening", json_object_get(part, "mail_at_opening"));
		print_moment(text, "Peak", json_object_get(part, "mail_at_peak"));
		json_array_foreach(notices, i, part) incidents_print_notice(text, part);
		json_array_foreach(json_object_get(document, "audit"), i, part)
		    print_audit(text, 2, part);
		return;
	}
	if (json_array_size(incidents) == 0)
		text_print(text, "There was no incident.\n");
	json_array_foreach(incidents, i, part) print_short(text, part);
}
