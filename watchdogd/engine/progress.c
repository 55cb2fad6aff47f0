/* SPDX-License-Identifier: ISC
 *
 * progress.c - what was told, and what is.
 */
#include "watchdogd/engine/progress.h"

static void
note(struct row_incident *incident, int64_t ended, int64_t now_s)
{
	incident->told_s = now_s;
	incident->told_peak = incident->peak;
	incident->told_ended = ended;
}

int
progress_begin(struct store *store, struct row_incident *incident, int64_t now_s)
{
	int64_t ended = 0;
	int r = incident->id > 0 ? store_count_ended(store, incident->id, &ended) : 0;
	if (r == 0)
		note(incident, ended, now_s);
	return r;
}

/* A clock that was set back ends the pause. */
static bool
is_quiet(const struct row_incident *incident, int64_t now_s)
{
	return incident->snoozed_until_s > now_s ||
	    (now_s >= incident->told_s && now_s - incident->told_s < PROGRESS_GAP_S);
}

int
progress_step(
    struct store *store, struct row_incident *incident, int64_t now_s, int64_t *ret_peak_before)
{
	int64_t ended;
	if (is_quiet(incident, now_s))
		return 0;
	int r = store_count_ended(store, incident->id, &ended);
	if (r < 0)
		return r;
	bool doubled = incident->told_peak > 0 && incident->peak / 2 >= incident->told_peak;
	if (!doubled && ended <= incident->told_ended)
		return 0;
	*ret_peak_before = doubled ? incident->told_peak : 0;
	note(incident, ended, now_s);
	incident->updates++;
	return 1;
}
