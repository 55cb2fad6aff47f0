/* SPDX-License-Identifier: ISC
 *
 * fading.c - a decaying count; see fading.h.
 */
#include "watchdogd/watch/fading.h"

#include <math.h>

double
fading_get(const struct fading *fading, unsigned half_life_s, int64_t now_s)
{
	int64_t passed_s = now_s > fading->at_s ? now_s - fading->at_s : 0;
	return fading->value * exp2(-(double)passed_s / half_life_s);
}

void
fading_add(struct fading *fading, double weight, unsigned half_life_s, int64_t now_s)
{
	fading->value = fading_get(fading, half_life_s, now_s) + weight;
	if (now_s > fading->at_s)
		fading->at_s = now_s;
}
