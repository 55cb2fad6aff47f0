/* SPDX-License-Identifier: ISC
 *
 * engine_test.c - the whole story on a fake clock: flood, hold, delete, all-clear; what an operator
 * orders, and what is refused.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/log.h"
#include "tests/replay/story.h"
#include "watchdogd/engine/attempt.h"

static void
flood_is_held_deleted_and_told(void **state UNUSED)
{
	struct world *world = world_new();
	story_flood(world, 318);
	assert_int_equal(world_count(world, CLASS_BOUNCE, QUEUE_HOLD), 318);
	struct told told = story_ask(world);
	assert_int_equal(told.open, 1);
	assert_string_equal(HELD(told).text, "held 318 messages");
	assert_int_equal(DELETED(told).state, ACTION_WAITING);
	assert_int_equal(world->mails, 1);
	assert_non_null(strstr(world->last_subject, "bounce-flood"));
	assert_non_null(
	    strstr(world->last_body, "hold-bounces, running: begun, 318 messages match"));
	assert_non_null(strstr(world->last_body, "watchdogctl remedy undo"));
	assert_non_null(strstr(world->last_body, "<ava1204@8231.com>"));

	world_ticks(world, 30);
	told = story_ask(world);
	assert_int_equal(told.incidents, 1);
	assert_int_equal(told.open, 0);
	assert_int_equal(told.incident.peak, 318);
	assert_int_equal(HELD(told).state, ACTION_DONE);
	assert_int_equal(DELETED(told).state, ACTION_DONE);
	assert_int_equal(DELETED(told).done, 318);
	assert_int_equal(world_count_deleted(world), 318);
	story_assert_two_mails(world);
	story_assert_good_mail_untouched(world);
	world_free(world);
}

static void
observing_touches_nothing(void **state UNUSED)
{
	struct world *world = world_new();
	world->role.settings.mode = MODE_OBSERVE;
	story_flood(world, 318);
	world_ticks(world, 20);
	struct told told = story_ask(world);
	assert_int_equal(world->orders, 0);
	assert_int_equal(world_count(world, CLASS_BOUNCE, QUEUE_DEFERRED), 318);
	assert_int_equal(HELD(told).state, ACTION_WOULD);
	assert_string_equal(
	    HELD(told).text, "would hold 318 messages; mode is observe, nothing is done");
	assert_non_null(strstr(world->last_body, "would hold 318 messages"));
	assert_non_null(strstr(world->last_body, "watchdogctl remedy run hold-bounces"));
	world_free(world);
}

/* Whoever holds a bounce by hand keeps it: the incident deletes only what it held itself. */
static void
foreign_held_bounces_stay(void **state UNUSED)
{
	struct world *world = world_new();
	world_add(world, CLASS_BOUNCE, QUEUE_HOLD, 7);
	story_flood(world, 150);
	world_ticks(world, 30);
	assert_int_equal(world_count_deleted(world), 150);
	assert_int_equal(world_count(world, CLASS_BOUNCE, QUEUE_HOLD), 7);
	world_free(world);
}

static void
undo_releases_and_does_not_hold_again(void **state UNUSED)
{
	struct world *world = world_new();
	story_flood(world, 150);
	struct told told = story_ask(world);
	world_command(world, "undo", "", HELD(told).id);
	assert_true(world->result_ok);
	world_ticks(world, 20);
	told = story_ask(world);
	assert_int_equal(world_count(world, CLASS_BOUNCE, QUEUE_DEFERRED), 150);
	assert_int_equal(HELD(told).state, ACTION_UNDONE);
	assert_int_equal(RELEASED(told).state, ACTION_DONE);
	assert_string_equal(RELEASED(told).text, "released 150 messages");
	assert_int_equal(world_count_deleted(world), 0); /* what was released is not deleted */
	world_command(world, "undo", "", HELD(told).id);
	assert_false(world->result_ok);
	assert_non_null(strstr(world->result, "undone already"));
	world_free(world);
}

