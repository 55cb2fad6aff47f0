/* SPDX-License-Identifier: ISC
 *
 * subject_test.c - subjects as mail programs encode them, and as nobody should.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "lib/guard.h"
#include "watchdogd/watch/subject.h"

#define MEETING "\xe4\xbc\x9a\xe8\xad\xb0" /* 会議 */

static void
test_subjects(void **state UNUSED)
{
	static const struct {
		const char *subject, *decoded;
	} rows[] = {
	    {"plain text", "plain text"},
	    {"=?UTF-8?B?5Lya6K2w?=", MEETING},
	    {"=?utf-8?q?=E4=BC=9A=E8=AD=B0_2?= 3", MEETING " 2 3"},
	    {"=?ISO-2022-JP?B?GyRCMnE1RBsoQg==?=", MEETING},
	    {"=?Shift_JIS?B?ie+LYw==?=", MEETING},
	    {"=?EUC-JP?B?svG1xA==?=", MEETING},
	    {"=?iso-8859-1?Q?caf=e9?=", "caf\xc3\xa9"},
	    {"=?UTF-8?B?5Lya?= \t=?UTF-8?B?6K2w?= x", MEETING " x"},
	    {"Re: =?utf-8*ja?Q?a?=", "Re: a"},
	    {"=?gb2312?B?u+E=?= now", "{gb2312} now"},
	    /* control characters that were encoded are escaped */
	    {"=?utf-8?Q?a=1b[31m?=", "a\\x1b[31m"},
	    {"=?utf-8?B?/////w==?=", "\\xff\\xff\\xff\\xff"},
	    /* broken ones stay as they are, or as far as they go */
	    {"=?utf-8?B?5Lya", "=?utf-8?B?5Lya"},
	    {"=?utf-8?X?abc?=", "=?utf-8?X?abc?="},
	    {"=?utf-8?Q?a b?=", "=?utf-8?Q?a b?="},
	    {"=??Q?a?=", "=??Q?a?="},
	    {"=?utf-8?B?!!!?=", ""},
	    {"=?utf-8?Q?=4?=", "=4"},
	    {"=?utf-8?Q?=zz?=", "=zz"},
	    {"=?iso-2022-jp?B?GyRC/w==?=", "?"},
	    {"=?=?=", "=?=?="},
	    {"", ""},
	};
	struct subject_decoder *decoder = subject_decoder_new();
	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		char out[SUBJECT_SIZE];
		assert_string_equal(subject_decode(decoder, rows[i].subject, out), rows[i].decoded);
	}
	subject_decoder_free(decoder);
}

static void
test_bounds(void **state UNUSED)
{
	static const char *const beginnings[] = {
	    "=?utf-8?B?", "=?utf-8?Q?", "=?iso-2022-jp?B?GyRC", "=?windows-1252?Q?", ""};
	struct subject_decoder *decoder = subject_decoder_new();
	for (size_t i = 0; i < ARRAY_LENGTH(beginnings); i++) {
		char text[5000], out[SUBJECT_SIZE];
		strcpy(text, beginnings[i]);
		size_t begin = strlen(text);
		memset(text + begin, 'A', sizeof(text) - begin);
		strcpy(text + sizeof(text) - 3, "?=");
		assert_true(strlen(subject_decode(decoder, text, out)) < SUBJECT_SIZE);
	}
	subject_decoder_free(decoder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_subjects),
	    cmocka_unit_test(test_bounds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
