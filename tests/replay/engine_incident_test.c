/* SPDX-License-Identifier: ISC
 *
 * engine_incident_test.c - who a flood is from, floods that come back, and what operators say about
 * an incident.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/log.h"
#include "lib/mem.h"
#include "tests/replay/story.h"

/* From now on watch says that so many of the bounces have this cause. */
static void
say_cause(struct world *world, const char *key, uint64_t count)
{
	struct message_tick_top row = {
	    .instance = "-",
	    .dimension = DIMENSION_CAUSE,
	    .class = CLASS_BOUNCE,
	    .rank = 1,
	    .count = count,
	    .total = count,
	};
	snprintf(row.key, sizeof(row.key), "%s", key);
	tops_clear(&world->tops);
	assert_int_equal(tops_add(&world->tops, &row, TOPS_MAX), 0);
}

static int
note_key(const struct message_tick_top *row, void *owner)
{
	snprintf(owner, sizeof(row->key), "%.99s %" PRIu64, row->key, row->count);
	return 0;
}

/* The only row of a moment, "" without one. */
static const char *
ask_moment(const struct world *world, int64_t incident, enum moment moment)
{
	static char key[ADDRESS_TEXT_SIZE];
	struct store *store = NULL;
	AUTO_FREE char *path = mem_format("%s/history.db", world->directory);
	key[0] = '\0';
	assert_int_equal(store_open_read(path, &store), 0);
	assert_int_equal(store_list_incident_tops(store, incident, moment, note_key, key), 0);
	store_close(store);
	return key;
}

/* What watch said last before the opening goes into the mail; what it says next is kept, and what
 * it says at the peak goes into the all-clear, whoever is restarted in between. */
static void
cause_is_told_and_kept(void **state UNUSED)
{
	for (int kill = 0; kill < 2; kill++) {
		struct world *world = world_new();
		world->role.settings.mode = MODE_OBSERVE;
		world_now_s = world_now_s / 5 * 5;
		world_ticks(world, 2);
		say_cause(world, "the first", 120);
		world_add(world, CLASS_BOUNCE, QUEUE_DEFERRED, 120);
		world_ticks(world, 4); /* said in the third second, opened in the fourth */
		int64_t id = story_ask(world).incident.id;
		assert_non_null(strstr(world->last_body,
		    "\nWho        100 % of 120 bounces were caused by the first\n"));
		say_cause(world, "the second", 120);
		world_ticks(world, 5);
		assert_string_equal(ask_moment(world, id, MOMENT_OPENING), "the second 120");
		say_cause(world, "the third", 300);
		world_add(world, CLASS_BOUNCE, QUEUE_DEFERRED, 180);
		world_ticks(world, 5);
		assert_string_equal(ask_moment(world, id, MOMENT_OPENING), "the second 120");
		assert_string_equal(ask_moment(world, id, MOMENT_PEAK), "the third 300");
		if (kill > 0)
			world_start_engine(world);
		say_cause(world, "the last", 1);
		story_remove_all(world);
		world_ticks(world, 20);
		assert_string_equal(ask_moment(world, id, MOMENT_PEAK), "the third 300");
		assert_non_null(strstr(world->last_body,
		    "\nWho        100 % of 300 bounces were caused by the third\n"));
		world_free(world);
	}
}

/* What an incident would have done stays what it was when the next flood comes. */
static void
closed_incident_is_not_counted_again(void **state UNUSED)
{
	struct world *world = world_new();
	world->role.settings.mode = MODE_OBSERVE;
	story_flood(world, 150);
	story_remove_all(world);
	world_ticks(world, 20);
	struct told told = story_ask(world);
	int64_t first = HELD(told).id;
	assert_int_equal(told.open, 0);
	story_flood(world, 400);
	world_ticks(world, 20);
	told = story_ask(world);
	assert_int_equal(told.incidents, 2);
	assert_true(HELD(told).id > first);
	assert_int_equal(HELD(told).matching, 400);
	struct row_action old = story_load_action(world, first);
	assert_string_equal(old.text, "would hold 150 messages; mode is observe, nothing is done");
	world_free(world);
}

/* Back soon: one incident, its steps done anew, each mail with an id of its own. */
static void
flood_that_comes_back_is_the_same_incident(void **state UNUSED)
{
	for (int kill = 0; kill < 2; kill++) {
		struct world *world = world_new();
		world->role.settings.rules[0].reopen_within_s = 60;
		story_flood(world, 150);
		world_ticks(world, 30);
		assert_int_equal(story_ask(world).open, 0);
		if (kill > 0)
			world_start_engine(world);
		story_flood(world, 200);
		assert_non_null(strstr(world->last_subject, " is back: bounces 200"));
		assert_non_null(strstr(world->last_body, "\nBack since "));
		world_ticks(world, 30);
		struct told told = story_ask(world);
		assert_int_equal(told.incidents, 1);
		assert_int_equal(told.open, 0);
		assert_int_equal(told.incident.reopened, 1);
		assert_int_equal(told.incident.peak, 200);
		assert_int_equal(told.actions, 4);
		assert_int_equal(world_count_deleted(world), 350);
		assert_int_equal(world->mails, 4);
		for (int i = 0; i < 4; i++)
			for (int j = 0; j < i; j++)
				assert_string_not_equal(world->mail_ids[i], world->mail_ids[j]);
		world_ticks(world, 60);
		story_flood(world, 150);
		assert_int_equal(story_ask(world).incidents, 2);
		world_free(world);
	}
}

