/* SPDX-License-Identifier: ISC
 *
 * needs.c - one remedy after the other, round after round.
 */
#include "watchdogd/engine/needs.h"

#include <stdio.h>
#include <string.h>

#include "lib/log.h"
#include "proto/catalogue.h"

#define ROUND_S 300

static void
on_looked(const struct message_change_outcome *outcome, const char *problem, void *owner)
{
	struct needs *needs = owner;
	const char *name = catalogue[needs->next].name;
	needs->waits = false;
	if (problem != NULL)
		return; /* asked again */
	needs->next++;
	struct row_remedy row = {.time_s = needs->asked_s};
	snprintf(row.name, sizeof(row.name), "%s", name);
	if (outcome->outcome == CHANGE_REFUSED)
		memcpy(row.lacks, outcome->text, sizeof(row.lacks));
	int r = store_begin(needs->store);
	if (r == 0)
		r = store_save_remedy(needs->store, &row);
	if (r == 0)
		r = store_commit(needs->store, false);
	if (r == 0)
		return;
	log_error("%s: what it needs is not noted, %s", name, store_problem(needs->store));
	store_rollback(needs->store);
}

/* The next remedy on a setting; false: the round is over. */
static bool
find_next(struct needs *needs, int64_t now_s)
{
	while (needs->next < catalogue_count && !catalogue[needs->next].on_setting)
		needs->next++;
	if (needs->next < catalogue_count)
		return true;
	needs->next = 0;
	needs->again_s = now_s + ROUND_S;
	return false;
}

void
needs_step(struct needs *needs, struct changes *changes, struct store *store,
    const struct role *role, int64_t now_s)
{
	/* a time further off than a round is one from before the clock was set back */
	bool is_early = needs->again_s > now_s && needs->again_s <= now_s + ROUND_S;
	if (needs->waits || is_early || role->instance_count == 0 || !find_next(needs, now_s))
		return;
	struct changes_question question = {
	    .step = CHANGE_LOOK,
	    .done = on_looked,
	    .owner = needs,
	};
	snprintf(question.remedy, sizeof(question.remedy), "%s", catalogue[needs->next].name);
	memcpy(question.instance, role->instances[0].name, sizeof(question.instance));
	needs->store = store;
	needs->asked_s = now_s;
	needs->waits = changes_ask(changes, &question) == 0;
}
