/* SPDX-License-Identifier: ISC
 *
 * engine_learn_test.c - rules that learn, over the whole engine on a fake clock: from a history in the
 * store to an incident within seconds.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"
#include "tests/replay/history.h"
#include "tests/replay/story.h"

#define CATCH_UP_S 120 /* of eleven days */

/* A world whose past is so many days of ordinary mail, and its engine that has learned from them. */
static struct world *
make_world(int64_t past_s)
{
	struct world *world = world_new();
	world->role.settings.rule_count = 1;
	world->role.settings.rules[0] = (struct settings_rule){
	    .name = "mail-flood",
	    .signal = SIGNAL_ARRIVALS,
	    .above = SETTINGS_NONE,
	    .or_rarer_than_s = 365 * 86400,
	    .clear_below = SETTINGS_NONE,
	    .for_s = 30,
	    .clear_for_s = 60,
	    .mode = SETTINGS_MODE_INHERIT,
	};
	world_kill_engine(world);
	AUTO_FREE char *path = mem_format("%s/history.db", world->directory);
	history_write(path, world_now_s - past_s, world_now_s);
	world_start_engine(world);
	return world;
}

static void
live(struct world *world, int seconds)
{
	for (int i = 0; i < seconds; i++) {
		history_second(world_now_s + 1, &world->flow);
		world_tick(world);
	}
}

static void
flood(struct world *world, int seconds)
{
	for (int i = 0; i < seconds; i++) {
		history_second(world_now_s + 1, &world->flow);
		world->flow.arrivals += 100;
		world->flow.senders += 100;
		world_tick(world);
	}
}

static void
learned_rule_opens_and_closes(void **state UNUSED)
{
	struct world *world = make_world(11 * 86400);
	live(world, CATCH_UP_S);
	assert_int_equal(story_ask(world).incidents, 0);
	flood(world, 3);
	struct told told = story_ask(world);
	assert_int_equal(told.open, 1);
	assert_string_equal(told.incident.rule, "mail-flood");
	assert_non_null(strstr(told.incident.text, "rarer than once in 365 d: senders "));
	assert_non_null(strstr(told.incident.text, " times the normal "));
	assert_true(told.incident.level > 0 && told.incident.level < told.incident.value);
	flood(world, 60);
	assert_int_equal(story_ask(world).open, 1);
	live(world, 1800);
	assert_int_equal(story_ask(world).open, 0);
	assert_int_equal(story_ask(world).incidents, 1);
	world_free(world);
}

/* The first day teaches nothing of the second. */
static void
nothing_opens_on_the_first_day(void **state UNUSED)
{
	struct world *world = make_world(12 * 3600);
	live(world, CATCH_UP_S);
	flood(world, 60);
	assert_int_equal(story_ask(world).incidents, 0);
	world_free(world);
}

/* What it was asked about is what was normal before, however long it goes on. */
static void
flood_does_not_become_normal(void **state UNUSED)
{
	struct world *world = make_world(11 * 86400);
	live(world, CATCH_UP_S);
	flood(world, 3600);
	struct told told = story_ask(world);
	assert_int_equal(told.open, 1);
	assert_int_equal(told.incident.state, INCIDENT_OPEN);
	world_free(world);
}

static void
engine_that_is_killed_goes_on(void **state UNUSED)
{
	struct world *world = make_world(11 * 86400);
	live(world, CATCH_UP_S + 600);
	world_kill_engine(world);
	world_start_engine(world);
	live(world, 5);
	flood(world, 3);
	assert_int_equal(story_ask(world).open, 1);
	world_kill_engine(world);
	world_start_engine(world);
	flood(world, 120);
	assert_int_equal(story_ask(world).open, 1);
	assert_int_equal(story_ask(world).incidents, 1);
	world_free(world);
}

/* Ten minutes without mail are no flood, but they are not normal either. */
static void
silence_opens_and_closes(void **state UNUSED)
{
	struct world *world = make_world(11 * 86400);
	world->role.settings.rules[0] = (struct settings_rule){
	    .name = "mail-silence",
	    .signal = SIGNAL_SILENT,
	    .detector = DETECTOR_SILENCE,
	    .above = 300,
	    .or_times_normal = SETTINGS_NONE,
	    .clear_below = 150,
	    .clear_for_s = 60,
	    .mode = SETTINGS_MODE_INHERIT,
	};
	world_start_engine(world);
	live(world, CATCH_UP_S + 60);
	assert_int_equal(story_ask(world).incidents, 0);
	world->flow = (struct message_tick_flow){.instance = "-", .present = 1};
	world_ticks(world, 600);
	struct told told = story_ask(world);
	assert_int_equal(told.open, 1);
	assert_non_null(strstr(told.incident.text, " arrived, where "));
	live(world, 300);
	assert_int_equal(story_ask(world).open, 0);
	assert_int_equal(story_ask(world).incidents, 1);
	world_free(world);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(learned_rule_opens_and_closes),
	    cmocka_unit_test(nothing_opens_on_the_first_day),
	    cmocka_unit_test(flood_does_not_become_normal),
	    cmocka_unit_test(engine_that_is_killed_goes_on),
	    cmocka_unit_test(silence_opens_and_closes),
	};
	log_set_level(LOG_LEVEL_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