/* What was only said is said of the same action again. */
static void
flood_that_comes_back_is_observed_on(void **state UNUSED)
{
	struct world *world = world_new();
	world->role.settings.mode = MODE_OBSERVE;
	world->role.settings.rules[0].reopen_within_s = 60;
	story_flood(world, 150);
	story_remove_all(world);
	world_ticks(world, 20);
	story_flood(world, 400);
	world_ticks(world, 20);
	struct told told = story_ask(world);
	assert_int_equal(told.incidents, 1);
	assert_int_equal(HELD(told).matching, 400);
	assert_int_equal(told.actions, 3); /* the first delete had nothing to do */
	world_free(world);
}

static int
note_audit(const struct row_audit *row, void *owner)
{
	char *verbs = owner;
	size_t used = strlen(verbs);
	snprintf(
	    verbs + used, 256 - used, "%s%s/%" PRId64, used > 0 ? " " : "", row->verb, row->uid);
	return 0;
}

/* "note/1000 ack/1000", the newest first. */
static const char *
ask_audit(const struct world *world)
{
	static char verbs[256];
	struct store *store = NULL;
	AUTO_FREE char *path = mem_format("%s/history.db", world->directory);
	verbs[0] = '\0';
	assert_int_equal(store_open_read(path, &store), 0);
	assert_int_equal(store_list_audit(store, 0, 100, note_audit, verbs), 0);
	store_close(store);
	return verbs;
}

static void
acts_of_operators_are_kept(void **state UNUSED)
{
	struct world *world = world_new();
	story_flood(world, 150);
	int64_t id = story_ask(world).incident.id;
	world_care(world, "ack", id, 0);
	assert_true(world->result_ok);
	world_care(world, "note", id, 0);
	world_command(world, "pause", "", 0);
	world_command(world, "undo", "", HELD(story_ask(world)).id);
	assert_string_equal(ask_audit(world), "undo/0 pause/0 note/1000 ack/1000");
	struct told told = story_ask(world);
	assert_string_equal(told.incident.acked_by, "uid 1000");
	world_ticks(world, 3); /* the tick's own row does not undo it */
	assert_int_equal(story_ask(world).incident.acked_s, told.incident.acked_s);
	world_care(world, "ack", id + 7, 0);
	assert_false(world->result_ok);
	assert_non_null(strstr(world->result, "there is no incident"));
	world_free(world);
}

/* What there is to tell is told afterwards, in its order. */
static void
snoozed_incident_is_silent(void **state UNUSED)
{
	for (int kill = 0; kill < 2; kill++) {
		struct world *world = world_new();
		story_flood(world, 150);
		assert_int_equal(world->mails, 1);
		int64_t id = story_ask(world).incident.id;
		world_care(world, "snooze", id, 8 * 24 * 3600);
		assert_false(world->result_ok);
		world_care(world, "snooze", id, 60);
		assert_true(world->result_ok);
		if (kill > 0)
			world_start_engine(world);
		world_ticks(world, 55);
		assert_int_equal(story_ask(world).open, 0);
		assert_int_equal(world->mails, 1);
		world_ticks(world, 10);
		story_assert_two_mails(world);
		world_free(world);
	}
}

/* Closed by hand while the flood goes on: nothing more is done or opened until it has been calm. */
static void
incident_closed_by_hand_stays_closed(void **state UNUSED)
{
	for (int kill = 0; kill < 2; kill++) {
		struct world *world = world_new();
		world->role.settings.mode = MODE_OBSERVE;
		story_flood(world, 150);
		int64_t id = story_ask(world).incident.id;
		world_care(world, "close", id, 0);
		assert_true(world->result_ok);
		world_tick(world);
		story_assert_two_mails(world);
		assert_non_null(strstr(world->last_body, " by uid 1000\n"));
		struct told told = story_ask(world);
		assert_int_equal(told.open, 0);
		assert_string_equal(
		    DELETED(told).text, "nothing done: an operator closed the incident");
		world_care(world, "close", id, 0);
		assert_false(world->result_ok);
		assert_non_null(strstr(world->result, "is closed"));
		if (kill > 0)
			world_start_engine(world);
		world_ticks(world, 20);
		assert_int_equal(story_ask(world).incidents, 1);
		story_remove_all(world);
		world_ticks(world, 2);
		if (kill > 0)
			world_start_engine(world);
		story_flood(world, 150);
		assert_int_equal(story_ask(world).incidents, 2);
		world_free(world);
	}
}

