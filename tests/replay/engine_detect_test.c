/* SPDX-License-Identifier: ISC
 *
 * engine_detect_test.c - the detectors that look at more than one number, from the ticks to the mail.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/log.h"
#include "lib/mem.h"
#include "tests/replay/story.h"

/* A world with the default rule of this name alone. */
static struct world *
world_with_rule(const char *name)
{
	struct settings *defaults = mem_alloc(sizeof(*defaults));
	settings_defaults(defaults);
	struct world *world = world_new();
	world->role.settings.rules[0] = *settings_find_rule(defaults, name);
	free(defaults);
	world_start_engine(world);
	return world;
}

/* A filter hangs for two minutes: one incident, with what was seen, whoever is restarted meanwhile. */
static void
filter_that_hangs_is_an_incident(void **state UNUSED)
{
	for (int kill = 0; kill < 2; kill++) {
		struct world *world = world_with_rule("filter-stall");
		world->flow.arrivals = world->flow.deliveries = 5;
		world_ticks(world, 120);
		assert_int_equal(story_ask(world).incidents, 0);
		world->flow.deliveries = 0;
		for (int i = 0; i < 120; i++) {
			world_add(world, CLASS_NORMAL, QUEUE_ACTIVE, 5);
			world_tick(world);
			if (i == 60 || i == 70)
				assert_int_equal(story_ask(world).open, i == 70);
			if (kill > 0 && i == 90)
				world_start_engine(world);
		}
		assert_string_equal(story_ask(world).incident.text,
		    "in 1 min 6 s 330 arrived, 0 were delivered, 0 deferred; 330 wait in incoming "
		    "and active, 0 before");
		assert_non_null(strstr(world->last_subject, "filter-stall on "));
		story_remove_all(world);
		world->flow.deliveries = 50;
		world_ticks(world, 160);
		struct told told = story_ask(world);
		assert_int_equal(told.open, 0);
		assert_int_equal(told.incidents, 1);
		assert_true(told.incident.peak >= (kill > 0 ? 90 : 120));
		story_assert_two_mails(world);
		world_free(world);
	}
}

/* A disk that fills up in ten minutes is told of when it is a fifth full; an engine that is restarted
 * begins to look anew. */
static void
disk_that_fills_up_is_an_incident(void **state UNUSED)
{
	for (int kill = 0; kill < 2; kill++) {
		struct world *world = world_with_rule("queue-full");
		world->flow.disk_bytes = world->flow.disk_free_bytes = 600000;
		world_ticks(world, 60);
		for (int i = 0; i < 180 + 120 * kill; i++) {
			world->flow.disk_free_bytes -= 1000;
			world_tick(world);
			if (kill > 0 && i == 120)
				world_start_engine(world);
		}
		struct told told = story_ask(world);
		assert_int_equal(told.open, 1);
		assert_in_range(told.incident.value, 29 + 20 * kill, 30 + 20 * kill);
		assert_memory_equal(told.incident.text, "disk of the queues ", 19);
		assert_non_null(strstr(told.incident.text, ": full in "));
		world->flow.disk_free_bytes = 600000;
		world_ticks(world, 400);
		assert_int_equal(story_ask(world).open, 0);
		assert_non_null(strstr(world->mail_ids[0], ".opened."));
		assert_non_null(strstr(world->mail_ids[world->mails - 1], ".closed."));
		world_free(world);
	}
}

/* Watch is killed again and again. */
static void
roles_that_die_are_an_incident(void **state UNUSED)
{
	struct world *world = world_with_rule("watchdogd");
	struct message_role role = {.role = ROLE_WATCH, .running = 1, .restarts = 5};
	engine_note_role(world->engine, &role);
	world_ticks(world, 5);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(story_ask(world).incidents, 0);
		role.restarts++;
		engine_note_role(world->engine, &role);
		world_ticks(world, 30);
	}
	struct told told = story_ask(world);
	assert_int_equal(told.open, 1);
	assert_string_equal(told.incident.text, "3 restarts of roles in 1 min 1 s");
	world_ticks(world, 1300);
	assert_int_equal(story_ask(world).open, 0);
	story_assert_two_mails(world);
	world_free(world);
}

/* No relay takes the mail about it, and that is an incident in turn: told when one does. */
static void
relay_that_takes_nothing_is_an_incident(void **state UNUSED)
{
	struct world *world = world_with_rule("watchdogd");
	world->role.settings.rules[1] = world->role.settings.rules[0];
	snprintf(world->role.settings.rules[1].name, sizeof(world->role.settings.rules[1].name),
	    "watchdogd-too");
	world->role.settings.rules[0].detector = DETECTOR_LEVEL;
	world->role.settings.rules[0].signal = SIGNAL_BOUNCES;
	world->role.settings.rules[0].above = 10;
	world->role.settings.rules[0].clear_below = 5;
	world->role.settings.rule_count = 2;
	world_start_engine(world);
	world->relay_code = 0;
	story_flood(world, 20);
	world_ticks(world, 1700);
	assert_int_equal(story_ask(world).incidents, 1);
	world_ticks(world, 200);
	assert_int_equal(story_ask(world).incidents, 2);
	assert_int_equal(world->mails, 0);
	world->relay_code = 250;
	story_remove_all(world);
	world_ticks(world, 5000);
	assert_int_equal(story_ask(world).open, 0);
	assert_true(world->mails >= 2);
	world_free(world);
}

/* One flood, two rules: each mail tells of the other. */
static void
what_lights_up_together_is_told_together(void **state UNUSED)
{
	struct world *world = world_new();
	struct settings_rule *rules = world->role.settings.rules;
	rules[1] = rules[0];
	snprintf(rules[1].name, sizeof(rules[1].name), "deferred-mail");
	rules[1].signal = SIGNAL_DEFERRED;
	rules[1].for_s = 10;
	rules[0].step_count = rules[1].step_count = 0;
	world->role.settings.rule_count = 2;
	world_start_engine(world);
	story_flood(world, 120);
	assert_null(strstr(world->last_body, "\nAlso "));
	world_ticks(world, 10);
	assert_int_equal(story_ask(world).open, 2);
	assert_non_null(
	    strstr(world->last_body, "\nAlso       bounce-flood, incident 1: bounces "));
	story_remove_all(world);
	world_ticks(world, 20);
	assert_int_equal(story_ask(world).open, 0);
	assert_non_null(strstr(world->last_body, "\nAlso "));
	world_free(world);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(filter_that_hangs_is_an_incident),
	    cmocka_unit_test(disk_that_fills_up_is_an_incident),
	    cmocka_unit_test(roles_that_die_are_an_incident),
	    cmocka_unit_test(relay_that_takes_nothing_is_an_incident),
	    cmocka_unit_test(what_lights_up_together_is_told_together),
	};
	log_open("replay", getenv("REPLAY_LOG") != NULL ? LOG_LEVEL_INFO : LOG_LEVEL_ERROR);
	return cmocka_run_group_tests_name("engine, detectors", tests, NULL, NULL);
}
