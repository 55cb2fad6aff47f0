/* SPDX-License-Identifier: ISC
 *
 * report_test.c - what the documents offer: an undo while there is something to be taken back, by
 * what later actions did to the same messages.
 */
#include "tests/unit/store_place.h"

#include "schema/report.h"

#define MESSAGES 3

static int64_t
add_action(struct store *store, const char *remedy, enum action_state state, int64_t undo_of)
{
	int64_t id;
	struct row_action row = {.state = state, .undo_of = undo_of, .instance = "-"};
	snprintf(row.remedy, sizeof(row.remedy), "%s", remedy);
	assert_stored(store, store_save_action(store, &row, &id));
	return id;
}

/* `count` of the messages, from the first on. */
static void
add_targets(struct store *store, int64_t action, int count, enum target_outcome outcome)
{
	for (int i = 0; i < count; i++) {
		struct row_target row = {
		    .action = action, .inode = (uint64_t)i + 1, .outcome = outcome, .order = 1};
		snprintf(row.queue_id, sizeof(row.queue_id), "9C1F2%d", i);
		assert_stored(store, store_save_target(store, &row));
	}
}

static json_t *
make(struct place *place, const struct ctl_request *request)
{
	json_t *document;
	struct report_question question = {.store = place->store, .request = request};
	assert_int_equal(report_make(&question, &document), 0);
	return document;
}

/* In the list and where the action is shown. */
static void
assert_offers_undo(struct place *place, int64_t action, bool offers)
{
	size_t i;
	json_t *row;
	bool listed = false;
	json_t *list = make(place, &(struct ctl_request){.verb = CTL_REMEDY_LIST});
	json_t *shown =
	    make(place, &(struct ctl_request){.verb = CTL_REMEDY_SHOW, .action = action});
	json_array_foreach(json_object_get(list, "actions"), i, row)
	{
		if (json_integer_value(json_object_get(row, "action")) == action)
			listed = json_is_string(json_object_get(row, "undo"));
	}
	assert_int_equal(listed, offers);
	row = json_object_get(json_object_get(shown, "action"), "undo");
	assert_int_equal(json_is_string(row), offers);
	json_decref(list);
	json_decref(shown);
}

static void
undo_is_offered_while_anything_is_left(void **state)
{
	struct place *place = *state;
	int64_t hold = add_action(place->store, "hold-bounces", ACTION_DONE, 0);
	add_targets(place->store, hold, MESSAGES, OUTCOME_DONE);
	assert_offers_undo(place, hold, true);
	int64_t delete = add_action(place->store, "delete-bounces", ACTION_DONE, 0);
	add_targets(place->store, delete, MESSAGES - 1, OUTCOME_DONE);
	assert_offers_undo(place, hold, true);
	assert_offers_undo(place, delete, true);
	add_targets(place->store, delete, MESSAGES, OUTCOME_CHANGED);
	assert_offers_undo(place, hold, true);
	add_targets(place->store, delete, MESSAGES, OUTCOME_GONE);
	assert_offers_undo(place, hold, false);
	int64_t restore = add_action(place->store, "restore", ACTION_DONE, delete);
	add_targets(place->store, restore, MESSAGES - 1, OUTCOME_DONE);
	assert_offers_undo(place, delete, false);
	assert_offers_undo(place, restore, false);
}

/* What an earlier action did has no part in it, nor has another message under the same id. */
static void
only_later_actions_on_the_same_message_count(void **state)
{
	struct place *place = *state;
	int64_t delete = add_action(place->store, "delete-bounces", ACTION_DONE, 0);
	add_targets(place->store, delete, MESSAGES, OUTCOME_DONE);
	int64_t hold = add_action(place->store, "hold-bounces", ACTION_CAPPED, 0);
	add_targets(place->store, hold, MESSAGES, OUTCOME_DONE);
	assert_offers_undo(place, hold, true);
	int64_t later = add_action(place->store, "delete-bounces", ACTION_DONE, 0);
	for (int i = 0; i < MESSAGES; i++) {
		struct row_target row = {.action = later, .inode = 77, .outcome = OUTCOME_DONE};
		snprintf(row.queue_id, sizeof(row.queue_id), "9C1F2%d", i);
		assert_stored(place->store, store_save_target(place->store, &row));
	}
	assert_offers_undo(place, hold, true);
}

static void
action_that_did_nothing_has_no_undo_one_that_runs_has(void **state)
{
	struct place *place = *state;
	assert_offers_undo(place, add_action(place->store, "hold-bounces", ACTION_DONE, 0), false);
	assert_offers_undo(
	    place, add_action(place->store, "hold-bounces", ACTION_RUNNING, 0), true);
}

int
main(void)
{
#define CASE(test) cmocka_unit_test_setup_teardown(test, place_make, place_remove)
	const struct CMUnitTest tests[] = {
	    CASE(undo_is_offered_while_anything_is_left),
	    CASE(only_later_actions_on_the_same_message_count),
	    CASE(action_that_did_nothing_has_no_undo_one_that_runs_has),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