/* A rule that is gone after a reload takes its incident with it, and people are told why. */
static void
rule_that_is_gone_closes_its_incident(void **state UNUSED)
{
	struct world *world = world_new();
	story_flood(world, 150);
	snprintf(world->role.settings.rules[0].name, sizeof(world->role.settings.rules[0].name),
	    "bounce-storm");
	world_start_engine(world);
	world_ticks(world, 2);
	story_assert_two_mails(world);
	assert_non_null(strstr(world->last_subject, "bounce-flood"));
	assert_non_null(strstr(
	    world->last_body, "rule bounce-flood on instance - is not in the settings any more"));
	assert_non_null(strstr(world->last_body, "\nClosed     "));
	struct told told = story_ask(world);
	assert_int_equal(HELD(told).state, ACTION_DONE);
	assert_string_equal(HELD(told).text, "held 150 messages");
	assert_string_equal(DELETED(told).text, "will delete 10 s after the incident opened");
	world_ticks(world, 20);
	told = story_ask(world);
	assert_string_equal(DELETED(told).text, "nothing done: the incident was over before");
	assert_int_equal(world->mails, 2);
	world_free(world);
}

/* What is announced opens nothing; what comes beside it, and what goes on after it, does. */
static void
planned_mail_opens_no_incident(void **state UNUSED)
{
	for (int kill = 0; kill < 2; kill++) {
		struct world *world = world_new();
		world->role.settings.rules[0].signal = SIGNAL_INCOMING;
		world->role.settings.rules[0].step_count = 0;
		world_care(world, "expect", 0, 8 * 24 * 3600);
		assert_false(world->result_ok);
		world_care(world, "expect", 0, 30);
		assert_true(world->result_ok);
		if (kill > 0)
			world_start_engine(world);
		world_add(world, CLASS_NORMAL, QUEUE_INCOMING, 200);
		world_ticks(world, 29);
		assert_int_equal(story_ask(world).incidents, 0);
		world_ticks(world, 3);
		assert_int_equal(story_ask(world).incidents, 0); /* it counts from the end */
		world_ticks(world, 2);
		assert_int_equal(story_ask(world).incidents, 1);
		world_free(world);
	}
}

/* The same at a time of the week; bounces are never planned. */
static void
time_of_the_week_opens_no_incident(void **state UNUSED)
{
	const struct {
		enum signal_name signal;
		int incidents;
	} table[] = {{SIGNAL_INCOMING, 0}, {SIGNAL_BOUNCES, 1}};
	for (size_t i = 0; i < ARRAY_LENGTH(table); i++) {
		struct world *world = world_new();
		struct settings *settings = &world->role.settings;
		struct tm tm;
		world_now_s = world_now_s / 60 * 60;
		time_t begin = (time_t)world_now_s;
		localtime_r(&begin, &tm);
		strftime(settings->planned[0].at, sizeof(settings->planned[0].at), "%H:%M", &tm);
		settings->planned[0].for_s = 60;
		settings->planned_count = 1;
		settings->rules[0].signal = table[i].signal;
		settings->rules[0].step_count = 0;
		world_add(world, CLASS_BOUNCE, QUEUE_INCOMING, 200);
		world_ticks(world, 59);
		assert_int_equal(story_ask(world).incidents, table[i].incidents);
		world_ticks(world, 5);
		assert_int_equal(story_ask(world).incidents, 1);
		world_free(world);
	}
}

static void
planned_mail_excuses_no_bounces(void **state UNUSED)
{
	struct world *world = world_new();
	world_care(world, "expect", 0, 600);
	story_flood(world, 150);
	assert_int_equal(story_ask(world).open, 1);
	assert_string_equal(ask_audit(world), "expect/1000");
	world_free(world);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(cause_is_told_and_kept),
	    cmocka_unit_test(closed_incident_is_not_counted_again),
	    cmocka_unit_test(flood_that_comes_back_is_the_same_incident),
	    cmocka_unit_test(flood_that_comes_back_is_observed_on),
	    cmocka_unit_test(acts_of_operators_are_kept),
	    cmocka_unit_test(snoozed_incident_is_silent),
	    cmocka_unit_test(incident_closed_by_hand_stays_closed),
	    cmocka_unit_test(planned_mail_opens_no_incident),
	    cmocka_unit_test(time_of_the_week_opens_no_incident),
	    cmocka_unit_test(planned_mail_excuses_no_bounces),
	    cmocka_unit_test(rule_that_is_gone_closes_its_incident),
	};
	log_open("replay", getenv("REPLAY_LOG") != NULL ? LOG_LEVEL_INFO : LOG_LEVEL_ERROR);
	return cmocka_run_group_tests_name("engine_incident", tests, NULL, NULL);
}
