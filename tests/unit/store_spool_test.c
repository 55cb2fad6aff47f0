/* SPDX-License-Identifier: ISC
 *
 * store_spool_test.c - what watch said of directories outside Postfix: the last tick, steps made of
 * ticks before and after they are rolled up, and their end.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "tests/unit/store_place.h"

#define BEGIN_S (1780000000 / 3600 * 3600)

static const struct store_retention keep_all = {
    .raw_s = 1 << 30, .minutes_s = 1 << 30, .hours_s = 1 << 30, .messages_s = 1 << 30};

/* Messages go up by one a second; the roll-up goes by the ticks of an instance. */
static void
add_ticks(struct store *store, const char *name, int64_t from_s, int64_t to_s)
{
	assert_stored(store, store_begin(store));
	for (int64_t time_s = from_s; time_s < to_s; time_s++) {
		struct message_tick_flow flow = {.instance = "-"};
		struct message_tick_spool tick = {
		    .present = 1,
		    .polled = 1,
		    .messages = (uint64_t)(time_s - BEGIN_S),
		    .bytes = 100 * (uint64_t)(time_s - BEGIN_S),
		    .oldest_age_s = (uint64_t)(time_s % 60),
		};
		snprintf(tick.name, sizeof(tick.name), "%s", name);
		assert_stored(store, store_add_tick_flow(store, time_s, &flow));
		assert_stored(store, store_add_tick_spool(store, time_s, &tick));
	}
	assert_stored(store, store_commit(store, false));
}

static void
roll_up(struct store *store, int64_t now_s, const struct store_retention *retention)
{
	assert_stored(store, store_begin(store));
	assert_stored(store, store_roll_up(store, now_s, retention));
	assert_stored(store, store_commit(store, false));
}

struct spools {
	struct row_spool list[8];
	int count;
};

static int
note_spool(const struct row_spool *row, void *owner)
{
	struct spools *spools = owner;
	spools->list[spools->count++] = *row;
	return 0;
}

static void
list_spools(struct store *store, struct spools *ret_spools)
{
	ret_spools->count = 0;
	assert_stored(store, store_list_spools(store, note_spool, ret_spools));
}

struct steps {
	struct row_spool_history list[200];
	int count;
};

static int
note_step(const struct row_spool_history *row, void *owner)
{
	struct steps *steps = owner;
	assert_true(steps->count < 200);
	steps->list[steps->count++] = *row;
	return 0;
}

static void
list_steps(
    struct store *store, int64_t since_s, int64_t until_s, int64_t step_s, struct steps *ret_steps)
{
	ret_steps->count = 0;
	assert_stored(store,
	    store_list_spool_history(store, since_s, until_s, step_s, 200, note_step, ret_steps));
}

static void
last_tick_is_shown_of_what_is_watched(void **state)
{
	struct store *store = ((struct place *)*state)->store;
	static struct spools spools;
	assert_stored(store, store_save_spool(store, "klms", "/var/klms/tmp"));
	assert_stored(store, store_save_spool(store, "amavis", "/var/lib/amavis/tmp"));
	add_ticks(store, "amavis", BEGIN_S, BEGIN_S + 13);
	list_spools(store, &spools);
	assert_int_equal(spools.count, 2);
	assert_string_equal(spools.list[0].name, "amavis");
	assert_string_equal(spools.list[0].path, "/var/lib/amavis/tmp");
	assert_int_equal(spools.list[0].time_s, BEGIN_S + 12);
	assert_int_equal(spools.list[0].present, 1);
	assert_int_equal(spools.list[0].polled, 1);
	assert_int_equal(spools.list[0].messages, 12);
	assert_int_equal(spools.list[0].bytes, 1200);
	assert_int_equal(spools.list[0].oldest_age_s, 12);
	assert_int_equal(spools.list[1].time_s, 0);
	assert_int_equal(spools.list[1].messages, 0);
	/* other settings: one goes, the other has moved */
	assert_stored(store, store_forget_spools(store));
	assert_stored(store, store_save_spool(store, "amavis", "/srv/amavis"));
	list_spools(store, &spools);
	assert_int_equal(spools.count, 1);
	assert_string_equal(spools.list[0].path, "/srv/amavis");
	assert_int_equal(spools.list[0].messages, 12);
}

