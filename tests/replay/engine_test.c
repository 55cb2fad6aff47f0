/* SPDX-License-Identifier: ISC
 *
 * engine_test.c - the whole story on a fake clock: flood, hold, delete, all-clear, and everything
 * that can be lost on the way.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "lib/log.h"
#include "lib/mem.h"
#include "schema/store.h"
#include "tests/replay/world.h"

/* ---- what the store says ---- */

struct told {
	int incidents, open, actions;
	struct row_incident incident;
	struct row_action by_remedy[3]; /* hold-bounces, delete-bounces, release: the newest */
};

static int
note_incident(const struct row_incident *row, void *owner)
{
	struct told *told = owner;
	told->incidents++;
	told->open += row->state != INCIDENT_CLOSED;
	told->incident = *row;
	return 0;
}

static int
note_action(const struct row_action *row, void *owner)
{
	static const char *const names[] = {"hold-bounces", "delete-bounces", "release"};
	struct told *told = owner;
	told->actions++;
	for (size_t i = 0; i < ARRAY_LENGTH(names); i++)
		if (strcmp(row->remedy, names[i]) == 0 && told->by_remedy[i].id == 0)
			told->by_remedy[i] = *row;
	return 0;
}

static struct told
ask_store(const struct world *world)
{
	struct told told = {0};
	struct store *store = NULL;
	AUTO_FREE char *path = mem_format("%s/history.db", world->directory);
	assert_int_equal(store_open_read(path, &store), 0);
	assert_int_equal(store_list_incidents(store, false, 100, note_incident, &told), 0);
	assert_int_equal(store_list_actions(store, 0, false, 100, note_action, &told), 0);
	store_close(store);
	return told;
}

static struct row_action
load_action(const struct world *world, int64_t id)
{
	struct row_action row;
	struct store *store = NULL;
	AUTO_FREE char *path = mem_format("%s/history.db", world->directory);
	assert_int_equal(store_open_read(path, &store), 0);
	assert_int_equal(store_load_action(store, id, &row), 0);
	store_close(store);
	return row;
}

/* As an engine before this one would have left it. */
static int64_t
save_action(const struct world *world, const struct row_action *row)
{
	int64_t id = 0;
	struct store *store = NULL;
	AUTO_FREE char *path = mem_format("%s/history.db", world->directory);
	assert_int_equal(store_open(path, &store), 0);
	assert_int_equal(store_save_action(store, row, &id), 0);
	store_close(store);
	return id;
}

#define HELD(told) ((told).by_remedy[0])
#define DELETED(told) ((told).by_remedy[1])
#define RELEASED(told) ((told).by_remedy[2])

/* A flood, begun and seen: the incident is open afterwards. */
static void
flood(struct world *world, int bounces)
{
	world_ticks(world, 2);
	world_add(world, CLASS_NORMAL, QUEUE_DEFERRED, 10);
	world_add(world, CLASS_BOUNCE, QUEUE_DEFERRED, bounces);
	world_ticks(world, 4);
}

static void
remove_all(struct world *world)
{
	for (int i = 0; i < world->message_count; i++)
		world->messages[i].deleted = true;
}

static void
assert_good_mail_untouched(const struct world *world)
{
	for (int i = 0; i < world->message_count; i++)
		if (world->messages[i].class == CLASS_NORMAL)
			assert_int_equal(world->messages[i].orders, 0);
}

static void
assert_two_mails(const struct world *world)
{
	assert_int_equal(world->mails, 2);
	assert_non_null(strstr(world->mail_ids[0], ".opened."));
	assert_non_null(strstr(world->mail_ids[1], ".closed."));
}

/* ---- the stories ---- */

static void
flood_is_held_deleted_and_told(void **state UNUSED)
{
	struct world *world = world_new();
	flood(world, 318);
	assert_int_equal(world_count(world, CLASS_BOUNCE, QUEUE_HOLD), 318);
	struct told told = ask_store(world);
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
	told = ask_store(world);
	assert_int_equal(told.incidents, 1);
	assert_int_equal(told.open, 0);
	assert_int_equal(told.incident.peak, 318);
	assert_int_equal(HELD(told).state, ACTION_DONE);
	assert_int_equal(DELETED(told).state, ACTION_DONE);
	assert_int_equal(DELETED(told).done, 318);
	assert_int_equal(world_count_deleted(world), 318);
	assert_two_mails(world);
	assert_good_mail_untouched(world);
	world_free(world);
}

