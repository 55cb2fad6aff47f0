/* SPDX-License-Identifier: ISC
 *
 * cause_rank_test.c - what is one flood is told as one, what is not is told apart.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "lib/guard.h"
#include "watchdogd/watch/cause_rank.h"

#define CAUSES_MAX 4096
#define ROWS_MAX 8

static char texts[CAUSES_MAX][64];
static struct cause_count causes[CAUSES_MAX];
static unsigned count;
static struct cause_row rows[ROWS_MAX];

/* "network|shape|subject|refusal" */
static void
add(uint64_t number, const char *parts)
{
	snprintf(texts[count], sizeof(texts[count]), "%s", parts);
	for (char *at = texts[count]; *at != '\0'; at++)
		if (*at == '|')
			*at = CAUSE_SEPARATOR;
	causes[count] =
	    (struct cause_count){.text = texts[count], .example = texts[count], .count = number};
	count++;
}

static void
assert_row(int row, uint64_t number, const char *words)
{
	assert_string_equal(rows[row].words, words);
	assert_int_equal(rows[row].count, number);
}

static void
test_apart(void **state UNUSED)
{
	count = 0;
	assert_int_equal(cause_rank(causes, 0, rows, ROWS_MAX), 0);
	add(10, "n1|s1|t1|refused by a");
	add(90, "n2|s2|t2|refused by b");
	assert_int_equal(cause_rank(causes, count, rows, ROWS_MAX), 2);
	assert_row(0, 90, "mail from n2, shape s2, subject t2, refused by b");
	assert_row(1, 10, "mail from n1, shape s1, subject t1, refused by a");
	assert_int_equal(cause_rank(causes, count, rows, 1), 1);
	assert_row(0, 90, "mail from n2, shape s2, subject t2, refused by b");
	/* two halves of what was refused alike */
	add(80, "n3|s2|t2|refused by b");
	assert_int_equal(cause_rank(causes, count, rows, ROWS_MAX), 3);
	assert_row(1, 80, "mail from n3, shape s2, subject t2, refused by b");
	/* what is not kept apart stays by itself */
	add(99, "(others)");
	assert_int_equal(cause_rank(causes, count, rows, ROWS_MAX), 4);
	assert_row(0, 99, "(others)");
}

/* Machines of everywhere send the same: one cause, and the largest example. */
static void
test_botnet(void **state UNUSED)
{
	char parts[64];
	count = 0;
	for (unsigned i = 0; i < 4000; i++) {
		snprintf(parts, sizeof(parts), "n%u|s|t%u|refused", i, i % 50);
		add(i == 77 ? 9 : 1, parts);
	}
	add(500, "home|other|t|refused");
	assert_int_equal(cause_rank(causes, count, rows, ROWS_MAX), 2);
	assert_row(0, 4008, "mail from 4000 networks, shape s, 50 subjects, refused");
	assert_memory_equal(rows[0].example, "n77\n", 4);
	assert_row(1, 500, "mail from home, shape other, subject t, refused");
}

/* A server that refuses everybody. */
static void
test_all_refused(void **state UNUSED)
{
	char parts[64];
	count = 0;
	for (unsigned i = 0; i < 100; i++) {
		snprintf(parts, sizeof(parts), "n%u|s%u|t%u|refused", i % 10, i, i);
		add(1, parts);
	}
	assert_int_equal(cause_rank(causes, count, rows, ROWS_MAX), 1);
	assert_row(0, 100, "mail from 10 networks, 100 shapes of senders, 100 subjects, refused");
}

/* One network sends most; the little that is left over is one row, or itself when it is alone. */
static void
test_rest(void **state UNUSED)
{
	count = 0;
	add(60, "big|s|t|refused");
	add(4, "a|s|t|refused");
	add(3, "b|s|t|refused");
	assert_int_equal(cause_rank(causes, count, rows, ROWS_MAX), 2);
	assert_row(0, 60, "mail from big, shape s, subject t, refused");
	assert_row(1, 7, "mail from 2 networks, shape s, subject t, refused");
	count--;
	assert_int_equal(cause_rank(causes, count, rows, ROWS_MAX), 2);
	assert_row(1, 4, "mail from a, shape s, subject t, refused");
}

