/* SPDX-License-Identifier: ISC
 *
 * attempt_test.c - which relay is tried next, when, and when a notice is given up.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "lib/guard.h"
#include "watchdogd/engine/attempt.h"

#define NOW 1000

/* One try after the other: the answer, and then what holds. */
struct step {
	int code;
	enum notice_state state;
	int64_t relay, wait_s;
};

static void
play(int relays, const struct step *steps, size_t count)
{
	struct row_notice row = {.state = NOTICE_WAITING};
	int64_t now_s = NOW;
	for (size_t i = 0; i < count; i++) {
		attempt_judge(&row, steps[i].code, relays, now_s);
		assert_int_equal(row.attempts, i + 1);
		assert_int_equal(row.state, steps[i].state);
		assert_int_equal(row.relay, steps[i].relay);
		if (row.state != NOTICE_WAITING) {
			assert_int_equal(row.done_s, now_s);
			return;
		}
		assert_int_equal(row.next_try_s - now_s, steps[i].wait_s);
		now_s = row.next_try_s;
	}
}
#define PLAY(relays, ...)                                \
	play(relays, (const struct step[]){__VA_ARGS__}, \
	    sizeof((const struct step[]){__VA_ARGS__}) / sizeof(struct step))

static void
one_relay_is_tried_again(void **state UNUSED)
{
	PLAY(1, {451, NOTICE_WAITING, 0, 5}, {0, NOTICE_WAITING, 0, 10},
	    {421, NOTICE_WAITING, 0, 20}, {250, NOTICE_SENT, 0, 0});
	PLAY(1, {550, NOTICE_REFUSED, 0, 0});
	PLAY(0, {451, NOTICE_WAITING, 0, 5}, {451, NOTICE_WAITING, 0, 10});
}

static void
the_next_relay_is_tried_at_once(void **state UNUSED)
{
	PLAY(3, {451, NOTICE_WAITING, 1, 0}, {0, NOTICE_WAITING, 2, 0}, {451, NOTICE_WAITING, 0, 5},
	    {451, NOTICE_WAITING, 1, 0}, {451, NOTICE_WAITING, 2, 0}, {451, NOTICE_WAITING, 0, 10},
	    {451, NOTICE_WAITING, 1, 0}, {250, NOTICE_SENT, 1, 0});
}

/* One that has refused it is not asked again; it is given up when all have. */
static void
all_must_refuse(void **state UNUSED)
{
	PLAY(2, {550, NOTICE_WAITING, 1, 0}, {451, NOTICE_WAITING, 1, 5},
	    {451, NOTICE_WAITING, 1, 10}, {554, NOTICE_REFUSED, 1, 0});
	PLAY(2, {451, NOTICE_WAITING, 1, 0}, {550, NOTICE_WAITING, 0, 5}, {250, NOTICE_SENT, 0, 0});
}

/* The settings have fewer relays than when it was tried last. */
static void
relays_may_become_fewer(void **state UNUSED)
{
	struct row_notice row = {.state = NOTICE_WAITING, .relay = 3, .refused_by = 1 << 2};
	assert_int_equal(attempt_relay(&row, 2), 1);
	assert_int_equal(attempt_relay(&row, 0), 0);
	attempt_judge(&row, 550, 2, NOW);
	assert_int_equal(row.state, NOTICE_WAITING);
	assert_int_equal(row.relay, 0);
	attempt_judge(&row, 550, 2, NOW);
	assert_int_equal(row.state, NOTICE_REFUSED);
}

static void
a_test_is_of_one_relay(void **state UNUSED)
{
	struct row_notice row = {.about = ABOUT_TEST, .state = NOTICE_WAITING, .relay = 1};
	attempt_judge(&row, 451, 2, NOW);
	assert_int_equal(row.state, NOTICE_REFUSED);
	assert_int_equal(row.relay, 1);
}

static void
pauses_have_an_end(void **state UNUSED)
{
	assert_int_equal(attempt_pause(0), ATTEMPT_FIRST_S);
	assert_int_equal(attempt_pause(7), 320);
	assert_int_equal(attempt_pause(8), ATTEMPT_LAST_S);
	assert_int_equal(attempt_pause(INT64_MAX), ATTEMPT_LAST_S);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(one_relay_is_tried_again),
	    cmocka_unit_test(the_next_relay_is_tried_at_once),
	    cmocka_unit_test(all_must_refuse),
	    cmocka_unit_test(relays_may_become_fewer),
	    cmocka_unit_test(a_test_is_of_one_relay),
	    cmocka_unit_test(pauses_have_an_end),
	};
	return cmocka_run_group_tests_name("attempt", tests, NULL, NULL);
}
