/* SPDX-License-Identifier: ISC
 *
 * engine_change_test.c - steps that change a setting: journal, apply and undo, with the remedy role and
 * the engine killed in between, and with somebody else who changes it, too.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/log.h"
#include "lib/mem.h"
#include "tests/replay/story.h"

#define PARAMETER "bounce_queue_lifetime"

/* The rule of the world, with one step: the parameter to 1h, put back when clear. */
static struct world *
make_world(enum revert revert)
{
	struct world *world = world_new();
	struct settings_rule *rule = &world->role.settings.rules[0];
	rule->steps[0] = (struct settings_step){
	    .remedy = "postfix-parameter",
	    .mode = SETTINGS_MODE_INHERIT,
	    .parameter = PARAMETER,
	    .value = "1h",
	    .revert = revert,
	};
	rule->step_count = 1;
	return world;
}

static struct world_setting *
parameter_of(struct world *world)
{
	return world_setting(world, "postfix-parameter", PARAMETER);
}

static void
flood_ends(struct world *world)
{
	story_remove_all(world);
	world_ticks(world, 10);
	assert_int_equal(story_ask(world).open, 0);
}

static void
must_run(struct world *world, const char *verb, const char *remedy, int64_t action)
{
	world_command(world, verb, remedy, action);
	if (!world->result_ok)
		fail_msg("%s %s: %s", verb, remedy, world->result);
}

static void
setting_is_changed_and_put_back(void **state UNUSED)
{
	for (int was_set = 0; was_set <= 1; was_set++) {
		struct world *world = make_world(REVERT_WHEN_CLEAR);
		snprintf(parameter_of(world)->value, SETTING_VALUE_SIZE, "%s", was_set ? "2d" : "");
		story_flood(world, 150);
		assert_string_equal(parameter_of(world)->value, "1h");
		world_ticks(world, 20); /* nothing more is done about it */
		assert_int_equal(parameter_of(world)->applied, 1);
		flood_ends(world);
		assert_string_equal(parameter_of(world)->value, was_set ? "2d" : "");
		assert_int_equal(parameter_of(world)->undone, 1);
		assert_int_equal(story_load_action(world, 1).state, ACTION_UNDONE);
		assert_int_equal(story_load_action(world, 2).state, ACTION_DONE);
		world_free(world);
	}
}

/* Where somebody may die: the remedy role before or after it did what it was told, the engine after
 * any tick. Each setting is changed once and put back once all the same. */
static void
nothing_is_done_twice_whoever_dies(void **state UNUSED)
{
	enum {
		DIES_EARLY = 1,
		DIES_LATE = 2,
		ENGINE_DIES = 4,
		ALL = 8,
	};
	for (int when = 0; when < ALL; when++) {
		struct world *world = make_world(REVERT_WHEN_CLEAR);
		world->change_dies = (when & DIES_EARLY) != 0;
		world->change_dies_late = (when & DIES_LATE) != 0;
		story_flood(world, 150);
		for (int i = 0; i < 10; i++) {
			if ((when & ENGINE_DIES) != 0)
				world_start_engine(world);
			world_tick(world);
		}
		assert_string_equal(parameter_of(world)->value, "1h");
		world->change_dies = (when & DIES_EARLY) != 0;
		world->change_dies_late = (when & DIES_LATE) != 0;
		story_remove_all(world);
		for (int i = 0; i < 30; i++) {
			if ((when & ENGINE_DIES) != 0)
				world_start_engine(world);
			world_tick(world);
		}
		assert_string_equal(parameter_of(world)->value, "");
		assert_int_equal(parameter_of(world)->applied, 1);
		assert_int_equal(parameter_of(world)->undone, 1);
		assert_int_equal(story_load_action(world, 2).state, ACTION_DONE);
		world_free(world);
	}
}

/* The engine dies between journal and order, and between order and outcome: the remedy role was away
 * or had done it, and the engine that comes next has only the store. */
static void
lost_answer_is_asked_for_again(void **state UNUSED)
{
	for (int done = 0; done <= 1; done++) {
		struct world *world = make_world(REVERT_WHEN_CLEAR);
		world->remedy_stays_away = true;
		world->change_dies = !done;
		world->change_dies_late = done;
		story_flood(world, 150);
		world_ticks(world, 3);
		assert_int_equal(parameter_of(world)->applied, done);
		assert_int_equal(story_load_action(world, 1).state, ACTION_RUNNING);
		world_start_engine(world);
		world_ticks(world, 3);
		assert_string_equal(parameter_of(world)->value, "1h");
		assert_int_equal(parameter_of(world)->applied, 1);
		assert_int_equal(story_load_action(world, 1).state, ACTION_DONE);
		world_free(world);
	}
}

static void
what_somebody_else_changed_is_left(void **state UNUSED)
{
	struct world *world = make_world(REVERT_WHEN_CLEAR);
	story_flood(world, 150);
	snprintf(parameter_of(world)->value, SETTING_VALUE_SIZE, "3d");
	flood_ends(world);
	world_ticks(world, 5);
	assert_string_equal(parameter_of(world)->value, "3d");
	assert_string_equal(story_load_action(world, 2).text, "postfix-parameter: changed");
	world_free(world);
}

