/* SPDX-License-Identifier: ISC
 *
 * document_incident.c - incidents, what was done about them, and what can be done.
 */
#include <inttypes.h>

#include "proto/asking.h"
#include "proto/document.h"
#include "proto/selector.h"
#include "proto/undo.h"

/* ---- incidents and what was done about them ---- */

json_t *
document_incident(const struct row_incident *row)
{
	json_t *incident = json_object();
	document_put_number(incident, "id", row->id);
	document_put_text(incident, "kind", row->rule);
	document_put_text(incident, "instance", row->instance);
	document_put_name(incident, "state", &names_incident, (int)row->state);
	document_put_name(incident, "signal", &names_signal, (int)row->signal);
	document_put_time(incident, "began", row->began_s);
	document_put_time(incident, "opened", row->opened_s);
	document_put_time(incident, "clearing", row->clearing_s);
	document_put_time(incident, "closed", row->closed_s);
	document_put_number(incident, "level", row->level);
	document_put_number(incident, "value", row->value);
	document_put_number(incident, "peak", row->peak);
	document_put_time(incident, "peak_at", row->peak_s);
	document_put_number(incident, "reopened", row->reopened);
	document_put_time(incident, "reopened_at", row->reopened_s);
	document_put_time(incident, "acknowledged", row->acked_s);
	document_put_text(incident, "acknowledged_by", row->acked_by);
	document_put_time(incident, "snoozed_until", row->snoozed_until_s);
	document_put_text(incident, "closed_by", row->closed_by);
	document_put_text(incident, "text", row->text);
	document_put_text(incident, "example", row->example);
	document_put(incident, "also", json_array());
	document_put(incident, "who", json_array());
	document_put(incident, "remedies", json_array());
	return incident;
}

json_t *
document_beside(const struct row_incident *row)
{
	json_t *beside = json_object();
	document_put_number(beside, "id", row->id);
	document_put_text(beside, "kind", row->rule);
	document_put_name(beside, "state", &names_incident, (int)row->state);
	document_put_text(beside, "text", row->text);
	return beside;
}

json_t *
document_top(const struct message_tick_top *row)
{
	char text[TOP_TEXT_SIZE];
	json_t *top = json_object();
	document_put_name(top, "dimension", &names_dimension, (int)row->dimension);
	document_put_name(top, "class", &names_class, (int)row->class);
	document_put_count(top, "rank", row->rank);
	document_put_text(top, "key", row->key);
	document_put_count(top, "count", row->count);
	document_put_count(top, "error", row->error);
	document_put_count(top, "total", row->total);
	document_put_number(top, "share", top_share(row));
	document_put_text(top, "example", row->example);
	document_put_text(top, "text", top_describe(row, text));
	return top;
}

json_t *
document_planned(const struct row_planned *row)
{
	json_t *planned = json_object();
	document_put_text(planned, "instance", row->instance);
	document_put_time(planned, "since", row->since_s);
	document_put_time(planned, "until", row->until_s);
	document_put_number(planned, "uid", row->uid);
	document_put_text(planned, "text", row->text);
	return planned;
}

json_t *
document_audit(const struct row_audit *row)
{
	json_t *audit = json_object();
	document_put_time(audit, "time", row->time_s);
	document_put_number(audit, "uid", row->uid);
	document_put_text(audit, "verb", row->verb);
	document_put(
	    audit, "incident", row->incident != 0 ? json_integer(row->incident) : json_null());
	document_put(audit, "action", row->action != 0 ? json_integer(row->action) : json_null());
	document_put_text(audit, "text", row->text);
	return audit;
}

/* What an operator types to have the action taken back, or null when that is not possible. */
static json_t *
make_undo(const struct row_action *row)
{
	const struct catalogue_remedy *remedy = catalogue_find(row->remedy);
	int64_t ended = 0;
	if (remedy == NULL || remedy->undo == NULL || row->undo_of != 0 ||
	    (remedy->on_setting && undo_is_spent(row, &ended)))
		return json_null();
	switch (row->state) {
	case ACTION_WAITING:
	case ACTION_WOULD:
	case ACTION_ASKING:
	case ACTION_UNDONE:
	case ACTION_SKIPPED:
	case ACTION_REJECTED:
		return json_null();
	case ACTION_RUNNING:
	case ACTION_CAPPED:
	case ACTION_DONE:
	case ACTION_FAILED:
		break;
	}
	return json_sprintf("watchdogctl remedy undo %" PRId64, row->id);
}

/* What an operator types to have done what the mode only let us say. */
static json_t *
make_run(const struct row_action *row)
{
	if (row->state != ACTION_WOULD)
		return json_null();
	const char *equals = row->setting[0] != '\0' ? "=" : "";
	json_t *run = json_sprintf("watchdogctl remedy run %s --instance %s%s%s%s%s", row->remedy,
	    row->instance, equals[0] != '\0' ? " --set " : "", row->setting, equals, row->value);
	return run != NULL ? run : json_null();
}

