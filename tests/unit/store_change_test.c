/* SPDX-License-Identifier: ISC
 *
 * store_change_test.c - the journal of changed settings: what is in force, what is to be put back, and
 * the reloads that were ordered.
 */
#include "tests/unit/store_place.h"

#include <errno.h>

static int64_t
add_action(struct store *store)
{
	struct row_action row = {
	    .state = ACTION_DONE, .remedy = "postfix-parameter", .instance = "-"};
	assert_stored(store, store_save_action(store, &row, &row.id));
	return row.id;
}

struct ids {
	int64_t list[8];
	int count;
};

static int
note_action(const struct row_action *row, void *owner)
{
	struct ids *ids = owner;
	ids->list[ids->count++] = row->id;
	return 0;
}

static struct row_change
make_change(int64_t action, enum journal_state state)
{
	return (struct row_change){
	    .action = action,
	    .remedy = "postfix-parameter",
	    .instance = "-",
	    .setting = "queue_run_delay",
	    .old_value = "300s",
	    .value = "1m",
	    .state = state,
	    .time_s = 7,
	};
}

static void
test_journal_of_a_change(void **state)
{
	struct place *place = *state;
	struct row_change found;
	int64_t first = add_action(place->store);
	int64_t second = add_action(place->store);
	struct row_change mine = make_change(first, JOURNAL_CHANGED);
	struct row_change other = make_change(second, JOURNAL_ORDERED);
	mine.was_set = true;
	assert_int_equal(store_load_change(place->store, first, &found), -ENOENT);
	assert_stored(place->store, store_save_change(place->store, &mine));
	assert_stored(place->store, store_load_change(place->store, first, &found));
	assert_memory_equal(&found, &mine, sizeof(found));
	assert_int_equal(store_find_change(place->store, &mine, &found), -ENOENT);
	assert_stored(place->store, store_find_change(place->store, &other, &found));
	assert_int_equal(found.action, first);
	strcpy(other.setting, "maximal_backoff_time");
	assert_int_equal(store_find_change(place->store, &other, &found), -ENOENT);
	static const enum journal_state ended[] = {JOURNAL_UNTOUCHED, JOURNAL_UNDONE, JOURNAL_LEFT};
	other = make_change(second, JOURNAL_ORDERED);
	for (size_t i = 0; i < ARRAY_LENGTH(ended); i++) {
		mine.state = ended[i];
		assert_stored(place->store, store_save_change(place->store, &mine));
		assert_int_equal(store_find_change(place->store, &other, &found), -ENOENT);
	}
}

static void
test_what_is_to_be_put_back(void **state)
{
	static const struct {
		enum incident_state incident;
		enum action_state action;
		enum revert revert;
		int64_t after_s; /* the change was at 100, now is 200 */
		enum journal_state journal;
		bool due;
	} rows[] = {
	    {INCIDENT_CLOSED, ACTION_DONE, REVERT_WHEN_CLEAR, 0, JOURNAL_CHANGED, true},
	    {INCIDENT_CLOSED, ACTION_FAILED, REVERT_WHEN_CLEAR, 0, JOURNAL_ORDERED, true},
	    {INCIDENT_CLEARING, ACTION_DONE, REVERT_WHEN_CLEAR, 0, JOURNAL_CHANGED, false},
	    {INCIDENT_CLOSED, ACTION_DONE, REVERT_BY_HAND, 0, JOURNAL_CHANGED, false},
	    {INCIDENT_CLOSED, ACTION_UNDONE, REVERT_WHEN_CLEAR, 0, JOURNAL_UNDOING, false},
	    {INCIDENT_CLOSED, ACTION_DONE, REVERT_WHEN_CLEAR, 0, JOURNAL_UNTOUCHED, false},
	    {INCIDENT_CLOSED, ACTION_RUNNING, REVERT_WHEN_CLEAR, 0, JOURNAL_ORDERED, false},
	    {INCIDENT_OPEN, ACTION_DONE, REVERT_BY_HAND, 100, JOURNAL_CHANGED, true},
	    {INCIDENT_OPEN, ACTION_DONE, REVERT_WHEN_CLEAR, 100, JOURNAL_CHANGED, true},
	    {INCIDENT_OPEN, ACTION_DONE, REVERT_BY_HAND, 101, JOURNAL_CHANGED, false},
	    {INCIDENT_CLOSED, ACTION_DONE, REVERT_WHEN_CLEAR, 101, JOURNAL_CHANGED, true},
	    {INCIDENT_OPEN, ACTION_UNDONE, REVERT_BY_HAND, 100, JOURNAL_UNDOING, false},
	};
	struct place *place = *state;
	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		struct ids ids = {0};
		struct row_incident incident = {.state = rows[i].incident, .instance = "-"};
		assert_stored(
		    place->store, store_save_incident(place->store, &incident, &incident.id));
		struct row_action action = {
		    .incident = incident.id,
		    .state = rows[i].action,
		    .remedy = "postfix-parameter",
		    .instance = "-",
		    .revert = rows[i].revert,
		    .revert_after_s = rows[i].after_s,
		};
		assert_stored(place->store, store_save_action(place->store, &action, &action.id));
		struct row_change change = make_change(action.id, rows[i].journal);
		change.time_s = 100;
		assert_stored(place->store, store_save_change(place->store, &change));
		assert_stored(
		    place->store, store_list_due_reverts(place->store, 200, note_action, &ids));
		assert_int_equal(ids.count, rows[i].due);
		assert_int_equal(ids.list[0], rows[i].due ? action.id : 0);
		change.state = JOURNAL_UNDONE;
		assert_stored(place->store, store_save_change(place->store, &change));
	}
}

static void
test_reloads_are_counted(void **state)
{
	struct place *place = *state;
	int64_t count;
	for (int64_t time_s = 100; time_s <= 103; time_s++)
		assert_stored(place->store, store_add_reload(place->store, "-", time_s, 102));
	assert_stored(place->store, store_add_reload(place->store, "out", 103, 102));
	assert_stored(place->store, store_count_reloads(place->store, "-", 0, &count));
	assert_int_equal(count, 2); /* older ones are forgotten */
	assert_stored(place->store, store_count_reloads(place->store, "-", 102, &count));
	assert_int_equal(count, 1);
	assert_stored(place->store, store_count_reloads(place->store, "out", 0, &count));
	assert_int_equal(count, 1);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, place_make, place_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(test_journal_of_a_change),
	    CASE(test_what_is_to_be_put_back),
	    CASE(test_reloads_are_counted),
	};
	return cmocka_run_group_tests_name("store_change", tests, NULL, NULL);
}
