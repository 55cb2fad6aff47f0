/* SPDX-License-Identifier: ISC
 *
 * engine_alert_test.c - how much mail an incident, and a storm of them, makes: news only when there is
 * some, never more than the settings allow, and nothing left out, whenever the engine is killed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/guard.h"
#include "lib/mem.h"
#include "tests/replay/story.h"
#include "watchdogd/engine/digest.h"
#include "watchdogd/engine/progress.h"

#define RULES 10
#define MAX_PER_HOUR 4

/* Nothing is held or deleted: the numbers are those of the flood. */
static struct world *
make_world(int rules)
{
	struct world *world = world_new();
	struct settings_rule rule = world->role.settings.rules[0];
	rule.step_count = 0;
	world->role.settings.rule_count = rules;
	for (int i = 0; i < rules; i++) {
		snprintf(rule.name, sizeof(rule.name), "flood-%d", i);
		world->role.settings.rules[i] = rule;
	}
	world_start_engine(world);
	return world;
}

static void
assert_subject(const struct world *world, const char *expected)
{
	if (strstr(world->last_subject, expected) == NULL)
		fail_msg("'%s' is not in '%s'", expected, world->last_subject);
}

static void
a_peak_that_doubles_is_news(void **state UNUSED)
{
	struct world *world = make_world(1);
	story_flood(world, 150);
	assert_int_equal(world->mails, 1);
	world_add(world, CLASS_BOUNCE, QUEUE_DEFERRED, 140); /* not twice as many */
	world_ticks(world, 2 * PROGRESS_GAP_S);
	assert_int_equal(world->mails, 1);
	world_add(world, CLASS_BOUNCE, QUEUE_DEFERRED, 10);
	world_tick(world);
	assert_int_equal(world->mails, 2);
	assert_subject(world, "goes on: peak 300");
	assert_non_null(strstr(world->last_body, "the last mail said 150"));
	/* at once again: only after a pause, and then with the latest number */
	world_add(world, CLASS_BOUNCE, QUEUE_DEFERRED, 300);
	world_tick(world);
	world_add(world, CLASS_BOUNCE, QUEUE_DEFERRED, 100);
	world_ticks(world, PROGRESS_GAP_S - 5);
	assert_int_equal(world->mails, 2);
	world_start_engine(world); /* what was told is not forgotten */
	world_ticks(world, 10);
	assert_int_equal(world->mails, 3);
	assert_subject(world, "peak 700");
	world_ticks(world, 3 * PROGRESS_GAP_S);
	assert_int_equal(world->mails, 3);
	story_remove_all(world);
	world_ticks(world, 10);
	assert_int_equal(world->mails, 4);
	assert_subject(world, "is over");
	world_free(world);
}

static void
a_remedy_that_ends_is_news(void **state UNUSED)
{
	struct world *world = world_new();
	world->remedy_refuses = true;
	story_flood(world, 150);
	assert_int_equal(world->mails, 1);
	world_ticks(world, 600); /* it gives up, too, when there is nothing to delete */
	assert_int_equal(HELD(story_ask(world)).state, ACTION_FAILED);
	assert_in_range(world->mails, 2, 3);
	assert_subject(world, "goes on");
	assert_non_null(strstr(world->last_body, "a remedy has ended"));
	assert_non_null(strstr(world->last_body, "hold-bounces, failed"));
	int mails = world->mails;
	world_ticks(world, 2 * PROGRESS_GAP_S);
	assert_int_equal(world->mails, mails);
	world_free(world);
}

static void
a_snoozed_incident_has_no_news(void **state UNUSED)
{
	struct world *world = make_world(1);
	story_flood(world, 150);
	world_care(world, "snooze", 1, 10 * PROGRESS_GAP_S);
	world_add(world, CLASS_BOUNCE, QUEUE_DEFERRED, 500);
	world_ticks(world, 9 * PROGRESS_GAP_S);
	assert_int_equal(world->mails, 1);
	world_ticks(world, 2 * PROGRESS_GAP_S);
	assert_int_equal(world->mails, 2);
	world_free(world);
}

/* ---- a storm ---- */

struct tally {
	int by_state[NOTICE_STATE_COUNT], digests;
};

static int
count_notice(const struct row_notice *row, void *owner)
{
	struct tally *tally = owner;
	if (row->about == ABOUT_DIGEST)
		tally->digests++;
	else
		tally->by_state[row->state]++;
	return 0;
}

static struct tally
ask_outbox(const struct world *world)
{
	struct tally tally = {0};
	struct store *store;
	AUTO_FREE char *path = mem_format("%s/history.db", world->directory);
	assert_int_equal(store_open_read(path, &store), 0);
	assert_int_equal(store_list_notices(store, 0, 1000, count_notice, &tally), 0);
	store_close(store);
	return tally;
}

static struct world *
make_storm(void)
{
	struct world *world = make_world(RULES);
	world->role.settings.alert.max_per_hour = MAX_PER_HOUR;
	return world;
}

