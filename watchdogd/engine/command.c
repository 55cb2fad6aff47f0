/* SPDX-License-Identifier: ISC
 *
 * command.c - one function a verb; each answers exactly once.
 */
#include "watchdogd/engine/command.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/log.h"
#include "lib/mem.h"
#include "proto/catalogue.h"
#include "proto/parameter.h"
#include "proto/selector.h"
#include "watchdogd/engine/caps.h"
#include "watchdogd/engine/command_reply.h"
#include "watchdogd/engine/health_mail.h"
#include "watchdogd/engine/policy.h"
#include "watchdogd/engine/trial.h"

#define SAMPLE_MAX 5 /* messages that a plan shows */
#define SELECTED_MAX 10 /* ... of a selection */

/* ---- answers ---- */

void
command_reply(const struct command_parts *parts, uint64_t request, bool ok, json_t *document)
{
	AUTO_FREE char *text = json_dumps(document, JSON_COMPACT);
	json_decref(document);
	if (text == NULL)
		panic("command: answer is no JSON");
	struct message_command_result result = {
	    .request = request,
	    .ok = ok,
	    .document = {(const uint8_t *)text, strlen(text)},
	};
	if (parts->role->links[ROLE_CONTROL] != NULL)
		message_send(
		    parts->role->links[ROLE_CONTROL], MESSAGE_TYPE_COMMAND_RESULT, &result, -1);
}

void
command_decline(const struct command_parts *parts, const struct message_command *command,
    const char *format, ...)
{
	char text[REASON_TEXT_SIZE];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	command_reply(parts, command->request, false, json_pack("{s:s}", "error", text));
}

void
command_answer_action(const struct command_parts *parts, const struct message_command *command,
    const struct row_action *row)
{
	command_reply(parts, command->request, true,
	    json_pack("{s:I, s:s, s:s, s:s}", "action", (json_int_t)row->id, "remedy", row->remedy,
		"instance", row->instance, "text", row->text));
}

/* ---- what the words mean ---- */

const struct message_instance *
command_find_instance(const struct command_parts *parts, const struct message_command *command)
{
	const struct role *role = parts->role;
	if (command->instance[0] == '\0' && role->instance_count == 1)
		return &role->instances[0];
	const struct message_instance *named = role_find_instance(role, command->instance);
	if (named != NULL)
		return named;
	if (role->instance_count == 0)
		command_decline(parts, command, "no Postfix instance is watched");
	else if (command->instance[0] == '\0')
		command_decline(parts, command, "%d Postfix instances are watched: say which one",
		    role->instance_count);
	else
		command_decline(
		    parts, command, "no Postfix instance is called %s", command->instance);
	return NULL;
}

/* A remedy that may be run by name. NULL: refused. */
static const struct catalogue_remedy *
find_remedy(const struct command_parts *parts, const struct message_command *command)
{
	const struct catalogue_remedy *known = catalogue_find(command->remedy);
	if (known == NULL)
		command_decline(parts, command, "no remedy is called %s", command->remedy);
	else if (known->classes == 0 && !known->on_setting)
		command_decline(parts, command, "%s only takes an action back: remedy undo ACTION",
		    command->remedy);
	else
		return known;
	return NULL;
}

static void
name_action(struct row_action *row, const struct catalogue_remedy *remedy,
    const struct message_instance *instance)
{
	snprintf(row->remedy, sizeof(row->remedy), "%s", remedy->name);
	memcpy(row->instance, instance->name, sizeof(row->instance));
}

/* What --set says: into the setting and the value of the row. false: refused. */
static bool
take_setting(const struct command_parts *parts, const struct message_command *command,
    struct row_action *row)
{
	char expected[64];
	const struct catalogue_remedy *known = catalogue_find(row->remedy);
	const char *equals = strchr(command->set, '=');
	if (!known->is_parametric) {
		if (command->set[0] != '\0')
			command_decline(parts, command, "%s takes no --set", row->remedy);
		return command->set[0] == '\0';
	}
	if (equals == NULL || equals - command->set >= (ptrdiff_t)sizeof(row->setting)) {
		command_decline(parts, command, "%s: say what is to be set: --set PARAMETER=VALUE",
		    row->remedy);
		return false;
	}
	memcpy(row->setting, command->set, (size_t)(equals - command->set));
	snprintf(row->value, sizeof(row->value), "%s", equals + 1);
	const struct parameter *parameter = parameter_find(row->setting);
	const char *nearest = parameter_nearest(row->setting);
	if (parameter == NULL && nearest != NULL)
		command_decline(parts, command, "%s may not be changed; did you mean %s?",
		    row->setting, nearest);
	else if (parameter == NULL)
		command_decline(parts, command, "%s may not be changed", row->setting);
	else if (!parameter_takes(parameter, row->value))
		command_decline(parts, command, "%s: found %s, expected %s", row->setting,
		    row->value, parameter_describe(parameter, expected, sizeof(expected)));
	else
		return true;
	return false;
}

