/* SPDX-License-Identifier: ISC
 *
 * backoff_test.c - how long a role that ends again and again is waited for.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "lib/guard.h"
#include "watchdogd/parent/backoff.h"

static void
test_lives(void **state UNUSED)
{
	static const struct {
		int64_t lifetime_ms, delay_ms;
	} rows[] = {
	    {0, 200},
	    {10, 400},
	    {0, 800},
	    {59999, 1600},
	    {0, 3200},
	    {0, 6400},
	    {0, 12800},
	    {0, 25600},
	    {0, 30000},
	    {0, 30000},
	    {60000, 200}, /* it lived long enough */
	    {0, 400},
	    {86400000, 200},
	};
	struct backoff backoff = {0};
	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++)
		assert_int_equal(backoff_next(&backoff, rows[i].lifetime_ms), rows[i].delay_ms);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_lives)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
