/* SPDX-License-Identifier: ISC
 *
 * store_rows_test.c - what is saved is what is loaded, row kind by row kind, and the listings
 * give what they promise.
 */
#include "tests/unit/store_place.h"

#include <errno.h>

static const struct row_incident some_incident = {
    .rule = "bounce-flood",
    .instance = "-",
    .signal = SIGNAL_OLDEST_AGE,
    .state = INCIDENT_CLEARING,
    .began_s = 1,
    .opened_s = 2,
    .clearing_s = 3,
    .closed_s = 4,
    .level = 5,
    .value = 6,
    .peak = INT64_MAX,
    .peak_s = 8,
    .text = "318 bounces; caf\xc3\xa9 'quoted' \"twice\"",
    .example = "<> to ava1204@8231.com",
};

static int64_t
add_incident(struct store *store, enum incident_state state)
{
	struct row_incident row = some_incident;
	int64_t id;
	row.state = state;
	assert_stored(store, store_save_incident(store, &row, &id));
	return id;
}

static int64_t
add_action(struct store *store, int64_t incident, const char *remedy, enum action_state state)
{
	struct row_action row = {.incident = incident, .state = state, .instance = "-"};
	int64_t id;
	snprintf(row.remedy, sizeof(row.remedy), "%s", remedy);
	assert_stored(store, store_save_action(store, &row, &id));
	return id;
}

/* ---- incidents ---- */

static void
test_incident_comes_back(void **state)
{
	struct place *place = *state;
	struct row_incident saved = some_incident, loaded;
	assert_stored(place->store, store_save_incident(place->store, &saved, &saved.id));
	assert_true(saved.id > 0);
	assert_stored(place->store, store_load_incident(place->store, saved.id, &loaded));
	assert_memory_equal(&loaded, &saved, sizeof(saved));

	int64_t id = 0;
	saved.state = INCIDENT_CLOSED;
	saved.peak = -1;
	memset(saved.text, 'x', sizeof(saved.text) - 1); /* as long as it may be */
	assert_stored(place->store, store_save_incident(place->store, &saved, &id));
	assert_int_equal(id, saved.id);
	assert_stored(place->store, store_load_incident(place->store, id, &loaded));
	assert_memory_equal(&loaded, &saved, sizeof(saved));
}

static void
test_missing_rows_are_told(void **state)
{
	struct place *place = *state;
	struct row_incident incident = {.id = 99};
	struct row_action action = {.id = 99}, orphan = {.incident = 99};
	struct row_notice notice = {.id = 99};
	struct row_target target = {.action = 99};
	struct row_daemon daemon;
	int64_t id;
	assert_int_equal(store_load_incident(place->store, 99, &incident), -ENOENT);
	assert_int_equal(store_save_incident(place->store, &incident, &id), -ENOENT);
	assert_int_equal(store_load_action(place->store, 99, &action), -ENOENT);
	assert_int_equal(store_save_action(place->store, &action, &id), -ENOENT);
	assert_int_equal(store_save_action(place->store, &orphan, &id), -ENOENT);
	assert_int_equal(store_save_target(place->store, &target), -ENOENT);
	assert_int_equal(store_set_outcome(place->store, 1, "A", OUTCOME_DONE, 1), -ENOENT);
	assert_int_equal(store_update_notice(place->store, &notice), -ENOENT);
	assert_int_equal(store_load_daemon(place->store, &daemon), -ENOENT);
	assert_true(strlen(store_problem(place->store)) > 0);
}

struct ids {
	int64_t list[16];
	int count;
	struct store *store; /* for a listing inside a listing */
};

static int
note_incident(const struct row_incident *row, void *owner)
{
	struct ids *ids = owner;
	ids->list[ids->count++] = row->id;
	return 0;
}

static int
nest_incidents(const struct row_incident *row, void *owner)
{
	struct ids *ids = owner;
	struct ids inner = {0};
	ids->list[ids->count++] = row->id;
	assert_stored(
	    ids->store, store_list_incidents(ids->store, false, 10, note_incident, &inner));
	assert_int_equal(inner.count, 3);
	return 0;
}

static int
stop_at_once(const struct row_incident *row, void *owner)
{
	(void)row;
	++*(int *)owner;
	return 7;
}