/* ---- who started it ---- */

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
		int64_t id = ask_store(world).incident.id;
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
		remove_all(world);
		world_ticks(world, 20);
		assert_string_equal(ask_moment(world, id, MOMENT_PEAK), "the third 300");
		assert_non_null(strstr(world->last_body,
		    "\nWho        100 % of 300 bounces were caused by the third\n"));
		world_free(world);
	}
}

static void
observing_touches_nothing(void **state UNUSED)
{
	struct world *world = world_new();
	world->role.settings.mode = MODE_OBSERVE;
	flood(world, 318);
	world_ticks(world, 20);
	struct told told = ask_store(world);
	assert_int_equal(world->orders, 0);
	assert_int_equal(world_count(world, CLASS_BOUNCE, QUEUE_DEFERRED), 318);
	assert_int_equal(HELD(told).state, ACTION_WOULD);
	assert_string_equal(
	    HELD(told).text, "would hold 318 messages; mode is observe, nothing is done");
	assert_non_null(strstr(world->last_body, "would hold 318 messages"));
	assert_non_null(strstr(world->last_body, "watchdogctl remedy run hold-bounces"));
	world_free(world);
}

/* What an incident would have done stays what it was when the next flood comes. */
static void
closed_incident_is_not_counted_again(void **state UNUSED)
{
	struct world *world = world_new();
	world->role.settings.mode = MODE_OBSERVE;
	flood(world, 150);
	remove_all(world);
	world_ticks(world, 20);
	struct told told = ask_store(world);
	int64_t first = HELD(told).id;
	assert_int_equal(told.open, 0);
	flood(world, 400);
	world_ticks(world, 20);
	told = ask_store(world);
	assert_int_equal(told.incidents, 2);
	assert_true(HELD(told).id > first);
	assert_int_equal(HELD(told).matching, 400);
	struct row_action old = load_action(world, first);
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
		flood(world, 150);
		world_ticks(world, 30);
		assert_int_equal(ask_store(world).open, 0);
		if (kill > 0)
			world_start_engine(world);
		flood(world, 200);
		assert_non_null(strstr(world->last_subject, " is back: bounces 200"));
		assert_non_null(strstr(world->last_body, "\nBack since "));
		world_ticks(world, 30);
		struct told told = ask_store(world);
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
		flood(world, 150);
		assert_int_equal(ask_store(world).incidents, 2);
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
	flood(world, 150);
	remove_all(world);
	world_ticks(world, 20);
	flood(world, 400);
	world_ticks(world, 20);
	struct told told = ask_store(world);
	assert_int_equal(told.incidents, 1);
	assert_int_equal(HELD(told).matching, 400);
	assert_int_equal(told.actions, 3); /* the first delete had nothing to do */
	world_free(world);
}

/* ---- what operators say about an incident ---- */

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
	flood(world, 150);
	int64_t id = ask_store(world).incident.id;
	world_care(world, "ack", id, 0);
	assert_true(world->result_ok);
	world_care(world, "note", id, 0);
	world_command(world, "pause", "", 0);
	world_command(world, "undo", "", HELD(ask_store(world)).id);
	assert_string_equal(ask_audit(world), "undo/0 pause/0 note/1000 ack/1000");
	struct told told = ask_store(world);
	assert_string_equal(told.incident.acked_by, "uid 1000");
	world_ticks(world, 3); /* the tick's own row does not undo it */
	assert_int_equal(ask_store(world).incident.acked_s, told.incident.acked_s);
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
		flood(world, 150);
		assert_int_equal(world->mails, 1);
		int64_t id = ask_store(world).incident.id;
		world_care(world, "snooze", id, 8 * 24 * 3600);
		assert_false(world->result_ok);
		world_care(world, "snooze", id, 60);
		assert_true(world->result_ok);
		if (kill > 0)
			world_start_engine(world);
		world_ticks(world, 55);
		assert_int_equal(ask_store(world).open, 0);
		assert_int_equal(world->mails, 1);
		world_ticks(world, 10);
		assert_two_mails(world);
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
		flood(world, 150);
		int64_t id = ask_store(world).incident.id;
		world_care(world, "close", id, 0);
		assert_true(world->result_ok);
		world_tick(world);
		assert_two_mails(world);
		assert_non_null(strstr(world->last_body, " by uid 1000\n"));
		struct told told = ask_store(world);
		assert_int_equal(told.open, 0);
		assert_string_equal(
		    DELETED(told).text, "nothing done: an operator closed the incident");
		world_care(world, "close", id, 0);
		assert_false(world->result_ok);
		assert_non_null(strstr(world->result, "is closed"));
		if (kill > 0)
			world_start_engine(world);
		world_ticks(world, 20);
		assert_int_equal(ask_store(world).incidents, 1);
		remove_all(world);
		world_ticks(world, 2);
		if (kill > 0)
			world_start_engine(world);
		flood(world, 150);
		assert_int_equal(ask_store(world).incidents, 2);
		world_free(world);
	}
}

