/* SPDX-License-Identifier: ISC
 *
 * command_action.c - what an operator says about actions: undo one, confirm or reject one that a
 * rule asks about, revert all of an incident. All that he says is kept, with his uid.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/log.h"
#include "lib/mem.h"
#include "proto/catalogue.h"
#include "proto/undo.h"
#include "watchdogd/engine/command_reply.h"

/* ---- undo ---- */

/* An action that can be taken back. false: refused. */
static bool
load_undoable(const struct command_parts *parts, const struct message_command *command,
    struct row_action *ret_row)
{
	int r = store_load_action(parts->store, (int64_t)command->action, ret_row);
	const struct catalogue_remedy *known = r == 0 ? catalogue_find(ret_row->remedy) : NULL;
	if (r < 0)
		command_decline(parts, command, "there is no action %" PRIu64, command->action);
	else if (known == NULL || known->undo == NULL)
		command_decline(parts, command, "%s cannot be undone", ret_row->remedy);
	else if (ret_row->state == ACTION_UNDONE)
		command_decline(
		    parts, command, "action %" PRIu64 " has been undone already", command->action);
	else
		return true;
	return false;
}

static void
undo(const struct command_parts *parts, const struct message_command *command, int64_t now_s)
{
	struct row_action undone;
	if (!load_undoable(parts, command, &undone))
		return;
	struct action *action;
	char requested_by[64];
	command_format_person(command, requested_by, sizeof(requested_by));
	int r = store_begin(parts->store);
	if (r == 0)
		r = actions_take_back(
		    parts->actions, parts->store, &undone, requested_by, now_s, &action);
	if (r == 0)
		r = command_note(parts, command, undone.incident, undone.id, now_s);
	if (!command_end(parts, command, r))
		return;
	log_info("action %" PRId64 ": takes back action %" PRId64 ", asked for by %s",
	    action->row.id, undone.id, requested_by);
	command_answer_action(parts, command, &action->row);
}

/* ---- confirm and reject ---- */

/* The action that a rule has planned and that has not begun. NULL: declined. */
static struct action *
find_planned(const struct command_parts *parts, const struct message_command *command)
{
	struct row_action row;
	struct action *action = actions_find(parts->actions, (int64_t)command->action);
	if (action != NULL && action->row.state != ACTION_RUNNING)
		return action;
	int r = store_load_action(parts->store, (int64_t)command->action, &row);
	if (r < 0)
		command_decline(parts, command, "there is no action %" PRIu64, command->action);
	else
		command_decline(parts, command, "action %" PRIu64 " is %s: %s", command->action,
		    names_get(&names_action, (int)row.state), row.text);
	return NULL;
}

/* Saves the changed action and who changed it, and answers. */
static void
finish(const struct command_parts *parts, const struct message_command *command,
    struct action *action, const struct row_action *before, int64_t now_s)
{
	int r = store_begin(parts->store);
	if (r == 0)
		r = actions_save(parts->store, action, now_s);
	if (r == 0)
		r = command_note(parts, command, action->row.incident, action->row.id, now_s);
	if (!command_end(parts, command, r)) {
		action->row = *before;
		return;
	}
	log_info("action %" PRId64 ": %s %s by uid %" PRIu64, action->row.id, action->row.remedy,
	    command->verb, command->uid);
	command_answer_action(parts, command, &action->row);
}

/* It begins with the next tick, or when its time has come. */
static void
confirm(const struct command_parts *parts, const struct message_command *command, int64_t now_s)
{
	struct action *action = find_planned(parts, command);
	if (action == NULL)
		return;
	struct row_action *row = &action->row, before = *row;
	if (row->mode != MODE_CONFIRM) {
		command_decline(parts, command, "action %" PRIu64 " does not ask: its mode is %s%s",
		    command->action, names_get(&names_mode, (int)row->mode),
		    row->mode == MODE_OBSERVE ? ", remedy run does it" : "");
		return;
	}
	if (row->confirmed_by[0] != '\0') {
		command_decline(parts, command, "action %" PRIu64 " has been confirmed by %s",
		    command->action, row->confirmed_by);
		return;
	}
	command_format_person(command, row->confirmed_by, sizeof(row->confirmed_by));
	const char *when = parts->daemon->paused ? "it begins when acting is not paused any more"
	    : row->due_s > now_s                 ? "it begins at its time"
	    : row->state == ACTION_SKIPPED       ? "it begins when its condition holds"
						 : "it begins now";
	snprintf(row->text, sizeof(row->text), "confirmed by %s, %s", row->confirmed_by, when);
	finish(parts, command, action, &before, now_s);
}

