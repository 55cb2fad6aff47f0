/* SPDX-License-Identifier: ISC
 *
 * filter_test.c - conditions: what the live set may leave out, and what the file decides.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/record_build.h"
#include "watchdogd/watch/filter.h"

#define NOW 1795510777 /* 500 s after the messages of record_build.h arrived */

static struct file file;
static struct letter letter;

/* ---- a letter ---- */

static void
read_letter(const struct filter *filter)
{
	const struct letter_wish wish = filter_wish(filter);
	begin_file(&file);
	put_text(&file, 'A', "log_client_address=203.0.113.7");
	put_text(&file, 'S', "Ben+a@Good.example");
	put_text(&file, 'D', "kim@done.example");
	put_text(&file, 'R', "anna@later.example");
	end_file(&file, "u@V.test");
	assert_int_equal(letter_parse(&letter, read_built, &file, &wish), 0);
}

static const struct filter_words any = {
    .sender = "", .shape = "", .domain = "", .client = "", .reason = ""};

static void
letter_has_what_is_asked_for(void **state UNUSED)
{
	struct filter filter;
	char problem[128];
	assert_int_equal(filter_init(&filter, &any, NOW, problem, sizeof(problem)), 0);
	read_letter(&filter);
	assert_int_equal(letter.recipients, 2);
	assert_int_equal(letter.recipient.length, strlen("anna@later.example"));
	assert_memory_equal(letter.recipient.text, "anna@later.example", letter.recipient.length);
	assert_string_equal(letter.client, "203.0.113.7");
	assert_int_equal(letter.arrival_s, 1795510277);
	assert_true(letter.size_bytes > 0);
	assert_false(letter.has_domain);
}

static const struct {
	const char *sender, *shape, *domain, *client, *reason;
	uint64_t classes, older_s, younger_s, larger_bytes, smaller_bytes;
	bool is;
} cases[] = {
    {.is = true},
    {.sender = "Ben+a@Good.example", .is = true},
    {.sender = "ben+a@good.example", .is = false},
    {.sender = "ben@good.example", .is = false},
    {.sender = "en+a@good.example", .is = false},
    {.sender = "@GOOD.example", .is = true},
    {.sender = "@ood.example", .is = false},
    {.sender = "@a@good.example", .is = false},
    {.sender = "<>", .is = false},
    {.shape = "Ben+a@good.example", .is = true},
    {.shape = "{letters}{4 digits}@{4 digits}.com", .is = false},
    {.domain = "LATER.example", .is = true},
    {.domain = "v.test", .is = true},
    {.domain = "done.example", .is = false}, /* he has it */
    {.domain = "example", .is = false},
    {.client = "203.0.113.7", .is = true},
    {.client = "203.0.113.8", .is = false},
    {.client = "203.0.112.7", .is = false},
    {.client = "203.0.113.0/24", .is = true},
    {.client = "203.0.112.0/23", .is = true},
    {.client = "203.0.114.0/23", .is = false},
    {.client = "203.0.113.6/31", .is = true},
    {.client = "203.0.113.4/31", .is = false},
    {.client = "0.0.0.0/0", .is = true},
    {.client = "::/0", .is = false},
    {.reason = "Timed OUT", .is = true},
    {.reason = "refused", .is = false},
    {.classes = 1 << CLASS_NORMAL, .is = true},
    {.classes = 1 << CLASS_BOUNCE | 1 << CLASS_DSN, .is = false},
    {.older_s = 500, .is = true},
    {.older_s = 501, .is = false},
    {.younger_s = 501, .is = true},
    {.younger_s = 500, .is = false},
    {.older_s = UINT64_MAX, .is = false},
    {.younger_s = UINT64_MAX, .is = true},
    {.larger_bytes = 1, .is = true},
    {.larger_bytes = 1000000, .is = false},
    {.smaller_bytes = 1000000, .is = true},
    {.smaller_bytes = 1, .is = false},
};

static const char *
or_empty(const char *text)
{
	return text != NULL ? text : "";
}

static void
letter_fulfils_conditions_or_not(void **state UNUSED)
{
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		struct filter filter;
		char problem[128];
		const struct filter_words words = {
		    .classes = cases[i].classes,
		    .sender = or_empty(cases[i].sender),
		    .shape = or_empty(cases[i].shape),
		    .domain = or_empty(cases[i].domain),
		    .client = or_empty(cases[i].client),
		    .reason = or_empty(cases[i].reason),
		    .older_s = cases[i].older_s,
		    .younger_s = cases[i].younger_s,
		    .larger_bytes = cases[i].larger_bytes,
		    .smaller_bytes = cases[i].smaller_bytes,
		};
		assert_int_equal(filter_init(&filter, &words, NOW, problem, sizeof(problem)), 0);
		read_letter(&filter);
		bool is = filter_is(&filter, &letter) &&
		    filter_is_reason(&filter, "connect to v.test: timed out");
		if (is != cases[i].is)
			fail_msg("case %zu: not %d", i, cases[i].is);
	}
}

static void
null_sender_is_no_address(void **state UNUSED)
{
	struct filter_words words = any;
	struct filter filter;
	char problem[128];
	words.sender = "<>";
	assert_int_equal(filter_init(&filter, &words, NOW, problem, sizeof(problem)), 0);
	const struct letter_wish wish = filter_wish(&filter);
	begin_file(&file);
	put_text(&file, 'S', "");
	end_file(&file, "u@v.test");
	assert_int_equal(letter_parse(&letter, read_built, &file, &wish), 0);
	assert_true(filter_is(&filter, &letter));
	words.sender = "@";
	assert_int_equal(filter_init(&filter, &words, NOW, problem, sizeof(problem)), 0);
	assert_false(filter_is(&filter, &letter));
}