static void
test_incidents_are_listed(void **state)
{
	struct place *place = *state;
	int64_t first = add_incident(place->store, INCIDENT_OPEN);
	int64_t closed = add_incident(place->store, INCIDENT_CLOSED);
	int64_t last = add_incident(place->store, INCIDENT_CLEARING);
	struct ids open = {0}, newest = {0}, nested = {.store = place->store};
	int calls = 0;
	assert_stored(
	    place->store, store_list_incidents(place->store, true, 10, note_incident, &open));
	assert_int_equal(open.count, 2);
	assert_int_equal(open.list[0], last);
	assert_int_equal(open.list[1], first);
	assert_stored(
	    place->store, store_list_incidents(place->store, false, 2, note_incident, &newest));
	assert_int_equal(newest.count, 2);
	assert_int_equal(newest.list[1], closed);
	assert_stored(
	    place->store, store_list_incidents(place->store, false, 10, nest_incidents, &nested));
	assert_int_equal(nested.count, 3);
	assert_int_equal(store_list_incidents(place->store, false, 10, stop_at_once, &calls), 7);
	assert_int_equal(calls, 1);
}

static int
note_rule(const struct row_incident *row, void *text)
{
	strcat(strcat(text, row->rule), " ");
	return 0;
}

static void
test_incidents_beside_were_open_at_the_same_time(void **state)
{
	struct place *place = *state;
	static const struct {
		const char *rule, *instance;
		int64_t began_s, closed_s; /* 0: open */
		const char *beside;
	} rows[] = {
	    {"past", "-", 10, 20, ""},
	    {"first", "-", 30, 60, "short open "},
	    {"short", "-", 40, 50, "first "},
	    {"open", "-", 60, 0, "first late "},
	    {"other", "mx-out", 40, 0, ""},
	    {"late", "-", 90, 0, "open "},
	};
	for (int saved = 0; saved < 2; saved++) {
		for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
			struct row_incident row = some_incident;
			int64_t id = (int64_t)i + 1;
			char beside[256] = "";
			row.id = saved == 0 ? 0 : id;
			row.began_s = rows[i].began_s;
			row.closed_s = rows[i].closed_s;
			row.state = row.closed_s == 0 ? INCIDENT_OPEN : INCIDENT_CLOSED;
			snprintf(row.rule, sizeof(row.rule), "%s", rows[i].rule);
			snprintf(row.instance, sizeof(row.instance), "%s", rows[i].instance);
			if (saved == 0) {
				assert_stored(
				    place->store, store_save_incident(place->store, &row, &id));
				continue;
			}
			assert_stored(place->store,
			    store_list_incidents_beside(place->store, &row, 8, note_rule, beside));
			assert_string_equal(beside, rows[i].beside);
		}
	}
}

/* The latest of each rule and instance, if it is closed. */
static void
test_past_incidents_are_the_latest(void **state)
{
	struct place *place = *state;
	struct ids past = {0};
	add_incident(place->store, INCIDENT_CLOSED);
	int64_t latest = add_incident(place->store, INCIDENT_CLOSED);
	assert_stored(place->store, store_list_past_incidents(place->store, note_incident, &past));
	assert_int_equal(past.count, 1);
	assert_int_equal(past.list[0], latest);
	past.count = 0;
	add_incident(place->store, INCIDENT_CLEARING);
	assert_stored(place->store, store_list_past_incidents(place->store, note_incident, &past));
	assert_int_equal(past.count, 0);
}

/* ---- actions ---- */