/* Whoever holds a bounce by hand keeps it: the incident deletes only what it held itself. */
static void
foreign_held_bounces_stay(void **state UNUSED)
{
	struct world *world = world_new();
	world_add(world, CLASS_BOUNCE, QUEUE_HOLD, 7);
	flood(world, 150);
	world_ticks(world, 30);
	assert_int_equal(world_count_deleted(world), 150);
	assert_int_equal(world_count(world, CLASS_BOUNCE, QUEUE_HOLD), 7);
	world_free(world);
}

static void
paused_daemon_waits(void **state UNUSED)
{
	struct world *world = world_new();
	world_command(world, "pause", "", 0);
	assert_true(world->result_ok);
	flood(world, 150);
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
	flood(world, 150);
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
	flood(world, 150);
	assert_int_equal(ask_store(world).by_remedy[0].selected, 150);
	world_command(world, "pause", "", 0);
	world_link_remedy(world);
	world_ticks(world, 3);
	struct told told = ask_store(world);
	int64_t first = HELD(told).id;
	assert_int_equal(world->orders, 0);
	assert_int_equal(HELD(told).selected, 0);
	world_command(world, "run", "hold-bounces", 0);
	world_ticks(world, 3);
	assert_int_equal(world_count(world, CLASS_BOUNCE, QUEUE_HOLD), 150);
	world_command(world, "resume", "", 0);
	world_ticks(world, 20);
	assert_int_equal(load_action(world, first).done, 0);
	assert_int_equal(load_action(world, first).state, ACTION_DONE);
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
		flood(world, 150);
		int64_t first = ask_store(world).by_remedy[0].id;
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
		assert_int_equal(load_action(world, first).done, 150);
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
	flood(world, 150);
	int64_t first = ask_store(world).by_remedy[0].id;
	world_command(world, "pause", "", 0);
	world->remedy_stays_away = false;
	world_link_remedy(world);
	world_ticks(world, 2);
	world_command(world, "undo", "", first);
	world_ticks(world, 5);
	struct told told = ask_store(world);
	assert_int_equal(RELEASED(told).done, 150);
	assert_int_equal(world_count(world, CLASS_BOUNCE, QUEUE_DEFERRED), 150);
	world_free(world);
}

/* What was held is deleted all the same; all else has nothing to do any more. */
static void
resumed_after_the_incident_only_finishes(void **state UNUSED)
{
	struct world *world = world_new();
	flood(world, 150); /* held */
	world_command(world, "pause", "", 0);
	world_ticks(world, 30);
	struct told told = ask_store(world);
	assert_int_equal(told.open, 0);
	assert_int_equal(DELETED(told).state, ACTION_WAITING);
	world_add(world, CLASS_BOUNCE, QUEUE_DEFERRED, 20); /* below every level */
	world_command(world, "resume", "", 0);
	world_ticks(world, 3);
	told = ask_store(world);
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
	flood(world, 150);
	remove_all(world);
	world_ticks(world, 20);
	world_add(world, CLASS_BOUNCE, QUEUE_DEFERRED, 20);
	world_command(world, "resume", "", 0);
	world_ticks(world, 3);
	struct told told = ask_store(world);
	assert_int_equal(HELD(told).state, ACTION_DONE);
	assert_string_equal(HELD(told).text, "nothing done: the incident was over before");
	assert_int_equal(DELETED(told).state, ACTION_DONE);
	assert_int_equal(world->orders, 0);
	world_free(world);
}

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
		int64_t id = save_action(world, &row);
		world_start_engine(world);
		world_ticks(world, 2);
		row = load_action(world, id);
		assert_int_equal(row.state, ACTION_FAILED);
		assert_non_null(strstr(row.text, table[i].text));
		world_free(world);
	}
}

