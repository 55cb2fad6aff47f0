/* SPDX-License-Identifier: ISC
 *
 * engine_trouble_test.c - everything that can be lost on the way: the engine, the remedy role, watch,
 * the store, the time.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "lib/log.h"
#include "lib/mem.h"
#include "tests/replay/story.h"

static void
action_of_another_time_fails(void **state UNUSED)
{
	const struct {
		const char *instance, *remedy, *text;
	} table[] = {
	    {"postfix-out", "hold-bounces", "instance postfix-out is not watched any more"},
	    {"-", "burn-bounces", "remedy burn-bounces is not known here"},
	};
	for (size_t i = 0; i < ARRAY_LENGTH(table); i++) {
		struct world *world = world_new();
		struct row_action row = {.state = ACTION_RUNNING, .requested_by = "uid 0"};
		snprintf(row.instance, sizeof(row.instance), "%s", table[i].instance);
		snprintf(row.remedy, sizeof(row.remedy), "%s", table[i].remedy);
		world_kill_engine(world);
		int64_t id = story_save_action(world, &row);
		world_start_engine(world);
		world_ticks(world, 2);
		row = story_load_action(world, id);
		assert_int_equal(row.state, ACTION_FAILED);
		assert_non_null(strstr(row.text, table[i].text));
		world_free(world);
	}
}

static void
dead_remedy_gets_its_order_again(void **state UNUSED)
{
	const struct {
		bool early, late;
	} table[] = {{true, false}, {false, true}};
	for (size_t i = 0; i < ARRAY_LENGTH(table); i++) {
		struct world *world = world_new();
		world->remedy_dies = table[i].early;
		world->remedy_dies_late = table[i].late;
		story_flood(world, 150);
		world_ticks(world, 30);
		struct told told = story_ask(world);
		assert_true(world->repeats >= 1);
		assert_int_equal(HELD(told).done, 150);
		assert_int_equal(HELD(told).failed, 0);
		assert_int_equal(world_count_deleted(world), 150);
		assert_int_equal(DELETED(told).done, 150);
		story_assert_two_mails(world);
		world_free(world);
	}
}

/* Killed after every number of seconds in turn: the end of the story is always the same. */
static void
killed_engine_finishes_the_story(void **state UNUSED)
{
	for (int second = 1; second <= 25; second++) {
		struct world *world = world_new();
		world_ticks(world, 2);
		world_add(world, CLASS_NORMAL, QUEUE_DEFERRED, 10);
		world_add(world, CLASS_BOUNCE, QUEUE_DEFERRED, 150);
		world_ticks(world, second);
		world_start_engine(world);
		world_ticks(world, 45);
		struct told told = story_ask(world);
		assert_int_equal(told.incidents, 1);
		assert_int_equal(told.open, 0);
		assert_int_equal(told.actions, 2);
		assert_int_equal(HELD(told).done, 150);
		assert_int_equal(DELETED(told).done, 150);
		assert_int_equal(world_count_deleted(world), 150);
		story_assert_two_mails(world);
		story_assert_good_mail_untouched(world);
		world_free(world);
	}
}

/* Killed with an order under way: committed, sent, not answered. */
static void
killed_engine_asks_for_its_order_again(void **state UNUSED)
{
	struct world *world = world_new();
	world->remedy_dies_late = true;
	world_ticks(world, 2);
	world_add(world, CLASS_BOUNCE, QUEUE_DEFERRED, 150);
	world_ticks(world, 3);
	/* the next tick opens the incident, orders, and remedy dies after it has held everything */
	world_tick(world);
	world_start_engine(world);
	world_ticks(world, 45);
	struct told told = story_ask(world);
	assert_int_equal(HELD(told).done, 150);
	assert_int_equal(DELETED(told).done, 150);
	for (int i = 0; i < world->message_count; i++)
		assert_int_equal(world->messages[i].orders, 2); /* once to hold, once to delete */
	world_free(world);
}

/* Undone while an order was under way, and the engine killed: what that order held is released,
 * too. */