static void
caps_stop_the_remedy(void **state UNUSED)
{
	struct world *world = world_new();
	struct settings_remedy *remedy = NULL;
	for (int i = 0; i < world->role.settings.remedy_count; i++)
		if (strcmp(world->role.settings.remedies[i].name, "hold-bounces") == 0)
			remedy = &world->role.settings.remedies[i];
	remedy->max_messages = 70;
	remedy->batch = 20;
	story_flood(world, 150);
	world_ticks(world, 5);
	struct told told = story_ask(world);
	assert_int_equal(world_count(world, CLASS_BOUNCE, QUEUE_HOLD), 70);
	assert_int_equal(HELD(told).state, ACTION_CAPPED);
	assert_non_null(strstr(HELD(told).text, "max_messages 70"));
	world_free(world);
}

static void
message_that_changed_is_left_alone(void **state UNUSED)
{
	struct world *world = world_new();
	story_flood(world, 150);
	/* between selection and order nothing may change; the far end of remedy looks itself */
	for (int i = 0; i < world->message_count; i++)
		world->messages[i].ctime_ns += 5;
	struct told told = story_ask(world);
	world_command(world, "undo", "", HELD(told).id);
	world_ticks(world, 5);
	assert_int_equal(world_count(world, CLASS_BOUNCE, QUEUE_DEFERRED), 150);
	world_free(world);
}

static void
failing_remedy_gives_up_and_says_why(void **state UNUSED)
{
	struct world *world = world_new();
	world->remedy_refuses = true;
	story_flood(world, 150);
	world_ticks(world, 600);
	struct told told = story_ask(world);
	assert_int_equal(HELD(told).state, ACTION_FAILED);
	assert_non_null(strstr(HELD(told).text, "did as it was told"));
	assert_int_equal(world_count(world, CLASS_BOUNCE, QUEUE_DEFERRED), 150);
	world_free(world);
}

static void
rule_with_the_longest_name_acts(void **state UNUSED)
{
	struct world *world = world_new();
	char *name = world->role.settings.rules[0].name;
	memset(name, 'x', RULE_NAME_SIZE - 1);
	name[RULE_NAME_SIZE - 1] = '\0';
	story_flood(world, 150);
	assert_int_equal(world_count(world, CLASS_BOUNCE, QUEUE_HOLD), 150);
	world_free(world);
}

static void
relay_that_is_down_gets_the_mail_later(void **state UNUSED)
{
	struct world *world = world_new();
	world->relay_code = 0;
	story_flood(world, 150);
	world_ticks(world, 20);
	world->relay_code = 451;
	world_ticks(world, 60);
	assert_int_equal(world->mails, 0);
	world_start_engine(world);
	world->relay_code = 250;
	world_ticks(world, ATTEMPT_LAST_S + 1);
	story_assert_two_mails(world);
	world_free(world);
}

static void
refused_mail_is_given_up(void **state UNUSED)
{
	struct world *world = world_new();
	world->relay_code = 550;
	story_flood(world, 150);
	world->relay_code = 250;
	world_ticks(world, 60);
	assert_int_equal(world->mails, 1); /* only the all-clear */
	world_free(world);
}

static void
operator_plans_and_runs(void **state UNUSED)
{
	struct world *world = world_new();
	world->role.settings.mode = MODE_OBSERVE;
	world_add(world, CLASS_BOUNCE, QUEUE_DEFERRED, 30);
	world_add(world, CLASS_NORMAL, QUEUE_DEFERRED, 5);
	world_ticks(world, 2);
	world_command(world, "plan", "hold-bounces", 0);
	assert_true(world->result_ok);
	assert_non_null(strstr(world->result, "\"would\":30"));
	assert_int_equal(world->orders, 0);
	world_command(world, "run", "hold-bounces", 0);
	assert_true(world->result_ok);
	world_ticks(world, 3);
	assert_int_equal(world_count(world, CLASS_BOUNCE, QUEUE_HOLD), 30);
	assert_int_equal(world_count(world, CLASS_NORMAL, QUEUE_DEFERRED), 5);
	struct told told = story_ask(world);
	assert_int_equal(HELD(told).state, ACTION_DONE);
	assert_string_equal(HELD(told).requested_by, "uid 0");
	world_free(world);
}