static void
reject(const struct command_parts *parts, const struct message_command *command, int64_t now_s)
{
	char person[PERSON_TEXT_SIZE];
	struct action *action = find_planned(parts, command);
	if (action == NULL)
		return;
	struct row_action before = action->row;
	command_format_person(command, person, sizeof(person));
	action->row.state = ACTION_REJECTED;
	snprintf(
	    action->row.text, sizeof(action->row.text), "nothing done: rejected by %s", person);
	finish(parts, command, action, &before, now_s);
}

/* ---- revert ---- */

#define REVERT_MAX 64 /* actions of an incident */

struct reverting {
	struct row_action rows[REVERT_MAX]; /* the newest first */
	int count;
	int64_t ended; /* messages that later actions deleted */
	int taken_back, dropped, kept;
};

static int
append_action(const struct row_action *row, void *owner)
{
	struct reverting *reverting = owner;
	if (reverting->count < REVERT_MAX && row->undo_of == 0)
		reverting->rows[reverting->count++] = *row;
	return 0;
}

/* What has not begun does not come any more. */
static int
drop(const struct command_parts *parts, const struct row_action *row, int64_t now_s)
{
	struct action *action = actions_find(parts->actions, row->id);
	if (action == NULL)
		return 0;
	action->row.state = ACTION_REJECTED;
	snprintf(action->row.text, sizeof(action->row.text),
	    "nothing done: an operator took the incident back");
	return actions_save(parts->store, action, now_s);
}

static int
revert_one(const struct command_parts *parts, const struct message_command *command,
    struct reverting *reverting, struct row_action *row, int64_t now_s)
{
	struct action *action;
	char person[PERSON_TEXT_SIZE];
	const struct catalogue_remedy *known = catalogue_find(row->remedy);
	bool is_spent = undo_is_spent(row, &reverting->ended);
	switch (row->state) {
	case ACTION_WAITING:
	case ACTION_WOULD:
	case ACTION_ASKING:
	case ACTION_SKIPPED:
		reverting->dropped++;
		return drop(parts, row, now_s);
	case ACTION_UNDONE:
	case ACTION_REJECTED:
		return 0;
	case ACTION_RUNNING:
	case ACTION_CAPPED:
	case ACTION_DONE:
	case ACTION_FAILED:
		break;
	}
	bool can_undo = known != NULL && known->undo != NULL;
	reverting->kept += !can_undo && row->done > 0;
	if (!can_undo || is_spent)
		return 0;
	reverting->taken_back++;
	command_format_person(command, person, sizeof(person));
	return actions_take_back(parts->actions, parts->store, row, person, now_s, &action);
}

static int
save_reverted(const struct command_parts *parts, const struct message_command *command,
    struct reverting *reverting, int64_t now_s)
{
	int64_t incident = (int64_t)command->incident;
	int r =
	    store_list_actions(parts->store, incident, false, REVERT_MAX, append_action, reverting);
	for (int i = 0; r == 0 && i < reverting->count; i++)
		r = revert_one(parts, command, reverting, &reverting->rows[i], now_s);
	return r == 0 ? command_note(parts, command, incident, 0, now_s) : r;
}

static void
revert(const struct command_parts *parts, const struct message_command *command, int64_t now_s)
{
	char text[REASON_TEXT_SIZE];
	struct row_incident incident;
	AUTO_FREE struct reverting *reverting = mem_alloc(sizeof(*reverting));
	if (store_load_incident(parts->store, (int64_t)command->incident, &incident) < 0) {
		command_decline(parts, command, "there is no incident %" PRIu64, command->incident);
		return;
	}
	int r = store_begin(parts->store);
	if (r == 0)
		r = save_reverted(parts, command, reverting, now_s);
	if (!command_end(parts, command, r))
		return;
	snprintf(text, sizeof(text),
	    "%d taken back, %d that had not begun dropped, %d that cannot be undone left",
	    reverting->taken_back, reverting->dropped, reverting->kept);
	log_info("incident %" PRIu64 ": reverted by uid %" PRIu64 ", %s", command->incident,
	    command->uid, text);
	command_reply(parts, command->request, true,
	    json_pack("{s:I, s:s}", "incident", (json_int_t)command->incident, "text", text));
}

/* ---- which is which ---- */

bool
command_on_action(
    const struct command_parts *parts, const struct message_command *command, int64_t now_s)
{
	static const struct {
		const char *verb;
		void (*take)(const struct command_parts *parts,
		    const struct message_command *command, int64_t now_s);
	} verbs[] = {{"undo", undo}, {"confirm", confirm}, {"reject", reject}, {"revert", revert}};
	for (size_t i = 0; i < ARRAY_LENGTH(verbs); i++) {
		if (strcmp(command->verb, verbs[i].verb) != 0)
			continue;
		verbs[i].take(parts, command, now_s);
		return true;
	}
	return false;
}
