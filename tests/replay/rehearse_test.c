/* SPDX-License-Identifier: ISC
 *
 * rehearse_test.c - what an engine lived through, rehearsed from its store: the same incidents, byte
 * for byte; what other settings would have made of it; and what is left of it in minutes.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/log.h"
#include "lib/mem.h"
#include "tests/replay/story.h"
#include "watchdogd/rehearse/rehearse.h"

#define INCIDENTS_MAX 16

/* What a store says was lived through, oldest first. */
struct lived {
	struct row_incident incidents[INCIDENTS_MAX];
	int count;
	int64_t mails;
};

static struct store *
open_history(const struct world *world)
{
	struct store *store = NULL;
	AUTO_FREE char *path = mem_format("%s/history.db", world->directory);
	assert_int_equal(store_open_read(path, &store), 0);
	return store;
}

static int
note_incident(const struct row_incident *row, void *owner)
{
	struct lived *lived = owner;
	assert_true(lived->count < INCIDENTS_MAX);
	memmove(lived->incidents + 1, lived->incidents,
	    (size_t)lived->count * sizeof(lived->incidents[0]));
	lived->incidents[0] = *row;
	/* of one message of the kind only watch knows */
	memset(lived->incidents[0].example, 0, sizeof(lived->incidents[0].example));
	lived->count++;
	return 0;
}

static int
note_notice(const struct row_notice *row UNUSED, void *owner)
{
	((struct lived *)owner)->mails++;
	return 0;
}

static struct lived *
ask_lived(const struct world *world)
{
	struct lived *lived = mem_alloc(sizeof(*lived));
	struct store *store = open_history(world);
	assert_int_equal(store_list_incidents(store, false, 1000, note_incident, lived), 0);
	assert_int_equal(store_list_notices(store, 0, 1000, note_notice, lived), 0);
	store_close(store);
	return lived;
}

static struct rehearsal *
rehearse(const struct world *world, const struct settings *settings, int64_t since_s)
{
	struct rehearsal *rehearsal = NULL;
	struct store *store = open_history(world);
	struct rehearsal_question question = {
	    .history = store,
	    .settings = settings,
	    .instance = "",
	    .since_s = since_s,
	    .until_s = world_now_s + 1,
	};
	assert_int_equal(rehearsal_run(&question, &rehearsal), 0);
	store_close(store);
	return rehearsal;
}

/* Three floods: one that is cured, one that comes back, and one that goes on. */
static struct world *
live_through_floods(enum act_mode mode)
{
	struct world *world = world_new();
	world->role.settings.mode = mode;
	world->role.settings.rules[0].reopen_within_s = 60;
	world_add(world, CLASS_NORMAL, QUEUE_ACTIVE, 7);
	world_ticks(world, 5);
	story_flood(world, 150);
	world_ticks(world, 30);
	story_remove_all(world);
	world_ticks(world, 10);
	story_flood(world, 180);
	world_ticks(world, 20);
	story_remove_all(world);
	world_ticks(world, 100);
	world->remedy_refuses = true;
	world_add(world, CLASS_BOUNCE, QUEUE_INCOMING, 60);
	world_ticks(world, 4);
	story_flood(world, 300);
	world_ticks(world, 20);
	return world;
}

/* ---- seconds ---- */

/* What only the live engine's mails said: a rehearsed remedy never ends. */
static struct row_incident
forget_mails(const struct row_incident *row)
{
	struct row_incident rest = *row;
	rest.told_s = rest.told_peak = rest.told_ended = rest.updates = 0;
	return rest;
}

static void
assert_same(const struct row_incident *rehearsed, const struct row_incident *lived, bool acts)
{
	struct row_incident a = acts ? forget_mails(rehearsed) : *rehearsed;
	struct row_incident b = acts ? forget_mails(lived) : *lived;
	assert_memory_equal(&a, &b, sizeof(a));
}