static void
undo_waits_for_the_order_that_was_lost(void **state UNUSED)
{
	struct world *world = world_new();
	story_flood(world, 150);
	struct told told = story_ask(world);
	world_add(world, CLASS_BOUNCE, QUEUE_DEFERRED, 40);
	world->remedy_dies_late = true;
	world->remedy_stays_away = true;
	world_ticks(world, 2); /* 40 more are held, and nobody says so */
	world_command(world, "undo", "", HELD(told).id);
	world->remedy_stays_away = false;
	world_start_engine(world);
	world_ticks(world, 10);
	told = story_ask(world);
	assert_int_equal(world_count(world, CLASS_BOUNCE, QUEUE_HOLD), 0);
	assert_int_equal(HELD(told).state, ACTION_UNDONE);
	assert_int_equal(RELEASED(told).done, 190);
	world_free(world);
}

/* What watch does not know for a while is not gone. */
static void
undo_waits_for_a_watch_that_is_blind(void **state UNUSED)
{
	struct world *world = world_new();
	story_flood(world, 150);
	struct told told = story_ask(world);
	world->watch_is_blind = true;
	world_command(world, "undo", "", HELD(told).id);
	world_ticks(world, 10);
	world->watch_is_blind = false;
	world_ticks(world, 2); /* before the next incident opens */
	told = story_ask(world);
	assert_int_equal(world_count(world, CLASS_BOUNCE, QUEUE_DEFERRED), 150);
	assert_int_equal(RELEASED(told).done, 150);
	world_free(world);
}

/* "Not yet" is not "nothing": it is asked again, and told after a while. */
static void
scanning_watch_is_asked_again(void **state UNUSED)
{
	struct world *world = world_new();
	world->watch_is_scanning = true;
	story_flood(world, 150);
	world_ticks(world, 70);
	struct told told = story_ask(world);
	assert_int_equal(HELD(told).state, ACTION_RUNNING);
	assert_string_equal(HELD(told).text, "held 0 messages; waits: still looking at the queues");
	world->watch_is_scanning = false;
	world_ticks(world, 6);
	told = story_ask(world);
	assert_string_equal(HELD(told).text, "held 150 messages");
	assert_int_equal(HELD(told).gone, 0);
	world_free(world);
}

static void
watch_that_never_answers_ends_the_action(void **state UNUSED)
{
	struct world *world = world_new();
	world->watch_is_scanning = true;
	story_flood(world, 150);
	world_ticks(world, 3620);
	struct told told = story_ask(world);
	assert_int_equal(HELD(told).state, ACTION_FAILED);
	assert_string_equal(
	    HELD(told).text, "held 0 messages; gave up: still looking at the queues");
	world_free(world);
}

/* What really is gone ends the undo all the same. */
static void
undo_of_what_is_gone_ends(void **state UNUSED)
{
	struct world *world = world_new();
	story_flood(world, 150);
	for (int i = 0; i < world->message_count; i++)
		world->messages[i].deleted = world->messages[i].class == CLASS_BOUNCE;
	struct told told = story_ask(world);
	world_command(world, "undo", "", HELD(told).id);
	world_ticks(world, 40);
	told = story_ask(world);
	assert_int_equal(RELEASED(told).state, ACTION_DONE);
	assert_int_equal(RELEASED(told).gone, 150);
	world_free(world);
}

static bool disk_fails;

/* SQLite's way to the disk leads through here. */
int
fdatasync(int fd UNUSED)
{
	if (!disk_fails)
		return 0;
	errno = EIO;
	return -1;
}