static void
undo_releases_and_does_not_hold_again(void **state UNUSED)
{
	struct world *world = world_new();
	flood(world, 150);
	struct told told = ask_store(world);
	world_command(world, "undo", "", HELD(told).id);
	assert_true(world->result_ok);
	world_ticks(world, 20);
	told = ask_store(world);
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
	flood(world, 150);
	world_ticks(world, 5);
	struct told told = ask_store(world);
	assert_int_equal(world_count(world, CLASS_BOUNCE, QUEUE_HOLD), 70);
	assert_int_equal(HELD(told).state, ACTION_CAPPED);
	assert_non_null(strstr(HELD(told).text, "max_messages 70"));
	world_free(world);
}

static void
message_that_changed_is_left_alone(void **state UNUSED)
{
	struct world *world = world_new();
	flood(world, 150);
	/* between selection and order nothing may change; the far end of remedy looks itself */
	for (int i = 0; i < world->message_count; i++)
		world->messages[i].ctime_ns += 5;
	struct told told = ask_store(world);
	world_command(world, "undo", "", HELD(told).id);
	world_ticks(world, 5);
	assert_int_equal(world_count(world, CLASS_BOUNCE, QUEUE_DEFERRED), 150);
	world_free(world);
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
		flood(world, 150);
		world_ticks(world, 30);
		struct told told = ask_store(world);
		assert_true(world->repeats >= 1);
		assert_int_equal(HELD(told).done, 150);
		assert_int_equal(HELD(told).failed, 0);
		assert_int_equal(world_count_deleted(world), 150);
		assert_int_equal(DELETED(told).done, 150);
		assert_two_mails(world);
		world_free(world);
	}
}

static void
failing_remedy_gives_up_and_says_why(void **state UNUSED)
{
	struct world *world = world_new();
	world->remedy_refuses = true;
	flood(world, 150);
	world_ticks(world, 600);
	struct told told = ask_store(world);
	assert_int_equal(HELD(told).state, ACTION_FAILED);
	assert_non_null(strstr(HELD(told).text, "did as it was told"));
	assert_int_equal(world_count(world, CLASS_BOUNCE, QUEUE_DEFERRED), 150);
	world_free(world);
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
		struct told told = ask_store(world);
		assert_int_equal(told.incidents, 1);
		assert_int_equal(told.open, 0);
		assert_int_equal(told.actions, 2);
		assert_int_equal(HELD(told).done, 150);
		assert_int_equal(DELETED(told).done, 150);
		assert_int_equal(world_count_deleted(world), 150);
		assert_two_mails(world);
		assert_good_mail_untouched(world);
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
	struct told told = ask_store(world);
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
	flood(world, 150);
	struct told told = ask_store(world);
	world_add(world, CLASS_BOUNCE, QUEUE_DEFERRED, 40);
	world->remedy_dies_late = true;
	world->remedy_stays_away = true;
	world_ticks(world, 2); /* 40 more are held, and nobody says so */
	world_command(world, "undo", "", HELD(told).id);
	world->remedy_stays_away = false;
	world_start_engine(world);
	world_ticks(world, 10);
	told = ask_store(world);
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
	flood(world, 150);
	struct told told = ask_store(world);
	world->watch_is_blind = true;
	world_command(world, "undo", "", HELD(told).id);
	world_ticks(world, 10);
	world->watch_is_blind = false;
	world_ticks(world, 2); /* before the next incident opens */
	told = ask_store(world);
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
	flood(world, 150);
	world_ticks(world, 70);
	struct told told = ask_store(world);
	assert_int_equal(HELD(told).state, ACTION_RUNNING);
	assert_string_equal(HELD(told).text, "held 0 messages; waits: still looking at the queues");
	world->watch_is_scanning = false;
	world_ticks(world, 6);
	told = ask_store(world);
	assert_string_equal(HELD(told).text, "held 150 messages");
	assert_int_equal(HELD(told).gone, 0);
	world_free(world);
}

static void
watch_that_never_answers_ends_the_action(void **state UNUSED)
{
	struct world *world = world_new();
	world->watch_is_scanning = true;
	flood(world, 150);
	world_ticks(world, 3620);
	struct told told = ask_store(world);
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
	flood(world, 150);
	for (int i = 0; i < world->message_count; i++)
		world->messages[i].deleted = world->messages[i].class == CLASS_BOUNCE;
	struct told told = ask_store(world);
	world_command(world, "undo", "", HELD(told).id);
	world_ticks(world, 40);
	told = ask_store(world);
	assert_int_equal(RELEASED(told).state, ACTION_DONE);
	assert_int_equal(RELEASED(told).gone, 150);
	world_free(world);
}