static void
test_action_comes_back(void **state)
{
	struct place *place = *state;
	struct row_action loaded;
	int64_t incident = add_incident(place->store, INCIDENT_OPEN), id;
	int64_t undone = add_action(place->store, incident, "hold-bounces", ACTION_DONE);
	struct row_action saved = {
	    .incident = incident,
	    .remedy = "release",
	    .instance = "postfix-out",
	    .state = ACTION_CAPPED,
	    .requested_by = "uid 0 (root)",
	    .undo_of = undone,
	    .created_s = 1,
	    .due_s = 2,
	    .updated_s = 3,
	    .matching = 4,
	    .selected = 5,
	    .done = 6,
	    .gone = 7,
	    .changed = 8,
	    .failed = 9,
	    .text = "held 6 messages",
	    .setting = "queue_run_delay",
	    .value = "1m",
	    .revert = REVERT_WHEN_CLEAR,
	    .revert_after_s = 14400,
	    .selection = "{\"older\":3600}",
	    .mode = MODE_CONFIRM,
	    .confirmed_by = "uid 1000",
	};
	assert_stored(place->store, store_save_action(place->store, &saved, &saved.id));
	assert_stored(place->store, store_load_action(place->store, saved.id, &loaded));
	assert_memory_equal(&loaded, &saved, sizeof(saved));
	saved.state = ACTION_UNDONE;
	saved.incident = 0; /* an operator's */
	saved.undo_of = 0;
	assert_stored(place->store, store_save_action(place->store, &saved, &id));
	assert_stored(place->store, store_load_action(place->store, saved.id, &loaded));
	assert_memory_equal(&loaded, &saved, sizeof(saved));
}

static int
note_action(const struct row_action *row, void *owner)
{
	struct ids *ids = owner;
	ids->list[ids->count++] = row->id;
	return 0;
}

static void
test_actions_are_listed(void **state)
{
	struct place *place = *state;
	int64_t incident = add_incident(place->store, INCIDENT_OPEN);
	int64_t waiting = add_action(place->store, incident, "a", ACTION_WAITING);
	int64_t done = add_action(place->store, incident, "b", ACTION_DONE);
	int64_t running = add_action(place->store, 0, "c", ACTION_RUNNING);
	const struct {
		int64_t incident;
		bool unfinished;
		int64_t limit;
		int64_t expected[4];
	} cases[] = {
	    {0, false, 10, {running, done, waiting}},
	    {0, false, 1, {running}},
	    {0, true, 10, {running, waiting}},
	    {incident, false, 10, {done, waiting}},
	    {incident, true, 10, {waiting}},
	    {incident + 1, false, 10, {0}},
	};
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		struct ids ids = {0};
		assert_stored(place->store,
		    store_list_actions(place->store, cases[i].incident, cases[i].unfinished,
			cases[i].limit, note_action, &ids));
		for (int k = 0; k < 4; k++)
			assert_int_equal(ids.list[k], cases[i].expected[k]);
	}
}

/* ---- targets ---- */

struct targets {
	struct row_target list[8];
	char copies[8][64];
	int count;
};

static int
note_target(const struct row_target *row, void *owner)
{
	struct targets *targets = owner;
	int at = targets->count++;
	targets->list[at] = *row;
	snprintf(targets->copies[at], sizeof(targets->copies[at]), "%s",
	    row->copy != NULL ? row->copy : "(none)");
	targets->list[at].copy = NULL;
	return 0;
}

static struct row_target
make_target(int64_t action, int64_t order, const char *queue_id, enum target_outcome outcome,
    int64_t time_s)
{
	struct row_target row = {
	    .action = action,
	    .order = order,
	    .queue = QUEUE_DEFERRED,
	    .class = CLASS_BOUNCE,
	    .inode = UINT64_MAX,
	    .ctime_ns = UINT64_C(1) << 63,
	    .arrival_s = 1780000000,
	    .size_bytes = 3000,
	    .recipient = "ava1204@8231.com",
	    .outcome = outcome,
	    .time_s = time_s,
	};
	snprintf(row.queue_id, sizeof(row.queue_id), "%s", queue_id);
	return row;
}

