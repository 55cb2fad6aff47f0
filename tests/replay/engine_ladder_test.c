/* SPDX-License-Identifier: ISC
 *
 * engine_ladder_test.c - steps that ask first, steps that depend on the signal, and all of an incident
 * taken back; the engine killed at each of their states.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/log.h"
#include "tests/replay/story.h"

#define CONDITION_LOOK_S 10 /* policy_step.c looks again after so long */

static struct settings_step *
step_of(struct world *world, int index)
{
	return &world->role.settings.rules[0].steps[index];
}

/* hold at once; the lane as the test has it. */
static struct settings_step *
set_lane(struct world *world)
{
	struct settings_step *step = step_of(world, 1);
	*step = (struct settings_step){
	    .remedy = "bounce-lane",
	    .mode = SETTINGS_MODE_INHERIT,
	    .after_s = 4,
	    .revert = REVERT_WHEN_CLEAR,
	};
	return step;
}

static const char *
lane_of(struct world *world)
{
	return world_setting(world, "bounce-lane", "")->value;
}

static struct row_action
find_lane(const struct world *world)
{
	struct row_action row = {0};
	for (int64_t id = 1; id <= story_ask(world).actions; id++) {
		row = story_load_action(world, id);
		if (strcmp(row.remedy, "bounce-lane") == 0 && row.undo_of == 0)
			return row;
	}
	return (struct row_action){0};
}

/* A flood that goes on: more bounces each second. */
static void
flood_on(struct world *world, int seconds, int bounces)
{
	for (int i = 0; i < seconds; i++) {
		world_add(world, CLASS_BOUNCE, QUEUE_DEFERRED, bounces);
		world_tick(world);
	}
}

static void
must_command(struct world *world, const char *verb, int64_t action)
{
	world_command(world, verb, "", action);
	if (!world->result_ok)
		fail_msg("%s %d: %s", verb, (int)action, world->result);
}

/* ---- confirm ---- */

static void
step_that_asks_waits_for_a_yes(void **state UNUSED)
{
	for (int killed = 0; killed <= 1; killed++) {
		struct world *world = world_new();
		step_of(world, 0)->mode = MODE_CONFIRM;
		story_flood(world, 150);
		world_ticks(world, 3);
		struct told told = story_ask(world);
		assert_int_equal(HELD(told).state, ACTION_ASKING);
		assert_int_equal(world->orders, 0);
		assert_int_equal(world->mails, 1); /* the opening asks, too */
		assert_non_null(strstr(world->last_body,
		    "asking: would hold 150 messages; mode is confirm, waits for a yes"));
		assert_non_null(strstr(world->last_body, "watchdogctl confirm 1"));
		assert_non_null(strstr(world->last_body, "watchdogctl reject 1"));
		if (killed)
			world_start_engine(world);
		must_command(world, "confirm", HELD(told).id);
		assert_non_null(strstr(world->result, "confirmed by uid 0, it begins now"));
		if (killed)
			world_start_engine(world);
		world_ticks(world, 3);
		told = story_ask(world);
		assert_int_equal(world_count(world, CLASS_BOUNCE, QUEUE_HOLD), 150);
		assert_string_equal(HELD(told).confirmed_by, "uid 0");
		assert_string_equal(HELD(told).text, "held 150 messages");
		world_command(world, "confirm", "", HELD(told).id);
		assert_false(world->result_ok);
		assert_int_equal(world->mails, 1);
		world_free(world);
	}
}

static void
step_that_is_rejected_is_not_done(void **state UNUSED)
{
	struct world *world = world_new();
	step_of(world, 0)->mode = MODE_CONFIRM;
	story_flood(world, 150);
	must_command(world, "reject", HELD(story_ask(world)).id);
	world_start_engine(world);
	world_ticks(world, 5);
	struct told told = story_ask(world);
	assert_int_equal(HELD(told).state, ACTION_REJECTED);
	assert_string_equal(HELD(told).text, "nothing done: rejected by uid 0");
	assert_int_equal(world->orders, 0);
	world_command(world, "confirm", "", HELD(told).id);
	assert_false(world->result_ok);
	assert_non_null(strstr(world->result, "is rejected: nothing done"));
	world_free(world);
}

static void
step_that_acts_does_not_ask(void **state UNUSED)
{
	struct world *world = world_new();
	story_flood(world, 150);
	world_command(world, "confirm", "", DELETED(story_ask(world)).id);
	assert_false(world->result_ok);
	assert_non_null(strstr(world->result, "does not ask: its mode is act"));
	must_command(world, "reject", DELETED(story_ask(world)).id);
	world_ticks(world, 30);
	assert_int_equal(world_count_deleted(world), 0); /* a no is heard in any mode */
	world_command(world, "confirm", "", 99);
	assert_non_null(strstr(world->result, "there is no action 99"));
	world_free(world);
}

