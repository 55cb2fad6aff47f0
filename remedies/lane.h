/* SPDX-License-Identifier: ISC
 *
 * lane.h - the parts of the bounce lane: its transport in master.cf, its table beside main.cf, and
 * the list of tables in main.cf that names it. Remedy role.
 *
 * Invariant: the lane never changes where a message goes, only which processes carry it: its
 * transport is a copy of the default one, with the same next hop, fewer processes and less patience.
 */
#ifndef WATCHDOGD_REMEDIES_LANE_H
#define WATCHDOGD_REMEDIES_LANE_H

#include "remedies/postfix.h"

#define LANE_TRANSPORT \
	"watchdogd_bounces" /* in master.cf; a file of this name is the table's text */
#define LANE_LIST "sender_dependent_default_transport_maps"

struct lane {
	struct setting_value list; /* of tables, as main.cf has it */
	char text[PATH_TEXT_SIZE + 32]; /* path of the table's text */
	char table[PATH_TEXT_SIZE + 48]; /* "hash:" and the path */
	char key[SETTING_VALUE_SIZE]; /* what Postfix looks the null sender up by */
	char base[64], next_hop[SETTING_VALUE_SIZE]; /* default_transport's two parts */
	char *base_line; /* the base's service; NULL: none */
	char *line; /* the lane's service; NULL: none */
	bool is_listed; /* the list names the table */
	bool is_on; /* the table sends the null sender to the lane */
};

#define AUTO_LANE __attribute__((cleanup(lane_done)))

/* Looks at all parts. -EPERM: this Postfix is set up in a way that the lane does not fit; what was
 * found until then is there. lane_done() in any case. */
int lane_look(const struct setting_order *order, struct lane *ret_lane,
    char problem[REASON_TEXT_SIZE]) MUST_CHECK;
void lane_done(struct lane *lane);

/* Where in the list of main.cf our table is named; NULL: nowhere. */
const char *lane_find_table(const struct lane *lane);

/* Makes the table anew: the null sender goes to the lane, or nothing does. */
int lane_write_table(const struct setting_order *order, const struct lane *lane, bool on,
    char problem[REASON_TEXT_SIZE]) MUST_CHECK;

#endif