static void
test_target_comes_back(void **state)
{
	struct place *place = *state;
	char copy[] = "sender: <>\nSubject: Undelivered\n";
	struct targets with = {0}, without = {0}, kept = {0};
	int64_t action = add_action(place->store, 0, "delete-bounces", ACTION_RUNNING);
	struct row_target row = make_target(action, 3, "4F1xyz", OUTCOME_ORDERED, 5);
	row.copy = copy;
	assert_stored(place->store, store_save_target(place->store, &row));
	assert_stored(place->store,
	    store_list_targets(place->store, action, 0, -1, true, 10, note_target, &with));
	assert_stored(place->store,
	    store_list_targets(place->store, action, 0, -1, false, 10, note_target, &without));
	row.copy = NULL;
	assert_int_equal(with.count, 1);
	assert_memory_equal(&with.list[0], &row, sizeof(row));
	assert_string_equal(with.copies[0], copy);
	assert_string_equal(without.copies[0], "(none)");

	row.outcome = OUTCOME_DONE; /* saved again without its copy: that is kept */
	assert_stored(place->store, store_save_target(place->store, &row));
	assert_stored(place->store,
	    store_list_targets(place->store, action, 0, -1, true, 10, note_target, &kept));
	assert_int_equal(kept.count, 1);
	assert_int_equal(kept.list[0].outcome, OUTCOME_DONE);
	assert_string_equal(kept.copies[0], copy);
}

/* Kept for its time; one whose outcome is not known yet is kept for ever. */
static void
test_old_targets_are_dropped(void **state)
{
	static const int64_t day_s = 86400;
	struct place *place = *state;
	const struct store_retention retention = {day_s, day_s, day_s, 31 * day_s};
	int64_t action = add_action(place->store, 0, "delete-bounces", ACTION_DONE);
	int64_t now_s = 1780000000;
	struct row_target rows[] = {
	    make_target(action, 1, "4F1old", OUTCOME_DONE, now_s - 40 * day_s),
	    make_target(action, 2, "4F1waits", OUTCOME_ORDERED, now_s - 40 * day_s),
	    make_target(action, 3, "4F1new", OUTCOME_DONE, now_s - 30 * day_s),
	};
	struct targets left = {0};
	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++)
		assert_stored(place->store, store_save_target(place->store, &rows[i]));
	assert_stored(place->store, store_roll_up(place->store, now_s, &retention));
	assert_stored(place->store,
	    store_list_targets(place->store, action, 0, -1, false, 10, note_target, &left));
	assert_int_equal(left.count, 2);
	assert_string_equal(left.list[0].queue_id, "4F1waits");
	assert_string_equal(left.list[1].queue_id, "4F1new");
}

static void
save_target(struct store *store, int64_t action, int64_t order, const char *queue_id,
    enum target_outcome outcome)
{
	struct row_target row = make_target(action, order, queue_id, outcome, 100 + order);
	assert_stored(store, store_save_target(store, &row));
}

static void
test_targets_are_listed(void **state)
{
	struct place *place = *state;
	int64_t action = add_action(place->store, 0, "hold-bounces", ACTION_RUNNING);
	int64_t other = add_action(place->store, 0, "hold-bounces", ACTION_RUNNING);
	save_target(place->store, action, 2, "C", OUTCOME_DONE);
	save_target(place->store, action, 1, "A", OUTCOME_DONE);
	save_target(place->store, action, 1, "B", OUTCOME_GONE);
	save_target(place->store, other, 3, "D", OUTCOME_DONE);
	const struct {
		int64_t order;
		int outcome;
		int64_t limit;
		const char *expected;
	} cases[] = {
	    {0, -1, 10, "ABC"},
	    {0, -1, 2, "AB"},
	    {1, -1, 10, "AB"},
	    {0, OUTCOME_DONE, 10, "AC"},
	    {1, OUTCOME_GONE, 10, "B"},
	    {9, -1, 10, ""},
	};
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		struct targets found = {0};
		char ids[9] = "";
		assert_stored(place->store,
		    store_list_targets(place->store, action, cases[i].order, cases[i].outcome,
			false, cases[i].limit, note_target, &found));
		for (int k = 0; k < found.count; k++)
			ids[k] = found.list[k].queue_id[0];
		assert_string_equal(ids, cases[i].expected);
	}
}

