/* SPDX-License-Identifier: ISC
 *
 * fading.h - a count that halves in each half-life: what came long ago counts no more.
 * Pure; `now` is given. A clock that was set back stands still meanwhile.
 */
#ifndef WATCHDOGD_WATCH_FADING_H
#define WATCHDOGD_WATCH_FADING_H

#include <stdint.h>

struct fading { /* zero: nothing was counted */
	double value; /* as it was at at_s */
	int64_t at_s;
};

void fading_add(struct fading *fading, double weight, unsigned half_life_s, int64_t now_s);
double fading_get(const struct fading *fading, unsigned half_life_s, int64_t now_s);

#endif
