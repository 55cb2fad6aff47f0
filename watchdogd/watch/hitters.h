/* SPDX-License-Identifier: ISC
 *
 * hitters.h - who is counted most of late, of any number of names, in fixed memory: Space-Saving
 * (Metwally, Agrawal, El Abbadi 2005) with counts that decay. Pure; `now` is given.
 *
 * Whatever has more than 1/HITTERS_COUNTERS of all (decayed) counts is there. A count is never too low,
 * and at most `error` too high. Names come from outside, so their hashes are keyed.
 */
#ifndef WATCHDOGD_WATCH_HITTERS_H
#define WATCHDOGD_WATCH_HITTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HITTERS_COUNTERS 256
#define HITTERS_KEY_SIZE 128 /* of a key or an example, NUL included; what is longer is cut */
#define HITTERS_EXAMPLES 3

struct hitters;

struct hitters_row {
	const char *key; /* borrowed: valid until the next hitters_add() */
	const char *examples[HITTERS_EXAMPLES];
	int example_count;
	double count, error;
};

/* half_life_s: after so long without another, a count is half. `examples`: keep some of what each
 * key stands for. */
struct hitters *hitters_new(unsigned half_life_s, bool examples);
void hitters_free(struct hitters *hitters);

/* Counts a key; example may be NULL. A clock that was set back stands still meanwhile. */
void hitters_add(struct hitters *hitters, const char *key, const char *example, int64_t now_s);

/* The first `max` (at most HITTERS_COUNTERS), the highest count first. Returns how many. */
int hitters_rank(const struct hitters *hitters, int64_t now_s, struct hitters_row *rows, int max);
/* The highest count. */
double hitters_most(const struct hitters *hitters, int64_t now_s);
/* All that was counted, decayed likewise. */
double hitters_total(const struct hitters *hitters, int64_t now_s);

#endif