static void
incidents_are_the_same_byte_for_byte(void **state UNUSED)
{
	static const enum act_mode modes[] = {MODE_OBSERVE, MODE_ACT};
	for (size_t at = 0; at < ARRAY_LENGTH(modes); at++) {
		bool acts = modes[at] == MODE_ACT;
		struct world *world = live_through_floods(modes[at]);
		AUTO_FREE struct lived *lived = ask_lived(world);
		struct rehearsal *rehearsal = rehearse(world, &world->role.settings, 0);
		int64_t mails = 0;
		assert_int_equal(lived->count, 2);
		assert_int_equal(lived->incidents[0].reopened, 1);
		assert_int_equal(lived->incidents[1].state, INCIDENT_OPEN);
		assert_int_equal(rehearsal->incident_count, lived->count);
		for (int i = 0; i < lived->count; i++) {
			assert_same(&rehearsal->incidents[i].row, &lived->incidents[i], acts);
			mails += rehearsal->incidents[i].mails;
		}
		assert_true(mails == lived->mails || (acts && mails < lived->mails));
		assert_int_equal(rehearsal->stretches[0].steps + rehearsal->stretches[1].steps, 0);
		assert_int_equal(rehearsal->stretches[2].until_s, world_now_s + 1);
		rehearsal_free(rehearsal);
		world_free(world);
	}
}

/* By the counts that were, at most what a cap leaves; and what the mode of the step is. */
static void
remedies_are_counted_within_their_caps(void **state UNUSED)
{
	struct world *world = live_through_floods(MODE_ACT);
	struct settings *settings = &world->role.settings;
	for (int i = 0; i < settings->remedy_count; i++)
		settings->remedies[i].max_messages = 100;
	struct rehearsal *rehearsal = rehearse(world, settings, 0);
	const struct rehearsal_incident *incident = &rehearsal->incidents[1];
	const struct rehearsal_action *hold = &incident->actions[0];
	assert_int_equal(incident->action_count, 2);
	assert_string_equal(hold->row.remedy, "hold-bounces");
	assert_int_equal(hold->mode, MODE_ACT);
	assert_int_equal(hold->row.matching, 300); /* the others are in incoming */
	assert_int_equal(hold->within_caps, 100);
	rehearsal_free(rehearsal);
	world_free(world);
}

static void
other_settings_open_otherwise(void **state UNUSED)
{
	struct world *world = live_through_floods(MODE_ACT);
	struct settings *settings = &world->role.settings;
	settings->rules[0].above = 200;
	struct rehearsal *rehearsal = rehearse(world, settings, 0);
	assert_int_equal(rehearsal->incident_count, 1);
	assert_int_equal(rehearsal->incidents[0].row.level, 200);
	rehearsal_free(rehearsal);
	settings->rules[0].above = 100000;
	rehearsal = rehearse(world, settings, 0);
	assert_int_equal(rehearsal->incident_count, 0);
	rehearsal_free(rehearsal);
	world_free(world);
}

/* What was over before is not told of, what was open then is. */
static void
time_asked_for_is_told_of(void **state UNUSED)
{
	struct world *world = live_through_floods(MODE_ACT);
	AUTO_FREE struct lived *lived = ask_lived(world);
	int64_t since_s = lived->incidents[0].closed_s + 1;
	struct rehearsal *rehearsal = rehearse(world, &world->role.settings, since_s);
	assert_int_equal(rehearsal->incident_count, 1);
	assert_int_equal(rehearsal->incidents[0].row.opened_s, lived->incidents[1].opened_s);
	assert_int_equal(rehearsal->stretches[2].since_s, since_s);
	assert_int_equal(rehearsal->stretches[2].steps, world_now_s + 1 - since_s);
	rehearsal_free(rehearsal);
	world_free(world);
}