/* Which messages are meant, of a remedy that wants to know; else no conditions. false: refused. */
static bool
take_selection(const struct command_parts *parts, const struct message_command *command,
    const struct catalogue_remedy *known, struct selector *ret_selector)
{
	SELECTOR_COPY(ret_selector, command);
	bool is_empty = selector_is_empty(ret_selector);
	if (known->by_selection && is_empty)
		command_decline(parts, command,
		    "%s: say which messages, as to watchdogctl list: --shape, --sender, --client, "
		    "...",
		    known->name);
	else if (!known->by_selection && !is_empty)
		command_decline(parts, command, "%s takes no conditions", known->name);
	return known->by_selection != is_empty;
}

/* ---- plan of a setting ---- */

struct setting_plan {
	struct command_parts parts;
	struct message_command command;
	struct row_action row;
};

static json_t *
encode_change(const struct row_action *row, const struct message_change_outcome *outcome)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:b, s:s, s:b, s:I, s:s}", "remedy", row->remedy,
	    "instance", row->instance, "setting", row->setting, "value", outcome->value, "was_set",
	    (int)(outcome->was_set != 0), "old_value", outcome->old_value, "reload",
	    (int)(outcome->reload != 0), "would", (json_int_t)(outcome->outcome == CHANGE_PLANNED),
	    "text", outcome->text);
}

static void
on_setting_planned(const struct message_change_outcome *outcome, const char *problem, void *owner)
{
	AUTO_FREE struct setting_plan *plan = owner;
	if (problem != NULL)
		command_decline(&plan->parts, &plan->command, "%s", problem);
	else if (outcome->outcome == CHANGE_REFUSED || outcome->outcome == CHANGE_FAILED)
		command_decline(&plan->parts, &plan->command, "%s", outcome->text);
	else
		command_reply(
		    &plan->parts, plan->command.request, true, encode_change(&plan->row, outcome));
}

static void
plan_setting(const struct command_parts *parts, const struct message_command *command,
    const struct row_action *row)
{
	struct changes_question question = {.done = on_setting_planned};
	AUTO_FREE struct setting_plan *plan = mem_alloc(sizeof(*plan));
	*plan = (struct setting_plan){.parts = *parts, .command = *command, .row = *row};
	memcpy(question.remedy, row->remedy, sizeof(question.remedy));
	memcpy(question.instance, row->instance, sizeof(question.instance));
	memcpy(question.setting, row->setting, sizeof(question.setting));
	memcpy(question.value, row->value, sizeof(question.value));
	question.owner = plan;
	int r = changes_ask(parts->changes, &question);
	if (r == 0)
		(void)TAKE(plan);
	else
		command_decline(parts, command, "%s",
		    r == -EBUSY ? "too many plans wait for an answer"
				: "the remedy role is not running");
}

/* ---- plan of messages ---- */

struct plan {
	struct command_parts parts;
	struct message_command command;
};

static json_t *
encode_sample(const struct selection_answer *selected, int64_t now_s)
{
	json_t *sample = json_array();
	for (int i = 0; i < selected->count; i++) {
		const struct row_target *target = &selected->targets[i];
		json_array_append_new(sample,
		    json_pack("{s:s, s:s, s:s, s:s, s:s, s:I, s:I}", "queue_id", target->queue_id,
			"queue", names_get(&names_queue, (int)target->queue), "class",
			names_get(&names_class, (int)target->class), "sender", target->sender,
			"recipient", target->recipient, "age_s",
			(json_int_t)(now_s - (int64_t)target->arrival_s), "size_bytes",
			(json_int_t)target->size_bytes));
	}
	return sample;
}

static json_t *
encode_queues(unsigned queues)
{
	json_t *list = json_array();
	for (int queue = 0; queue < QUEUE_COUNT; queue++)
		if ((queues & 1u << queue) != 0)
			json_array_append_new(list, json_string(names_get(&names_queue, queue)));
	return list;
}