static void
what_was_so_already_is_not_ours(void **state UNUSED)
{
	struct world *world = make_world(REVERT_WHEN_CLEAR);
	snprintf(parameter_of(world)->value, SETTING_VALUE_SIZE, "1h");
	story_flood(world, 150);
	assert_int_equal(story_load_action(world, 1).state, ACTION_DONE);
	flood_ends(world);
	world_ticks(world, 5);
	assert_string_equal(parameter_of(world)->value, "1h");
	assert_int_equal(story_ask(world).actions, 1);
	world_free(world);
}

static void
setting_is_put_back_by_hand_or_by_time(void **state UNUSED)
{
	for (int by_time = 0; by_time <= 1; by_time++) {
		struct world *world = make_world(REVERT_BY_HAND);
		world->role.settings.rules[0].steps[0].revert_after_s = by_time ? 60 : 0;
		story_flood(world, 150);
		world_ticks(world, 30);
		world_start_engine(world);
		world_ticks(world, 20);
		assert_string_equal(parameter_of(world)->value, "1h");
		world_ticks(world, 20);
		assert_string_equal(parameter_of(world)->value, by_time ? "" : "1h");
		assert_int_equal(story_ask(world).open, 1);
		world_ticks(world, 20); /* it is not changed again */
		assert_int_equal(parameter_of(world)->applied, 1);
		if (!by_time)
			must_run(world, "undo", "", 1);
		assert_string_equal(parameter_of(world)->value, "");
		world_free(world);
	}
}

static void
refused_change_fails_and_says_so(void **state UNUSED)
{
	struct world *world = make_world(REVERT_WHEN_CLEAR);
	world->remedy_refuses = true;
	story_flood(world, 150);
	struct row_action row = story_load_action(world, 1);
	assert_int_equal(row.state, ACTION_FAILED);
	assert_string_equal(row.text, "postfix-parameter: refused");
	flood_ends(world);
	assert_int_equal(story_ask(world).actions, 1); /* there is nothing to be put back */
	world_free(world);
}

static void
what_is_lacking_is_kept(void **state UNUSED)
{
	struct world *world = make_world(REVERT_WHEN_CLEAR);
	for (int refuses = 1; refuses >= 0; refuses--) {
		struct row_remedy row;
		struct store *store = NULL;
		world->remedy_refuses = refuses != 0;
		world_ticks(world, 310); /* more than a round */
		AUTO_FREE char *path = mem_format("%s/history.db", world->directory);
		assert_int_equal(store_open_read(path, &store), 0);
		assert_int_equal(store_load_remedy(store, "rspamd-policy", &row), 0);
		assert_string_equal(row.lacks, refuses ? "no world" : "");
		assert_int_equal(store_load_remedy(store, "hold-bounces", &row), -ENOENT);
		store_close(store);
	}
	world_free(world);
}

static void
one_setting_is_changed_by_one_action(void **state UNUSED)
{
	struct world *world = make_world(REVERT_WHEN_CLEAR);
	world->role.settings.rules[0].steps[0] = (struct settings_step){
	    .remedy = "bounce-lane",
	    .mode = SETTINGS_MODE_INHERIT,
	};
	world_ticks(world, 2);
	must_run(world, "run", "bounce-lane", 0);
	world_ticks(world, 2);
	story_flood(world, 150);
	struct row_action row = story_load_action(world, 2);
	assert_int_equal(row.state, ACTION_RUNNING);
	assert_string_equal(row.text, "action 1 has changed bounce-lane already: undo that first");
	must_run(world, "undo", "", 1);
	world_ticks(world, 65);
	assert_int_equal(story_load_action(world, 2).state, ACTION_DONE);
	assert_int_equal(world_setting(world, "bounce-lane", "")->applied, 2);
	world_free(world);
}

static void
pause_stops_a_rule_and_no_undo(void **state UNUSED)
{
	struct world *world = make_world(REVERT_WHEN_CLEAR);
	story_flood(world, 150);
	must_run(world, "pause", "", 0);
	flood_ends(world);
	world_ticks(world, 3);
	assert_string_equal(parameter_of(world)->value, "");
	story_flood(world, 150);
	world_ticks(world, 5);
	assert_string_equal(parameter_of(world)->value, "");
	must_run(world, "resume", "", 0);
	world_ticks(world, 3);
	assert_string_equal(parameter_of(world)->value, "1h");
	world_free(world);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(setting_is_changed_and_put_back),
	    cmocka_unit_test(nothing_is_done_twice_whoever_dies),
	    cmocka_unit_test(lost_answer_is_asked_for_again),
	    cmocka_unit_test(what_somebody_else_changed_is_left),
	    cmocka_unit_test(what_was_so_already_is_not_ours),
	    cmocka_unit_test(setting_is_put_back_by_hand_or_by_time),
	    cmocka_unit_test(refused_change_fails_and_says_so),
	    cmocka_unit_test(what_is_lacking_is_kept),
	    cmocka_unit_test(one_setting_is_changed_by_one_action),
	    cmocka_unit_test(pause_stops_a_rule_and_no_undo),
	};
	log_open("replay", getenv("REPLAY_LOG") != NULL ? LOG_LEVEL_INFO : LOG_LEVEL_ERROR);
	return cmocka_run_group_tests_name("engine_change", tests, NULL, NULL);
}
