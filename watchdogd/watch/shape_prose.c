/* SPDX-License-Identifier: ISC
 *
 * shape_prose.c - folds what varies in subjects and in what servers say; see shape.h.
 */
#include <ctype.h>
#include <string.h>

#include "watchdogd/watch/shape.h"
#include "watchdogd/watch/shape_word.h"

/* ---- subjects ---- */

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Up to the next blank, when an address stands there; else 0. */
static size_t
measure_address(const char *text)
{
	size_t length = strcspn(text, " \t");
	const char *at = memchr(text, '@', length);
	return at != NULL && at > text && at + 1 < text + length ? length : 0;
}

/* Folds a word of prose. */
static void
put_prose_word(struct shape_writer *writer, const struct shape_word *word)
{
	const char *folded = shape_word_fold(word);
	if (folded != NULL)
		shape_put_text(writer, folded);
	else if (word->changes >= 2) /* "4WxYz1": in prose it is an id, be it ever so short */
		shape_put_text(writer, "{random}");
	else if (word->digits == 0)
		shape_put(writer, word->text, word->length);
	else if (word->letters == 0)
		shape_put_text(writer, "{digits}");
	else if (shape_is_digit(word->text[0])) {
		shape_put_text(writer, "{digits}");
		shape_put(writer, word->text + word->digits, word->letters);
	} else {
		shape_put(writer, word->text, word->letters);
		shape_put_text(writer, "{digits}");
	}
}

/* Folds the words of a text without blanks. */
static void
put_prose(struct shape_writer *writer, const char *text, size_t length)
{
	for (const char *end = text + length; text < end;) {
		struct shape_word word = shape_word_get(text);
		if (word.length == 0 || word.length > (size_t)(end - text))
			shape_put(writer, text++, 1);
		else {
			put_prose_word(writer, &word);
			text += word.length;
		}
	}
}

char *
shape_subject(const char *text, char shape[SHAPE_SIZE])
{
	struct shape_writer writer = {.out = shape};
	bool is_start = true;
	text += strspn(text, " \t");
	while (*text != '\0') {
		size_t address = is_start ? measure_address(text) : 0;
		struct shape_word word = shape_word_get(text);
		size_t taken = 1;
		if (address > 0) {
			shape_put_text(&writer, "{address}");
			taken = address;
		} else if (word.length > 0) {
			put_prose_word(&writer, &word);
			taken = word.length;
		} else if (is_blank(*text)) {
			taken = strspn(text, " \t");
			shape_put(&writer, " ", text[taken] != '\0');
		} else
			shape_put(&writer, text, 1);
		is_start = is_blank(*text);
		text += taken;
	}
	if (writer.length == 0)
		shape_put_text(&writer, "(empty)");
	shape[writer.length] = '\0';
	return shape;
}

/* ---- reasons ---- */

/* 450 or 4.2.0: codes that mean something. */
static bool
is_code(const char *text, size_t length)
{
	if (length < 3 || (text[0] != '4' && text[0] != '5'))
		return false;
	if (length == 3)
		return shape_is_digit(text[1]) && shape_is_digit(text[2]);
	const char *last = memrchr(text, '.', length);
	return text[1] == '.' && last > text + 2 && last + 1 < text + length &&
	    strspn(text, "0123456789.") >= length &&
	    memchr(text + 2, '.', (size_t)(last - text - 2)) == NULL;
}

/* What a word of a reason is a name of: an address, a host ("mx.test[192.0.2.1]:25"), a URL. */
static const char *
fold_reference(const char *text, size_t length)
{
	if (memchr(text, '@', length) != NULL)
		return "{address}";
	if (length > 8 && memmem(text, length, "://", 3) != NULL)
		return "{url}";
	if (memchr(text, '[', length) != NULL && memchr(text, ']', length) != NULL)
		return "{host}";
	const char *dot = memchr(text, '.', length);
	if (dot != NULL && dot > text && dot + 1 < text + length &&
	    isalnum((unsigned char)dot[-1]) && isalnum((unsigned char)dot[1]))
		return "{host}";
	return NULL;
}

/* A word between blanks, without the brackets and stops around it; where it names something, what
 * stands around goes with it, but for stops. */
static void
put_reason_word(struct shape_writer *writer, const char *text, size_t length)
{
	static const char opening[] = "<([\"'", closing[] = ">)]\"'", stops[] = ",;:.";
	size_t begin = 0, end = length;
	while (end > 0 && strchr(stops, text[end - 1]) != NULL)
		end--;
	const char *folded = is_code(text, end) ? NULL : fold_reference(text, end);
	if (folded != NULL) {
		shape_put_text(writer, folded);
		shape_put(writer, text + end, length - end);
		return;
	}
	while (begin < end && strchr(opening, text[begin]) != NULL)
		begin++;
	while (end > begin && strchr(closing, text[end - 1]) != NULL)
		end--;
	shape_put(writer, text, begin);
	if (is_code(text + begin, end - begin))
		shape_put(writer, text + begin, end - begin);
	else
		put_prose(writer, text + begin, end - begin);
	shape_put(writer, text + end, length - end);
}

char *
shape_reason(const char *text, char shape[SHAPE_SIZE])
{
	struct shape_writer writer = {.out = shape};
	text += strspn(text, " \t");
	while (*text != '\0') {
		size_t length = strcspn(text, " \t");
		put_reason_word(&writer, text, length);
		text += length;
		length = strspn(text, " \t");
		text += length;
		shape_put(&writer, " ", length > 0 && *text != '\0');
	}
	if (writer.length == 0)
		shape_put_text(&writer, "(none)");
	shape[writer.length] = '\0';
	return shape;
}