/* No mail of a rehearsal ever leaves: that is no trouble of the daemon's. */
static void
daemon_itself_is_not_judged(void **state UNUSED)
{
	struct world *world = live_through_floods(MODE_ACT);
	struct settings *settings = &world->role.settings;
	world_ticks(world, 2000);
	struct settings_rule *rule = &settings->rules[settings->rule_count++];
	*rule = (struct settings_rule){.name = "own-trouble",
	    .signal = SIGNAL_BOUNCES,
	    .detector = DETECTOR_SELF,
	    .above = 0,
	    .clear_below = 0,
	    .mode = SETTINGS_MODE_INHERIT};
	struct rehearsal *rehearsal = rehearse(world, settings, 0);
	for (int i = 0; i < rehearsal->incident_count; i++)
		assert_string_equal(rehearsal->incidents[i].row.rule, "bounce-flood");
	rehearsal_free(rehearsal);
	world_free(world);
}

static void
unknown_instance_is_told(void **state UNUSED)
{
	struct world *world = world_new();
	world_ticks(world, 2);
	struct rehearsal *rehearsal = NULL;
	struct store *store = open_history(world);
	struct rehearsal_question question = {
	    .history = store, .settings = &world->role.settings, .instance = "out"};
	assert_int_equal(rehearsal_run(&question, &rehearsal), -ENOENT);
	store_close(store);
	world_free(world);
}

/* ---- what is left in minutes ---- */

/* Drops all ticks of minutes that are over, as the engine does after some days. */
static void
forget_seconds(const struct world *world)
{
	struct store *store = NULL;
	AUTO_FREE char *path = mem_format("%s/history.db", world->directory);
	struct store_retention retention = {0, 86400, 86400, 86400};
	assert_int_equal(store_open(path, &store), 0);
	assert_int_equal(store_begin(store), 0);
	for (int i = 0; i < 10; i++)
		assert_int_equal(store_roll_up(store, world_now_s, &retention), 0);
	assert_int_equal(store_commit(store, false), 0);
	store_close(store);
}

/* A flood of minutes is found in them, by its mean; one of seconds is not. */
static void
minutes_are_judged_by_their_means(void **state UNUSED)
{
	struct world *world = world_new();
	world_now_s = world_now_s / 60 * 60 - 1;
	world->role.settings.mode = MODE_OBSERVE;
	world->role.settings.rules[0].clear_for_s = 60;
	world_ticks(world, 60);
	story_flood(world, 150);
	world_ticks(world, 10);
	story_remove_all(world);
	world_ticks(world, 240);
	world_now_s = world_now_s / 60 * 60 - 1;
	story_flood(world, 300);
	world_ticks(world, 180);
	forget_seconds(world);
	struct rehearsal *rehearsal = rehearse(world, &world->role.settings, 0);
	assert_int_equal(rehearsal->stretches[0].steps, 0);
	assert_true(rehearsal->stretches[1].steps >= 7);
	assert_true(rehearsal->stretches[2].steps < 60);
	assert_int_equal(rehearsal->stretches[1].until_s % 60, 0);
	assert_int_equal(rehearsal->incident_count, 1);
	assert_int_equal(rehearsal->incidents[0].row.peak, 300);
	assert_true(rehearsal->incidents[0].row.opened_s < rehearsal->stretches[1].until_s);
	rehearsal_free(rehearsal);
	world_free(world);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(incidents_are_the_same_byte_for_byte),
	    cmocka_unit_test(remedies_are_counted_within_their_caps),
	    cmocka_unit_test(other_settings_open_otherwise),
	    cmocka_unit_test(time_asked_for_is_told_of),
	    cmocka_unit_test(daemon_itself_is_not_judged),
	    cmocka_unit_test(unknown_instance_is_told),
	    cmocka_unit_test(minutes_are_judged_by_their_means),
	};
	log_open("replay", getenv("REPLAY_LOG") != NULL ? LOG_LEVEL_INFO : LOG_LEVEL_ERROR);
	return cmocka_run_group_tests_name("rehearse", tests, NULL, NULL);
}
