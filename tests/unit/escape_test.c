/* SPDX-License-Identifier: ISC
 *
 * escape_test.c - what hostile bytes look like after they were made printable.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "lib/escape.h"
#include "lib/guard.h"

#define TEXT(literal) literal, sizeof(literal) - 1

static const struct {
	const char *in;
	size_t length;
	const char *out;
} rows[] = {
    {TEXT(""), ""},
    {TEXT("user@example.org"), "user@example.org"},
    {TEXT("a\nb\rc\td"), "a\\x0ab\\x0dc\\x09d"},
    {TEXT("a\0b"), "a\\x00b"},
    {TEXT("\x1b[31m\x7f"), "\\x1b[31m\\x7f"},
    {TEXT("back\\slash"), "back\\\\slash"},
    {TEXT("Gr\xc3\xbc\xc3\x9f"
	  "e"),
	"Gr\xc3\xbc\xc3\x9f"
	"e"},
    {TEXT("\xf0\x9f\x93\xae"), "\xf0\x9f\x93\xae"},
    /* C1, direction override, isolate, zero width, line separator, byte order mark */
    {TEXT("\xc2\x85"), "\\xc2\\x85"},
    {TEXT("\xe2\x80\xae"), "\\xe2\\x80\\xae"},
    {TEXT("\xe2\x81\xa6"), "\\xe2\\x81\\xa6"},
    {TEXT("\xe2\x80\x8b"), "\\xe2\\x80\\x8b"},
    {TEXT("\xe2\x80\xa8"), "\\xe2\\x80\\xa8"},
    {TEXT("\xef\xbb\xbf"), "\\xef\\xbb\\xbf"},
    /* broken UTF-8: overlong, surrogate, too large, cut off, stray */
    {TEXT("\xc0\xaf"), "\\xc0\\xaf"},
    {TEXT("\xe0\x80\xaf"), "\\xe0\\x80\\xaf"},
    {TEXT("\xed\xa0\x80"), "\\xed\\xa0\\x80"},
    {TEXT("\xf5\x80\x80\x80"), "\\xf5\\x80\\x80\\x80"},
    {TEXT("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80"},
    {TEXT("\xc3"), "\\xc3"},
    {TEXT("\xe2\x82"), "\\xe2\\x82"},
    {TEXT("\xc3("), "\\xc3("},
    {TEXT("\x80"), "\\x80"},
};

static void
test_rows(void **state UNUSED)
{
	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		char out[128];
		assert_ptr_equal(escape_text(rows[i].in, rows[i].length, out, sizeof(out)), out);
		assert_string_equal(out, rows[i].out);
	}
}

static void
test_line_keeps_backslash(void **state UNUSED)
{
	char out[64];
	assert_string_equal(
	    escape_line(TEXT("sender \\x0a\n"), out, sizeof(out)), "sender \\x0a\\x0a");
}

/* Whatever the room, the text ends inside it, says that it was cut, and holds whole characters. */
static void
test_cut(void **state UNUSED)
{
	static const char in[] = "ab\n\xc3\xa9\xe2\x82\xac\xf0\x9f\x93\xae yz";
	static const char whole[] = "ab\\x0a\xc3\xa9\xe2\x82\xac\xf0\x9f\x93\xae yz";
	for (size_t size = 1; size <= sizeof(whole) + 1; size++) {
		char out[64];
		memset(out, '#', sizeof(out));
		escape_text(in, sizeof(in) - 1, out, size);
		size_t length = strlen(out);
		assert_true(length < size);
		assert_int_equal(out[size], '#');
		if (size >= sizeof(whole)) {
			assert_string_equal(out, whole);
			continue;
		}
		size_t dots = size - 1 < 3 ? size - 1 : 3;
		assert_memory_equal(out + length - dots, "...", dots);
		assert_memory_equal(out, whole, length - dots);
		/* What follows in the whole text begins a new unit. */
		const char *rest = whole + length - dots;
		assert_int_not_equal((unsigned char)*rest & 0xc0, 0x80);
		assert_false(length - dots > 2 && length - dots < 6);
	}
}

static void
test_no_room(void **state UNUSED)
{
	char out[1] = {'#'};
	escape_text(TEXT("abc"), out, 0);
	assert_int_equal(out[0], '#');
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_line_keeps_backslash),
	    cmocka_unit_test(test_cut),
	    cmocka_unit_test(test_no_room),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
