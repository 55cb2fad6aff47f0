/* SPDX-License-Identifier: ISC
 *
 * hitters.c - Space-Saving with forward decay: what is added later weighs more, by 2 each half-life,
 * so that nothing has to be touched as time goes by; see hitters.h. Two short arrays are searched
 * from end to end, which for 256 counters beats any index.
 */
#include "watchdogd/watch/hitters.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "lib/mem.h"
#include "lib/random.h"

#define EXPONENT_MAX 64 /* half-lives since the landmark: then all weights are scaled down */

struct hitters {
	uint64_t seed;
	double half_life_s;
	int64_t landmark_s, newest_s;
	double total;
	int used;
	uint64_t hashes[HITTERS_COUNTERS];
	double counts[HITTERS_COUNTERS], errors[HITTERS_COUNTERS]; /* as of the landmark */
	char keys[HITTERS_COUNTERS][HITTERS_KEY_SIZE];
	uint8_t example_counts[HITTERS_COUNTERS];
	char (*examples)[HITTERS_EXAMPLES][HITTERS_KEY_SIZE]; /* or NULL */
};

struct hitters *
hitters_new(unsigned half_life_s, bool examples)
{
	struct hitters *hitters = mem_alloc(sizeof(*hitters));
	hitters->half_life_s = half_life_s;
	random_fill(&hitters->seed, sizeof(hitters->seed));
	if (examples)
		hitters->examples = mem_array(HITTERS_COUNTERS, sizeof(*hitters->examples));
	return hitters;
}

void
hitters_free(struct hitters *hitters)
{
	if (hitters == NULL)
		return;
	free(hitters->examples);
	free(hitters);
}

/* What one that is counted at this time weighs. */
static double
weigh(const struct hitters *hitters, int64_t now_s)
{
	return exp2((double)(now_s - hitters->landmark_s) / hitters->half_life_s);
}

static void
move_landmark(struct hitters *hitters, int64_t now_s)
{
	double scale = 1 / weigh(hitters, now_s);
	hitters->landmark_s = now_s;
	hitters->total *= scale;
	for (int i = 0; i < hitters->used; i++) {
		hitters->counts[i] *= scale;
		hitters->errors[i] *= scale;
	}
}

static int
find(const struct hitters *hitters, uint64_t hash, const char *key)
{
	for (int i = 0; i < hitters->used; i++)
		if (hitters->hashes[i] == hash &&
		    strncmp(hitters->keys[i], key, HITTERS_KEY_SIZE - 1) == 0)
			return i;
	return -1;
}

static int
find_least(const struct hitters *hitters)
{
	int least = 0;
	for (int i = 1; i < HITTERS_COUNTERS; i++)
		if (hitters->counts[i] < hitters->counts[least])
			least = i;
	return least;
}

static void
copy_text(char to[HITTERS_KEY_SIZE], const char *text)
{
	size_t length = strnlen(text, HITTERS_KEY_SIZE - 1);
	memcpy(to, text, length);
	to[length] = '\0';
}

/* The counter of a key that has none: a free one, or that of the least, whose count it takes over
 * as its error. */
static int
take_counter(struct hitters *hitters, uint64_t hash, const char *key)
{
	int i = hitters->used < HITTERS_COUNTERS ? hitters->used++ : find_least(hitters);
	hitters->errors[i] = hitters->counts[i];
	hitters->hashes[i] = hash;
	hitters->example_counts[i] = 0;
	copy_text(hitters->keys[i], key);
	return i;
}

static void
add_example(struct hitters *hitters, int counter, const char *example)
{
	uint8_t *count = &hitters->example_counts[counter];
	if (hitters->examples == NULL || example == NULL || *count == HITTERS_EXAMPLES)
		return;
	for (int i = 0; i < *count; i++)
		if (strncmp(hitters->examples[counter][i], example, HITTERS_KEY_SIZE - 1) == 0)
			return;
	copy_text(hitters->examples[counter][(*count)++], example);
}

void
hitters_add(struct hitters *hitters, const char *key, const char *example, int64_t now_s)
{
	size_t length = strnlen(key, HITTERS_KEY_SIZE - 1);
	uint64_t hash = XXH3_64bits_withSeed(key, length, hitters->seed);
	if (now_s > hitters->newest_s)
		hitters->newest_s = now_s;
	if (hitters->newest_s - hitters->landmark_s > EXPONENT_MAX * hitters->half_life_s)
		move_landmark(hitters, hitters->newest_s);
	int i = find(hitters, hash, key);
	if (i < 0)
		i = take_counter(hitters, hash, key);
	double weight = weigh(hitters, hitters->newest_s);
	hitters->counts[i] += weight;
	hitters->total += weight;
	add_example(hitters, i, example);
}

/* ---- ranks ---- */

struct place {
	double count;
	int counter;
};

/* Highest first; of equals the older counter. */
static int
compare_places(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	if (x->count != y->count)
		return x->count < y->count ? 1 : -1;
	return x->counter - y->counter;
}

static double
decay(const struct hitters *hitters, int64_t now_s)
{
	return 1 / weigh(hitters, now_s > hitters->newest_s ? now_s : hitters->newest_s);
}

int
hitters_rank(const struct hitters *hitters, int64_t now_s, struct hitters_row *rows, int max)
{
	struct place places[HITTERS_COUNTERS];
	double scale = decay(hitters, now_s);
	for (int i = 0; i < hitters->used; i++)
		places[i] = (struct place){hitters->counts[i], i};
	qsort(places, (size_t)hitters->used, sizeof(places[0]), compare_places);
	int count = hitters->used < max ? hitters->used : max;
	for (int n = 0; n < count; n++) {
		int i = places[n].counter;
		rows[n] = (struct hitters_row){.key = hitters->keys[i],
		    .count = hitters->counts[i] * scale,
		    .error = hitters->errors[i] * scale,
		    .example_count = hitters->example_counts[i]};
		for (int k = 0; k < rows[n].example_count; k++)
			rows[n].examples[k] = hitters->examples[i][k];
	}
	return count;
}

double
hitters_most(const struct hitters *hitters, int64_t now_s)
{
	double most = 0;
	for (int i = 0; i < hitters->used; i++)
		if (hitters->counts[i] > most)
			most = hitters->counts[i];
	return most * decay(hitters, now_s);
}

double
hitters_total(const struct hitters *hitters, int64_t now_s)
{
	return hitters->total * decay(hitters, now_s);
}
