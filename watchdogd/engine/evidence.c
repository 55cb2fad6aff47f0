/* SPDX-License-Identifier: ISC
 *
 * evidence.c - which rows of which moment go into the store.
 */
#include "watchdogd/engine/evidence.h"

static int
keep_opening(struct store *store, struct incident *incident, const struct tops *tops)
{
	int r = store_save_incident_tops(store, incident->row.id, MOMENT_OPENING, tops);
	if (r == 0)
		incident->evidence.opening_s = tops->time_s;
	return r;
}

static int
keep_peak(struct store *store, struct incident *incident, const struct tops *tops)
{
	int r = store_save_incident_tops(store, incident->row.id, MOMENT_PEAK, tops);
	if (r == 0)
		incident->evidence.peak = incident->row.peak;
	return r;
}

int
evidence_keep(
    struct store *store, struct incident *incident, const struct window_instance *instance)
{
	const struct row_incident *row = &incident->row;
	const struct tops *tops = window_tops(instance);
	if (tops == NULL || row->opened_s == 0 || row->state == INCIDENT_CLOSED)
		return 0;
	int r = 0;
	/* of before the opening, and then the first of after it */
	if (incident->evidence.opening_s < row->opened_s &&
	    tops->time_s > incident->evidence.opening_s)
		r = keep_opening(store, incident, tops);
	if (r == 0 && tops->time_s == instance->last_s && row->peak > incident->evidence.peak)
		r = keep_peak(store, incident, tops);
	return r;
}

static int
append(const struct message_tick_top *row, void *owner)
{
	return tops_add(owner, row, TOPS_MAX);
}

int
evidence_load_peak(struct store *store, int64_t incident, struct tops *ret_tops)
{
	struct tops tops = {0};
	int r = store_list_incident_tops(store, incident, MOMENT_PEAK, append, &tops);
	if (r == 0 && tops.count == 0)
		r = store_list_incident_tops(store, incident, MOMENT_OPENING, append, &tops);
	if (r == 0)
		*ret_tops = tops;
	else
		tops_done(&tops);
	return r;
}
