/* SPDX-License-Identifier: ISC
 *
 * top_test.c - ranks: which are taken, and what is said about them.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "lib/guard.h"
#include "proto/top.h"

static const struct {
	struct message_tick_top row;
	bool is_telling;
	const char *text;
} rows[] = {
    {{"-", DIMENSION_CAUSE, CLASS_BOUNCE, 1, "mail from 203.0.113.0/24", 7639, 0, 8214, "4WxYz1"},
	true, "93 % of 8214 bounces were caused by mail from 203.0.113.0/24"},
    {{"-", DIMENSION_CAUSE, CLASS_BOUNCE, 4, "others", 800, 0, 8214, ""}, false,
	"10 % of 8214 bounces were caused by others"},
    {{"-", DIMENSION_CAUSE, CLASS_BOUNCE, 2, "one", 1, 0, 8214, ""}, false,
	"0 % of 8214 bounces were caused by one"},
    {{"-", DIMENSION_SHAPE, CLASS_NORMAL, 1, "{letters}@example.com", 87, 0, 100,
	 "ava@example.com"},
	true,
	"87 % of arriving messages have a sender like {letters}@example.com, as "
	"ava@example.com"},
    {{"-", DIMENSION_SHAPE, CLASS_NORMAL, 2, "{letters}@example.net", 40, 0, 100, ""}, false,
	"40 % of arriving messages have a sender like {letters}@example.net"},
    /* at least so much: what may be too high is taken off */
    {{"-", DIMENSION_NETWORK, CLASS_NORMAL, 1, "192.0.2.0/24", 30, 11, 100, "192.0.2.0/24"}, false,
	"19 % of arriving messages came from network 192.0.2.0/24"},
    {{"-", DIMENSION_NETWORK, CLASS_DSN, 1, "192.0.2.0/24", 100, 0, 100, ""}, false,
	"100 % of arriving null-sender messages came from network 192.0.2.0/24"},
    {{"-", DIMENSION_REASON, CLASS_NORMAL, 1, "connection refused", 50, 0, 100, ""}, false,
	"50 % of deferrals of messages were for connection refused"},
    {{"-", DIMENSION_RECIPIENT_DOMAIN, CLASS_NORMAL, 1, "example.org", 100, 0, 100, ""}, false,
	"100 % of arriving messages are for example.org"},
    /* numbers beyond reason */
    {{"-", DIMENSION_SENDER, CLASS_NORMAL, 1, "a@b.example", UINT64_MAX, 0, 7, ""}, true,
	"100 % of arriving messages are from a@b.example"},
    {{"-", DIMENSION_SENDER, CLASS_NORMAL, 1, "a@b.example", 5, 9, 0, ""}, false,
	"0 % of arriving messages are from a@b.example"},
};

static void
row_is_said_in_words(void **state UNUSED)
{
	char text[TOP_TEXT_SIZE];
	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		assert_string_equal(top_describe(&rows[i].row, text), rows[i].text);
		assert_int_equal(top_is_telling(&rows[i].row), rows[i].is_telling);
	}
}

static void
longest_texts_fit(void **state UNUSED)
{
	char text[TOP_TEXT_SIZE];
	struct message_tick_top row = {.class = CLASS_UNREAD, .rank = 1, .total = UINT64_MAX};
	memset(row.key, 'k', sizeof(row.key) - 1);
	memset(row.example, 'e', sizeof(row.example) - 1);
	for (int dimension = 0; dimension < DIMENSION_COUNT; dimension++) {
		row.dimension = (uint64_t)dimension;
		assert_true(strlen(top_describe(&row, text)) > ADDRESS_TEXT_SIZE);
	}
}

static void
numbers_out_of_range_are_refused(void **state UNUSED)
{
	AUTO_TOPS struct tops tops = {0};
	const struct message_tick_top bad[] = {
	    {.dimension = DIMENSION_COUNT, .rank = 1},
	    {.class = CLASS_COUNT, .rank = 1},
	    {.rank = 0},
	    {.rank = TOP_RANKS_MAX + 1},
	};
	for (size_t i = 0; i < ARRAY_LENGTH(bad); i++)
		assert_int_equal(tops_add(&tops, &bad[i], 9), -EBADMSG);
	const struct message_tick_top good = {.rank = 1};
	assert_int_equal(tops_add(&tops, &good, 2), 0);
	assert_int_equal(tops_add(&tops, &good, 2), 0);
	assert_int_equal(tops_add(&tops, &good, 2), -EBADMSG);
	assert_int_equal(tops.count, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(row_is_said_in_words),
	    cmocka_unit_test(longest_texts_fit),
	    cmocka_unit_test(numbers_out_of_range_are_refused),
	};
	return cmocka_run_group_tests_name("top", tests, NULL, NULL);
}
