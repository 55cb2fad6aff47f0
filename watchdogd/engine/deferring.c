/* SPDX-License-Identifier: ISC
 *
 * deferring.c - the first ranks of next hops and reasons, held against all deferrals. A deferral
 * without a next hop, such as for a name that cannot be resolved, is in the latter only.
 */
#include "watchdogd/engine/deferring.h"

#define THEIRS_SHARE 50 /* percent of the deferrals at one host: it is that host */

static const struct message_tick_top *
find_first(const struct tops *tops, enum dimension dimension)
{
	for (int i = 0; tops != NULL && i < tops->count; i++) {
		const struct message_tick_top *row = &tops->rows[i];
		if (row->dimension == dimension && row->class == CLASS_NORMAL && row->rank == 1)
			return row;
	}
	return NULL;
}

struct deferring
deferring_look(const struct window_instance *instance)
{
	const struct tops *tops = window_tops(instance);
	struct deferring deferring = {
	    .hop = find_first(tops, DIMENSION_NEXT_HOP),
	    .reason = find_first(tops, DIMENSION_REASON),
	};
	if (deferring.reason != NULL)
		deferring.total = (int64_t)deferring.reason->total;
	if (deferring.hop != NULL && deferring.hop->count > deferring.hop->error)
		deferring.at_hop = (int64_t)(deferring.hop->count - deferring.hop->error);
	if (deferring.at_hop > deferring.total)
		deferring.total = deferring.at_hop;
	if (deferring.total > 0)
		deferring.hop_share = (int)(deferring.at_hop * 100 / deferring.total);
	return deferring;
}

bool
deferring_is_theirs(const struct deferring *deferring)
{
	return deferring->hop_share >= THEIRS_SHARE;
}
