/* SPDX-License-Identifier: ISC
 *
 * intern_test.c - shared texts against a naive model under random operations, and their bound.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>

#include "lib/guard.h"
#include "watchdogd/watch/intern.h"

#define TEXTS 300

static uint32_t
draw(uint32_t below)
{
	static uint64_t state = 88172645463325252u;
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)(state >> 20) % below;
}

static void
test_against_model(void **state UNUSED)
{
	struct intern *intern = intern_new(100000);
	static uint32_t numbers[TEXTS];
	static uint64_t holds[TEXTS];
	char text[32];
	for (int n = 0; n < 100000; n++) {
		unsigned i = draw(TEXTS);
		snprintf(text, sizeof(text), "text-%u", i);
		if (holds[i] == 0)
			assert_int_equal(intern_find(intern, text), INTERN_NONE);
		if (holds[i] == 0 || draw(2) == 0) {
			uint32_t number = intern_add(intern, text);
			assert_true(holds[i] == 0 || number == numbers[i]);
			numbers[i] = number;
			holds[i]++;
		} else {
			intern_release(intern, numbers[i]);
			holds[i]--;
		}
		if (holds[i] > 0) {
			assert_int_equal(intern_find(intern, text), numbers[i]);
			assert_string_equal(intern_text(intern, numbers[i]), text);
			assert_int_equal(intern_holds(intern, numbers[i]), holds[i]);
		}
	}
	for (unsigned i = 0; i < TEXTS; i++)
		while (holds[i]-- > 0)
			intern_release(intern, numbers[i]);
	for (uint32_t number = INTERN_OTHERS; number < intern_end(intern); number++)
		assert_int_equal(intern_holds(intern, number), 0);
	assert_true(intern_end(intern) <= TEXTS + 2); /* numbers come back */
	intern_free(intern);
}

static void
test_bound(void **state UNUSED)
{
	struct intern *intern = intern_new(2);
	uint32_t a = intern_add(intern, "a"), b = intern_add(intern, "b");
	assert_int_equal(intern_add(intern, "c"), INTERN_OTHERS);
	assert_int_equal(intern_add(intern, "d"), INTERN_OTHERS);
	assert_int_equal(intern_holds(intern, INTERN_OTHERS), 2);
	assert_string_equal(intern_text(intern, INTERN_OTHERS), "(others)");
	assert_int_equal(intern_add(intern, "a"), a);
	intern_add_other(intern);
	for (int i = 0; i < 3; i++)
		intern_release(intern, INTERN_OTHERS);
	assert_int_equal(intern_holds(intern, INTERN_OTHERS), 0);
	intern_release(intern, b);
	assert_int_equal(intern_add(intern, "c"), b);
	intern_release(intern, INTERN_NONE);
	intern_free(intern);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_against_model),
	    cmocka_unit_test(test_bound),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