static void
question_ends_with_its_incident(void **state UNUSED)
{
	struct world *world = world_new();
	step_of(world, 0)->mode = step_of(world, 1)->mode = MODE_CONFIRM;
	step_of(world, 1)->after_s = 1000;
	story_flood(world, 150);
	story_remove_all(world);
	world_ticks(world, 10);
	struct told told = story_ask(world);
	assert_int_equal(told.open, 0);
	assert_int_equal(HELD(told).state, ACTION_SKIPPED);
	assert_int_equal(DELETED(told).state, ACTION_SKIPPED); /* its time never came */
	assert_string_equal(
	    HELD(told).text, "nothing done: nobody said yes before the incident was over");
	world_command(world, "confirm", "", HELD(told).id);
	assert_false(world->result_ok);
	story_assert_two_mails(world);
	world_free(world);
}

/* A yes that was said while the incident lasted holds for what comes after it. */
static void
confirmed_delete_comes_after_the_incident(void **state UNUSED)
{
	for (int confirmed = 0; confirmed <= 1; confirmed++) {
		struct world *world = world_new();
		step_of(world, 1)->mode = MODE_CONFIRM;
		step_of(world, 1)->after_s = 60;
		story_flood(world, 150);
		if (confirmed)
			must_command(world, "confirm", DELETED(story_ask(world)).id);
		world_ticks(world, 30);
		assert_int_equal(story_ask(world).open, 0);
		assert_int_equal(world_count_deleted(world), 0);
		world_ticks(world, 60);
		assert_int_equal(world_count_deleted(world), confirmed ? 150 : 0);
		world_free(world);
	}
}

static void
question_that_comes_later_is_mailed(void **state UNUSED)
{
	struct world *world = world_new();
	set_lane(world)->mode = MODE_CONFIRM;
	step_of(world, 0)->mode = MODE_OBSERVE;
	story_flood(world, 150);
	assert_int_equal(world->mails, 1);
	assert_non_null(strstr(world->last_body, "after the incident opened, once confirmed"));
	world_ticks(world, 6);
	assert_int_equal(world->mails, 2);
	assert_non_null(strstr(world->last_subject, "asks for a yes"));
	assert_non_null(strstr(world->mail_ids[1], ".asking-2."));
	world_start_engine(world);
	world_ticks(world, 6);
	assert_int_equal(world->mails, 2); /* once */
	assert_string_equal(lane_of(world), "");
	must_command(world, "confirm", 2);
	world_ticks(world, 2);
	assert_string_equal(lane_of(world), "on");
	assert_string_equal(find_lane(world).text, "bounce-lane: done");
	world_free(world);
}

static void
yes_while_paused_waits_for_the_end_of_the_pause(void **state UNUSED)
{
	struct world *world = world_new();
	step_of(world, 0)->mode = MODE_CONFIRM;
	story_flood(world, 150);
	must_command(world, "pause", 0);
	must_command(world, "confirm", HELD(story_ask(world)).id);
	assert_non_null(strstr(world->result, "when acting is not paused any more"));
	world_ticks(world, 3);
	assert_int_equal(world->orders, 0);
	must_command(world, "resume", 0);
	world_ticks(world, 3);
	assert_int_equal(world_count(world, CLASS_BOUNCE, QUEUE_HOLD), 150);
	world_free(world);
}

/* ---- conditions ---- */

/* Held bounces are no signal any more, but the flood is seen to go on. */
static void
flood_that_is_held_still_grows(void **state UNUSED)
{
	struct world *world = world_new();
	set_lane(world)->when = CONDITION_GROWING;
	world->role.settings.rules[0].clear_for_s = 60;
	story_flood(world, 150);
	assert_int_equal(world_count(world, CLASS_BOUNCE, QUEUE_HOLD), 150);
	flood_on(world, 6, 10);
	assert_string_equal(lane_of(world), "on");
	world_free(world);
}

static void
flood_that_has_stopped_skips_the_step(void **state UNUSED)
{
	struct world *world = world_new();
	struct settings_step *lane = set_lane(world);
	lane->when = CONDITION_GROWING;
	lane->after_s = 70; /* more than the minute that is looked at */
	world->role.settings.rules[0].clear_for_s = 600;
	story_flood(world, 150);
	world_ticks(world, 75);
	struct row_action row = find_lane(world);
	assert_int_equal(row.state, ACTION_SKIPPED);
	assert_non_null(strstr(row.text, "not done yet, when: still_growing: bounces 0 after 0"));
	assert_string_equal(lane_of(world), "");
	world_start_engine(world); /* it is looked at again all the same */
	flood_on(world, CONDITION_LOOK_S + 2, 10);
	assert_string_equal(lane_of(world), "on");
	world_free(world);
}

