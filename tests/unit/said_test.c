/* SPDX-License-Identifier: ISC
 *
 * said_test.c - the sentences of detectors, actions and causes in Japanese; what is not known stays as
 * it is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "lib/guard.h"
#include "watchdogd/engine/said.h"

static const struct {
	const char *english, *japanese;
} rows[] = {
    {"bounces 512, above 500 for 4 min 10 s",
	"bounces 512（しきい値 500 の超過が 4 分 10 秒継続）"},
    {"bounces 512, above 500 for 30 s; bounces 512, 12 times the normal 42: 512 in 1 min",
	"bounces 512（しきい値 500 の超過が 30 秒継続）; bounces 512（通常 42 の 12 倍、512 in 1 "
	"min）"},
    {"in 5 min 812 arrived, 3 were delivered, 0 deferred; 900 wait in incoming and active, 12 "
     "before",
	"5 分間に到着 812、配送 3、延期 0; incoming と active で待機中 900（以前 12）"},
    {"held 1 message", "1 通を保留"},
    {"held 318 messages", "318 通を保留"},
    {"held 318 messages, 2 gone before", "318 通を保留（2 通は既になし）"},
    {"deleted 5 messages", "5 通を削除"},
    {"would hold 318 messages; mode is observe, nothing is done",
	"318 通を保留の対象; 監視モードのため何もしません"},
    {"will delete 1 d after the incident opened", "発生から 1 日後に削除"},
    {"begun, 318 messages match", "開始、対象 318 通"},
    {"max_messages 100 is reached", "上限 max_messages 100 に到達"},
    {"mail from 203.0.113.0/24, shape {letters}@x, subject a, b, refused by mx.example with 550 no",
	"203.0.113.0/24 からのメール（差出人の型 {letters}@x、件名の型 a, b）を mx.example が拒否: "
	"550 no"},
    /* what is not known */
    {"", ""},
    {"something else happened", "something else happened"},
    {"held messages", "held messages"},
    {"held 318 messages and more", "held 318 messages and more"},
    {"nothing of that; held 2 messages", "nothing of that; 2 通を保留"},
};

static void
sentences_are_translated(void **state UNUSED)
{
	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		char text[WORDS_SIZE];
		assert_string_equal(
		    said_translate(LANGUAGE_JA, rows[i].english, text), rows[i].japanese);
		assert_string_equal(
		    said_translate(LANGUAGE_EN, rows[i].english, text), rows[i].english);
	}
}

/* A row's own English with values in it is found again as that row. */
static void
no_pattern_hides_another(void **state UNUSED)
{
	static const char *const values[WORDS_VALUES_MAX] = {
	    "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8", "v9"};
	for (enum word word = WORD_SAID_ABOVE; word <= WORD_SAID_CAUSE_UNDELIVERED; word++) {
		char english[WORDS_SIZE], expected[WORDS_SIZE], text[WORDS_SIZE];
		words_fill(LANGUAGE_EN, word, values, WORDS_VALUES_MAX, english);
		words_fill(LANGUAGE_JA, word, values, WORDS_VALUES_MAX, expected);
		assert_string_equal(said_translate(LANGUAGE_JA, english, text), expected);
	}
}

static void
long_texts_are_cut_off(void **state UNUSED)
{
	char english[3 * WORDS_SIZE], text[WORDS_SIZE];
	memset(english, ';', sizeof(english) - 1);
	english[sizeof(english) - 1] = '\0';
	said_translate(LANGUAGE_JA, english, text);
	assert_in_range(strlen(text), 1, WORDS_SIZE - 1);
	for (size_t i = 0; i + 2 < sizeof(english); i += 2)
		memcpy(english + i, "; ", 2);
	said_translate(LANGUAGE_JA, english, text);
	assert_in_range(strlen(text), 0, WORDS_SIZE - 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(sentences_are_translated),
	    cmocka_unit_test(no_pattern_hides_another),
	    cmocka_unit_test(long_texts_are_cut_off),
	};
	return cmocka_run_group_tests_name("said", tests, NULL, NULL);
}
