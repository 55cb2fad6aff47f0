/* SPDX-License-Identifier: ISC
 *
 * hitters_test.c - the sketch against exact counts: bounds hold, heavy ones are found, time fades.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "lib/guard.h"
#include "watchdogd/watch/hitters.h"

#define NAMES 2000
#define NOW_S 1800000000

static uint32_t
draw(uint32_t below)
{
	static uint64_t state = 88172645463325252u;
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)(state >> 20) % below;
}

/* Few names often, many seldom. */
static unsigned
draw_name(void)
{
	return draw(1 + draw(1 + draw(NAMES)));
}

static void
test_bounds(void **state UNUSED)
{
	static double exact[NAMES];
	struct hitters *hitters = hitters_new(300, false);
	struct hitters_row rows[HITTERS_COUNTERS];
	char key[32];
	double total = 0;
	for (int n = 0; n < 50000; n++) {
		int64_t now_s = NOW_S + n / 50;
		unsigned name = draw_name();
		snprintf(key, sizeof(key), "name-%u", name);
		hitters_add(hitters, key, NULL, now_s);
		exact[name] += exp2(-(double)(NOW_S + 999 - now_s) / 300);
		total += exp2(-(double)(NOW_S + 999 - now_s) / 300);
	}
	int count = hitters_rank(hitters, NOW_S + 999, rows, HITTERS_COUNTERS);
	assert_int_equal(count, HITTERS_COUNTERS);
	assert_true(fabs(hitters_total(hitters, NOW_S + 999) - total) < total * 1e-9);
	unsigned heavy = 0, found = 0;
	for (unsigned name = 0; name < NAMES; name++)
		heavy += exact[name] > total / HITTERS_COUNTERS;
	for (int i = 0; i < count; i++) {
		unsigned name;
		assert_int_equal(sscanf(rows[i].key, "name-%u", &name), 1);
		assert_true(rows[i].count >= exact[name] - 1e-6);
		assert_true(rows[i].count - rows[i].error <= exact[name] + 1e-6);
		assert_true(i == 0 || rows[i].count <= rows[i - 1].count);
		found += exact[name] > total / HITTERS_COUNTERS;
	}
	assert_true(heavy > 10);
	assert_int_equal(found, heavy);
	hitters_free(hitters);
}

static void
test_fades(void **state UNUSED)
{
	struct hitters *hitters = hitters_new(60, false);
	struct hitters_row row;
	for (int i = 0; i < 100; i++)
		hitters_add(hitters, "morning", NULL, NOW_S);
	assert_int_equal(hitters_rank(hitters, NOW_S + 60, &row, 1), 1);
	assert_true(fabs(row.count - 50) < 1e-6);
	for (int i = 0; i < 10; i++)
		hitters_add(hitters, "noon", NULL, NOW_S + 600);
	hitters_rank(hitters, NOW_S + 600, &row, 1);
	assert_string_equal(row.key, "noon");
	/* far beyond what a weight can hold without being scaled down */
	hitters_add(hitters, "evening", NULL, NOW_S + 60 * 5000);
	hitters_rank(hitters, NOW_S + 60 * 5000, &row, 1);
	assert_string_equal(row.key, "evening");
	assert_true(fabs(row.count - 1) < 1e-6);
	assert_true(fabs(hitters_total(hitters, NOW_S + 60 * 5000) - 1) < 1e-6);
	hitters_free(hitters);
}

/* The clock is set back an hour: nothing grows or is lost. */
static void
test_clock_back(void **state UNUSED)
{
	struct hitters *hitters = hitters_new(300, false);
	struct hitters_row row;
	hitters_add(hitters, "a", NULL, NOW_S);
	hitters_add(hitters, "a", NULL, NOW_S - 3600);
	assert_int_equal(hitters_rank(hitters, NOW_S - 3600, &row, 1), 1);
	assert_true(fabs(row.count - 2) < 1e-6);
	hitters_free(hitters);
}

static void
test_examples(void **state UNUSED)
{
	struct hitters *hitters = hitters_new(300, true);
	struct hitters_row row;
	char key[HITTERS_KEY_SIZE * 2];
	static const char *const examples[] = {"a1", "a1", "b2", "c3", "d4"};
	for (size_t i = 0; i < ARRAY_LENGTH(examples); i++)
		hitters_add(hitters, "shape", examples[i], NOW_S);
	hitters_rank(hitters, NOW_S, &row, 1);
	assert_int_equal(row.example_count, 3);
	assert_string_equal(row.examples[0], "a1");
	assert_string_equal(row.examples[2], "c3");
	for (int i = 0; i < HITTERS_COUNTERS;
	    i++) { /* whoever takes the counter takes no example */
		snprintf(key, sizeof(key), "%d", i);
		hitters_add(hitters, key, NULL, NOW_S + 3600);
	}
	struct hitters_row rows[HITTERS_COUNTERS];
	int count = hitters_rank(hitters, NOW_S + 3600, rows, HITTERS_COUNTERS);
	for (int i = 0; i < count; i++)
		assert_int_equal(rows[i].example_count, 0);
	memset(key, 'x', sizeof(key));
	key[sizeof(key) - 1] = '\0';
	hitters_add(hitters, key, key, NOW_S + 3600);
	hitters_add(hitters, key, key, NOW_S + 3600);
	hitters_rank(hitters, NOW_S + 3600, &row, 1);
	assert_int_equal(strlen(row.key), HITTERS_KEY_SIZE - 1);
	assert_true(row.count >= 2);
	hitters_free(hitters);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_bounds),
	    cmocka_unit_test(test_fades),
	    cmocka_unit_test(test_clock_back),
	    cmocka_unit_test(test_examples),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
