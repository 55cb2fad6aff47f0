/* SPDX-License-Identifier: ISC
 *
 * caps_test.c - how much a remedy may take, and which cap says no.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "watchdogd/engine/caps.h"

static void
room_is_the_smallest_cap(void **state UNUSED)
{
	const struct {
		const char *what;
		int64_t max_messages, max_share, max_per_hour, batch;
		int64_t done, waiting, hour;
		int64_t expected;
		bool for_good;
		const char *word;
	} table[] = {
	    {"a batch", 1000, 100, 1000, 200, 0, 900, 0, 200, false, ""},
	    {"what the action may still take", 1000, 100, 5000, 200, 950, 900, 0, 50, false, ""},
	    {"what the hour still allows", 1000, 100, 500, 200, 0, 900, 480, 20, false, ""},
	    {"its share of the queue", 1000, 10, 1000, 200, 0, 900, 0, 90, false, ""},
	    {"its share, with what it took", 1000, 10, 1000, 200, 80, 820, 0, 10, false, ""},
	    {"action's cap reached", 1000, 100, 5000, 200, 1000, 900, 0, 0, true, "max_messages"},
	    {"share reached", 1000, 10, 1000, 200, 90, 810, 0, 0, true, "max_share"},
	    {"an empty queue is no cap", 1000, 10, 1000, 200, 0, 0, 0, 200, false, ""},
	    {"hour's cap reached", 1000, 100, 500, 200, 10, 900, 500, 0, false, "max_per_hour"},
	};
	for (size_t i = 0; i < ARRAY_LENGTH(table); i++) {
		struct settings_remedy remedy = {
		    .max_messages = table[i].max_messages,
		    .max_share = table[i].max_share,
		    .max_per_hour = table[i].max_per_hour,
		    .batch = table[i].batch,
		};
		struct row_action action = {.done = table[i].done};
		struct caps_room room;
		caps_look(&remedy, &action, table[i].waiting, table[i].hour, &room);
		if (room.messages != table[i].expected || room.for_good != table[i].for_good)
			fail_msg("%s: %ld %d", table[i].what, (long)room.messages, room.for_good);
		if (room.messages == 0)
			assert_non_null(strstr(room.text, table[i].word));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(room_is_the_smallest_cap),
	};
	return cmocka_run_group_tests_name("caps", tests, NULL, NULL);
}
