/* SPDX-License-Identifier: ISC
 *
 * results.c - incidents in the order of their opening, each with its ladder's steps and mails.
 */
#include "watchdogd/rehearse/results.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"
#include "proto/catalogue.h"
#include "watchdogd/engine/engine_state.h"

#define ALL INT64_MAX

struct gathering {
	const struct plans *plans;
	const struct rehearsal_question *question;
	struct rehearsal *rehearsal;
	struct rehearsal_incident *incident; /* of which the rest is gathered now */
};

/* Rows come newest first. */
static int
take_incident(const struct row_incident *row, void *owner)
{
	struct gathering *gathering = owner;
	struct rehearsal *rehearsal = gathering->rehearsal;
	if (row->state == INCIDENT_CLOSED && row->closed_s < gathering->question->since_s)
		return 0;
	size_t count = (size_t)rehearsal->incident_count;
	rehearsal->incidents =
	    mem_resize(rehearsal->incidents, count + 1, sizeof(*rehearsal->incidents));
	rehearsal->incidents[rehearsal->incident_count++] =
	    (struct rehearsal_incident){.row = *row};
	return 0;
}

static void
reverse_incidents(struct rehearsal *rehearsal)
{
	struct rehearsal_incident *list = rehearsal->incidents;
	for (int a = 0, b = rehearsal->incident_count - 1; a < b; a++, b--) {
		struct rehearsal_incident first = list[a];
		list[a] = list[b];
		list[b] = first;
	}
}

/* The mode of the step that it came from, as the settings have it. */
static enum act_mode
find_mode(const struct settings *settings, const struct row_incident *incident,
    const struct row_action *row)
{
	const struct settings_rule *rule = settings_find_rule(settings, incident->rule);
	for (int i = 0; rule != NULL && i < rule->step_count; i++)
		if (strcmp(rule->steps[i].remedy, row->remedy) == 0 &&
		    strcmp(rule->steps[i].parameter, row->setting) == 0)
			return settings_effective_mode(settings, rule, &rule->steps[i]);
	return row->mode;
}

/* Its time came, whatever the mode left of it. */
static bool
is_planned(const struct row_action *row)
{
	return row->state == ACTION_WOULD || row->state == ACTION_ASKING || row->matching > 0;
}

/* The words of one whose time never came, or whose condition did not hold, stand: they say why. */
static void
describe_plan(struct rehearsal_action *action)
{
	char setting[256];
	struct row_action *row = &action->row;
	const struct catalogue_remedy *remedy = catalogue_find(row->remedy);
	if (remedy == NULL || !is_planned(row))
		return;
	if (remedy->on_setting)
		snprintf(row->text, sizeof(row->text), "would %s %s", remedy->verb,
		    action_describe_setting(row, setting, sizeof(setting)));
	else
		snprintf(row->text, sizeof(row->text),
		    "would %s %" PRId64 " of the %" PRId64 " message%s that match", remedy->verb,
		    action->within_caps, row->matching, row->matching == 1 ? "" : "s");
}

static int
take_action(const struct row_action *row, void *owner)
{
	struct gathering *gathering = owner;
	struct rehearsal_incident *incident = gathering->incident;
	size_t count = (size_t)incident->action_count;
	incident->actions = mem_resize(incident->actions, count + 1, sizeof(*incident->actions));
	memmove(incident->actions + 1, incident->actions, count * sizeof(*incident->actions));
	incident->actions[0] = (struct rehearsal_action){
	    .row = *row,
	    .mode = find_mode(gathering->question->settings, &incident->row, row),
	    .within_caps = plans_within_caps(gathering->plans, row->id),
	};
	describe_plan(&incident->actions[0]);
	incident->action_count++;
	return 0;
}

static int
take_notice(const struct row_notice *row UNUSED, void *owner)
{
	struct gathering *gathering = owner;
	gathering->incident->mails++;
	return 0;
}

int
results_gather(const struct plans *plans, const struct engine *engine,
    const struct rehearsal_question *question, struct rehearsal *rehearsal)
{
	struct gathering gathering = {plans, question, rehearsal, NULL};
	struct store *store = engine->store;
	int r = store_list_incidents(store, false, ALL, take_incident, &gathering);
	reverse_incidents(rehearsal);
	for (int i = 0; r == 0 && i < rehearsal->incident_count; i++) {
		int64_t id = rehearsal->incidents[i].row.id;
		gathering.incident = &rehearsal->incidents[i];
		r = store_list_actions(store, id, false, ALL, take_action, &gathering);
		if (r == 0)
			r = store_list_notices(store, id, ALL, take_notice, &gathering);
	}
	return r;
}