static json_t *
encode_caps(const struct settings_remedy *remedy)
{
	return json_pack("{s:I, s:I, s:I, s:I}", "max_messages", (json_int_t)remedy->max_messages,
	    "max_share", (json_int_t)remedy->max_share, "max_per_hour",
	    (json_int_t)remedy->max_per_hour, "batch", (json_int_t)remedy->batch);
}

/* What a run would take of `matching` messages, by its caps. */
static int64_t
count_would(const struct settings_remedy *remedy, int64_t matching, int64_t total)
{
	int64_t of_share = total * remedy->max_share / 100;
	int64_t would = matching < remedy->max_messages ? matching : remedy->max_messages;
	return would < of_share ? would : of_share;
}

static void
answer_plan(const struct plan *plan, const struct selection_answer *selected, int64_t now_s)
{
	const struct settings_remedy *remedy =
	    settings_find_remedy(&plan->parts.role->settings, plan->command.remedy);
	const struct catalogue_remedy *known = catalogue_find(plan->command.remedy);
	int64_t would = count_would(remedy, selected->matching, selected->total);
	char text[REASON_TEXT_SIZE];
	struct selector selector;
	SELECTOR_COPY(&selector, &plan->command);
	AUTO_FREE char *which = selector_describe(&selector);
	AUTO_FREE char *options = selector_options(&selector);
	snprintf(text, sizeof(text), "would %s %" PRId64 " of %" PRId64 " messages%s%.900s",
	    known->verb, would, selected->total, which[0] != '\0' ? ": " : "", which);
	command_reply(&plan->parts, plan->command.request, true,
	    json_pack("{s:s, s:s, s:o, s:I, s:I, s:I, s:o, s:o, s:s, s:s}", "remedy",
		plan->command.remedy, "instance", plan->command.instance, "queues",
		encode_queues(remedy->queues & known->queues), "matching",
		(json_int_t)selected->matching, "total", (json_int_t)selected->total, "would",
		(json_int_t)would, "sample", encode_sample(selected, now_s), "caps",
		encode_caps(remedy), "text", text, "options", options));
}

static void
on_planned(const struct selection_answer *selected, int64_t now_s, void *owner)
{
	AUTO_FREE struct plan *plan = owner;
	if (selected->error != NULL)
		command_decline(&plan->parts, &plan->command, "%s", selected->error);
	else
		answer_plan(plan, selected, now_s);
}

static void
command_plan(const struct command_parts *parts, const struct message_command *command)
{
	const struct catalogue_remedy *known = find_remedy(parts, command);
	const struct message_instance *instance =
	    known != NULL ? command_find_instance(parts, command) : NULL;
	if (instance == NULL)
		return;
	if (known->on_setting) {
		struct row_action row = {0};
		name_action(&row, known, instance);
		if (take_setting(parts, command, &row))
			plan_setting(parts, command, &row);
		return;
	}
	struct selector selector;
	if (!take_selection(parts, command, known, &selector))
		return;
	const struct settings_remedy *remedy =
	    settings_find_remedy(&parts->role->settings, known->name);
	AUTO_FREE struct plan *plan = mem_alloc(sizeof(*plan));
	plan->parts = *parts;
	plan->command = *command;
	memcpy(plan->command.instance, instance->name, sizeof(plan->command.instance));
	struct selection_question question = {.done = on_planned, .owner = plan};
	SELECTOR_COPY(&question.select, &selector);
	question.select.queues = remedy->queues & known->queues;
	question.select.classes =
	    selector.classes != 0 ? selector.classes & known->classes : known->classes;
	question.select.limit = known->by_selection ? SELECTED_MAX : SAMPLE_MAX;
	memcpy(question.select.instance, instance->name, sizeof(question.select.instance));
	if (selection_ask(parts->selection, parts->role->links[ROLE_WATCH], &question) < 0)
		command_decline(parts, command, "the watch role is not running");
	else
		(void)TAKE(plan);
}

/* ---- run ---- */

void
command_format_person(const struct message_command *command, char *text, size_t size)
{
	snprintf(text, size, "uid %" PRIu64, command->uid);
}

int
command_note(const struct command_parts *parts, const struct message_command *command,
    int64_t incident, int64_t action, int64_t now_s)
{
	struct row_audit row = {
	    .time_s = now_s,
	    .uid = (int64_t)command->uid,
	    .incident = incident,
	    .action = action,
	};
	memcpy(row.verb, command->verb, sizeof(row.verb));
	memcpy(row.text, command->text, sizeof(row.text));
	return store_add_audit(parts->store, &row);
}

