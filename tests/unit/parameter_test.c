/* SPDX-License-Identifier: ISC
 *
 * parameter_test.c - which main.cf parameters may be changed, and to what.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "proto/parameter.h"

static void
names(void **state UNUSED)
{
	static const char *const known[] = {"bounce_queue_lifetime", "queue_run_delay",
	    "smtp_destination_rate_delay", "default_destination_concurrency_limit",
	    "my-lane_destination_concurrency_limit"};
	static const char *const unknown[] = {"", "mynetworks", "_destination_rate_delay",
	    "smtp _destination_rate_delay", "-x_destination_rate_delay", "bounce_queue_lifetime ",
	    "smtp_destination_rate_delay=1", "Bounce_queue_lifetime"};
	for (size_t i = 0; i < ARRAY_LENGTH(known); i++)
		assert_non_null(parameter_find(known[i]));
	for (size_t i = 0; i < ARRAY_LENGTH(unknown); i++)
		assert_null(parameter_find(unknown[i]));
	assert_string_equal(parameter_nearest("bounce_queue_lifetme"), "bounce_queue_lifetime");
	assert_string_equal(
	    parameter_nearest("default_destination_rate_dlay"), "default_destination_rate_delay");
	assert_null(parameter_nearest("mynetworks"));
}

static void
values(void **state UNUSED)
{
	static const struct {
		const char *name, *value;
		bool takes, could_have;
	} rows[] = {
	    {"bounce_queue_lifetime", "1h", true, true},
	    {"bounce_queue_lifetime", "0s", true, true},
	    {"bounce_queue_lifetime", "4w", true, true},
	    {"bounce_queue_lifetime", "30d", true, true},
	    {"bounce_queue_lifetime", "31d", false, true},
	    {"bounce_queue_lifetime", "1", false, true},
	    {"bounce_queue_lifetime", "1y", false, false},
	    {"bounce_queue_lifetime", "-1h", false, false},
	    {"bounce_queue_lifetime", "1h 1m", false, false},
	    {"bounce_queue_lifetime", "", false, false},
	    {"bounce_queue_lifetime", "9999999999h", false, false},
	    {"bounce_queue_lifetime", "$maximal_queue_lifetime", false, true},
	    {"bounce_queue_lifetime", "${stress?{1h}:{5d}}", false, true},
	    {"bounce_queue_lifetime", "$x;rm", false, false},
	    {"qmgr_message_active_limit", "40000", true, true},
	    {"qmgr_message_active_limit", "99", false, true},
	    {"qmgr_message_active_limit", "40000s", false, false},
	};
	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		const struct parameter *parameter = parameter_find(rows[i].name);
		if (parameter_takes(parameter, rows[i].value) != rows[i].takes ||
		    parameter_could_have(parameter, rows[i].value) != rows[i].could_have)
			fail_msg("%s = %s", rows[i].name, rows[i].value);
	}
}

static void
descriptions(void **state UNUSED)
{
	char text[64];
	assert_string_equal(
	    parameter_describe(parameter_find("maximal_queue_lifetime"), text, sizeof(text)),
	    "a time from 1h to 30d");
	assert_string_equal(parameter_describe(parameter_find("in_flow_delay"), text, sizeof(text)),
	    "a time from 0s to 10s");
	assert_string_equal(
	    parameter_describe(parameter_find("default_process_limit"), text, sizeof(text)),
	    "a whole number from 2 to 10000");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names),
	    cmocka_unit_test(values),
	    cmocka_unit_test(descriptions),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
