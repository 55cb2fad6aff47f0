/* SPDX-License-Identifier: ISC
 *
 * tail.c - peaks over a threshold, declustered, in constant memory.
 */
#include "watchdogd/detect/tail.h"

#include <math.h>

#define LOG10_E 0.4342944819
#define PRIOR_CLUSTERS 10.0f /* that the excess to begin with is worth */
#define GAIN_CLUSTERS 6.0f /* after so many the threshold moves half as much */
#define GAIN_LEAST 0.1f
#define SETTLED_CLUSTERS 54 /* when it moves no more than that */
#define MEMORY_CLUSTERS 200.0f
#define SHAPE_CLUSTERS 60 /* before the shape is believed at all */
#define SHAPE_MOST 0.3
#define CLUSTER_MOST 3 /* of a period's parts that one cluster may last */
#define EXCESS_LEAST 0.05f
#define EXCESS_MOST 8.0f /* mean excesses that one cluster may count for */

void
tail_init(struct tail *tail, double period_s, double threshold, double excess)
{
	*tail = (struct tail){
	    .period_s = (float)period_s,
	    .period_log = (float)log10(period_s),
	    .least = (float)(threshold / 2),
	    .threshold = (float)threshold,
	    .excess = (float)excess,
	    .excess_square = (float)(2 * excess * excess), /* of an exponential */
	};
}

/* By moments; 0 is the exponential tail. A tail that ends is not believed. */
static double
find_shape(const struct tail *tail)
{
	if (tail->clusters < SHAPE_CLUSTERS)
		return 0;
	double mean = (double)tail->excess;
	double variance = (double)tail->excess_square - mean * mean;
	if (variance <= mean * mean)
		return 0;
	double shape = (1 - mean * mean / variance) / 2;
	return shape < SHAPE_MOST ? shape : SHAPE_MOST;
}

double
tail_period(const struct tail *tail, double score)
{
	double threshold = (double)tail->threshold, base = (double)tail->period_log;
	if (score <= threshold)
		return threshold > 0 && score > 0 ? base * score / threshold : 0;
	double shape = find_shape(tail);
	double scale = (double)tail->excess * (1 - shape);
	double over = (score - threshold) / scale;
	return base + (shape > 0 ? log10(1 + shape * over) / shape : LOG10_E * over);
}

/* How much the threshold moves with a cluster: much at first. */
static float
find_gain(const struct tail *tail)
{
	if (tail->clusters >= SETTLED_CLUSTERS)
		return GAIN_LEAST * tail->excess;
	return GAIN_CLUSTERS / ((float)tail->clusters + GAIN_CLUSTERS) * tail->excess;
}

static void
close_cluster(struct tail *tail)
{
	tail->is_over = 0;
	if (tail->is_spoiled)
		return;
	float known = PRIOR_CLUSTERS + (float)tail->clusters;
	float gain = 1 / (known < MEMORY_CLUSTERS ? known : MEMORY_CLUSTERS);
	float over = tail->peak - tail->threshold;
	if (over < 0) /* the threshold has moved meanwhile */
		over = 0;
	if (over > EXCESS_MOST * tail->excess)
		over = EXCESS_MOST * tail->excess;
	tail->threshold += find_gain(tail);
	tail->excess += gain * (over - tail->excess);
	tail->excess_square += gain * (over * over - tail->excess_square);
	if (tail->excess < EXCESS_LEAST)
		tail->excess = EXCESS_LEAST;
	if (tail->clusters < UINT16_MAX)
		tail->clusters++;
}

void
tail_learn(struct tail *tail, double score, double elapsed_s, double gap_s, bool frozen)
{
	if (!frozen) {
		tail->threshold -= find_gain(tail) * (float)elapsed_s / tail->period_s;
		if (tail->threshold < tail->least)
			tail->threshold = tail->least;
	}
	if (score > (double)tail->threshold) {
		if (!tail->is_over) {
			tail->peak = 0;
			tail->over_s = 0;
			tail->is_spoiled = 0;
		}
		tail->is_over = 1;
		tail->calm_s = 0;
		if ((float)score > tail->peak)
			tail->peak = (float)score;
	} else if (tail->is_over) {
		tail->calm_s += (float)elapsed_s;
	}
	if (tail->is_over && frozen)
		tail->is_spoiled = 1;
	if (!tail->is_over)
		return;
	tail->over_s += (float)elapsed_s;
	if ((double)tail->calm_s >= gap_s || tail->over_s > tail->period_s / CLUSTER_MOST)
		close_cluster(tail);
}

bool
tail_is_sound(const struct tail *tail)
{
	return tail->period_s >= 1 && tail->excess > 0 && tail->threshold >= 0;
}

void
tail_accept(struct tail *tail)
{
	tail->is_spoiled = 0;
	if (tail->is_over)
		close_cluster(tail);
}