static void
client_that_is_no_address_is_told(void **state UNUSED)
{
	static const char *const bad[] = {"mail.example", "203.0.113", "203.0.113.7/33",
	    "203.0.113.7/", "203.0.113.7/+4", "2001:db8::/129", "203.0.113.7/24/1", "/24"};
	for (size_t i = 0; i < ARRAY_LENGTH(bad); i++) {
		struct filter_words words = any;
		struct filter filter;
		char problem[256];
		words.client = bad[i];
		assert_int_equal(
		    filter_init(&filter, &words, NOW, problem, sizeof(problem)), -EINVAL);
		assert_non_null(strstr(problem, bad[i]));
		assert_non_null(strstr(problem, "203.0.113.0/24"));
	}
}

/* ---- the live set ---- */

/* Whatever the live set leaves out, the file would have left out, too; what is not read may be. */
static void
live_set_leaves_out_what_it_knows(void **state UNUSED)
{
	struct queue *queue = queue_new();
	struct census *census = census_new();
	queue_place_slot(queue, 3, 0, QUEUE_DEFERRED);
	uint32_t number = queue_add(queue, 0, "9C1F2A", 3);
	struct queue_entry *entry = queue_get(queue, number);
	struct filter_words words = any;
	struct filter filter;
	char problem[128];
	words.older_s = 600;
	words.larger_bytes = 5000;
	words.classes = 1 << CLASS_BOUNCE;
	words.queues = 1 << QUEUE_DEFERRED;
	assert_int_equal(filter_init(&filter, &words, NOW, problem, sizeof(problem)), 0);
	assert_false(filter_may(&filter, queue, census, entry)); /* not accepted */
	queue_set_ready(queue, number, true);
	assert_true(filter_may(&filter, queue, census, entry)); /* not read */
	entry->read = true;
	queue_set_read(queue, number, CLASS_BOUNCE, NOW - 600, 5001);
	assert_true(filter_may(&filter, queue, census, entry));
	queue_set_read(queue, number, CLASS_BOUNCE, NOW - 599, 5001);
	assert_false(filter_may(&filter, queue, census, entry));
	queue_set_read(queue, number, CLASS_BOUNCE, NOW - 600, 4999);
	assert_false(filter_may(&filter, queue, census, entry));
	queue_set_read(queue, number, CLASS_NORMAL, NOW - 600, 5001);
	assert_false(filter_may(&filter, queue, census, entry));
	queue_set_read(queue, number, CLASS_BOUNCE, NOW - 600, UINT64_MAX);
	assert_true(filter_may(&filter, queue, census, entry));
	words.queues = 1 << QUEUE_HOLD;
	assert_int_equal(filter_init(&filter, &words, NOW, problem, sizeof(problem)), 0);
	assert_false(filter_may(&filter, queue, census, entry));
	queue_free(queue);
	census_free(census);
}

/* An entry whose profile was counted: what is not its own is left out without reading its file, and
 * nothing that is its own ever. */
static void
counted_entry_is_left_out_by_who_it_is_from_and_to(void **state UNUSED)
{
	static struct profile profile;
	struct queue *queue = queue_new();
	struct census *census = census_new();
	queue_place_slot(queue, 3, 0, QUEUE_DEFERRED);
	uint32_t number = queue_add(queue, 0, "9C1F2A", 3);
	struct queue_entry *entry = queue_get(queue, number);
	begin_file(&file);
	put_text(&file, 'A', "log_client_address=203.0.113.7");
	put_text(&file, 'S', "Ben+a@Good.example");
	put_text(&file, 'R', "anna@later.example");
	end_file(&file, "u@V.test");
	assert_int_equal(profile_parse(&profile, read_built, &file), 0);
	queue_set_ready(queue, number, true);
	queue_set_read(queue, number, CLASS_NORMAL, 1795510277, file.length);
	entry->read = true;
	census_add(census, 0, entry, &profile);
	unsigned left_out = 0;
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		struct filter filter;
		char problem[128];
		const struct filter_words words = {
		    .sender = or_empty(cases[i].sender),
		    .shape = or_empty(cases[i].shape),
		    .domain = or_empty(cases[i].domain),
		    .client = or_empty(cases[i].client),
		    .reason = "",
		};
		assert_int_equal(filter_init(&filter, &words, NOW, problem, sizeof(problem)), 0);
		bool may = filter_may(&filter, queue, census, entry);
		if (cases[i].is && !may)
			fail_msg("case %zu: left out", i);
		left_out += !may;
	}
	assert_true(left_out >= 10);
	census_remove(census, 0, entry);
	queue_free(queue);
	census_free(census);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(letter_has_what_is_asked_for),
	    cmocka_unit_test(letter_fulfils_conditions_or_not),
	    cmocka_unit_test(null_sender_is_no_address),
	    cmocka_unit_test(client_that_is_no_address_is_told),
	    cmocka_unit_test(live_set_leaves_out_what_it_knows),
	    cmocka_unit_test(counted_entry_is_left_out_by_who_it_is_from_and_to),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
