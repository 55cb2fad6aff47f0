/* SPDX-License-Identifier: ISC
 *
 * surprise.c - tails of the normal, negative binomial and binomial distributions. Logarithms only,
 * no gamma functions: it is asked several times for each sample of each series.
 */
#include "watchdogd/detect/surprise.h"

#include <math.h>

#define LOG10_E 0.4342944819
#define POISSON 1e-6 /* dispersion below which a count is a Poisson one */

double
surprise_normal(double z)
{
	if (z <= 0)
		return 0;
	/* Q(z) = exp(-z^2 / 2) / (z + sqrt(z^2 + 8 / pi)) * sqrt(2 / pi), within 1 % for z over 1 */
	double q = 1.2533141 * (z + sqrt(z * z + 2.5464791));
	return LOG10_E * z * z / 2 + log10(q);
}

static double
count_deviance(double count, double mean, double dispersion)
{
	double grown = count > 0 ? count * log(count / mean) : 0;
	if (dispersion < POISSON)
		return 2 * (grown - (count - mean));
	double size = 1 / dispersion;
	return 2 * (grown - (count + size) * log((count + size) / (mean + size)));
}

double
surprise_count(double count, double mean, double dispersion)
{
	/* half a message less: the tail of a whole number begins below it */
	double least = count - 0.5;
	double off = least - mean;
	if (off <= 0 || off * off < mean + dispersion * mean * mean)
		return 0;
	double deviance = count_deviance(least, mean, dispersion);
	return deviance > 0 ? surprise_normal(sqrt(deviance)) : 0;
}

double
surprise_lack(double count, double mean, double dispersion)
{
	double most = count + 0.5;
	if (most >= mean)
		return 0;
	double deviance = count_deviance(most, mean, dispersion);
	return deviance > 0 ? surprise_normal(sqrt(deviance)) : 0;
}

double
surprise_share(double count, double trials, double mean, double spread)
{
	double least = count - 0.5, off = least - mean;
	if (off <= 0 || off * off < spread * mean * (1 - mean / trials))
		return 0;
	double others = trials - least;
	double deviance = 2 *
	    (least * log(least / mean) + (others > 0 ? others * log(others / (trials - mean)) : 0));
	return deviance > 0 ? surprise_normal(sqrt(deviance / spread)) : 0;
}