/* While settings change, watch may know a name that the engine does not, and the other way. */
static void
tick_of_an_unknown_name_is_left_out(void **state)
{
	struct store *store = ((struct place *)*state)->store;
	static struct spools spools;
	static struct steps steps;
	add_ticks(store, "nobody", BEGIN_S, BEGIN_S + 3);
	list_spools(store, &spools);
	assert_int_equal(spools.count, 0);
	assert_stored(store, store_save_spool(store, "gone", "/x"));
	add_ticks(store, "gone", BEGIN_S, BEGIN_S + 2);
	assert_stored(store, store_forget_spools(store));
	add_ticks(store, "gone", BEGIN_S + 2, BEGIN_S + 5);
	list_steps(store, BEGIN_S, BEGIN_S + 100, 1, &steps);
	assert_int_equal(steps.count, 2); /* what was, stays */
}

static void
steps_are_the_same_before_and_after_they_are_rolled_up(void **state)
{
	struct store *store = ((struct place *)*state)->store;
	static struct steps steps;
	assert_stored(store, store_save_spool(store, "amavis", "/var/lib/amavis/tmp"));
	add_ticks(store, "amavis", BEGIN_S, BEGIN_S + 130);
	for (int rolled = 0; rolled < 2; rolled++) {
		list_steps(store, BEGIN_S, BEGIN_S + 200, 60, &steps);
		assert_int_equal(steps.count, 3);
		const struct row_spool_history *second = &steps.list[1];
		assert_string_equal(second->name, "amavis");
		assert_int_equal(second->time_s, BEGIN_S + 60);
		assert_int_equal(second->step_s, 60);
		assert_int_equal(second->messages, 90); /* 60 to 119: 89.5 */
		assert_int_equal(second->messages_max, 119);
		assert_int_equal(second->bytes, 8950);
		assert_int_equal(second->oldest_age_s, 59);
		assert_int_equal(steps.list[2].messages_max, 129);
		roll_up(store, BEGIN_S + 130, &keep_all);
	}
}

static void
hours_are_made_of_minutes_and_the_old_is_dropped(void **state)
{
	struct store *store = ((struct place *)*state)->store;
	static const struct store_retention short_lived = {
	    .raw_s = 600, .minutes_s = 3600, .hours_s = 1 << 30, .messages_s = 1 << 30};
	static struct steps steps;
	assert_stored(store, store_save_spool(store, "amavis", "/var/lib/amavis/tmp"));
	add_ticks(store, "amavis", BEGIN_S, BEGIN_S + 7200);
	for (int i = 0; i < 40; i++)
		roll_up(store, BEGIN_S + 7200, &short_lived);
	list_steps(store, BEGIN_S, BEGIN_S + 7200, 3600, &steps);
	assert_int_equal(steps.count, 2);
	assert_int_equal(steps.list[0].messages, 1800); /* 0 to 3599: 1799.5 */
	assert_int_equal(steps.list[1].messages_max, 7199);
	list_steps(store, BEGIN_S, BEGIN_S + 7200, 60, &steps);
	assert_int_equal(steps.list[0].time_s, BEGIN_S + 3600);
	list_steps(store, BEGIN_S, BEGIN_S + 6600, 1, &steps);
	assert_int_equal(steps.count, 0);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, place_make, place_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(last_tick_is_shown_of_what_is_watched),
	    CASE(tick_of_an_unknown_name_is_left_out),
	    CASE(steps_are_the_same_before_and_after_they_are_rolled_up),
	    CASE(hours_are_made_of_minutes_and_the_old_is_dropped),
	};
	return cmocka_run_group_tests_name("store_spool", tests, NULL, NULL);
}
