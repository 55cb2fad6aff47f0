/* SPDX-License-Identifier: ISC
 *
 * remedy.c - remedies: the list, a plan, an act that has begun, and all about an action.
 */
#include <inttypes.h>
#include <string.h>

#include "lib/mem.h"
#include "watchdogctl/incidents.h"
#include "watchdogctl/render.h"

/* "deferred, hold"; free() it. */
static char *
join(const json_t *names)
{
	size_t i;
	const json_t *name;
	char *joined = mem_text("");
	json_array_foreach(names, i, name)
	{
		AUTO_FREE char *before = joined;
		const char *word = json_string_value(name);
		joined =
		    mem_format("%s%s%s", before, i == 0 ? "" : ", ", word != NULL ? word : "?");
	}
	return joined;
}

/* ---- list ---- */

static void
print_remedy(struct text *text, const json_t *remedy)
{
	AUTO_FREE char *queues = join(json_object_get(remedy, "queues"));
	AUTO_FREE char *classes = join(json_object_get(remedy, "classes"));
	text_print(text, "  %s\n", text_string(remedy, "name"));
	text_item(text, 4, "What", "%s", text_string(remedy, "text"));
	if (text_bool(remedy, "on_setting"))
		text_item(text, 4, "Where", "settings");
	else
		text_item(text, 4, "Where", "%s%s%s in %s",
		    classes[0] != '\0' ? "messages of class " : "",
		    classes[0] != '\0' ? classes : "messages of an action", "", queues);
	if (text_bool(remedy, "on_setting"))
		text_item(text, 4, "Undo", "the old value, if nobody changed it meanwhile");
	else
		text_item(text, 4, "Undo", "%s%s",
		    text_has(remedy, "undo") ? text_string(remedy, "undo") : "not possible",
		    text_bool(remedy, "keeps_copy") ? "; copies are kept" : "");
	if (text_has(remedy, "lacks"))
		text_item(text, 4, "Now", "cannot run here: %s", text_string(remedy, "lacks"));
}

static void
print_action(struct text *text, const json_t *action)
{
	char label[32], time[CLOCK_TEXT_SIZE];
	snprintf(label, sizeof(label), "Action %" PRId64, text_number(action, "action"));
	text_item(text, 2, label, "%s on %s, %s at %s: %s", text_string(action, "remedy"),
	    text_string(action, "instance"), incidents_action_state(action),
	    text_time(text_number(action, "updated"), time), text_string(action, "text"));
	if (text_has(action, "undo"))
		text_item(text, 2, NULL, "undo: %s", text_string(action, "undo"));
}

void
remedy_list_render(struct text *text, const json_t *document)
{
	size_t i;
	const json_t *part;
	const json_t *actions = json_object_get(document, "actions");
	text_print(text, "Remedies\n");
	json_array_foreach(json_object_get(document, "remedies"), i, part) print_remedy(text, part);
	text_print(text, "\nLatest actions%s\n", json_array_size(actions) == 0 ? ": none" : "");
	json_array_foreach(actions, i, part) print_action(text, part);
}

/* ---- plan ---- */

static void
print_sample(struct text *text, const json_t *message)
{
	char age[CLOCK_SPAN_SIZE], size[TEXT_SIZE_SIZE];
	text_item(text, 2, text_string(message, "queue_id"),
	    "%s, %s, %s old, %s bytes, from <%s> to <%s>", text_string(message, "queue"),
	    text_string(message, "class"), clock_format_span(text_number(message, "age_s"), age),
	    text_size(text_number(message, "size_bytes"), size), text_string(message, "sender"),
	    text_string(message, "recipient"));
}

static void
print_setting_plan(struct text *text, const json_t *document)
{
	const char *setting = text_string(document, "setting");
	text_item(text, 0, "Plan", "%s on %s: %s", text_string(document, "remedy"),
	    text_string(document, "instance"), text_string(document, "text"));
	text_item(text, 0, "Now", "%s%s", text_string(document, "old_value"),
	    text_bool(document, "was_set") ? "" : " (by default: it is not set)");
	if (text_number(document, "would") > 0)
		text_item(text, 0, "Do it", "watchdogctl remedy run %s --instance %s%s%s%s%s",
		    text_string(document, "remedy"), text_string(document, "instance"),
		    setting[0] != '\0' ? " --set " : "", setting, setting[0] != '\0' ? "=" : "",
		    setting[0] != '\0' ? text_string(document, "value") : "");
}

static void
print_message_plan(struct text *text, const json_t *document)
{
	size_t i;
	const json_t *message;
	const json_t *sample = json_object_get(document, "sample");
	const json_t *caps = json_object_get(document, "caps");
	AUTO_FREE char *queues = join(json_object_get(document, "queues"));
	text_item(text, 0, "Plan", "%s on %s: %s", text_string(document, "remedy"),
	    text_string(document, "instance"), text_string(document, "text"));
	text_item(text, 0, "Matching", "%" PRId64 " messages in %s",
	    text_number(document, "matching"), queues);
	text_item(text, 0, "Caps",
	    "%" PRId64 " messages an action, %" PRId64 " %% of the messages there, %" PRId64
	    " messages an hour; %" PRId64 " a batch",
	    text_number(caps, "max_messages"), text_number(caps, "max_share"),
	    text_number(caps, "max_per_hour"), text_number(caps, "batch"));
	if (json_array_size(sample) > 0)
		text_print(text, "For example\n");
	json_array_foreach(sample, i, message) print_sample(text, message);
	/* in one line, however long: a pattern has blanks, and is quoted */
	if (text_number(document, "would") > 0)
		text_print(text, "Do it      watchdogctl remedy run %s --instance %s%s\n",
		    text_string(document, "remedy"), text_string(document, "instance"),
		    text_string(document, "options"));
}

