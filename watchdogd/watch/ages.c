/* SPDX-License-Identifier: ISC
 *
 * ages.c - rows by domain in an open-addressing table; see ages.h. What is counted how follows
 * auxiliary/qshape/qshape.pl of Postfix 3.7.
 */
#include "watchdogd/watch/ages.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "lib/log.h"
#include "lib/mem.h"
#include "lib/random.h"

#define INDEX_SIZE_MIN 256u

struct ages {
	struct ages_shape shape;
	struct ages_row *rows;
	uint32_t row_count, row_room;
	uint32_t *index; /* numbers of rows + 1; 0: empty */
	uint32_t index_size; /* a power of two */
	uint64_t secret; /* domains are the attacker's */
	const struct ages_row **sorted;
};

struct ages *
ages_new(const struct ages_shape *shape)
{
	struct ages *ages = mem_alloc(sizeof(*ages));
	ages->shape = *shape;
	random_fill(&ages->secret, sizeof(ages->secret));
	ages->index_size = INDEX_SIZE_MIN;
	ages->index = mem_array(ages->index_size, sizeof(*ages->index));
	if (ages_row(ages, "TOTAL") != AGES_TOTAL)
		panic("the total is not the first row");
	return ages;
}

void
ages_free(struct ages *ages)
{
	if (ages == NULL)
		return;
	for (uint32_t i = 0; i < ages->row_count; i++)
		free(ages->rows[i].domain);
	free(ages->rows);
	free(ages->index);
	free(ages->sorted);
	free(ages);
}

/* The domain above, as qshape writes it, or NULL: of "a.b.example" and of ".a.b.example" it is
 * ".b.example"; a domain at the top is not shown. It is a part of `domain`. */
static const char *
parent_of(const char *domain)
{
	const char *label = domain + (domain[0] == '.');
	const char *dot = strchr(label, '.');
	return dot != NULL && dot > label && strchr(dot + 1, '.') != NULL ? dot : NULL;
}

/* ---- rows ---- */

static uint32_t
seek(const struct ages *ages, const char *domain)
{
	uint32_t mask = ages->index_size - 1;
	uint32_t at = (uint32_t)XXH3_64bits_withSeed(domain, strlen(domain), ages->secret) & mask;
	while (ages->index[at] != 0 && strcmp(ages->rows[ages->index[at] - 1].domain, domain) != 0)
		at = (at + 1) & mask;
	return at;
}

static void
grow(struct ages *ages)
{
	if (ages->row_count == ages->row_room) {
		ages->row_room = ages->row_room * 2 + 64;
		ages->rows = mem_resize(ages->rows, ages->row_room, sizeof(*ages->rows));
	}
	if (ages->row_count < ages->index_size / 2)
		return;
	free(ages->index);
	ages->index_size *= 2;
	ages->index = mem_array(ages->index_size, sizeof(*ages->index));
	for (uint32_t i = 0; i < ages->row_count; i++)
		ages->index[seek(ages, ages->rows[i].domain)] = i + 1;
}

uint32_t
ages_row(struct ages *ages, const char *domain)
{
	uint32_t at = seek(ages, domain);
	if (ages->index[at] != 0)
		return ages->index[at] - 1;
	grow(ages);
	uint32_t row = ages->row_count++;
	ages->rows[row] = (struct ages_row){.domain = mem_text(domain)};
	ages->index[seek(ages, domain)] = row + 1;
	return row;
}

/* ---- counting ---- */

static unsigned
bucket_of(const struct ages_shape *shape, int64_t age_s)
{
	uint64_t age = age_s > 0 ? (uint64_t)age_s : 0, limit = shape->bucket_s;
	unsigned bucket = 1;
	while (bucket < shape->buckets && age >= limit) {
		limit += shape->linear ? shape->bucket_s : limit;
		bucket++;
	}
	return bucket;
}

static void
add(struct ages_row *row, unsigned bucket, uint64_t count)
{
	row->counts[0] += count;
	row->counts[bucket] += count;
}

void
ages_count(struct ages *ages, uint32_t row, uint64_t count, int64_t age_s)
{
	unsigned bucket = bucket_of(&ages->shape, age_s);
	add(&ages->rows[row], bucket, count);
	add(&ages->rows[AGES_TOTAL], bucket, count);
}

/* Rows that are made here have parents of their own, which count the domain, too. */
static void
add_parents_of(struct ages *ages, uint32_t leaf)
{
	uint32_t child = leaf;
	bool is_new = true;
	for (;;) {
		const char *parent = parent_of(ages->rows[child].domain);
		if (parent == NULL)
			return;
		uint32_t before = ages->row_count;
		uint32_t row = ages_row(ages, parent);
		for (unsigned i = 0; i <= ages->shape.buckets; i++)
			ages->rows[row].counts[i] += ages->rows[leaf].counts[i];
		ages->rows[row].subdomains += is_new;
		is_new = row == before;
		child = row;
	}
}

void
ages_add_parents(struct ages *ages)
{
	uint32_t leaves = ages->row_count;
	for (uint32_t leaf = AGES_TOTAL + 1; leaf < leaves; leaf++)
		add_parents_of(ages, leaf);
}

/* ---- showing ---- */

/* More first, then shorter names, as qshape does; then by name, so that the order is one. */
static int
compare(const void *a_, const void *b_)
{
	const struct ages_row *a = *(const struct ages_row *const *)a_;
	const struct ages_row *b = *(const struct ages_row *const *)b_;
	if (a->counts[0] != b->counts[0])
		return a->counts[0] > b->counts[0] ? -1 : 1;
	size_t a_length = strlen(a->domain), b_length = strlen(b->domain);
	if (a_length != b_length)
		return a_length < b_length ? -1 : 1;
	return strcmp(a->domain, b->domain);
}

const struct ages_row *const *
ages_sort(struct ages *ages, unsigned subdomains, size_t *ret_count)
{
	size_t count = 0;
	free(ages->sorted);
	ages->sorted = mem_array(ages->row_count, sizeof(const struct ages_row *));
	for (uint32_t i = 0; i < ages->row_count; i++)
		if (ages->rows[i].domain[0] != '.' || ages->rows[i].subdomains >= subdomains)
			ages->sorted[count++] = &ages->rows[i];
	/* the total stays first: no row has more */
	qsort(ages->sorted + 1, count - 1, sizeof(const struct ages_row *), compare);
	*ret_count = count;
	return ages->sorted;
}
