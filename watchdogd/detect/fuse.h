/* SPDX-License-Identifier: ISC
 *
 * fuse.h - several series that one kind of trouble moves, as one: what each says beyond the usual is
 * held for a minute and summed, and how seldom the sum is as high is learned like any other.
 * Detect; pure.
 */
#ifndef WATCHDOGD_DETECT_FUSE_H
#define WATCHDOGD_DETECT_FUSE_H

#include <stddef.h>
#include <stdint.h>

#include "lib/guard.h"
#include "watchdogd/detect/tail.h"

#define FUSE_MEMBERS_MAX 8
#define FUSE_HELD_S 60

struct fuse {
	float held[FUSE_MEMBERS_MAX];
	float left_s[FUSE_MEMBERS_MAX]; /* for which it is still held */
	double frozen_s; /* for how long it is frozen now */
	struct tail tail;
};

void fuse_init(struct fuse *fuse);
/* The members' scores (series.h) of the last elapsed_s seconds. Returns the score of all together;
 * ret_first, which may be NULL: the member that says most. */
double fuse_step(struct fuse *fuse, const double *scores, int count, double elapsed_s, bool frozen,
    int *ret_first);

/* As series_encode() and series_decode(). */
#define FUSE_BYTES_MAX 256
size_t fuse_encode(const struct fuse *fuse, uint8_t bytes[FUSE_BYTES_MAX]);
int fuse_decode(const uint8_t *bytes, size_t length, struct fuse *ret_fuse) MUST_CHECK;

#endif