static int
begin_action(const struct command_parts *parts, const struct message_command *command,
    struct row_action *row, int64_t now_s)
{
	struct action *action;
	row->state = ACTION_RUNNING;
	row->mode = MODE_ACT;
	row->created_s = row->due_s = row->updated_s = now_s;
	command_format_person(command, row->requested_by, sizeof(row->requested_by));
	int r = actions_add(parts->actions, parts->store, row, &action);
	if (r == 0)
		*row = action->row;
	return r;
}

bool
command_end(const struct command_parts *parts, const struct message_command *command, int result)
{
	if (result == 0)
		result = store_commit(parts->store, true);
	if (result == 0)
		return true;
	command_decline(
	    parts, command, "the store cannot be written: %s", store_problem(parts->store));
	log_error("command %s: not done, %s", command->verb, store_problem(parts->store));
	store_rollback(parts->store);
	*parts->stale = true;
	return false;
}

static void
command_run(const struct command_parts *parts, const struct message_command *command, int64_t now_s)
{
	const struct catalogue_remedy *remedy = find_remedy(parts, command);
	const struct message_instance *instance =
	    remedy != NULL ? command_find_instance(parts, command) : NULL;
	if (instance == NULL)
		return;
	struct row_action row = {.text = "begun"};
	name_action(&row, remedy, instance);
	struct selector selector;
	if (!take_setting(parts, command, &row) ||
	    !take_selection(parts, command, remedy, &selector))
		return;
	if (remedy->by_selection && selector_encode(&selector, row.selection) < 0) {
		command_decline(parts, command, "the conditions are too long");
		return;
	}
	int r = store_begin(parts->store);
	if (r == 0)
		r = begin_action(parts, command, &row, now_s);
	if (r == 0)
		r = command_note(parts, command, 0, row.id, now_s);
	if (!command_end(parts, command, r))
		return;
	log_info("action %" PRId64 ": %s on %s, asked for by %s", row.id, row.remedy, row.instance,
	    row.requested_by);
	command_answer_action(parts, command, &row);
}

/* ---- pause and resume ---- */

static void
command_pause(const struct command_parts *parts, const struct message_command *command, bool pause,
    int64_t now_s)
{
	struct row_daemon daemon = *parts->daemon;
	daemon.paused = pause;
	int r = store_begin(parts->store);
	if (r == 0)
		r = store_save_daemon(parts->store, &daemon);
	if (r == 0)
		r = command_note(parts, command, 0, 0, now_s);
	if (!command_end(parts, command, r))
		return;
	parts->daemon->paused = pause;
	log_info("acting: %s by uid %" PRIu64, pause ? "paused" : "resumed", command->uid);
	command_reply(parts, command->request, true, json_pack("{s:b}", "paused", (int)pause));
}

int
command_refuse(
    const struct command_parts *parts, const struct channel_frame *frame, const char *text)
{
	struct message_command command;
	if (frame->type != MESSAGE_TYPE_COMMAND)
		return -EBADMSG;
	int r = message_decode(MESSAGE_TYPE_COMMAND, frame->payload, frame->length, &command);
	if (r < 0)
		return r;
	command_decline(parts, &command, "%s", text);
	return 0;
}

int
command_take(const struct command_parts *parts, const struct channel_frame *frame, int64_t now_s)
{
	struct message_command command;
	if (frame->type != MESSAGE_TYPE_COMMAND)
		return -EBADMSG;
	int r = message_decode(MESSAGE_TYPE_COMMAND, frame->payload, frame->length, &command);
	if (r < 0)
		return r;
	if (strcmp(command.verb, "plan") == 0)
		command_plan(parts, &command);
	else if (strcmp(command.verb, "run") == 0)
		command_run(parts, &command, now_s);
	else if (strcmp(command.verb, "pause") == 0)
		command_pause(parts, &command, true, now_s);
	else if (strcmp(command.verb, "resume") == 0)
		command_pause(parts, &command, false, now_s);
	else if (strcmp(command.verb, "report") == 0)
		health_mail_command(parts, &command, now_s);
	else if (strcmp(command.verb, "test") == 0)
		trial_command(parts, &command, now_s);
	else if (strcmp(command.verb, "expect") == 0)
		command_expect(parts, &command, now_s);
	else if (!command_on_incident(parts, &command, now_s) &&
	    !command_on_action(parts, &command, now_s))
		return -EBADMSG;
	return 0;
}
