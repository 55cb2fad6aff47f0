/* SPDX-License-Identifier: ISC
 *
 * undo.c - what a later delete leaves of an action: an incident deletes from hold only what it held.
 */
#include "proto/undo.h"

#include "proto/catalogue.h"

/* What was so already, or could not be ordered at all, was not changed by us. */
static bool
is_setting_spent(const struct row_action *action)
{
	return action->state == ACTION_DONE && action->done == 0;
}

bool
undo_is_spent(const struct row_action *action, int64_t *ended)
{
	const struct catalogue_remedy *remedy = catalogue_find(action->remedy);
	int64_t later = *ended;
	if (remedy != NULL && remedy->ends_in_nothing)
		*ended += action->done;
	if (remedy != NULL && remedy->on_setting)
		return is_setting_spent(action);
	bool is_finished = action->state == ACTION_DONE || action->state == ACTION_CAPPED ||
	    action->state == ACTION_FAILED;
	return is_finished && remedy != NULL && remedy->undo != NULL && action->done <= later;
}
