/* SPDX-License-Identifier: ISC
 *
 * settings_value_test.c - what each type takes, and that it is written as it is read.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "config/value.h"
#include "lib/mem.h"

static const struct table_row count_row = {
    .name = "count", .type = VALUE_COUNT, .size = 8, .low = 0, .high = 1000};
static const struct table_row time_row = {
    .name = "time", .type = VALUE_DURATION, .size = 8, .low = 0, .high = 100LL * 365 * 86400};
static const struct table_row mode_row = {.name = "mode", .type = VALUE_MODE, .size = 4};
static const struct table_row signal_row = {
    .name = "signal", .type = VALUE_WORD, .size = 4, .words = &names_signal};
static const struct table_row queues_row = {
    .name = "queues", .type = VALUE_QUEUES, .size = 4, .words = &names_queue};
static const struct table_row text_row = {
    .name = "text", .type = VALUE_TEXT, .size = 8, .optional = true};
static const struct table_row path_row = {.name = "path", .type = VALUE_PATH, .size = 16};
static const struct table_row account_row = {
    .name = "account", .type = VALUE_ACCOUNT, .size = 64, .noun = "user"};
static const struct table_row loopback_row = {
    .name = "listen", .type = VALUE_LOOPBACK, .size = 64, .optional = true};
static const struct table_row host_row = {
    .name = "host", .type = VALUE_HOST, .size = 64, .optional = true};
static const struct table_row address_row = {.name = "address", .type = VALUE_ADDRESS, .size = 64};
static const struct table_row remedy_row = {.name = "remedy", .type = VALUE_REMEDY, .size = 64};

static void
values_are_taken_or_refused(void **state UNUSED)
{
	/* written NULL: refused */
	static const struct {
		const struct table_row *row;
		const char *text, *written;
	} table[] = {
	    {&count_row, "0", "0"},
	    {&count_row, "1000", "1000"},
	    {&count_row, "1001", NULL},
	    {&count_row, "00", NULL},
	    {&count_row, "07", NULL},
	    {&count_row, "", NULL},
	    {&count_row, " 7", NULL},
	    {&count_row, "7 ", NULL},
	    {&count_row, "-1", NULL},
	    {&count_row, "7.0", NULL},
	    {&count_row, "9223372036854775808", NULL},
	    {&time_row, "0s", "0s"},
	    {&time_row, "59s", "59s"},
	    {&time_row, "60s", "1m"},
	    {&time_row, "90m", "90m"},
	    {&time_row, "24h", "1d"},
	    {&time_row, "1w", "7d"},
	    {&time_row, "364d", "364d"},
	    {&time_row, "365d", "1y"},
	    {&time_row, "100y", "100y"},
	    {&time_row, "101y", NULL},
	    {&time_row, "999999999999y", NULL},
	    {&time_row, "60", NULL},
	    {&time_row, "s", NULL},
	    {&time_row, "", NULL},
	    {&time_row, "1M", NULL},
	    {&time_row, "1ms", NULL},
	    {&time_row, "01s", NULL},
	    {&time_row, "-1s", NULL},
	    {&time_row, "1.5h", NULL},
	    {&mode_row, "inherit", "inherit"},
	    {&mode_row, "act", "act"},
	    {&mode_row, "observe", "observe"},
	    {&mode_row, "Act", NULL},
	    {&mode_row, "", NULL},
	    {&signal_row, "oldest_age", "oldest_age"},
	    {&signal_row, "oldest-age", NULL},
	    {&queues_row, "hold", "hold"},
	    {&queues_row, "hold,incoming", "incoming,hold"},
	    {&queues_row, "hold,hold", NULL},
	    {&queues_row, "hold,", NULL},
	    {&queues_row, ",", NULL},
	    {&queues_row, "", NULL},
	    {&queues_row, "a-queue-with-a-long-name", NULL},
	    {&text_row, "", ""},
	    {&text_row, "1234567", "1234567"},
	    {&text_row, "12345678", NULL},
	    {&text_row, "a\tb", NULL},
	    {&text_row, "a\x7f", NULL},
	    {&text_row, "\xc3\xbc \\", "\xc3\xbc \\"},
	    {&text_row, "\xc2\x85", NULL}, /* a line break to YAML */
	    {&text_row, "\xe2\x80\xa8", NULL}, /* another */
	    {&text_row, "\xe2\x80\xae", NULL}, /* from right to left */
	    {&text_row, "\xc3", NULL},
	    {&path_row, "/", "/"},
	    {&path_row, "", NULL},
	    {&path_row, "a/b", NULL},
	    {&path_row, "/123456789012345", NULL},
	    {&path_row, "/a\n", NULL},
	    {&account_row, "_postfix-watchdog", "_postfix-watchdog"},
	    {&account_row, "Domain.User1", "Domain.User1"},
	    {&account_row, "0", NULL},
	    {&account_row, "-a", NULL},
	    {&account_row, "a b", NULL},
	    {&account_row, "a:b", NULL},
	    {&account_row, "", NULL},
	    {&loopback_row, "", ""},
	    {&loopback_row, "127.0.0.1:9109", "127.0.0.1:9109"},
	    {&loopback_row, "127.255.0.9:1", "127.255.0.9:1"},
	    {&loopback_row, "[::1]:65535", "[::1]:65535"},
	    {&loopback_row, "127.0.0.1", NULL},
	    {&loopback_row, "9109", NULL},
	    {&loopback_row, "127.0.0.1:0", NULL},
	    {&loopback_row, "127.0.0.1:09109", NULL},
	    {&loopback_row, "127.0.0.1:65536", NULL},
	    {&loopback_row, "127.0.0.1:9109x", NULL},
	    {&loopback_row, "0.0.0.0:9109", NULL},
	    {&loopback_row, "192.0.2.1:9109", NULL},
	    {&loopback_row, "[::]:9109", NULL},
	    {&loopback_row, "::1:9109", NULL},
	    {&loopback_row, "localhost:9109", NULL},
	    {&host_row, "", ""},
	    {&host_row, "mail.example.org", "mail.example.org"},
	    {&host_row, "192.0.2.25", "192.0.2.25"},
	    {&host_row, "::1", NULL},
	    {&host_row, "mail.example.org:25", NULL},
	    {&host_row, "-mail", NULL},
	    {&host_row, "mail/..", NULL},
	    {&address_row, "a@b", "a@b"},
	    {&address_row, "o'brien+x=y@gw-1.example.org", "o'brien+x=y@gw-1.example.org"},
	    {&address_row, "a@[192.0.2.1]", "a@[192.0.2.1]"},
	    {&address_row, "<a@b>", NULL},
	    {&address_row, "a", NULL},
	    {&address_row, "@b", NULL},
	    {&address_row, "a@", NULL},
	    {&address_row, "a@b@c", NULL},
	    {&address_row, "a@b,c@d", NULL},
	    {&address_row, "\"a b\"@c", NULL},
	    {&address_row, "\xc3\xbc@b", NULL},
	    {&address_row, "a@b\r", NULL},
	    {&address_row, "", NULL},
	    {&remedy_row, "hold-bounces", "hold-bounces"},
	    {&remedy_row, "hold_bounces", NULL},
	    {&remedy_row, "", NULL},
	};
	for (size_t i = 0; i < ARRAY_LENGTH(table); i++) {
		char field[64], untouched[64], text[VALUE_TEXT_SIZE];
		memset(field, 0x5a, sizeof(field));
		memset(untouched, 0x5a, sizeof(untouched));
		bool taken = value_parse(table[i].row, table[i].text, field);
		if (taken != (table[i].written != NULL))
			fail_msg("%s '%s': %s", table[i].row->name, table[i].text,
			    taken ? "taken" : "refused");
		if (!taken) {
			assert_memory_equal(field, untouched, sizeof(field));
			continue;
		}
		assert_string_equal(value_format(table[i].row, field, text), table[i].written);
		assert_true(value_parse(table[i].row, text, untouched));
		assert_memory_equal(field, untouched, table[i].row->size);
	}
}

