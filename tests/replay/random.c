/* SPDX-License-Identifier: ISC
 *
 * random.c - splitmix64, and distributions by plain methods: exact for small means, rounded normal
 * for large ones.
 */
#include "tests/replay/random.h"

#include <math.h>

uint64_t
random_bits(struct random *random)
{
	uint64_t z = random->state += 0x9e3779b97f4a7c15;
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

double
random_unit(struct random *random)
{
	return (double)(random_bits(random) >> 11) * 0x1p-53;
}

double
random_between(struct random *random, double least, double most)
{
	return least + (most - least) * random_unit(random);
}

/* Irwin-Hall of 12: tails end at 6, which is far enough for a rate. */
double
random_normal(struct random *random)
{
	double sum = -6;
	for (int i = 0; i < 12; i++)
		sum += random_unit(random);
	return sum;
}

static int32_t
round_normal(struct random *random, double mean, double variance)
{
	double value = mean + sqrt(variance) * random_normal(random) + 0.5;
	return value > 0 ? (int32_t)value : 0;
}

int32_t
random_poisson(struct random *random, double mean)
{
	if (mean > 40)
		return round_normal(random, mean, mean);
	double limit = exp(-mean), product = random_unit(random);
	int32_t count = 0;
	for (; product > limit; count++)
		product *= random_unit(random);
	return count;
}

int32_t
random_binomial(struct random *random, int32_t trials, double share)
{
	if (trials > 60 && share * trials > 20 && (1 - share) * trials > 20) {
		int32_t count = round_normal(random, share * trials, share * (1 - share) * trials);
		return count < trials ? count : trials;
	}
	int32_t count = 0;
	for (int32_t i = 0; i < trials; i++)
		count += random_unit(random) < share;
	return count;
}
