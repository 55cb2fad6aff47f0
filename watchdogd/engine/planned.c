/* SPDX-License-Identifier: ISC
 *
 * planned.c - the announced times, and which signals they explain.
 */
#include "watchdogd/engine/planned.h"

#include <errno.h>
#include <string.h>

/* The place of an instance, a new one if it has none; NULL when there is no room. */
static struct row_planned *
get_place(struct planned *planned, const char *instance)
{
	for (int i = 0; i < planned->count; i++)
		if (strcmp(planned->list[i].instance, instance) == 0)
			return &planned->list[i];
	if (planned->count == INSTANCES_MAX)
		return NULL;
	return &planned->list[planned->count++];
}

static int
append(const struct row_planned *row, void *owner)
{
	struct row_planned *place = get_place(owner, row->instance);
	if (place != NULL)
		*place = *row;
	return 0;
}

int
planned_load(struct planned *planned, struct store *store, int64_t now_s)
{
	planned->count = 0;
	return store_list_planned(store, now_s, append, planned);
}

int
planned_set(struct planned *planned, struct store *store, const struct row_planned *row)
{
	int r = store_save_planned(store, row);
	return r == 0 ? append(row, planned) : r;
}

void
planned_look(struct planned *planned, const struct settings *settings, int64_t now_s)
{
	planned->is_window = false;
	for (int i = 0; i < settings->planned_count; i++) {
		const struct settings_window *window = &settings->planned[i];
		struct schedule schedule;
		int64_t begin_s =
		    schedule_parse(window->at, &schedule) ? schedule_last(&schedule, now_s) : 0;
		planned->is_window |= begin_s > 0 && now_s - begin_s < window->for_s;
	}
}

static bool
is_amount(enum signal_name signal)
{
	switch (signal) {
	case SIGNAL_MAILDROP:
	case SIGNAL_INCOMING:
	case SIGNAL_ACTIVE:
	case SIGNAL_ARRIVALS:
		return true;
	case SIGNAL_BOUNCES:
	case SIGNAL_BOUNCES_MADE:
	case SIGNAL_DSN:
	case SIGNAL_DEFERRED:
	case SIGNAL_HOLD:
	case SIGNAL_CORRUPT:
	case SIGNAL_OLDEST_AGE:
	case SIGNAL_STALLED:
	case SIGNAL_FULLNESS:
	case SIGNAL_HOST_DEFERRALS:
	case SIGNAL_FAILING:
	case SIGNAL_TROUBLES:
	case SIGNAL_SILENT:
		break;
	}
	return false;
}

bool
planned_covers(
    const struct planned *planned, const char *instance, enum signal_name signal, int64_t now_s)
{
	if (!is_amount(signal))
		return false;
	if (planned->is_window)
		return true;
	for (int i = 0; i < planned->count; i++) {
		const struct row_planned *row = &planned->list[i];
		/* an end further off than any is one from before the clock was set back */
		if (strcmp(row->instance, instance) == 0 && row->until_s > now_s &&
		    row->until_s - now_s <= PLANNED_MAX_S)
			return true;
	}
	return false;
}
