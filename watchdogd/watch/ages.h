/* SPDX-License-Identifier: ISC
 *
 * ages.h - qshape(1)'s table: how many recipients (or senders) of each domain wait for how long.
 * Ages are put into buckets and parents counted exactly as qshape does, so that the two tables are
 * the same; domains are folded by profile_name_domain(). Pure.
 */
#ifndef WATCHDOGD_WATCH_AGES_H
#define WATCHDOGD_WATCH_AGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/message.h"

#define AGES_TOTAL 0u /* the row of all */

struct ages_shape {
	unsigned buckets; /* 1 to QSHAPE_BUCKETS_MAX */
	uint64_t bucket_s; /* 1 and up: the first bucket is younger than this */
	bool
	    linear; /* each is as long as the first, not twice the one before; the last has no end */
};

struct ages_row {
	char *domain; /* folded, escaped; a parent begins with a dot */
	uint64_t counts[QSHAPE_BUCKETS_MAX + 1]; /* all, then each bucket */
	uint32_t subdomains; /* directly below it */
};

struct ages;

struct ages *ages_new(const struct ages_shape *shape);
void ages_free(struct ages *ages); /* NULL is fine */

/* The number of a folded domain's row, made when there is none. */
uint32_t ages_row(struct ages *ages, const char *domain);
/* Counts `count` in a row and in the total. */
void ages_count(struct ages *ages, uint32_t row, uint64_t count, int64_t age_s);

/* When all is counted: adds rows for the domains above. */
void ages_add_parents(struct ages *ages);
/* When nothing will be counted any more: the rows that are shown, the most first, AGES_TOTAL before
 * those that are alike; parents with fewer subdomains are left out. Valid until ages_free(). */
const struct ages_row *const *ages_sort(struct ages *ages, unsigned subdomains, size_t *ret_count);

#endif
