/* SPDX-License-Identifier: ISC
 *
 * ages_test.c - qshape's table: domains, buckets and parents as qshape(1) has them (the expected
 * values are what qshape.pl of Postfix 3.7 prints for the same addresses and ages).
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "watchdogd/watch/ages.h"
#include "watchdogd/watch/profile.h"

static const struct {
	const char *address, *domain;
} folds[] = {
    {"", "MAILER-DAEMON"},
    {"ava@Example.COM", "example.com"},
    {"Example.COM", "example.com"},
    {"a@b@c.example", "c.example"},
    {"ava@.example.com", "example.com"},
    {"ava@example.com.", "example.com"},
    {"ava@..example.com", "example.com"},
    {"ava@a..b", "a.b"},
    {"ava@a...b", "a..b"},
    {"ava@a....b", "a..b"},
    {"ava@", ""},
    {"ava@.", "."},
    {"ava@..", "."},
    {"ava@...", "."},
    {"ava@[192.0.2.1]", "[192.0.2.1]"},
    {"ava@\xc3\x89.example", "\xc3\x89.example"},
};

static void
domain_is_folded_as_qshape_does(void **state UNUSED)
{
	for (size_t i = 0; i < ARRAY_LENGTH(folds); i++) {
		struct letter_address address = {.length = strlen(folds[i].address)};
		char folded[PROFILE_DOMAIN_SIZE];
		memcpy(address.text, folds[i].address, address.length);
		profile_name_domain(&address, folded);
		assert_string_equal(folded, folds[i].domain);
	}
}

static const struct {
	struct ages_shape shape;
	int64_t age_s;
	unsigned bucket;
} buckets[] = {
    {{10, 300, false}, -5, 1},
    {{10, 300, false}, 0, 1},
    {{10, 300, false}, 299, 1},
    {{10, 300, false}, 300, 2},
    {{10, 300, false}, 599, 2},
    {{10, 300, false}, 600, 3},
    {{10, 300, false}, 1199, 3},
    {{10, 300, false}, 1200, 4},
    {{10, 300, false}, 76799, 9},
    {{10, 300, false}, 76800, 10},
    {{10, 300, false}, 900000000, 10},
    {{5, 60, true}, 59, 1},
    {{5, 60, true}, 60, 2},
    {{5, 60, true}, 239, 4},
    {{5, 60, true}, 240, 5},
    {{5, 60, true}, 10000, 5},
    {{1, 300, false}, 10000, 1},
    {{QSHAPE_BUCKETS_MAX, 6000000, false}, INT64_MAX, QSHAPE_BUCKETS_MAX},
};

static void
age_falls_into_its_bucket(void **state UNUSED)
{
	for (size_t i = 0; i < ARRAY_LENGTH(buckets); i++) {
		struct ages *ages = ages_new(&buckets[i].shape);
		size_t count;
		ages_count(ages, ages_row(ages, "a.example"), 3, buckets[i].age_s);
		const struct ages_row *const *rows = ages_sort(ages, 5, &count);
		assert_int_equal(count, 2);
		assert_string_equal(rows[0]->domain, "TOTAL");
		for (unsigned bucket = 1; bucket <= buckets[i].shape.buckets; bucket++)
			if (rows[1]->counts[bucket] != (bucket == buckets[i].bucket ? 3 : 0))
				fail_msg("case %zu: not in bucket %u", i, buckets[i].bucket);
		assert_int_equal(rows[0]->counts[0], 3);
		assert_int_equal(rows[1]->counts[0], 3);
		ages_free(ages);
	}
}

static void
add(struct ages *ages, const char *domain, uint64_t count, int64_t age_s)
{
	ages_count(ages, ages_row(ages, domain), count, age_s);
}

static void
most_comes_first_then_the_shorter_name(void **state UNUSED)
{
	static const char *const order[] = {"TOTAL", "c.example", "bb.example", "a.longer.example"};
	struct ages *ages = ages_new(&(struct ages_shape){10, 300, false});
	size_t count;
	add(ages, "a.longer.example", 2, 0);
	add(ages, "bb.example", 2, 0);
	add(ages, "c.example", 3, 0);
	const struct ages_row *const *rows = ages_sort(ages, 5, &count);
	assert_int_equal(count, ARRAY_LENGTH(order));
	for (size_t i = 0; i < count; i++)
		assert_string_equal(rows[i]->domain, order[i]);
	ages_free(ages);
}

/* A parent counts what is below it, at any depth; its subdomains are those directly below. */
static void
parents_count_what_is_below(void **state UNUSED)
{
	static const struct {
		const char *domain;
		uint64_t all, young;
		uint32_t subdomains;
	} expected[] = {
	    {"TOTAL", 18, 14, 0},
	    {".example.com", 17, 13, 3}, /* a, b and .c */
	    {"a.example.com", 10, 10, 0},
	    {".c.example.com", 5, 1, 2},
	    {"y.c.example.com", 4, 0, 0},
	    {"b.example.com", 2, 2, 0},
	    {"example.com", 1, 1, 0}, /* not below .example.com */
	    {"x.c.example.com", 1, 1, 0},
	};
	struct ages *ages = ages_new(&(struct ages_shape){2, 300, false});
	size_t count;
	add(ages, "a.example.com", 10, 0);
	add(ages, "b.example.com", 2, 0);
	add(ages, "x.c.example.com", 1, 0);
	add(ages, "y.c.example.com", 4, 400);
	add(ages, "example.com", 1, 0);
	ages_add_parents(ages);
	const struct ages_row *const *rows = ages_sort(ages, 1, &count);
	assert_int_equal(count, ARRAY_LENGTH(expected));
	for (size_t i = 0; i < count; i++) {
		assert_string_equal(rows[i]->domain, expected[i].domain);
		assert_int_equal(rows[i]->counts[0], expected[i].all);
		assert_int_equal(rows[i]->counts[1], expected[i].young);
		assert_int_equal(rows[i]->subdomains, expected[i].subdomains);
	}
	(void)ages_sort(ages, 3, &count);
	assert_int_equal(count, ARRAY_LENGTH(expected) - 1); /* without .c.example.com */
	(void)ages_sort(ages, 4, &count);
	assert_int_equal(count, ARRAY_LENGTH(expected) - 2);
	ages_free(ages);
}

static void
many_domains_are_kept_apart(void **state UNUSED)
{
	struct ages *ages = ages_new(&(struct ages_shape){10, 300, false});
	size_t count;
	for (int round = 0; round < 2; round++)
		for (int i = 0; i < 20000; i++) {
			char domain[32];
			snprintf(domain, sizeof(domain), "%d.example", i);
			add(ages, domain, 1, 0);
		}
	const struct ages_row *const *rows = ages_sort(ages, 5, &count);
	assert_int_equal(count, 20001);
	assert_int_equal(rows[0]->counts[0], 40000);
	for (size_t i = 1; i < count; i++)
		assert_int_equal(rows[i]->counts[1], 2);
	ages_free(ages);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(domain_is_folded_as_qshape_does),
	    cmocka_unit_test(age_falls_into_its_bucket),
	    cmocka_unit_test(most_comes_first_then_the_shorter_name),
	    cmocka_unit_test(parents_count_what_is_below),
	    cmocka_unit_test(many_domains_are_kept_apart),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