static void
test_pending_is_what_is_left(void **state)
{
	struct place *place = *state;
	struct targets left = {0}, all = {0};
	int64_t from = add_action(place->store, 0, "hold-bounces", ACTION_DONE);
	int64_t by = add_action(place->store, 0, "release", ACTION_RUNNING);
	save_target(place->store, from, 1, "A", OUTCOME_DONE);
	save_target(place->store, from, 1, "B", OUTCOME_GONE);
	save_target(place->store, from, 2, "C", OUTCOME_DONE);
	save_target(place->store, from, 3, "D", OUTCOME_DONE);
	save_target(place->store, from, 3, "E", OUTCOME_DONE);
	save_target(place->store, by, 4, "C", OUTCOME_DONE);
	save_target(place->store, by, 4, "E", OUTCOME_CHANGED); /* is tried again */
	/* a queue id that was given again is another message */
	struct row_target again = make_target(by, 4, "D", OUTCOME_DONE, 9);
	again.inode = 7;
	assert_stored(place->store, store_save_target(place->store, &again));
	assert_stored(place->store,
	    store_list_pending_targets(place->store, from, by, 10, note_target, &all));
	assert_int_equal(all.count, 3);
	assert_string_equal(all.list[0].queue_id, "A");
	assert_string_equal(all.list[1].queue_id, "D");
	assert_string_equal(all.list[2].queue_id, "E");
	assert_stored(place->store,
	    store_list_pending_targets(place->store, from, by, 1, note_target, &left));
	assert_int_equal(left.count, 1);
}

static void
test_outcomes_count_for_the_cap(void **state)
{
	struct place *place = *state;
	int64_t count;
	int64_t hold = add_action(place->store, 0, "hold-bounces", ACTION_RUNNING);
	int64_t drop = add_action(place->store, 0, "delete-bounces", ACTION_RUNNING);
	save_target(place->store, hold, 1, "A", OUTCOME_ORDERED);
	save_target(place->store, hold, 1, "B", OUTCOME_ORDERED);
	save_target(place->store, drop, 2, "A", OUTCOME_DONE);
	assert_stored(place->store, store_set_outcome(place->store, 1, "A", OUTCOME_DONE, 5000));
	assert_stored(place->store, store_set_outcome(place->store, 1, "B", OUTCOME_CHANGED, 5000));
	const struct {
		const char *remedy;
		int64_t since_s, until_s, expected;
	} cases[] = {{"hold-bounces", 5000, 6000, 1}, {"hold-bounces", 5001, 6000, 0},
	    {"hold-bounces", 4000, 4999, 0}, {"delete-bounces", 0, 6000, 1},
	    {"release", 0, 6000, 0}};
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		assert_stored(place->store,
		    store_count_done(
			place->store, cases[i].remedy, cases[i].since_s, cases[i].until_s, &count));
		assert_int_equal(count, cases[i].expected);
	}
}

static void
test_order_numbers_are_new(void **state)
{
	struct place *place = *state;
	int64_t first, second, third;
	assert_stored(place->store, store_next_order(place->store, &first));
	assert_stored(place->store, store_next_order(place->store, &second));
	store_close(place->store);
	place->store = NULL;
	assert_int_equal(store_open(place->path, &place->store), 0);
	assert_stored(place->store, store_next_order(place->store, &third));
	assert_true(first > 0 && second > first && third > second);
}

/* ---- who mail is from and about ---- */

static int
note_top(const struct message_tick_top *row, void *owner)
{
	struct tops *tops = owner;
	return tops_add(tops, row, TOPS_MAX);
}

static struct tops
make_tops(int count, int64_t time_s)
{
	struct tops tops = {0};
	for (int i = 0; i < count; i++) {
		struct message_tick_top row = {
		    .dimension = DIMENSION_SHAPE,
		    .class = CLASS_DSN,
		    .rank = (uint64_t)i + 1,
		    .key = "{letters}",
		    .count = 5,
		    .error = 1,
		    .total = 9,
		    .example = "ava",
		};
		assert_int_equal(tops_add(&tops, &row, TOPS_MAX), 0);
	}
	tops.time_s = time_s;
	return tops;
}