/* The last mail of the hour gathers what waits. */
static void
a_storm_is_a_few_mails(void **state UNUSED)
{
	struct world *world = make_storm();
	story_flood(world, 150);
	assert_int_equal(story_ask(world).open, RULES);
	assert_int_equal(world->mails, MAX_PER_HOUR - 1);
	world_ticks(world, DIGEST_WAIT_S + 2);
	assert_int_equal(world->mails, MAX_PER_HOUR);
	assert_subject(world, "7 alerts of");
	for (int i = MAX_PER_HOUR - 1; i < RULES; i++) {
		char name[32];
		snprintf(name, sizeof(name), "flood-%d on ", i);
		assert_non_null(strstr(world->last_body, name));
	}
	assert_null(strstr(world->last_body, "flood-0 on "));
	assert_non_null(strstr(world->last_body, "delivered in the last minute"));
	struct tally tally = ask_outbox(world);
	assert_int_equal(tally.digests, 1);
	assert_int_equal(tally.by_state[NOTICE_FOLDED], RULES - MAX_PER_HOUR + 1);
	assert_int_equal(tally.by_state[NOTICE_WAITING], 0);
	/* they end within the hour: all of that is one mail, when there is room for one */
	story_remove_all(world);
	world_ticks(world, 600);
	assert_int_equal(world->mails, MAX_PER_HOUR);
	world_now_s += DIGEST_HOUR_S - 900;
	world_ticks(world, 1200);
	tally = ask_outbox(world);
	assert_int_equal(tally.by_state[NOTICE_WAITING], 0);
	assert_int_equal(tally.by_state[NOTICE_SENT] + tally.by_state[NOTICE_FOLDED], 2 * RULES);
	assert_in_range(world->mails, MAX_PER_HOUR + 1, 2 * MAX_PER_HOUR);
	world_free(world);
}

/* Killed at any second of it: the same mails, each once. */
static void
a_storm_survives_its_engine(void **state UNUSED)
{
	for (int at = 0; at < DIGEST_WAIT_S + 4; at += 3) {
		struct world *world = make_storm();
		story_flood(world, 150);
		world_ticks(world, at);
		world_start_engine(world);
		world_ticks(world, DIGEST_WAIT_S + 2);
		struct tally tally = ask_outbox(world);
		assert_int_equal(world->mails, MAX_PER_HOUR);
		assert_int_equal(tally.digests, 1);
		assert_int_equal(
		    tally.by_state[NOTICE_SENT] + tally.by_state[NOTICE_FOLDED], RULES);
		for (int i = 0; i < world->mails; i++)
			for (int j = 0; j < i; j++)
				assert_string_not_equal(world->mail_ids[i], world->mail_ids[j]);
		world_free(world);
	}
}

static void
a_mail_alone_is_itself(void **state UNUSED)
{
	struct world *world = make_world(1);
	world->role.settings.alert.max_per_hour = 1;
	story_flood(world, 150);
	assert_int_equal(world->mails, 0);
	world_ticks(world, DIGEST_WAIT_S + 1);
	assert_int_equal(world->mails, 1);
	assert_subject(world, "flood-0 on");
	world_free(world);
}

/* ---- the second channel, and the heartbeat ---- */

static struct world *
make_world_with_program(int64_t after_s)
{
	struct world *world = make_world(1);
	struct settings *settings = &world->role.settings;
	strcpy(settings->alert.exec[0], "/usr/local/sbin/page");
	settings->alert.exec_count = 1;
	settings->alert.exec_after_s = after_s;
	return world;
}

static void
a_program_is_not_needed_where_mail_gets_there(void **state UNUSED)
{
	struct world *world = make_world_with_program(30);
	story_flood(world, 150);
	world_ticks(world, 60);
	assert_int_equal(world->mails, 1);
	assert_int_equal(world->programs, 0);
	assert_int_equal(ask_outbox(world).by_state[NOTICE_FOLDED], 1);
	world_free(world);
}

static void
a_program_is_told_what_mail_does_not_tell(void **state UNUSED)
{
	struct world *world = make_world_with_program(1800);
	world->relay_code = 451;
	story_flood(world, 150);
	world_ticks(world, 1500);
	assert_int_equal(world->programs, 0);
	world_start_engine(world);
	world_ticks(world, 320);
	assert_int_equal(world->programs, 1);
	world_start_engine(world);
	world_ticks(world, 30);
	assert_int_equal(world->programs, 1);
	assert_int_equal(world->mails, 0);
	world->relay_code = 250; /* the mail is not given up for that */
	world_ticks(world, 601);
	assert_int_equal(world->mails, 1);
	world_free(world);
}

static void
a_program_that_is_always_told_is_told_at_once(void **state UNUSED)
{
	struct world *world = make_world_with_program(0);
	story_flood(world, 150);
	assert_int_equal(world->programs, 1);
	assert_int_equal(world->mails, 1);
	story_remove_all(world);
	world_ticks(world, 10);
	assert_int_equal(world->programs, 2);
	assert_int_equal(world->mails, 2);
	world_free(world);
}

static void
a_heart_beats(void **state UNUSED)
{
	struct world *world = make_world_with_program(300);
	world->role.settings.alert.heartbeat_s = 3600;
	world_ticks(world, 3);
	for (int beat = 1; beat <= 3; beat++) {
		assert_int_equal(world->mails, beat);
		assert_int_equal(world->programs, beat);
		assert_subject(world, "is watched");
		world_start_engine(world);
		world_ticks(world, 60);
		assert_int_equal(world->mails, beat);
		world_now_s += 3540;
		world_ticks(world, 3);
	}
	int mails = world->mails;
	world_now_s -= 600; /* set back: none for that */
	world_ticks(world, 3);
	assert_int_equal(world->mails, mails);
	world_free(world);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_peak_that_doubles_is_news),
	    cmocka_unit_test(a_remedy_that_ends_is_news),
	    cmocka_unit_test(a_snoozed_incident_has_no_news),
	    cmocka_unit_test(a_storm_is_a_few_mails),
	    cmocka_unit_test(a_storm_survives_its_engine),
	    cmocka_unit_test(a_mail_alone_is_itself),
	    cmocka_unit_test(a_program_is_not_needed_where_mail_gets_there),
	    cmocka_unit_test(a_program_is_told_what_mail_does_not_tell),
	    cmocka_unit_test(a_program_that_is_always_told_is_told_at_once),
	    cmocka_unit_test(a_heart_beats),
	};
	return cmocka_run_group_tests_name("engine_alert", tests, NULL, NULL);
}
