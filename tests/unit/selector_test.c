/* SPDX-License-Identifier: ISC
 *
 * selector_test.c - conditions into the store and back, in words, and as a shell takes them.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/guard.h"
#include "proto/selector.h"

static const struct {
	struct selector selector;
	const char *json, *words, *options;
} table[] = {
    {{.older_s = 5400}, "{\"older\":5400}", "older than 1 h 30 min", " --older 5400s"},
    {{.sender = "@example.com", .larger_bytes = 1000000},
	"{\"sender\":\"@example.com\",\"larger\":1000000}",
	"from @example.com, larger than 1000000 bytes",
	" --sender '@example.com' --larger 1000000"},
    {{.classes = 1 << CLASS_NORMAL | 1 << CLASS_DSN, .shape = "{letters}{4 digits}@{4 digits}.com"},
	"{\"class\":10,\"shape\":\"{letters}{4 digits}@{4 digits}.com\"}",
	"of class normal or dsn, from a sender like {letters}{4 digits}@{4 digits}.com",
	" --class normal,dsn --shape '{letters}{4 digits}@{4 digits}.com'"},
    {{.reason = "it's $(full)"}, "{\"reason\":\"it's $(full)\"}", "deferred with it's $(full)",
	" --reason 'it'\\''s $(full)'"},
    {{.domain = "a.example", .client = "192.0.2.0/24", .younger_s = 60, .smaller_bytes = 7},
	"{\"domain\":\"a.example\",\"client\":\"192.0.2.0/24\",\"younger\":60,\"smaller\":7}",
	"to a.example, by client 192.0.2.0/24, younger than 1 min, smaller than 7 bytes",
	" --domain 'a.example' --client '192.0.2.0/24' --younger 60s --smaller 7"},
};

static void
conditions_come_back(void **state UNUSED)
{
	for (size_t i = 0; i < ARRAY_LENGTH(table); i++) {
		char json[SELECTION_TEXT_SIZE];
		struct selector back;
		assert_false(selector_is_empty(&table[i].selector));
		assert_int_equal(selector_encode(&table[i].selector, json), 0);
		assert_string_equal(json, table[i].json);
		assert_int_equal(selector_decode(json, &back), 0);
		assert_memory_equal(&back, &table[i].selector, sizeof(back));
		AUTO_FREE char *words = selector_describe(&back);
		AUTO_FREE char *options = selector_options(&back);
		assert_string_equal(words, table[i].words);
		assert_string_equal(options, table[i].options);
	}
}

static void
no_condition_is_empty(void **state UNUSED)
{
	struct selector none = {0};
	AUTO_FREE char *words = selector_describe(&none);
	assert_true(selector_is_empty(&none));
	assert_string_equal(words, "");
}

static void
too_much_is_told(void **state UNUSED)
{
	char json[SELECTION_TEXT_SIZE];
	struct selector selector = {.older_s = 1};
	memset(selector.sender, '"', sizeof(selector.sender) - 1);
	memset(selector.shape, '"', sizeof(selector.shape) - 1);
	memset(selector.reason, 'x', sizeof(selector.reason) - 1);
	assert_int_equal(selector_encode(&selector, json), -E2BIG);
}

static void
nonsense_is_refused(void **state UNUSED)
{
	static const char *const bad[] = {"", "[]", "{\"older\":-1}", "{\"older\":\"1\"}",
	    "{\"body\":\"x\"}", "{\"sender\":7}", "{\"older\":1,\"older\":2}"};
	for (size_t i = 0; i < ARRAY_LENGTH(bad); i++) {
		struct selector selector = {.older_s = 77};
		assert_int_equal(selector_decode(bad[i], &selector), -EBADMSG);
		assert_int_equal(selector.older_s, 77);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(conditions_come_back),
	    cmocka_unit_test(no_condition_is_empty),
	    cmocka_unit_test(too_much_is_told),
	    cmocka_unit_test(nonsense_is_refused),
	};
	return cmocka_run_group_tests_name("selector", tests, NULL, NULL);
}
