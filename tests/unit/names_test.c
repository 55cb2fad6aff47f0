/* SPDX-License-Identifier: ISC
 *
 * names_test.c - the words: each list is complete, its names are distinct and fit for settings,
 * documents and the store, and the catalogue speaks the same language.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "lib/guard.h"
#include "proto/catalogue.h"
#include "proto/names.h"

static const struct {
	const struct names *list;
	int count;
} lists[] = {
    {&names_queue, QUEUE_COUNT},
    {&names_class, CLASS_COUNT},
    {&names_dimension, DIMENSION_COUNT},
    {&names_role, ROLE_COUNT},
    {&names_mode, MODE_COUNT},
    {&names_signal, SIGNAL_COUNT},
    {&names_spool_count, SPOOL_COUNT_COUNT},
    {&names_incident, INCIDENT_STATE_COUNT},
    {&names_action, ACTION_STATE_COUNT},
    {&names_outcome, OUTCOME_COUNT},
    {&names_change_step, CHANGE_STEP_COUNT},
    {&names_change, CHANGE_COUNT},
    {&names_journal, JOURNAL_STATE_COUNT},
    {&names_condition, CONDITION_COUNT},
    {&names_revert, REVERT_COUNT},
    {&names_notice, NOTICE_STATE_COUNT},
    {&names_about, ABOUT_COUNT},
    {&names_language, LANGUAGE_COUNT},
};

static void
test_names_and_values(void **state UNUSED)
{
	for (size_t i = 0; i < ARRAY_LENGTH(lists); i++) {
		const struct names *list = lists[i].list;
		assert_int_equal(list->count, lists[i].count);
		for (int value = 0; value < list->count; value++) {
			const char *name = names_get(list, value);
			/* Finds the first of this name: so no name is there twice. */
			assert_int_equal(names_find(list, name), value);
			assert_int_equal(strspn(name, "abcdefghijklmnopqrstuvwxyz_"), strlen(name));
			assert_true(strlen(list->texts[value]) > 3);
		}
	}
}

static void
test_what_is_none(void **state UNUSED)
{
	for (size_t i = 0; i < ARRAY_LENGTH(lists); i++) {
		const struct names *list = lists[i].list;
		assert_string_equal(names_get(list, -1), "?");
		assert_string_equal(names_get(list, list->count), "?");
		assert_int_equal(names_find(list, ""), -1);
		assert_int_equal(names_find(list, "?"), -1);
		assert_int_equal(names_find(list, "Deferred"), -1);
	}
}

static void
test_words_of_postfix(void **state UNUSED)
{
	static const char *const queues[] = {
	    "maildrop", "incoming", "active", "deferred", "hold", "corrupt"};
	assert_int_equal(ARRAY_LENGTH(queues), QUEUE_COUNT);
	for (int queue = 0; queue < QUEUE_COUNT; queue++)
		assert_string_equal(names_get(&names_queue, queue), queues[queue]);
}

static void
test_catalogue(void **state UNUSED)
{
	assert_true(catalogue_count > 0);
	for (int i = 0; i < catalogue_count; i++) {
		const struct catalogue_remedy *remedy = &catalogue[i];
		assert_ptr_equal(catalogue_find(remedy->name), remedy);
		assert_true((remedy->queues == 0) == remedy->on_setting);
		assert_true(remedy->queues < 1u << QUEUE_COUNT);
		if (remedy->on_setting)
			assert_string_equal(remedy->undo, remedy->name);
		else
			assert_false(remedy->is_parametric);
		assert_int_equal(remedy->queues & 1u << QUEUE_ACTIVE, 0);
		assert_true(remedy->classes < 1u << CLASS_COUNT);
		/* By class never somebody's mail, and never what was not read; a selection is an
		 * operator's. */
		assert_int_equal(remedy->classes & 1u << CLASS_UNREAD, 0);
		if (!remedy->by_selection)
			assert_int_equal(remedy->classes & 1u << CLASS_NORMAL, 0);
		assert_true(!remedy->by_selection || remedy->by_hand);
		if (remedy->undo != NULL)
			assert_non_null(catalogue_find(remedy->undo));
		if (remedy->ends_in_nothing)
			assert_true(remedy->keeps_copy);
	}
	assert_null(catalogue_find(""));
	assert_null(catalogue_find("delete-everything"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_names_and_values),
	    cmocka_unit_test(test_what_is_none),
	    cmocka_unit_test(test_words_of_postfix),
	    cmocka_unit_test(test_catalogue),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
