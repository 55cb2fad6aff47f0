/* SPDX-License-Identifier: ISC
 *
 * surprise.h - how surprising a number is under what was expected, as -log10 of the probability of
 * one as large. Detect; pure arithmetic. Approximations by the root of the deviance: what is left
 * of their error is taken out by the calibration behind them (tail.h). Within a standard deviation of
 * the mean nothing is surprising: 0, without a logarithm, which is most of what is asked.
 */
#ifndef WATCHDOGD_DETECT_SURPRISE_H
#define WATCHDOGD_DETECT_SURPRISE_H

/* -log10 of the upper tail of the normal distribution; 0 for z <= 0. */
double surprise_normal(double z);

/* Of a count under a negative binomial of this mean and variance mean + dispersion * mean^2. 0 when
 * the count is not above the mean. mean > 0, dispersion >= 0. */
double surprise_count(double count, double mean, double dispersion);

/* The same of a count that is too small; 0 when it is not below the mean. */
double surprise_lack(double count, double mean, double dispersion);

/* Of `count` of `trials` under a binomial of probability mean / trials whose variance is `spread`
 * (>= 1) times as large. 0 when the count is not above the mean. 0 < mean < trials. */
double surprise_share(double count, double trials, double mean, double spread);

#endif