/* No byte can be written for three seconds, from each second on: the end is always the same. */
static void
store_that_cannot_be_written_for_a_while(void **state UNUSED)
{
	struct rlimit all, none;
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &all), 0);
	none = (struct rlimit){.rlim_cur = 0, .rlim_max = all.rlim_max};
	signal(SIGXFSZ, SIG_IGN);
	for (int second = 1; second <= 25; second++) {
		struct world *world = world_new();
		world_ticks(world, 2);
		world_add(world, CLASS_BOUNCE, QUEUE_DEFERRED, 150);
		world_ticks(world, second);
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
		world_ticks(world, 3);
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &all), 0);
		world_ticks(world, 60);
		struct told told = ask_store(world);
		assert_int_equal(told.incidents, 1);
		assert_int_equal(told.open, 0);
		assert_int_equal(told.actions, 2);
		assert_int_equal(HELD(told).done, 150);
		assert_int_equal(DELETED(told).done, 150);
		assert_int_equal(world_count_deleted(world), 150);
		assert_two_mails(world);
		for (int i = 0; i < world->message_count; i++)
			assert_int_equal(world->messages[i].orders, 2);
		world_free(world);
	}
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
	flood(world, 150);
	struct told told = ask_store(world);
	assert_int_equal(told.incidents, 1);
	assert_int_equal(HELD(told).done, 150);
	unlink(old);
	world_free(world);
}

/* A reload that says observe stops what is running, too. */
static void
observing_stops_what_runs(void **state UNUSED)
{
	struct world *world = world_new();
	flood(world, 150);
	world->role.settings.mode = MODE_OBSERVE;
	world_start_engine(world);
	world_add(world, CLASS_BOUNCE, QUEUE_DEFERRED, 200);
	world_ticks(world, 20);
	assert_int_equal(world_count(world, CLASS_BOUNCE, QUEUE_HOLD), 150);
	assert_int_equal(world_count(world, CLASS_BOUNCE, QUEUE_DEFERRED), 200);
	assert_int_equal(world_count_deleted(world), 0);
	world_free(world);
}

/* A rule that is gone after a reload takes its incident with it, and people are told why. */
static void
rule_that_is_gone_closes_its_incident(void **state UNUSED)
{
	struct world *world = world_new();
	flood(world, 150);
	snprintf(world->role.settings.rules[0].name, sizeof(world->role.settings.rules[0].name),
	    "bounce-storm");
	world_start_engine(world);
	world_ticks(world, 2);
	assert_two_mails(world);
	assert_non_null(strstr(world->last_subject, "bounce-flood"));
	assert_non_null(strstr(
	    world->last_body, "rule bounce-flood on instance - is not in the settings any more"));
	assert_non_null(strstr(world->last_body, "\nClosed     "));
	struct told told = ask_store(world);
	assert_int_equal(HELD(told).state, ACTION_DONE);
	assert_string_equal(HELD(told).text, "held 150 messages");
	assert_string_equal(DELETED(told).text, "will delete 10 s after the incident opened");
	world_ticks(world, 20);
	told = ask_store(world);
	assert_string_equal(DELETED(told).text, "nothing done: the incident was over before");
	assert_int_equal(world->mails, 2);
	world_free(world);
}

static void
rule_with_the_longest_name_acts(void **state UNUSED)
{
	struct world *world = world_new();
	char *name = world->role.settings.rules[0].name;
	memset(name, 'x', RULE_NAME_SIZE - 1);
	name[RULE_NAME_SIZE - 1] = '\0';
	flood(world, 150);
	assert_int_equal(world_count(world, CLASS_BOUNCE, QUEUE_HOLD), 150);
	world_free(world);
}

static void
relay_that_is_down_gets_the_mail_later(void **state UNUSED)
{
	struct world *world = world_new();
	world->relay_code = 0;
	flood(world, 150);
	world_ticks(world, 20);
	world->relay_code = 451;
	world_ticks(world, 60);
	assert_int_equal(world->mails, 0);
	world_start_engine(world);
	world->relay_code = 250;
	world_ticks(world, OUTBOX_LAST_S + 1);
	assert_two_mails(world);
	world_free(world);
}

