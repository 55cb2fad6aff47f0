/* SPDX-License-Identifier: ISC
 *
 * fuse.c - one score of several.
 */
#include "watchdogd/detect/fuse.h"

#include <stddef.h>

#define USUAL 4.0 /* log10 of 3 hours: below it a score says nothing */
#define CLUSTER_PERIOD_S 43200
#define CLUSTER_GAP_S 300
#define FROZEN_MOST_S (4 * 3600)

void
fuse_init(struct fuse *fuse)
{
	*fuse = (struct fuse){0};
	tail_init(&fuse->tail, CLUSTER_PERIOD_S, 1.5, 0.6);
}

static void
hold(struct fuse *fuse, int member, double score, double elapsed_s)
{
	fuse->left_s[member] -= (float)elapsed_s;
	if ((float)score >= fuse->held[member] || fuse->left_s[member] <= 0) {
		fuse->held[member] = (float)score;
		fuse->left_s[member] = FUSE_HELD_S;
	}
}

double
fuse_step(struct fuse *fuse, const double *scores, int count, double elapsed_s, bool frozen,
    int *ret_first)
{
	double sum = 0, most = 0;
	int first = 0;
	for (int i = 0; i < count && i < FUSE_MEMBERS_MAX; i++) {
		hold(fuse, i, scores[i], elapsed_s);
		double over = (double)fuse->held[i] - USUAL;
		if (over <= 0)
			continue;
		sum += over;
		if (over > most) {
			most = over;
			first = i;
		}
	}
	fuse->frozen_s = frozen ? fuse->frozen_s + elapsed_s : 0;
	bool is_usual = fuse->frozen_s >= FROZEN_MOST_S;
	if (is_usual) {
		tail_accept(&fuse->tail);
		fuse->frozen_s = 0;
	}
	double score = tail_period(&fuse->tail, sum);
	tail_learn(&fuse->tail, sum, elapsed_s, CLUSTER_GAP_S, frozen && !is_usual);
	if (ret_first != NULL)
		*ret_first = first;
	return score;
}