/* What an operator types to answer an action that asks. */
static json_t *
make_answer(const struct row_action *row, const char *answer)
{
	json_t *command =
	    asking_is(row) ? json_sprintf("watchdogctl %s %" PRId64, answer, row->id) : NULL;
	return command != NULL ? command : json_null();
}

/* Which messages an operator meant, in words, or null. */
static json_t *
make_selection(const struct row_action *row)
{
	struct selector selector;
	if (row->selection[0] == '\0' || selector_decode(row->selection, &selector) < 0)
		return json_null();
	AUTO_FREE char *words = selector_describe(&selector);
	json_t *selection = json_string(words);
	return selection != NULL ? selection : json_null();
}

json_t *
document_action(const struct row_action *row)
{
	json_t *action = json_object();
	document_put_number(action, "action", row->id);
	document_put(
	    action, "incident", row->incident != 0 ? json_integer(row->incident) : json_null());
	document_put_text(action, "remedy", row->remedy);
	document_put_text(action, "instance", row->instance);
	document_put_name(action, "state", &names_action, (int)row->state);
	document_put_text(action, "requested_by", row->requested_by);
	document_put(
	    action, "undo_of", row->undo_of != 0 ? json_integer(row->undo_of) : json_null());
	document_put_time(action, "created", row->created_s);
	document_put_time(action, "due", row->due_s);
	document_put_time(action, "updated", row->updated_s);
	document_put_number(action, "matching", row->matching);
	document_put_number(action, "messages", row->done);
	document_put_number(action, "gone", row->gone);
	document_put_number(action, "changed", row->changed);
	document_put_number(action, "failed", row->failed);
	document_put_text(action, "text", row->text);
	document_put(
	    action, "setting", row->setting[0] != '\0' ? json_string(row->setting) : json_null());
	document_put(action, "selection", make_selection(row));
	document_put_name(action, "mode", &names_mode, (int)row->mode);
	document_put_text(action, "confirmed_by", row->confirmed_by);
	document_put(action, "confirm", make_answer(row, "confirm"));
	document_put(action, "reject", make_answer(row, "reject"));
	document_put(action, "run", make_run(row));
	document_put(action, "undo", make_undo(row));
	return action;
}

json_t *
document_change(const struct row_change *row)
{
	json_t *change = json_object();
	document_put_text(change, "setting", row->setting);
	document_put_bool(change, "was_set", row->was_set);
	document_put_text(change, "old_value", row->old_value);
	document_put_text(change, "value", row->value);
	document_put_name(change, "state", &names_journal, (int)row->state);
	document_put_time(change, "time", row->time_s);
	return change;
}

json_t *
document_target(const struct row_target *row)
{
	json_t *target = json_object();
	document_put_text(target, "queue_id", row->queue_id);
	document_put_name(target, "queue", &names_queue, (int)row->queue);
	document_put_name(target, "class", &names_class, (int)row->class);
	document_put_name(target, "outcome", &names_outcome, (int)row->outcome);
	document_put_time(target, "time", row->time_s);
	document_put_time(target, "arrival", (int64_t)row->arrival_s);
	document_put_count(target, "size_bytes", row->size_bytes);
	document_put_text(target, "sender", row->sender);
	document_put_text(target, "recipient", row->recipient);
	if (row->copy != NULL)
		document_put_text(target, "copy", row->copy);
	else
		document_put(target, "copy", json_null());
	return target;
}

json_t *
document_notice(const struct row_notice *row)
{
	json_t *notice = json_object();
	document_put_number(notice, "notice", row->id);
	document_put_name(notice, "about", &names_about, (int)row->about);
	document_put_name(notice, "state", &names_notice, (int)row->state);
	document_put_time(notice, "created", row->created_s);
	document_put_time(notice, "done", row->done_s);
	document_put_number(notice, "attempts", row->attempts);
	document_put_number(notice, "relay", row->relay + 1);
	document_put_text(notice, "recipient", row->recipient);
	document_put_text(notice, "subject", row->subject);
	document_put_text(notice, "reply", row->reply);
	return notice;
}

/* ---- the catalogue ---- */

static json_t *
make_name_list(const struct names *list, unsigned set)
{
	json_t *array = json_array();
	for (int value = 0; value < list->count; value++)
		if ((set & 1u << value) != 0)
			json_array_append_new(array, json_string(names_get(list, value)));
	return array;
}

json_t *
document_remedy(const struct catalogue_remedy *row)
{
	json_t *remedy = json_object();
	document_put_text(remedy, "name", row->name);
	document_put_text(remedy, "text", row->text);
	document_put(remedy, "classes", make_name_list(&names_class, row->classes));
	document_put(remedy, "queues", make_name_list(&names_queue, row->queues));
	document_put(remedy, "undo", row->undo != NULL ? json_string(row->undo) : json_null());
	document_put_bool(remedy, "keeps_copy", row->keeps_copy);
	document_put_bool(remedy, "on_setting", row->on_setting);
	return remedy;
}