/* What is older than a minute is held, whoever sent it, and nothing else; release takes it back. */
static void
operator_holds_what_he_selects(void **state UNUSED)
{
	for (int killed = 0; killed <= 1; killed++) {
		struct world *world = world_new();
		world->role.settings.mode = MODE_OBSERVE;
		world_add(world, CLASS_NORMAL, QUEUE_DEFERRED, 250);
		world_ticks(world, 90);
		world_add(world, CLASS_NORMAL, QUEUE_DEFERRED, 40);
		world_ticks(world, 2);
		world_select(world, "plan", "hold", 60);
		assert_non_null(
		    strstr(world->result, "would hold 250 of 250 messages: older than 1 min"));
		assert_non_null(strstr(world->result, " --older 60s"));
		assert_int_equal(world->orders, 0);
		world_select(world, "run", "hold", 60);
		assert_true(world->result_ok);
		if (killed)
			world_start_engine(world);
		world_ticks(world, 3);
		assert_int_equal(world_count(world, CLASS_NORMAL, QUEUE_HOLD), 250);
		struct row_action row = story_load_action(world, 1);
		assert_int_equal(row.state, ACTION_DONE);
		assert_string_equal(row.selection, "{\"older\":60}");
		world_command(world, "undo", "", 1);
		world_ticks(world, 3);
		assert_int_equal(world_count(world, CLASS_NORMAL, QUEUE_DEFERRED), 290);
		world_free(world);
	}
}

static void
nonsense_is_refused_in_words(void **state UNUSED)
{
	const struct {
		const char *verb, *remedy;
		int64_t action;
		const char *word;
	} table[] = {
	    {"run", "hold-everything", 0, "no remedy is called hold-everything"},
	    {"run", "release", 0, "remedy undo"},
	    {"plan", "", 0, "no remedy"},
	    {"undo", "", 99, "there is no action 99"},
	    {"run", "hold", 0, "say which messages"},
	    {"plan", "hold", 0, "say which messages"},
	};
	struct world *world = world_new();
	world_ticks(world, 1);
	for (size_t i = 0; i < ARRAY_LENGTH(table); i++) {
		world_command(world, table[i].verb, table[i].remedy, table[i].action);
		assert_false(world->result_ok);
		assert_non_null(strstr(world->result, table[i].word));
	}
	world_select(world, "run", "hold-bounces", 60);
	assert_non_null(strstr(world->result, "hold-bounces takes no conditions"));
	world_free(world);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(flood_is_held_deleted_and_told),
	    cmocka_unit_test(observing_touches_nothing),
	    cmocka_unit_test(foreign_held_bounces_stay),
	    cmocka_unit_test(undo_releases_and_does_not_hold_again),
	    cmocka_unit_test(caps_stop_the_remedy),
	    cmocka_unit_test(message_that_changed_is_left_alone),
	    cmocka_unit_test(failing_remedy_gives_up_and_says_why),
	    cmocka_unit_test(rule_with_the_longest_name_acts),
	    cmocka_unit_test(relay_that_is_down_gets_the_mail_later),
	    cmocka_unit_test(refused_mail_is_given_up),
	    cmocka_unit_test(operator_plans_and_runs),
	    cmocka_unit_test(operator_holds_what_he_selects),
	    cmocka_unit_test(nonsense_is_refused_in_words),
	};
	log_open("replay", getenv("REPLAY_LOG") != NULL ? LOG_LEVEL_INFO : LOG_LEVEL_ERROR);
	return cmocka_run_group_tests_name("engine", tests, NULL, NULL);
}
