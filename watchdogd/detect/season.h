/* SPDX-License-Identifier: ISC
 *
 * season.h - what is normal at this hour of the week: a mean for each of 168 local hours, in
 * between a straight line. Detect; pure.
 *
 * The hours are the wall clock's, given from outside: a change to daylight saving time moves the
 * mail with the people. An hour that was never seen is taken from the same hour of other days, or
 * from all that was seen.
 */
#ifndef WATCHDOGD_DETECT_SEASON_H
#define WATCHDOGD_DETECT_SEASON_H

#include <stdbool.h>
#include <stdint.h>

#define SEASON_HOURS 168
#define SEASON_WEEK_S (SEASON_HOURS * 3600)

struct season {
	float mean[SEASON_HOURS]; /* value per unit of exposure */
	uint8_t seen[SEASON_HOURS]; /* weeks behind it, at most 255 */
	float all; /* of whatever was seen, the newest weighing more */
	float prior; /* events that an hour's mean has to win over */
	float sum, weight; /* value and exposure of the hour that runs */
	int64_t hour; /* that hour, 0 to 167; -1: none yet */
	int64_t hours; /* that were learned */
	int64_t asked; /* for which half hour `left` and `right` are; not saved */
	float left, right;
};

/* Of counts, an hour's mean is drawn to the mean of all as if so many events of it had been seen; 0
 * for other numbers. */
void season_init(struct season *season, double prior_events);
/* The mean at this second of the local week; 0 before anything was learned. */
double season_expect(struct season *season, int32_t week_s);
/* Learns a value over an exposure (seconds, attempts, 1). */
void season_learn(struct season *season, int32_t week_s, double value, double exposure);
/* Whether anything can be expected yet. */
bool season_knows(const struct season *season);

#endif
