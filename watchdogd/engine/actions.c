/* SPDX-License-Identifier: ISC
 *
 * actions.c - the list of unfinished actions and its rows in the store.
 */
#include "watchdogd/engine/actions.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"
#include "proto/catalogue.h"

static struct action *
append(struct actions *actions, const struct row_action *row)
{
	actions->list =
	    mem_resize(actions->list, (size_t)actions->count + 1, sizeof(struct action *));
	struct action *action = mem_alloc(sizeof(*action));
	action->row = *row;
	actions->list[actions->count++] = action;
	return action;
}

static int
append_unfinished(const struct row_action *row, void *owner)
{
	append(owner, row);
	return 0;
}

/* Nothing is under way, and the incident's end ends it. */
static bool
is_idle(const struct row_action *row)
{
	return row->state == ACTION_WOULD || row->state == ACTION_SKIPPED;
}

static int
append_idle(const struct row_action *row, void *owner)
{
	if (is_idle(row))
		append(owner, row);
	return 0;
}

struct idle_owner {
	struct actions *actions;
	struct store *store;
};

static int
append_idle_of(const struct row_incident *incident, void *owner)
{
	struct idle_owner *idle = owner;
	return store_list_actions(
	    idle->store, incident->id, false, 1000, append_idle, idle->actions);
}

int
actions_load(struct actions *actions, struct store *store)
{
	struct idle_owner idle = {.actions = actions, .store = store};
	actions_free(actions);
	int r = store_list_actions(store, 0, true, 10000, append_unfinished, actions);
	if (r == 0)
		r = store_list_incidents(store, true, 1000, append_idle_of, &idle);
	if (r != 0)
		actions_free(actions);
	return r;
}

void
actions_free(struct actions *actions)
{
	for (int i = 0; i < actions->count; i++)
		free(actions->list[i]);
	free(actions->list);
	*actions = (struct actions){0};
}

int
actions_add(struct actions *actions, struct store *store, const struct row_action *row,
    struct action **ret_action)
{
	struct row_action saved = *row;
	int r = store_save_action(store, row, &saved.id);
	if (r < 0)
		return r;
	*ret_action = append(actions, &saved);
	return 0;
}

struct adoption {
	struct actions *actions;
	const struct row_action *like;
	bool found;
};

static int
adopt(const struct row_action *row, void *owner)
{
	struct adoption *adoption = owner;
	const struct row_action *like = adoption->like;
	if (adoption->found || row->undo_of != 0 || action_is_finished(row) ||
	    row->state == ACTION_SKIPPED || strcmp(row->remedy, like->remedy) != 0 ||
	    strcmp(row->setting, like->setting) != 0)
		return 0;
	adoption->found = true;
	if (actions_find(adoption->actions, row->id) == NULL)
		append(adoption->actions, row);
	return 0;
}

int
actions_adopt(
    struct actions *actions, struct store *store, const struct row_action *like, bool *ret_found)
{
	struct adoption adoption = {.actions = actions, .like = like};
	int r = store_list_actions(store, like->incident, false, 1000, adopt, &adoption);
	if (r == 0)
		*ret_found = adoption.found;
	return r;
}

int
actions_take_back(struct actions *actions, struct store *store, struct row_action *undone,
    const char *requested_by, int64_t now_s, struct action **ret_action)
{
	int64_t id;
	struct action *ended = actions_find(actions, undone->id);
	struct row_action row = {
	    .incident = undone->incident,
	    .state = ACTION_RUNNING,
	    .undo_of = undone->id,
	    .mode = MODE_ACT,
	    .created_s = now_s,
	    .due_s = now_s,
	    .updated_s = now_s,
	};
	snprintf(row.remedy, sizeof(row.remedy), "%s", catalogue_find(undone->remedy)->undo);
	memcpy(row.instance, undone->instance, sizeof(row.instance));
	memcpy(row.setting, undone->setting, sizeof(row.setting));
	memcpy(row.value, undone->value, sizeof(row.value));
	snprintf(row.requested_by, sizeof(row.requested_by), "%s", requested_by);
	snprintf(row.text, sizeof(row.text), "takes back action %" PRId64, undone->id);
	undone->state = ACTION_UNDONE;
	undone->updated_s = now_s;
	if (ended != NULL)
		ended->row.state = ACTION_UNDONE;
	int r = store_save_action(store, undone, &id);
	return r == 0 ? actions_add(actions, store, &row, ret_action) : r;
}

int
actions_save(struct store *store, struct action *action, int64_t now_s)
{
	int64_t id;
	action->row.updated_s = now_s;
	return store_save_action(store, &action->row, &id);
}

struct action *
actions_find(const struct actions *actions, int64_t id)
{
	for (int i = 0; i < actions->count; i++)
		if (actions->list[i]->row.id == id)
			return actions->list[i];
	return NULL;
}

bool
action_is_finished(const struct row_action *row)
{
	switch (row->state) {
	case ACTION_WAITING:
	case ACTION_WOULD:
	case ACTION_ASKING:
	case ACTION_RUNNING:
	case ACTION_SKIPPED: /* while the incident lasts */
		return false;
	case ACTION_CAPPED:
	case ACTION_DONE:
	case ACTION_FAILED:
	case ACTION_UNDONE:
	case ACTION_REJECTED:
		return true;
	}
	return true;
}

/* Drops what is finished, and of one incident (0: of none) what is idle. */
static void
drop(struct actions *actions, int64_t incident)
{
	int kept = 0;
	for (int i = 0; i < actions->count; i++) {
		const struct row_action *row = &actions->list[i]->row;
		bool is_over = incident != 0 && row->incident == incident && is_idle(row);
		if (is_over || action_is_finished(row))
			free(actions->list[i]);
		else
			actions->list[kept++] = actions->list[i];
	}
	actions->count = kept;
}

void
actions_prune(struct actions *actions)
{
	drop(actions, 0);
}

void
actions_forget_idle(struct actions *actions, int64_t incident)
{
	drop(actions, incident);
}

static void
append_count(char *text, size_t size, int64_t count, const char *word)
{
	size_t used = strlen(text);
	if (count > 0)
		snprintf(text + used, size - used, ", %" PRId64 " %s", count, word);
}

char *
action_describe_setting(const struct row_action *row, char *text, size_t size)
{
	const struct catalogue_remedy *remedy = catalogue_find(row->remedy);
	if (row->setting[0] != '\0')
		snprintf(text, size, "%s to %s", row->setting, row->value);
	else
		snprintf(text, size, "%s to %s", row->remedy,
		    remedy != NULL && remedy->value != NULL ? remedy->value : "?");
	return text;
}

void
action_describe(struct row_action *row)
{
	const struct catalogue_remedy *remedy = catalogue_find(row->remedy);
	snprintf(row->text, sizeof(row->text), "%s %" PRId64 " message%s",
	    remedy != NULL ? remedy->done : row->remedy, row->done, row->done == 1 ? "" : "s");
	append_count(row->text, sizeof(row->text), row->gone, "gone before");
	append_count(row->text, sizeof(row->text), row->changed, "changed and left alone");
	append_count(row->text, sizeof(row->text), row->failed, "failed");
}
