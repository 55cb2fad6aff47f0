/* SPDX-License-Identifier: ISC
 *
 * engine_pause_test.c - paused, resumed, and told only to observe: nothing is done that should not be.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/log.h"
#include "tests/replay/story.h"

static void
paused_daemon_waits(void **state UNUSED)
{
	struct world *world = world_new();
	world_command(world, "pause", "", 0);
	assert_true(world->result_ok);
	story_flood(world, 150);
	assert_int_equal(world->orders, 0);
	assert_non_null(strstr(world->last_body, "acting is paused"));
	world_start_engine(world); /* a pause outlives the engine */
	world_ticks(world, 3);
	assert_int_equal(world->orders, 0);
	world_command(world, "resume", "", 0);
	world_ticks(world, 2);
	assert_int_equal(world_count(world, CLASS_BOUNCE, QUEUE_HOLD), 150);
	world_free(world);
}

/* Paused while watch looks for messages: what it finds is not ordered. */
static void
pause_stops_what_watch_was_asked_for(void **state UNUSED)
{
	struct world *world = world_new();
	world->watch_is_slow = true;
	story_flood(world, 150);
	world_command(world, "pause", "", 0);
	world->watch_is_slow = false;
	world_ticks(world, 3);
	assert_int_equal(world->orders, 0);
	world_command(world, "resume", "", 0);
	world_ticks(world, 2);
	assert_int_equal(world_count(world, CLASS_BOUNCE, QUEUE_HOLD), 150);
	world_free(world);
}

/* An order that is committed but not sent is withdrawn, and does not stand in an operator's way. */
static void
pause_withdraws_an_order_that_was_not_sent(void **state UNUSED)
{
	struct world *world = world_new();
	world->remedy_stays_away = true;
	world_lose_remedy(world);
	story_flood(world, 150);
	assert_int_equal(story_ask(world).by_remedy[0].selected, 150);
	world_command(world, "pause", "", 0);
	world_link_remedy(world);
	world_ticks(world, 3);
	struct told told = story_ask(world);
	int64_t first = HELD(told).id;
	assert_int_equal(world->orders, 0);
	assert_int_equal(HELD(told).selected, 0);
	world_command(world, "run", "hold-bounces", 0);
	world_ticks(world, 3);
	assert_int_equal(world_count(world, CLASS_BOUNCE, QUEUE_HOLD), 150);
	world_command(world, "resume", "", 0);
	world_ticks(world, 20);
	assert_int_equal(story_load_action(world, first).done, 0);
	assert_int_equal(story_load_action(world, first).state, ACTION_DONE);
	world_free(world);
}

/* An order whose answer was lost is asked for when acting is resumed, whatever came between. */
static void
pause_puts_a_lost_order_aside(void **state UNUSED)
{
	for (int kill = 0; kill < 2; kill++) {
		struct world *world = world_new();
		world->remedy_dies_late = true;
		world->remedy_stays_away = true;
		story_flood(world, 150);
		int64_t first = story_ask(world).by_remedy[0].id;
		world_command(world, "pause", "", 0);
		world->remedy_stays_away = false;
		world_link_remedy(world);
		world_add(world, CLASS_BOUNCE, QUEUE_DEFERRED, 30);
		if (kill > 0)
			world_start_engine(world);
		world_tick(world);
		world_command(world, "run", "hold-bounces", 0);
		world_ticks(world, 3);
		assert_int_equal(world->repeats, 0);
		assert_int_equal(world_count(world, CLASS_BOUNCE, QUEUE_HOLD), 180);
		world_command(world, "resume", "", 0);
		world_ticks(world, 3);
		assert_int_equal(world->repeats, 1);
		assert_int_equal(story_load_action(world, first).done, 150);
		world_ticks(world, 20);
		assert_int_equal(world_count_deleted(world), 150);
		world_free(world);
	}
}

