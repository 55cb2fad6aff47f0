/* SPDX-License-Identifier: ISC
 *
 * command_incident.c - what an operator says about an incident, or so that there is none: ack, snooze,
 * close, note, expect. All that he says is kept, with his uid.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/clock.h"
#include "lib/log.h"
#include "watchdogd/engine/command_reply.h"

#define EXPECT_S 3600 /* where no time is given */
#define SNOOZE_S 3600
#define SNOOZE_MAX_S (7 * 24 * 3600)

/* The open incident that is meant. NULL: declined. */
static struct incident *
find_open(const struct command_parts *parts, const struct message_command *command)
{
	struct row_incident row;
	int64_t id = (int64_t)command->incident;
	struct incident *incident = cases_find(parts->cases, id);
	if (incident != NULL)
		return incident;
	if (store_load_incident(parts->store, id, &row) < 0)
		command_decline(parts, command, "there is no incident %" PRIu64, command->incident);
	else
		command_decline(
		    parts, command, "incident %" PRIu64 " is closed", command->incident);
	return NULL;
}

/* Saves the row and who changed it, and answers. */
static void
finish(const struct command_parts *parts, const struct message_command *command,
    const struct row_incident *row, const char *text, int64_t now_s)
{
	int64_t id;
	int r = store_begin(parts->store);
	if (r == 0)
		r = store_save_incident(parts->store, row, &id);
	if (r == 0)
		r = command_note(parts, command, row->id, 0, now_s);
	if (!command_end(parts, command, r))
		return;
	log_info("incident %" PRId64 ": %s by uid %" PRIu64, row->id, text, command->uid);
	command_reply(parts, command->request, true,
	    json_pack("{s:I, s:s}", "incident", (json_int_t)row->id, "text", text));
}

static void
ack(const struct command_parts *parts, const struct message_command *command, int64_t now_s)
{
	struct incident *incident = find_open(parts, command);
	if (incident == NULL)
		return;
	incident->row.acked_s = now_s;
	command_format_person(command, incident->row.acked_by, sizeof(incident->row.acked_by));
	finish(parts, command, &incident->row, "acknowledged", now_s);
}

static void
snooze(const struct command_parts *parts, const struct message_command *command, int64_t now_s)
{
	char text[64], span[CLOCK_SPAN_SIZE];
	struct incident *incident = find_open(parts, command);
	if (incident == NULL)
		return;
	int64_t for_s = command->for_s > 0 ? (int64_t)command->for_s : SNOOZE_S;
	if (command->for_s > SNOOZE_MAX_S) {
		command_decline(parts, command, "an incident can be snoozed for 7 days at most");
		return;
	}
	incident->row.snoozed_until_s = now_s + for_s;
	snprintf(text, sizeof(text), "snoozed for %s", clock_format_span(for_s, span));
	finish(parts, command, &incident->row, text, now_s);
}

static void
note(const struct command_parts *parts, const struct message_command *command, int64_t now_s)
{
	struct row_incident row;
	int r = store_load_incident(parts->store, (int64_t)command->incident, &row);
	if (r < 0)
		command_decline(parts, command, "there is no incident %" PRIu64, command->incident);
	else
		finish(parts, command, &row, "noted", now_s);
}

/* ---- close ---- */

/* What waits for its time does not come any more; what runs ends with its next look. */
static int
end_waiting(const struct command_parts *parts, int64_t incident, int64_t now_s)
{
	int r = 0;
	for (int i = 0; r == 0 && i < parts->actions->count; i++) {
		struct action *action = parts->actions->list[i];
		if (action->row.incident != incident ||
		    (action->row.state != ACTION_WAITING && action->row.state != ACTION_ASKING))
			continue;
		action->row.state = ACTION_DONE;
		snprintf(action->row.text, sizeof(action->row.text),
		    "nothing done: an operator closed the incident");
		r = actions_save(parts->store, action, now_s);
	}
	return r;
}

static int
save_closed(const struct command_parts *parts, const struct message_command *command,
    struct incident *incident, int64_t now_s)
{
	int64_t id;
	struct row_incident *row = &incident->row;
	row->state = INCIDENT_CLOSED;
	row->closed_s = now_s;
	row->muted = true;
	command_format_person(command, row->closed_by, sizeof(row->closed_by));
	int r = store_save_incident(parts->store, row, &id);
	if (r == 0)
		r = command_note(parts, command, row->id, 0, now_s);
	if (r == 0)
		r = end_waiting(parts, row->id, now_s);
	news_clear(parts->news);
	news_add(parts->news, NOTICE_ALL_CLEAR, incident);
	return r == 0 ? news_save(parts->news, parts->telling, now_s) : r;
}

/* Over because he says so, whatever the signal: it is not looked at again until it has been calm. */
static void
close_incident(
    const struct command_parts *parts, const struct message_command *command, int64_t now_s)
{
	struct incident *incident = find_open(parts, command);
	if (incident == NULL)
		return;
	int r = store_begin(parts->store);
	if (r == 0)
		r = save_closed(parts, command, incident, now_s);
	if (!command_end(parts, command, r))
		return;
	news_told(parts->news, parts->actions);
	log_info("incident %" PRIu64 ": closed by uid %" PRIu64, command->incident, command->uid);
	command_reply(parts, command->request, true,
	    json_pack("{s:I, s:s}", "incident", (json_int_t)command->incident, "text", "closed"));
}

/* ---- expect ---- */

void
command_expect(
    const struct command_parts *parts, const struct message_command *command, int64_t now_s)
{
	char span[CLOCK_SPAN_SIZE];
	const struct message_instance *instance = command_find_instance(parts, command);
	if (instance == NULL)
		return;
	int64_t for_s = command->for_s > 0 ? (int64_t)command->for_s : EXPECT_S;
	if (command->for_s > PLANNED_MAX_S) {
		command_decline(parts, command, "mail can be expected for 7 days at most");
		return;
	}
	struct row_planned row = {
	    .since_s = now_s,
	    .until_s = now_s + for_s,
	    .uid = (int64_t)command->uid,
	};
	memcpy(row.instance, instance->name, sizeof(row.instance));
	memcpy(row.text, command->text, sizeof(row.text));
	int r = store_begin(parts->store);
	if (r == 0)
		r = planned_set(parts->planned, parts->store, &row);
	if (r == 0)
		r = command_note(parts, command, 0, 0, now_s);
	if (!command_end(parts, command, r))
		return;
	log_info("instance %s: much mail is expected for %s by uid %" PRIu64, row.instance,
	    clock_format_span(for_s, span), command->uid);
	command_reply(parts, command->request, true,
	    json_pack("{s:s, s:I}", "instance", row.instance, "until", (json_int_t)row.until_s));
}

/* ---- which is which ---- */

bool
command_on_incident(
    const struct command_parts *parts, const struct message_command *command, int64_t now_s)
{
	static const struct {
		const char *verb;
		void (*take)(const struct command_parts *parts,
		    const struct message_command *command, int64_t now_s);
	} verbs[] = {{"ack", ack}, {"snooze", snooze}, {"close", close_incident}, {"note", note}};
	for (size_t i = 0; i < ARRAY_LENGTH(verbs); i++) {
		if (strcmp(command->verb, verbs[i].verb) != 0)
			continue;
		verbs[i].take(parts, command, now_s);
		return true;
	}
	return false;
}