/* Nothing is lost or told twice. */
static void
test_sum(void **state UNUSED)
{
	static struct cause_row all[CAUSES_MAX];
	uint64_t seed = 88172645463325252u, sum = 0, told = 0;
	count = 0;
	while (count < 2000) {
		char parts[64];
		seed = seed * 6364136223846793005u + 1442695040888963407u;
		unsigned r = (unsigned)(seed >> 33);
		snprintf(parts, sizeof(parts), "n%u|s%u|t%u|r%u", r % 3, r / 7 % 40, r / 280 % 300,
		    r / 84000 % 5);
		add(1 + r % 3, parts);
		sum += 1 + r % 3;
	}
	int found = cause_rank(causes, count, all, CAUSES_MAX);
	for (int i = 0; i < found; i++) {
		told += all[i].count;
		assert_true(i == 0 || all[i].count <= all[i - 1].count);
	}
	assert_int_equal(told, sum);
	assert_int_equal(found, 5 * 3);
}

/* What Postfix 3.7 writes, in words. */
static void
test_words(void **state UNUSED)
{
	static const struct {
		struct cause cause;
		const char *words;
	} cases[] = {
	    {{.sender = "ava1204@8231.com",
		 .client = "203.0.113.5",
		 .status = "5.7.1",
		 .next_hop = "inner.test",
		 .diagnostic = "550 5.7.1 a virus, number 17"},
		"mail from 203.0.113.0/24, shape {letters}{4 digits}@{4 digits}.com, subject s, "
		"refused by inner.test with 550 5.7.1 a virus, number {digits}"},
	    {{.sender = "a@b.test", .status = "5.1.1", .diagnostic = "unknown user: \"u\""},
		"mail from this host, shape a@b.test, subject s, refused here with 5.1.1 unknown "
		"user: \"u\""},
	    {{.sender = "a@b.test",
		 .status = "4.4.1",
		 .diagnostic = "connect to mx.test[192.0.2.1]:25: timed out"},
		"mail from this host, shape a@b.test, subject s, not delivered: 4.4.1 connect to "
		"{host}: timed out"},
	    {{.sender = "a@b.test",
		 .status = "4.2.0",
		 .next_hop = "mx.test",
		 .diagnostic = "450 4.2.0 later"},
		"mail from this host, shape a@b.test, subject s, put off by mx.test with 450 4.2.0 "
		"later"},
	    {{.sender = "a@b.test", .status = "5.0.0", .next_hop = "mx.test", .diagnostic = "no"},
		"mail from this host, shape a@b.test, subject s, refused by mx.test with 5.0.0 no"},
	};
	static const unsigned alone[CAUSE_PARTS] = {1, 1, 1, 1};
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		char text[CAUSE_TEXT_SIZE], words[CAUSE_TEXT_SIZE];
		cause_format(&cases[i].cause, cases[i].cause.client, "s", text);
		const char *const same[CAUSE_PARTS] = {text, text, text, text};
		assert_string_equal(cause_say(same, alone, words), cases[i].words);
	}
}

/* The longest parts still make one text that ends. */
static void
test_long_parts(void **state UNUSED)
{
	static struct cause cause;
	char subject[600], text[CAUSE_TEXT_SIZE];
	memset(subject, 'x', sizeof(subject) - 1);
	subject[sizeof(subject) - 1] = '\0';
	memset(cause.sender, 'y', sizeof(cause.sender) - 1);
	memset(cause.next_hop, 'z', sizeof(cause.next_hop) - 1);
	memset(cause.diagnostic, 'd', sizeof(cause.diagnostic) - 1);
	memset(cause.status, '5', sizeof(cause.status) - 1);
	cause_format(&cause, NULL, subject, text);
	for (unsigned part = 0; part < CAUSE_PARTS; part++) {
		size_t length;
		cause_find_part(text, (enum cause_part_name)part, &length);
		assert_true(length > 0);
	}
	assert_true(strlen(text) < sizeof(text));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_apart),
	    cmocka_unit_test(test_botnet),
	    cmocka_unit_test(test_all_refused),
	    cmocka_unit_test(test_rest),
	    cmocka_unit_test(test_sum),
	    cmocka_unit_test(test_words),
	    cmocka_unit_test(test_long_parts),
	};
	return cmocka_run_group_tests_name("cause_rank", tests, NULL, NULL);
}
