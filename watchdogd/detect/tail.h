/* SPDX-License-Identifier: ISC
 *
 * tail.h - how seldom a score as high as this is reached: peaks over a threshold. Detect; pure.
 *
 * Samples in a row that are over the threshold are one cluster, of which only the peak counts. The
 * threshold moves until clusters come once in a given period; how far their peaks are above it says how
 * seldom a higher one is (a generalised Pareto distribution, whose shape is believed only once there
 * are many). What an open incident spoils is not learned.
 */
#ifndef WATCHDOGD_DETECT_TAIL_H
#define WATCHDOGD_DETECT_TAIL_H

#include <stdbool.h>
#include <stdint.h>

struct tail {
	float period_s; /* between clusters, that is aimed at */
	float period_log; /* its log10 */
	float least; /* that the threshold may fall to */
	float threshold;
	float excess, excess_square; /* means over clusters */
	float peak; /* of the cluster that runs */
	float calm_s; /* since it was over the threshold last */
	float over_s; /* since the cluster began; one that does not end is closed and begun anew */
	uint16_t clusters; /* that were learned */
	uint8_t is_over; /* a cluster runs */
	uint8_t is_spoiled; /* ... and an incident was open meanwhile */
};

/* The threshold and mean excess to begin with, in the score's unit. */
void tail_init(struct tail *tail, double period_s, double threshold, double excess);
/* log10 of the seconds between two clusters that reach this score. 0 for score 0. */
double tail_period(const struct tail *tail, double score);
/* Learns the score of the last `elapsed_s` seconds; a cluster ends after `gap_s` below the
 * threshold. `frozen`: judged only. */
void tail_learn(struct tail *tail, double score, double elapsed_s, double gap_s, bool frozen);
/* Whether these are numbers that a tail can have. */
bool tail_is_sound(const struct tail *tail);
/* What runs is no incident, or lasts too long for one: it is learned after all. */
void tail_accept(struct tail *tail);

#endif
