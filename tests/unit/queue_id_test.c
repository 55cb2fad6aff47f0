/* SPDX-License-Identifier: ISC
 *
 * queue_id_test.c - which names are queue ids.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "lib/guard.h"
#include "proto/queue_id.h"

static void
test_rows(void **state UNUSED)
{
	static const struct {
		const char *name;
		bool is_id;
	} rows[] = {
	    {"9F0E01A2B3", true}, /* short */
	    {"4bKqZ73hPGz5sX2", true}, /* long */
	    {"A", true},
	    {"a_b", true},
	    {"123456789012345678901234", true},
	    {"1234567890123456789012345", false}, /* one too long */
	    {"", false},
	    {"-", false},
	    {"-d", false},
	    {"ALL", true}, /* an id by its letters */
	    {".", false},
	    {"..", false},
	    {"../../etc/passwd", false},
	    {"A/B", false},
	    {"123456.789", false}, /* a temporary name */
	    {"A B", false},
	    {"A\nB", false},
	    {"A\xc3\xa9", false},
	    {"A*", false},
	};
	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++)
		assert_int_equal(queue_id_is(rows[i].name), rows[i].is_id);
}

static void
test_only_these_bytes(void **state UNUSED)
{
	static const char allowed[] =
	    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";
	for (int byte = 1; byte < 256; byte++) {
		const char name[] = {'A', (char)byte, '\0'};
		assert_int_equal(queue_id_is(name), strchr(allowed, byte) != NULL);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_only_these_bytes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