static void
set_writable(bool writable)
{
	static struct rlimit all;
	struct rlimit limit;
	if (all.rlim_max == 0)
		assert_int_equal(getrlimit(RLIMIT_FSIZE, &all), 0);
	limit = (struct rlimit){
	    .rlim_cur = writable ? all.rlim_cur : 0,
	    .rlim_max = all.rlim_max,
	};
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void
set_synced(bool synced)
{
	disk_fails = !synced;
}

/* What it breaks is broken for three seconds, from each second on: the end is always the same. */
static void
tell_the_story_with(void (*set_good)(bool good))
{
	for (int second = 1; second <= 25; second++) {
		struct world *world = world_new();
		world_ticks(world, 2);
		world_add(world, CLASS_BOUNCE, QUEUE_DEFERRED, 150);
		world_ticks(world, second);
		set_good(false);
		world_ticks(world, 3);
		set_good(true);
		world_ticks(world, 60);
		struct told told = story_ask(world);
		assert_int_equal(told.incidents, 1);
		assert_int_equal(told.open, 0);
		assert_int_equal(told.actions, 2);
		assert_int_equal(HELD(told).done, 150);
		assert_int_equal(DELETED(told).done, 150);
		assert_int_equal(world_count_deleted(world), 150);
		story_assert_two_mails(world);
		for (int i = 0; i < world->message_count; i++)
			assert_true(world->messages[i].orders <= 2); /* held once, deleted once */
		world_free(world);
	}
}

/* No byte can be written. */
static void
store_that_cannot_be_written_for_a_while(void **state UNUSED)
{
	signal(SIGXFSZ, SIG_IGN);
	tell_the_story_with(set_writable);
}

/* All is written, and nobody knows whether it would survive a power cut. */
static void
store_that_cannot_be_synced_for_a_while(void **state UNUSED)
{
	tell_the_story_with(set_synced);
}

/* Moved away under a running engine: it goes on in a new one, and says so. */
static void
replaced_store_is_opened_anew(void **state UNUSED)
{
	struct world *world = world_new();
	world_ticks(world, 2);
	AUTO_FREE char *path = mem_format("%s/history.db", world->directory);
	AUTO_FREE char *old = mem_format("%s/old.db", world->directory);
	assert_int_equal(rename(path, old), 0);
	world_ticks(world, 2);
	engine_beat(world->engine);
	story_flood(world, 150);
	struct told told = story_ask(world);
	assert_int_equal(told.incidents, 1);
	assert_int_equal(HELD(told).done, 150);
	unlink(old);
	world_free(world);
}

/* What waits for a time waits for it anew at most, never for the whole jump. */
static void
clock_that_is_set_back_stops_nothing(void **state UNUSED)
{
	struct world *world = world_new();
	world->relay_code = 451;
	story_flood(world, 150);
	world_now_s -= 86400;
	world->relay_code = 250;
	world_ticks(world, 2);
	assert_int_equal(world->mails, 1);
	assert_int_equal(world_count_deleted(world), 0); /* ten seconds are ten seconds */
	world_ticks(world, 30);
	assert_int_equal(world_count_deleted(world), 150);
	story_assert_two_mails(world);
	world_now_s += 86400;
	world_free(world);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(action_of_another_time_fails),
	    cmocka_unit_test(dead_remedy_gets_its_order_again),
	    cmocka_unit_test(killed_engine_finishes_the_story),
	    cmocka_unit_test(killed_engine_asks_for_its_order_again),
	    cmocka_unit_test(undo_waits_for_the_order_that_was_lost),
	    cmocka_unit_test(undo_waits_for_a_watch_that_is_blind),
	    cmocka_unit_test(scanning_watch_is_asked_again),
	    cmocka_unit_test(watch_that_never_answers_ends_the_action),
	    cmocka_unit_test(undo_of_what_is_gone_ends),
	    cmocka_unit_test(store_that_cannot_be_written_for_a_while),
	    cmocka_unit_test(store_that_cannot_be_synced_for_a_while),
	    cmocka_unit_test(replaced_store_is_opened_anew),
	    cmocka_unit_test(clock_that_is_set_back_stops_nothing),
	};
	log_open("replay", getenv("REPLAY_LOG") != NULL ? LOG_LEVEL_INFO : LOG_LEVEL_ERROR);
	return cmocka_run_group_tests_name("engine_trouble", tests, NULL, NULL);
}