static void
step_runs_when_still_above(void **state UNUSED)
{
	static const struct {
		int bounces;
		int64_t above;
		bool done;
	} table[] = {{150, 0, true}, {150, 149, true}, {150, 150, false}, {70, 0, false}};
	for (size_t i = 0; i < ARRAY_LENGTH(table); i++) {
		struct world *world = world_new();
		struct settings_step *lane = set_lane(world);
		lane->when = CONDITION_ABOVE;
		lane->above = table[i].above;
		step_of(world, 0)->mode = MODE_OBSERVE;
		story_flood(world, 150);
		for (int taken = 150 - table[i].bounces, at = 0; taken > 0; at++) {
			bool is_bounce = world->messages[at].class == CLASS_BOUNCE;
			world->messages[at].deleted = is_bounce;
			taken -= is_bounce;
		}
		world_ticks(world, 6);
		assert_string_equal(lane_of(world), table[i].done ? "on" : "");
		assert_int_equal(
		    find_lane(world).state, table[i].done ? ACTION_DONE : ACTION_SKIPPED);
		world_free(world);
	}
}

/* What was skipped stays so: also where a delete could have come after the incident. */
static void
skipped_step_ends_with_its_incident(void **state UNUSED)
{
	struct world *world = world_new();
	step_of(world, 1)->when = CONDITION_ABOVE;
	story_flood(world, 150);
	world_ticks(world, 60);
	struct told told = story_ask(world);
	assert_int_equal(told.open, 0);
	assert_int_equal(HELD(told).state, ACTION_DONE);
	assert_int_equal(world_count_deleted(world), 0);
	world_free(world);
}

/* ---- all of it ---- */

static void
incident_is_taken_back(void **state UNUSED)
{
	for (int closed = 0; closed <= 1; closed++) {
		struct world *world = world_new();
		struct settings_step *lane = set_lane(world);
		lane->after_s = 0;
		lane->revert = REVERT_BY_HAND;
		world->role.settings.rules[0].steps[2] = (struct settings_step){
		    "delete-bounces", SETTINGS_MODE_INHERIT, .after_s = 1000};
		world->role.settings.rules[0].step_count = 3;
		story_flood(world, 150);
		world_ticks(world, closed ? 20 : 3);
		assert_int_equal(story_ask(world).open, !closed);
		assert_string_equal(lane_of(world), "on");
		if (closed) /* what is released would open the next incident */
			must_command(world, "pause", 0);
		world_care(world, "revert", 1, 0);
		assert_true(world->result_ok);
		assert_non_null(strstr(world->result,
		    "2 taken back, 1 that had not begun dropped, 0 that cannot be undone left"));
		world_start_engine(world);
		world_ticks(world, 5);
		assert_string_equal(lane_of(world), "");
		assert_int_equal(world_count(world, CLASS_BOUNCE, QUEUE_HOLD), 0);
		assert_int_equal(story_load_action(world, 1).state, ACTION_UNDONE);
		assert_int_equal(story_load_action(world, 3).state, ACTION_REJECTED);
		world_care(world, "revert", 1, 0); /* again: there is nothing left */
		assert_non_null(strstr(world->result, "0 taken back"));
		world_ticks(world, 5);
		assert_int_equal(world_count(world, CLASS_BOUNCE, QUEUE_DEFERRED), 150);
		world_free(world);
	}
}

static void
incident_that_is_not_there_is_not_taken_back(void **state UNUSED)
{
	struct world *world = world_new();
	world_ticks(world, 1);
	world_care(world, "revert", 7, 0);
	assert_false(world->result_ok);
	assert_non_null(strstr(world->result, "there is no incident 7"));
	world_free(world);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(step_that_asks_waits_for_a_yes),
	    cmocka_unit_test(step_that_is_rejected_is_not_done),
	    cmocka_unit_test(step_that_acts_does_not_ask),
	    cmocka_unit_test(question_ends_with_its_incident),
	    cmocka_unit_test(confirmed_delete_comes_after_the_incident),
	    cmocka_unit_test(question_that_comes_later_is_mailed),
	    cmocka_unit_test(yes_while_paused_waits_for_the_end_of_the_pause),
	    cmocka_unit_test(flood_that_is_held_still_grows),
	    cmocka_unit_test(flood_that_has_stopped_skips_the_step),
	    cmocka_unit_test(step_runs_when_still_above),
	    cmocka_unit_test(skipped_step_ends_with_its_incident),
	    cmocka_unit_test(incident_is_taken_back),
	    cmocka_unit_test(incident_that_is_not_there_is_not_taken_back),
	};
	log_open("replay", getenv("REPLAY_LOG") != NULL ? LOG_LEVEL_INFO : LOG_LEVEL_ERROR);
	return cmocka_run_group_tests_name("engine_ladder", tests, NULL, NULL);
}