/* What waits for a time waits for it anew at most, never for the whole jump. */
static void
clock_that_is_set_back_stops_nothing(void **state UNUSED)
{
	struct world *world = world_new();
	world->relay_code = 451;
	flood(world, 150);
	world_now_s -= 86400;
	world->relay_code = 250;
	world_ticks(world, 2);
	assert_int_equal(world->mails, 1);
	assert_int_equal(world_count_deleted(world), 0); /* ten seconds are ten seconds */
	world_ticks(world, 30);
	assert_int_equal(world_count_deleted(world), 150);
	assert_two_mails(world);
	world_now_s += 86400;
	world_free(world);
}

static void
refused_mail_is_given_up(void **state UNUSED)
{
	struct world *world = world_new();
	world->relay_code = 550;
	flood(world, 150);
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
	struct told told = ask_store(world);
	assert_int_equal(HELD(told).state, ACTION_DONE);
	assert_string_equal(HELD(told).requested_by, "uid 0");
	world_free(world);
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
	};
	struct world *world = world_new();
	world_ticks(world, 1);
	for (size_t i = 0; i < ARRAY_LENGTH(table); i++) {
		world_command(world, table[i].verb, table[i].remedy, table[i].action);
		assert_false(world->result_ok);
		assert_non_null(strstr(world->result, table[i].word));
	}
	world_free(world);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(flood_is_held_deleted_and_told),
	    cmocka_unit_test(cause_is_told_and_kept),
	    cmocka_unit_test(observing_touches_nothing),
	    cmocka_unit_test(closed_incident_is_not_counted_again),
	    cmocka_unit_test(flood_that_comes_back_is_the_same_incident),
	    cmocka_unit_test(flood_that_comes_back_is_observed_on),
	    cmocka_unit_test(acts_of_operators_are_kept),
	    cmocka_unit_test(snoozed_incident_is_silent),
	    cmocka_unit_test(incident_closed_by_hand_stays_closed),
	    cmocka_unit_test(foreign_held_bounces_stay),
	    cmocka_unit_test(paused_daemon_waits),
	    cmocka_unit_test(pause_stops_what_watch_was_asked_for),
	    cmocka_unit_test(pause_withdraws_an_order_that_was_not_sent),
	    cmocka_unit_test(pause_puts_a_lost_order_aside),
	    cmocka_unit_test(paused_order_is_known_before_it_is_undone),
	    cmocka_unit_test(resumed_after_the_incident_only_finishes),
	    cmocka_unit_test(resumed_after_the_incident_holds_nothing),
	    cmocka_unit_test(action_of_another_time_fails),
	    cmocka_unit_test(undo_releases_and_does_not_hold_again),
	    cmocka_unit_test(caps_stop_the_remedy),
	    cmocka_unit_test(message_that_changed_is_left_alone),
	    cmocka_unit_test(dead_remedy_gets_its_order_again),
	    cmocka_unit_test(failing_remedy_gives_up_and_says_why),
	    cmocka_unit_test(killed_engine_finishes_the_story),
	    cmocka_unit_test(killed_engine_asks_for_its_order_again),
	    cmocka_unit_test(undo_waits_for_the_order_that_was_lost),
	    cmocka_unit_test(undo_waits_for_a_watch_that_is_blind),
	    cmocka_unit_test(scanning_watch_is_asked_again),
	    cmocka_unit_test(watch_that_never_answers_ends_the_action),
	    cmocka_unit_test(undo_of_what_is_gone_ends),
	    cmocka_unit_test(store_that_cannot_be_written_for_a_while),
	    cmocka_unit_test(replaced_store_is_opened_anew),
	    cmocka_unit_test(observing_stops_what_runs),
	    cmocka_unit_test(rule_that_is_gone_closes_its_incident),
	    cmocka_unit_test(rule_with_the_longest_name_acts),
	    cmocka_unit_test(relay_that_is_down_gets_the_mail_later),
	    cmocka_unit_test(clock_that_is_set_back_stops_nothing),
	    cmocka_unit_test(refused_mail_is_given_up),
	    cmocka_unit_test(operator_plans_and_runs),
	    cmocka_unit_test(nonsense_is_refused_in_words),
	};
	log_open("replay", getenv("REPLAY_LOG") != NULL ? LOG_LEVEL_INFO : LOG_LEVEL_ERROR);
	return cmocka_run_group_tests_name("engine", tests, NULL, NULL);
}
