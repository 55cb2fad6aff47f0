/* SPDX-License-Identifier: ISC
 *
 * cause_rank.c - a tree of causes: refusal, then shape, network, subject; see cause_rank.h. At each
 * level a value that is large enough is a branch of its own, all others are one together.
 */
#include "watchdogd/watch/cause_rank.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/guard.h"
#include "lib/mem.h"

#define SHARE 5 /* one part in so many is large enough */

static const enum cause_part_name levels[] = {
    CAUSE_REFUSAL, CAUSE_SHAPE, CAUSE_NETWORK, CAUSE_SUBJECT};

struct leaf {
	const struct cause_count *cause;
	uint32_t values[CAUSE_PARTS]; /* equal where the parts are equal */
	/* of the level that is being sorted */
	const char *part;
	size_t part_length;
	uint32_t value;
	uint64_t weight; /* of all that have this value */
};

struct ranking {
	struct cause_row *rows;
	int count, max;
};

/* By what a branch has been told apart so far. */
struct branch {
	const struct leaf *leaves[CAUSE_PARTS]; /* one that has the part's value */
	unsigned values[CAUSE_PARTS]; /* how many are together */
};

/* ---- values ---- */

static int
compare_parts(const void *a_, const void *b_)
{
	const struct leaf *a = *(struct leaf *const *)a_, *b = *(struct leaf *const *)b_;
	size_t length = a->part_length < b->part_length ? a->part_length : b->part_length;
	int order = memcmp(a->part, b->part, length);
	if (order != 0 || a->part_length == b->part_length)
		return order;
	return a->part_length < b->part_length ? -1 : 1;
}

/* Numbers the values of a part, so that texts are compared once. */
static void
number_values(struct leaf **leaves, unsigned count, enum cause_part_name part)
{
	uint32_t value = 0;
	for (unsigned i = 0; i < count; i++)
		leaves[i]->part =
		    cause_find_part(leaves[i]->cause->text, part, &leaves[i]->part_length);
	qsort(leaves, count, sizeof(struct leaf *), compare_parts);
	for (unsigned i = 0; i < count; i++) {
		value += i > 0 && compare_parts(&leaves[i - 1], &leaves[i]) != 0;
		leaves[i]->values[part] = value;
	}
}

static int
compare_values(const void *a_, const void *b_)
{
	const struct leaf *a = *(struct leaf *const *)a_, *b = *(struct leaf *const *)b_;
	return a->value < b->value ? -1 : a->value > b->value;
}

/* Large values first. */
static int
compare_weights(const void *a_, const void *b_)
{
	const struct leaf *a = *(struct leaf *const *)a_, *b = *(struct leaf *const *)b_;
	if (a->weight != b->weight)
		return a->weight > b->weight ? -1 : 1;
	return compare_values(a_, b_);
}

static uint64_t
sum_of(struct leaf *const *leaves, unsigned count)
{
	uint64_t sum = 0;
	for (unsigned i = 0; i < count; i++)
		sum += leaves[i]->cause->count;
	return sum;
}

/* How many from the first on have the first one's value. */
static unsigned
run_of(struct leaf *const *leaves, unsigned count)
{
	unsigned run = 1;
	while (run < count && leaves[run]->value == leaves[0]->value)
		run++;
	return run;
}

/* Puts equal values of a part side by side, large ones first. Returns how many values there are. */
static unsigned
sort_by_value(struct leaf **leaves, unsigned count, enum cause_part_name part)
{
	unsigned values = 0;
	for (unsigned i = 0; i < count; i++)
		leaves[i]->value = leaves[i]->values[part];
	qsort(leaves, count, sizeof(struct leaf *), compare_values);
	for (unsigned at = 0, run; at < count; at += run, values++) {
		run = run_of(leaves + at, count - at);
		uint64_t weight = sum_of(leaves + at, run);
		for (unsigned i = 0; i < run; i++)
			leaves[at + i]->weight = weight;
	}
	qsort(leaves, count, sizeof(struct leaf *), compare_weights);
	return values;
}

/* ---- rows ---- */

/* Takes a row in where it belongs, if it is among the first `max`. */
static void
add_row(struct ranking *ranking, const struct cause_row *row)
{
	int at = ranking->count;
	while (at > 0 && ranking->rows[at - 1].count < row->count)
		at--;
	if (at == ranking->max)
		return;
	int kept = ranking->count < ranking->max ? ranking->count : ranking->max - 1;
	memmove(&ranking->rows[at + 1], &ranking->rows[at],
	    (size_t)(kept - at) * sizeof(*ranking->rows));
	ranking->rows[at] = *row;
	ranking->count = kept + 1;
}

static void
tell(struct ranking *ranking, const struct branch *branch, struct leaf *const *leaves,
    unsigned count)
{
	struct cause_row row = {.count = sum_of(leaves, count)};
	const char *texts[CAUSE_PARTS];
	uint64_t largest = 0;
	for (unsigned i = 0; i < count; i++)
		if (leaves[i]->cause->count > largest) {
			largest = leaves[i]->cause->count;
			row.example = leaves[i]->cause->example;
		}
	for (unsigned part = 0; part < CAUSE_PARTS; part++)
		texts[part] = branch->leaves[part]->cause->text;
	cause_say(texts, branch->values, row.words);
	add_row(ranking, &row);
}

static void
grow(struct ranking *ranking, struct branch branch, struct leaf **leaves, unsigned count,
    unsigned level)
{
	if (level == ARRAY_LENGTH(levels)) {
		tell(ranking, &branch, leaves, count);
		return;
	}
	enum cause_part_name part = levels[level];
	unsigned values = sort_by_value(leaves, count, part), run;
	uint64_t total = sum_of(leaves, count);
	for (unsigned at = 0; at < count; at += run, values--) {
		bool is_own =
		    part == CAUSE_REFUSAL || values == 1 || leaves[at]->weight * SHARE >= total;
		run = is_own ? run_of(leaves + at, count - at) : count - at;
		branch.leaves[part] = leaves[at];
		branch.values[part] = is_own ? 1 : values;
		grow(ranking, branch, leaves + at, run, level + 1);
	}
}

int
cause_rank(const struct cause_count *causes, unsigned count, struct cause_row *rows, int max)
{
	struct ranking ranking = {.rows = rows, .max = max};
	AUTO_FREE struct leaf *leaves = mem_array(count, sizeof(*leaves));
	AUTO_FREE struct leaf **order = mem_array(count, sizeof(struct leaf *));
	for (unsigned i = 0; i < count; i++) {
		leaves[i].cause = &causes[i];
		order[i] = &leaves[i];
	}
	for (unsigned part = 0; part < CAUSE_PARTS; part++)
		number_values(order, count, (enum cause_part_name)part);
	if (count > 0 && max > 0)
		grow(&ranking, (struct branch){0}, order, count, 0);
	return ranking.count;
}
