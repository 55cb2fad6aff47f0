/* SPDX-License-Identifier: ISC
 *
 * engine_report_test.c - the health report: at each of its times one, whatever is restarted, and the
 * numbers in it are those that were seen.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/log.h"
#include "proto/schedule.h"
#include "tests/replay/story.h"

#define DAY 86400
#define AT "07:30"

/* Its first time has passed: what comes next is reported. */
static struct world *
make_world(void)
{
	struct world *world = world_new();
	struct settings *settings = &world->role.settings;
	setenv("TZ", "JST-9", 1);
	tzset();
	settings->alert.relay_count = 1;
	settings->report.time_count = 1;
	strcpy(settings->report.times[0], AT);
	world_start_engine(world);
	world_ticks(world, 2);
	assert_int_equal(world->mails, 0);
	return world;
}

/* Goes to so many seconds after the next time. */
static void
go_past(struct world *world, int64_t after_s)
{
	struct schedule schedule;
	assert_true(schedule_parse(AT, &schedule));
	int64_t next_s = schedule_last(&schedule, world_now_s) + DAY;
	world_now_s = next_s - 10;
	world_ticks(world, 9);
	world_now_s = next_s + after_s;
	world_ticks(world, 3);
}

static void
assert_in(const char *text, const char *expected)
{
	if (strstr(text, expected) == NULL)
		fail_msg("'%s' is not in:\n%s", expected, text);
}

static void
each_time_comes_once(void **state UNUSED)
{
	struct world *world = make_world();
	for (int day = 1; day <= 3; day++) {
		go_past(world, 0);
		assert_int_equal(world->mails, day);
		assert_in(world->last_subject, "report of");
		world_start_engine(world);
		world_ticks(world, 120);
		assert_int_equal(world->mails, day);
	}
	for (int i = 0; i < world->mails; i++)
		for (int j = 0; j < i; j++)
			assert_string_not_equal(world->mail_ids[i], world->mail_ids[j]);
	world_free(world);
}

static void
what_was_missed_is_one_report(void **state UNUSED)
{
	struct world *world = make_world();
	world_kill_engine(world);
	world_now_s += 3 * DAY;
	world_start_engine(world);
	world_ticks(world, 3);
	assert_int_equal(world->mails, 1);
	assert_in(world->last_body, "(3 d)");
	world_ticks(world, 30);
	assert_int_equal(world->mails, 1);
	world_free(world);
}

static void
a_clock_that_was_set_back_repeats_none(void **state UNUSED)
{
	struct world *world = make_world();
	go_past(world, 0);
	assert_int_equal(world->mails, 1);
	world_now_s -= 60;
	world_ticks(world, 120);
	assert_int_equal(world->mails, 1);
	world_free(world);
}

static void
a_relay_that_is_down_delays_it(void **state UNUSED)
{
	struct world *world = make_world();
	world->relay_code = 451;
	go_past(world, 0);
	assert_int_equal(world->mails, 0);
	world->relay_code = 250;
	world_ticks(world, 60);
	assert_int_equal(world->mails, 1);
	world_free(world);
}

static void
it_says_what_was_seen(void **state UNUSED)
{
	struct world *world = make_world();
	story_flood(world, 318);
	world_ticks(world, 60);
	assert_int_equal(story_ask(world).open, 0);
	int mails = world->mails;
	go_past(world, 0);
	assert_int_equal(world->mails, mails + 1);
	assert_in(world->last_subject, "incidents 1");
	assert_in(world->last_body, "bounce-flood on -");
	assert_in(world->last_body, "peak bounces 318");
	assert_in(world->last_body, "hold-bounces, done: held 318 messages");
	assert_in(world->last_body, "delete-bounces, done");
	assert_in(world->last_body, "b. waiting");
	go_past(world, 0); /* the day after there was none */
	assert_in(world->last_subject, "no incident");
	assert_in(world->last_body, "318"); /* but the day before */
	world_free(world);
}

static void
it_is_told_when_asked(void **state UNUSED)
{
	struct world *world = make_world();
	story_flood(world, 200);
	world_command(world, "report", "", 0);
	assert_true(world->result_ok);
	assert_in(world->result, "\"periods\":[{");
	assert_in(world->result, "\"open_incidents\":1");
	assert_in(world->result, "still open");
	world_free(world);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_time_comes_once),
	    cmocka_unit_test(what_was_missed_is_one_report),
	    cmocka_unit_test(a_clock_that_was_set_back_repeats_none),
	    cmocka_unit_test(a_relay_that_is_down_delays_it),
	    cmocka_unit_test(it_says_what_was_seen),
	    cmocka_unit_test(it_is_told_when_asked),
	};
	log_open("replay", getenv("REPLAY_LOG") != NULL ? LOG_LEVEL_INFO : LOG_LEVEL_ERROR);
	return cmocka_run_group_tests_name("engine_report", tests, NULL, NULL);
}