static void
what_is_allowed_is_said(void **state UNUSED)
{
	struct table_row list = address_row;
	list.most = 3;
	const struct {
		const struct table_row *row;
		const char *expected;
	} table[] = {
	    {&count_row, "a whole number from 0 to 1000"},
	    {&time_row, "a time from 0s to 100y: a number and s, m, h, d, w or y"},
	    {&mode_row, "one of inherit, observe, confirm, act"},
	    {&remedy_row,
		"one of hold-bounces, delete-bounces, postfix-parameter, bounce-lane, "
		"rspamd-policy, klms-policy, clamav-milter-policy"}, /* no undo */
	    {&text_row, "text of one line, at most 7 bytes, or \"\" for none"},
	    {&account_row, "the name of a user"},
	    {&list, "a list of at most 3, each a mail address such as staff@example.org"},
	};
	for (size_t i = 0; i < ARRAY_LENGTH(table); i++) {
		char *text = NULL;
		size_t length;
		FILE *out = open_memstream(&text, &length);
		value_describe(table[i].row, out);
		fclose(out);
		assert_string_equal(text, table[i].expected);
		free(text);
	}
}

static void
nearest_word_is_of_the_type(void **state UNUSED)
{
	assert_string_equal(value_nearest(&mode_row, "inherits"), "inherit");
	assert_string_equal(value_nearest(&signal_row, "bounce"), "bounces");
	assert_string_equal(value_nearest(&remedy_row, "delete-bounce"), "delete-bounces");
	assert_null(value_nearest(&remedy_row, "relaese")); /* release is no step */
	assert_null(value_nearest(&count_row, "observe"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(values_are_taken_or_refused),
	    cmocka_unit_test(what_is_allowed_is_said),
	    cmocka_unit_test(nearest_word_is_of_the_type),
	};
	return cmocka_run_group_tests_name("settings_value", tests, NULL, NULL);
}