static void
paused_order_is_known_before_it_is_undone(void **state UNUSED)
{
	struct world *world = world_new();
	world->remedy_dies_late = true;
	world->remedy_stays_away = true;
	story_flood(world, 150);
	int64_t first = story_ask(world).by_remedy[0].id;
	world_command(world, "pause", "", 0);
	world->remedy_stays_away = false;
	world_link_remedy(world);
	world_ticks(world, 2);
	world_command(world, "undo", "", first);
	world_ticks(world, 5);
	struct told told = story_ask(world);
	assert_int_equal(RELEASED(told).done, 150);
	assert_int_equal(world_count(world, CLASS_BOUNCE, QUEUE_DEFERRED), 150);
	world_free(world);
}

/* What was held is deleted all the same; all else has nothing to do any more. */
static void
resumed_after_the_incident_only_finishes(void **state UNUSED)
{
	struct world *world = world_new();
	story_flood(world, 150); /* held */
	world_command(world, "pause", "", 0);
	world_ticks(world, 30);
	struct told told = story_ask(world);
	assert_int_equal(told.open, 0);
	assert_int_equal(DELETED(told).state, ACTION_WAITING);
	world_add(world, CLASS_BOUNCE, QUEUE_DEFERRED, 20); /* below every level */
	world_command(world, "resume", "", 0);
	world_ticks(world, 3);
	told = story_ask(world);
	assert_int_equal(HELD(told).state, ACTION_DONE);
	assert_int_equal(HELD(told).done, 150);
	assert_int_equal(DELETED(told).done, 150);
	assert_int_equal(world_count(world, CLASS_BOUNCE, QUEUE_DEFERRED), 20);
	world_free(world);
}

static void
resumed_after_the_incident_holds_nothing(void **state UNUSED)
{
	struct world *world = world_new();
	world_command(world, "pause", "", 0);
	story_flood(world, 150);
	story_remove_all(world);
	world_ticks(world, 20);
	world_add(world, CLASS_BOUNCE, QUEUE_DEFERRED, 20);
	world_command(world, "resume", "", 0);
	world_ticks(world, 3);
	struct told told = story_ask(world);
	assert_int_equal(HELD(told).state, ACTION_DONE);
	assert_string_equal(HELD(told).text, "nothing done: the incident was over before");
	assert_int_equal(DELETED(told).state, ACTION_DONE);
	assert_int_equal(world->orders, 0);
	world_free(world);
}

/* A reload that says observe stops what is running, too. */
static void
observing_stops_what_runs(void **state UNUSED)
{
	struct world *world = world_new();
	story_flood(world, 150);
	world->role.settings.mode = MODE_OBSERVE;
	world_start_engine(world);
	world_add(world, CLASS_BOUNCE, QUEUE_DEFERRED, 200);
	world_ticks(world, 20);
	assert_int_equal(world_count(world, CLASS_BOUNCE, QUEUE_HOLD), 150);
	assert_int_equal(world_count(world, CLASS_BOUNCE, QUEUE_DEFERRED), 200);
	assert_int_equal(world_count_deleted(world), 0);
	world_free(world);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(paused_daemon_waits),
	    cmocka_unit_test(pause_stops_what_watch_was_asked_for),
	    cmocka_unit_test(pause_withdraws_an_order_that_was_not_sent),
	    cmocka_unit_test(pause_puts_a_lost_order_aside),
	    cmocka_unit_test(paused_order_is_known_before_it_is_undone),
	    cmocka_unit_test(resumed_after_the_incident_only_finishes),
	    cmocka_unit_test(resumed_after_the_incident_holds_nothing),
	    cmocka_unit_test(observing_stops_what_runs),
	};
	log_open("replay", getenv("REPLAY_LOG") != NULL ? LOG_LEVEL_INFO : LOG_LEVEL_ERROR);
	return cmocka_run_group_tests_name("engine_pause", tests, NULL, NULL);
}