static void
test_tops_are_replaced_as_a_whole(void **state)
{
	struct place *place = *state;
	struct message_tick_flow flow = {.instance = "-"};
	AUTO_TOPS struct tops three = make_tops(3, 100), two = make_tops(2, 105), listed = {0};
	assert_stored(place->store, store_add_tick_flow(place->store, 105, &flow));
	assert_stored(place->store, store_save_tops(place->store, "-", &three));
	assert_stored(place->store, store_save_tops(place->store, "-", &two));
	assert_stored(place->store, store_list_tops(place->store, "-", 5, note_top, &listed));
	assert_int_equal(listed.count, 2);
	assert_memory_equal(&listed.rows[1], &two.rows[1], sizeof(two.rows[1]));
	/* what is too old is not true any more, nor what is of a time to come */
	const int64_t ticks[] = {111, 104};
	for (size_t i = 0; i < ARRAY_LENGTH(ticks); i++) {
		tops_clear(&listed);
		assert_stored(place->store, store_add_tick_flow(place->store, ticks[i], &flow));
		assert_stored(
		    place->store, store_list_tops(place->store, "-", 5, note_top, &listed));
		assert_int_equal(listed.count, 0);
	}
}

static void
test_tops_of_an_incident_are_of_a_moment(void **state)
{
	struct place *place = *state;
	int64_t incident = add_incident(place->store, INCIDENT_OPEN);
	AUTO_TOPS struct tops two = make_tops(2, 5), three = make_tops(3, 9), listed = {0};
	assert_stored(
	    place->store, store_save_incident_tops(place->store, incident, MOMENT_OPENING, &two));
	assert_stored(
	    place->store, store_save_incident_tops(place->store, incident, MOMENT_PEAK, &three));
	assert_stored(
	    place->store, store_save_incident_tops(place->store, incident, MOMENT_PEAK, &two));
	assert_stored(place->store,
	    store_list_incident_tops(place->store, incident, MOMENT_PEAK, note_top, &listed));
	assert_int_equal(listed.count, 2);
	tops_clear(&listed);
	assert_stored(place->store,
	    store_list_incident_tops(place->store, incident + 1, MOMENT_PEAK, note_top, &listed));
	assert_int_equal(listed.count, 0);
}

/* ---- the outbox ---- */

struct notices {
	struct row_notice list[4];
	char bodies[4][64];
	int count;
};

static int
note_notice(const struct row_notice *row, void *owner)
{
	struct notices *notices = owner;
	int at = notices->count++;
	notices->list[at] = *row;
	snprintf(notices->bodies[at], sizeof(notices->bodies[at]), "%s",
	    row->body != NULL ? row->body : "(none)");
	notices->list[at].body = NULL;
	return 0;
}

static struct row_notice
add_notice(struct store *store, int64_t incident, int64_t next_try_s)
{
	char body[] = "318 bounces\n";
	struct row_notice row = {
	    .incident = incident,
	    .state = NOTICE_WAITING,
	    .created_s = 1,
	    .next_try_s = next_try_s,
	    .recipient = "ops@example.org",
	    .subject = "incident opened",
	    .message_id = "incident-1.opened@gw",
	    .in_reply_to = "x@gw",
	    .body = body,
	};
	assert_stored(store, store_add_notice(store, &row, &row.id));
	row.body = NULL;
	return row;
}

static void
test_notices_wait_until_sent(void **state)
{
	struct place *place = *state;
	struct notices due = {0}, later = {0}, all = {0};
	int64_t incident = add_incident(place->store, INCIDENT_OPEN);
	struct row_notice first = add_notice(place->store, incident, 10);
	struct row_notice second = add_notice(place->store, 0, 20);
	assert_stored(
	    place->store, store_list_due_notices(place->store, 10, 600, 9, note_notice, &due));
	assert_int_equal(due.count, 1);
	assert_memory_equal(&due.list[0], &first, sizeof(first));
	assert_string_equal(due.bodies[0], "318 bounces\n");

	first.state = NOTICE_SENT;
	first.attempts = 2;
	first.done_s = 15;
	snprintf(first.reply, sizeof(first.reply), "250 ok");
	assert_stored(place->store, store_update_notice(place->store, &first));
	assert_stored(
	    place->store, store_list_due_notices(place->store, 20, 600, 9, note_notice, &later));
	assert_int_equal(later.count, 1);
	assert_int_equal(later.list[0].id, second.id);
	/* at 10, not yet; but after the clock was set back by more than the longest wait */
	struct notices early = {0}, back = {0};
	assert_stored(
	    place->store, store_list_due_notices(place->store, 19, 1, 9, note_notice, &early));
	assert_int_equal(early.count, 0);
	assert_stored(
	    place->store, store_list_due_notices(place->store, 18, 1, 9, note_notice, &back));
	assert_int_equal(back.count, 1);

	assert_stored(
	    place->store, store_list_notices(place->store, incident, 9, note_notice, &all));
	assert_int_equal(all.count, 1);
	assert_memory_equal(&all.list[0], &first, sizeof(first));
	assert_string_equal(all.bodies[0], "(none)");
	assert_stored(place->store, store_list_notices(place->store, 0, 9, note_notice, &all));
	assert_int_equal(all.count, 3);
	assert_int_equal(all.list[1].id, second.id);
}

