/* SPDX-License-Identifier: ISC
 *
 * random.h - numbers that look random and are the same for the same seed everywhere.
 */
#ifndef WATCHDOGD_TESTS_REPLAY_RANDOM_H
#define WATCHDOGD_TESTS_REPLAY_RANDOM_H

#include <stdint.h>

struct random {
	uint64_t state;
};

uint64_t random_bits(struct random *random);
double random_unit(struct random *random); /* from 0 to below 1 */
double random_between(struct random *random, double least, double most);
double random_normal(struct random *random);
int32_t random_poisson(struct random *random, double mean);
int32_t random_binomial(struct random *random, int32_t trials, double share);

#endif