void
remedy_plan_render(struct text *text, const json_t *document)
{
	if (text_has(document, "setting"))
		print_setting_plan(text, document);
	else
		print_message_plan(text, document);
}

/* ---- run, undo ---- */

void
remedy_begun_render(struct text *text, const json_t *document)
{
	int64_t action = text_number(document, "action");
	text_print(text, "Action %" PRId64 " has begun: %s on %s, %s\n", action,
	    text_string(document, "remedy"), text_string(document, "instance"),
	    text_string(document, "text"));
	text_item(text, 0, "Look", "watchdogctl remedy show %" PRId64, action);
}

/* ---- confirm, reject ---- */

void
action_said_render(struct text *text, const json_t *document)
{
	int64_t action = text_number(document, "action");
	text_print(text, "Action %" PRId64 ": %s on %s, %s\n", action,
	    text_string(document, "remedy"), text_string(document, "instance"),
	    text_string(document, "text"));
	text_item(text, 0, "Look", "watchdogctl remedy show %" PRId64, action);
}

/* ---- show ---- */

static void
print_message(struct text *text, const json_t *message)
{
	char arrival[CLOCK_TEXT_SIZE], size[TEXT_SIZE_SIZE];
	text_item(text, 2, text_string(message, "queue_id"),
	    "%s: %s in %s, %s bytes, arrived %s, from <%s> to <%s>",
	    text_string(message, "outcome"), text_string(message, "class"),
	    text_string(message, "queue"), text_size(text_number(message, "size_bytes"), size),
	    text_time(text_number(message, "arrival"), arrival), text_string(message, "sender"),
	    text_string(message, "recipient"));
	text_quote(text, 6, text_string(message, "copy"));
}

static void
print_change(struct text *text, const json_t *change)
{
	char time[CLOCK_TEXT_SIZE];
	const char *setting = text_string(change, "setting");
	text_item(text, 2, "Setting", "%s%s%s", setting, setting[0] != '\0' ? " = " : "",
	    text_string(change, "value"));
	text_item(text, 2, "Before", "%s%s", text_string(change, "old_value"),
	    text_bool(change, "was_set") ? "" : " (by default: it was not set)");
	text_item(text, 2, "Journal", "%s, %s", text_string(change, "state"),
	    text_time(text_number(change, "time"), time));
}

static void
print_whole_action(struct text *text, const json_t *action, const json_t *change)
{
	char time[CLOCK_TEXT_SIZE];
	text_print(text, "Action %" PRId64 ": %s on %s, %s\n", text_number(action, "action"),
	    text_string(action, "remedy"), text_string(action, "instance"),
	    text_string(action, "state"));
	text_item(text, 2, "What", "%s", text_string(action, "text"));
	if (text_has(action, "selection"))
		text_item(text, 2, "Which", "%s", text_string(action, "selection"));
	text_item(text, 2, "Asked by", "%s, %s", text_string(action, "requested_by"),
	    text_time(text_number(action, "created"), time));
	if (text_has(action, "incident"))
		text_item(text, 2, "Incident", "%" PRId64, text_number(action, "incident"));
	if (text_has(action, "undo_of"))
		text_item(text, 2, "Takes back", "action %" PRId64, text_number(action, "undo_of"));
	if (json_is_object(change))
		print_change(text, change);
	else
		text_item(text, 2, "Messages",
		    "%" PRId64 " done, %" PRId64 " gone before, %" PRId64
		    " changed and left alone, %" PRId64 " failed",
		    text_number(action, "messages"), text_number(action, "gone"),
		    text_number(action, "changed"), text_number(action, "failed"));
	text_item(text, 2, "Updated", "%s", text_time(text_number(action, "updated"), time));
	if (text_string(action, "confirmed_by")[0] != '\0')
		text_item(text, 2, "Confirmed", "by %s", text_string(action, "confirmed_by"));
	if (text_has(action, "confirm"))
		text_item(text, 2, "Yes", "%s", text_string(action, "confirm"));
	if (text_has(action, "reject"))
		text_item(text, 2, "No", "%s", text_string(action, "reject"));
	if (text_has(action, "undo"))
		text_item(text, 2, "Undo", "%s", text_string(action, "undo"));
}

void
remedy_show_render(struct text *text, const json_t *document)
{
	size_t i;
	const json_t *message;
	print_whole_action(
	    text, json_object_get(document, "action"), json_object_get(document, "change"));
	json_array_foreach(json_object_get(document, "messages"), i, message)
	{
		text_print(text, "%s", i == 0 ? "\n" : "");
		print_message(text, message);
	}
}
