/* SPDX-License-Identifier: ISC
 *
 * words_test.c - the texts of mails: each is there in every language, uses only values that the
 * others have, and fits where it is shown.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>
#include <string.h>

#include "lib/guard.h"
#include "watchdogd/engine/words.h"

#define NAME_(id, en, ja) #id,
static const char *const names[] = {WORDS(NAME_)};

/* Bit set of the placeholders in a text; a brace that is none fails. */
static unsigned
placeholders(const char *text)
{
	unsigned found = 0;
	for (const char *at = text; (at = strpbrk(at, "{}")) != NULL; at += 3) {
		if (at[0] != '{' || at[1] < '1' || at[1] > '9' || at[2] != '}')
			fail_msg("'%s' has a brace that is no placeholder", text);
		found |= 1u << (at[1] - '0');
	}
	return found;
}

static bool
is_in(enum word word, enum word first, enum word last)
{
	return word >= first && word <= last;
}

/* These rows give each language what it needs: English has whole sentences of the detector and of
 * the console's list of ranks, Japanese is made from their values. */
static bool
differs_by_design(enum word word)
{
	return is_in(word, WORD_SUBJECT_OPENED, WORD_SUBJECT_CLOSED) || word == WORD_WHAT ||
	    word == WORD_PEAK || is_in(word, WORD_WHO, WORD_WHO_DEFERRAL);
}

static void
every_text_is_in_every_language(void **state UNUSED)
{
	for (int word = 0; word < WORD_COUNT; word++) {
		unsigned english = placeholders(words_get(LANGUAGE_EN, (enum word)word));
		for (int language = 0; language < LANGUAGE_COUNT; language++) {
			const char *text = words_get((enum language)language, (enum word)word);
			if (text == NULL || text[0] == '\0')
				fail_msg("%s is empty", names[word]);
			if (placeholders(text) != english && !differs_by_design((enum word)word))
				fail_msg("%s: '%s' has other values", names[word], text);
			assert_null(strpbrk(text, "\t\n\r"));
		}
	}
}

/* A label has ten columns; what is Japanese takes two a character of three bytes. */
static void
labels_fit(void **state UNUSED)
{
	for (int word = WORD_LABEL_WHAT; word <= WORD_LABEL_STOP; word++) {
		const char *japanese = words_get(LANGUAGE_JA, (enum word)word);
		assert_in_range(strlen(words_get(LANGUAGE_EN, (enum word)word)), 1, 10);
		if (strlen(japanese) / 3 * 2 > 10)
			fail_msg("%s: '%s' is too long", names[word], japanese);
	}
}

static void
values_are_filled_in(void **state UNUSED)
{
	char text[WORDS_SIZE], value[WORDS_SIZE + 10];
	WORDS_FILL(text, LANGUAGE_JA, WORD_SUBJECT_OPENED, "r", "h", "s", "1", "five {2}");
	assert_string_equal(text, "h: r を検知（five {2}）"); /* filled in once, not twice */
	WORDS_FILL(text, LANGUAGE_EN, WORD_CLOSED_BY, "now");
	assert_string_equal(text, "now by ");
	/* a character that does not fit is left out whole */
	for (size_t room = 1; room <= 3; room++) {
		memset(value, 'x', sizeof(value));
		strcpy(value + WORDS_SIZE - room, "\xe9\x80\x9a");
		WORDS_FILL(text, LANGUAGE_EN, WORD_WHO, value);
		assert_int_equal(strlen(text), WORDS_SIZE - room);
	}
	memset(value, 'x', sizeof(value) - 1);
	value[sizeof(value) - 1] = '\0';
	WORDS_FILL(text, LANGUAGE_EN, WORD_WHO, value);
	assert_int_equal(strlen(text), WORDS_SIZE - 1);
}

static void
spans_are_translated(void **state UNUSED)
{
	char text[WORDS_SPAN_SIZE];
	assert_string_equal(words_span(LANGUAGE_EN, 250, text), "4 min 10 s");
	assert_string_equal(words_span(LANGUAGE_JA, 250, text), "4 分 10 秒");
	assert_string_equal(words_span(LANGUAGE_JA, 27 * 3600, text), "1 日 3 時間");
	assert_string_equal(words_span(LANGUAGE_JA, 0, text), "0 秒");
}

static void
every_value_has_its_words(void **state UNUSED)
{
	char text[WORDS_SIZE];
	for (int signal = 0; signal < SIGNAL_COUNT; signal++) {
		words_signal(LANGUAGE_JA, (enum signal_name)signal, 812, text);
		assert_non_null(strstr(text, "812"));
		if (strncmp(text, names_get(&names_signal, signal), strlen(text) - 4) == 0)
			fail_msg("%s has no words in Japanese", names_get(&names_signal, signal));
		words_signal(LANGUAGE_EN, (enum signal_name)signal, 812, text);
		assert_memory_equal(text, names_get(&names_signal, signal), strlen(text) - 4);
	}
	for (int action = 0; action < ACTION_STATE_COUNT; action++)
		assert_string_equal(words_get(LANGUAGE_EN, WORD_STATE_WAITING + (enum word)action),
		    names_get(&names_action, action));
	assert_int_equal(WORD_DIMENSION_CAUSE - WORD_DIMENSION_SENDER, DIMENSION_CAUSE);
	assert_int_equal(WORD_DIMENSION_CAUSE - WORD_DIMENSION_SENDER + 1, DIMENSION_COUNT);
	assert_int_equal(WORD_CLASS_NOTICE - WORD_CLASS_UNREAD + 1, CLASS_COUNT);
	assert_int_equal(WORD_STATE_ENDING - WORD_STATE_WAITING, ACTION_STATE_COUNT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_text_is_in_every_language),
	    cmocka_unit_test(labels_fit),
	    cmocka_unit_test(values_are_filled_in),
	    cmocka_unit_test(spans_are_translated),
	    cmocka_unit_test(every_value_has_its_words),
	};
	return cmocka_run_group_tests_name("words", tests, NULL, NULL);
}