/* ---- the daemon ---- */

static int
note_role(const struct row_role *row, void *owner)
{
	if (row->role == ROLE_ENGINE)
		*(struct row_role *)owner = *row;
	return 0;
}

static void
test_daemon_comes_back(void **state)
{
	struct place *place = *state;
	struct row_daemon saved = {.mode = MODE_ACT, .paused = true, .started_s = 7}, loaded;
	struct row_role role = {ROLE_ENGINE, true, 4711, 8, 3}, listed = {0};
	snprintf(saved.version, sizeof(saved.version), "0.1.0");
	assert_stored(place->store, store_save_daemon(place->store, &saved));
	saved.mode = MODE_OBSERVE; /* said again */
	assert_stored(place->store, store_save_daemon(place->store, &saved));
	assert_stored(place->store, store_load_daemon(place->store, &loaded));
	assert_int_equal(loaded.mode, MODE_OBSERVE);
	assert_true(loaded.paused);
	assert_int_equal(loaded.started_s, 7);
	assert_string_equal(loaded.version, "0.1.0");
	assert_stored(place->store, store_save_role(place->store, &role));
	role.restarts = 4;
	assert_stored(place->store, store_save_role(place->store, &role));
	assert_stored(place->store, store_list_roles(place->store, note_role, &listed));
	assert_true(listed.running);
	assert_int_equal(listed.pid, 4711);
	assert_int_equal(listed.since_s, 8);
	assert_int_equal(listed.restarts, 4);
}

static void
test_daemon_counts_notices_and_knows_the_last_tick(void **state)
{
	struct place *place = *state;
	struct row_daemon daemon = {.mode = MODE_ACT};
	struct message_instance instance = {.name = "-"};
	struct message_tick_flow flow = {.instance = "-", .present = 1};
	assert_stored(place->store, store_save_daemon(place->store, &daemon));
	assert_stored(place->store, store_save_instance(place->store, &instance));
	assert_stored(place->store, store_add_tick_flow(place->store, 1234, &flow));
	struct row_notice refused = add_notice(place->store, 0, 1);
	add_notice(place->store, 0, 1);
	add_notice(place->store, 0, 1);
	refused.state = NOTICE_REFUSED;
	assert_stored(place->store, store_update_notice(place->store, &refused));
	assert_stored(place->store, store_load_daemon(place->store, &daemon));
	assert_int_equal(daemon.last_tick_s, 1234);
	assert_int_equal(daemon.notices_waiting, 2);
	assert_int_equal(daemon.notices_refused, 1);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, place_make, place_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(test_incident_comes_back),
	    CASE(test_missing_rows_are_told),
	    CASE(test_incidents_are_listed),
	    CASE(test_incidents_beside_were_open_at_the_same_time),
	    CASE(test_past_incidents_are_the_latest),
	    CASE(test_action_comes_back),
	    CASE(test_actions_are_listed),
	    CASE(test_target_comes_back),
	    CASE(test_old_targets_are_dropped),
	    CASE(test_targets_are_listed),
	    CASE(test_pending_is_what_is_left),
	    CASE(test_outcomes_count_for_the_cap),
	    CASE(test_order_numbers_are_new),
	    CASE(test_tops_are_replaced_as_a_whole),
	    CASE(test_tops_of_an_incident_are_of_a_moment),
	    CASE(test_notices_wait_until_sent),
	    CASE(test_daemon_comes_back),
	    CASE(test_daemon_counts_notices_and_knows_the_last_tick),
	};
	return cmocka_run_group_tests_name("store_rows", tests, NULL, NULL);
}
