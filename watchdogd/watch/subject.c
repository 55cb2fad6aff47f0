/* SPDX-License-Identifier: ISC
 *
 * subject.c - decodes "=?charset?B|Q?text?="; see subject.h.
 */
#include "watchdogd/watch/subject.h"

#include <ctype.h>
#include <iconv.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/escape.h"
#include "lib/guard.h"
#include "lib/log.h"
#include "lib/mem.h"

#define NO_CONVERTER ((iconv_t) - 1)

static const char *const charsets[] = {
    "iso-2022-jp", "shift_jis", "euc-jp", "iso-8859-1", "windows-1252"};

struct subject_decoder {
	iconv_t
	    converters[ARRAY_LENGTH(charsets)]; /* to UTF-8; NO_CONVERTER: this system has none */
};

struct subject_decoder *
subject_decoder_new(void)
{
	struct subject_decoder *decoder = mem_alloc(sizeof(*decoder));
	for (size_t i = 0; i < ARRAY_LENGTH(charsets); i++) {
		decoder->converters[i] = iconv_open("utf-8", charsets[i]);
		if (decoder->converters[i] == NO_CONVERTER)
			log_warning("subjects in %s are not decoded: no converter", charsets[i]);
	}
	return decoder;
}

void
subject_decoder_free(struct subject_decoder *decoder)
{
	if (decoder == NULL)
		return;
	for (size_t i = 0; i < ARRAY_LENGTH(charsets); i++)
		if (decoder->converters[i] != NO_CONVERTER)
			iconv_close(decoder->converters[i]);
	free(decoder);
}

/* ---- one encoded word ---- */

struct encoded_word {
	char charset[32]; /* lower case, without an RFC 2231 language */
	char encoding; /* 'b' or 'q' */
	const char *text;
	size_t length;
	size_t whole; /* from "=?" to "?=" */
};

/* False: no encoded word begins here. */
static bool
parse_word(const char *text, struct encoded_word *ret_word)
{
	const char *charset = text + 2;
	if (strncmp(text, "=?", 2) != 0)
		return false;
	size_t length = strcspn(charset, "?* \t");
	const char *mark = charset + strcspn(charset, "? \t");
	if (length == 0 || length >= sizeof(ret_word->charset) || mark[0] != '?' ||
	    strchr("bBqQ", mark[1]) == NULL || mark[1] == '\0' || mark[2] != '?')
		return false;
	const char *end = strstr(mark + 3, "?=");
	if (end == NULL || strcspn(mark + 3, " \t") < (size_t)(end - mark - 3))
		return false;
	for (size_t i = 0; i < length; i++)
		ret_word->charset[i] = (char)tolower((unsigned char)charset[i]);
	ret_word->charset[length] = '\0';
	ret_word->encoding = (char)tolower((unsigned char)mark[1]);
	ret_word->text = mark + 3;
	ret_word->length = (size_t)(end - mark - 3);
	ret_word->whole = (size_t)(end + 2 - text);
	return true;
}

static int
value_of_base64(char c)
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c == '\0' ? NULL : strchr(digits, c);
	return at == NULL ? -1 : (int)(at - digits);
}

static size_t
decode_base64(const struct encoded_word *word, char *out)
{
	unsigned bits = 0, held = 0;
	size_t length = 0;
	for (size_t i = 0; i < word->length; i++) {
		int value = value_of_base64(word->text[i]);
		if (value < 0)
			break; /* padding, or nonsense */
		bits = (bits << 6 | (unsigned)value) & 0xffff;
		held += 6;
		if (held < 8)
			continue;
		held -= 8;
		out[length++] = (char)(bits >> held & 0xff);
	}
	return length;
}

static size_t
decode_quoted(const struct encoded_word *word, char *out)
{
	size_t length = 0;
	for (size_t i = 0; i < word->length; i++) {
		unsigned byte;
		char hex[3] = {0};
		char c = word->text[i];
		if (c == '=' && i + 2 < word->length)
			memcpy(hex, word->text + i + 1, 2);
		if (isxdigit((unsigned char)hex[0]) && sscanf(hex, "%2x", &byte) == 1) {
			out[length++] = (char)byte;
			i += 2;
		} else
			out[length++] = c == '_' ? ' ' : c;
	}
	return length;
}

static iconv_t
find_converter(const struct subject_decoder *decoder, const char *charset)
{
	for (size_t i = 0; i < ARRAY_LENGTH(charsets); i++)
		if (strcmp(charset, charsets[i]) == 0)
			return decoder->converters[i];
	return NO_CONVERTER;
}

/* As UTF-8 into out (size bytes), as far as it goes. */
static size_t
convert(iconv_t converter, char *bytes, size_t length, char *out, size_t size)
{
	char *to = out;
	size_t room = size;
	iconv(converter, NULL, NULL, NULL, NULL);
	while (length > 0 && room > 0 &&
	    iconv(converter, &bytes, &length, &to, &room) == (size_t)-1 && length > 0 && room > 0) {
		*to++ = '?';
		room--;
		bytes++;
		length--;
	}
	return (size_t)(to - out);
}

/* ---- the whole ---- */

struct writer {
	char bytes[SUBJECT_SIZE]; /* UTF-8, not escaped yet where it was decoded */
	size_t length;
};

static void
put(struct writer *writer, const char *text, size_t length)
{
	size_t room = sizeof(writer->bytes) - writer->length;
	if (length > room)
		length = room;
	memcpy(writer->bytes + writer->length, text, length);
	writer->length += length;
}

static void
put_word(
    struct writer *writer, const struct subject_decoder *decoder, const struct encoded_word *word)
{
	char bytes[SUBJECT_SIZE * 2], text[SUBJECT_SIZE];
	struct encoded_word cut = *word;
	if (cut.length > sizeof(bytes))
		cut.length = sizeof(bytes);
	size_t length =
	    cut.encoding == 'b' ? decode_base64(&cut, bytes) : decode_quoted(&cut, bytes);
	iconv_t converter = find_converter(decoder, word->charset);
	if (strcmp(word->charset, "utf-8") == 0 || strcmp(word->charset, "us-ascii") == 0)
		put(writer, bytes, length);
	else if (converter != NO_CONVERTER)
		put(writer, text, convert(converter, bytes, length, text, sizeof(text)));
	else
		put(writer, text, (size_t)snprintf(text, sizeof(text), "{%s}", word->charset));
}

char *
subject_decode(const struct subject_decoder *decoder, const char *text, char out[SUBJECT_SIZE])
{
	struct writer writer = {.length = 0};
	struct encoded_word word;
	bool is_after_word = false;
	if (strstr(text, "=?") == NULL) /* as most */
		return escape_line(text, strnlen(text, SUBJECT_SIZE), out, SUBJECT_SIZE);
	while (*text != '\0') {
		size_t blanks = strspn(text, " \t");
		if (is_after_word && blanks > 0 && parse_word(text + blanks, &word))
			text += blanks; /* blanks between two encoded words are not there */
		is_after_word = parse_word(text, &word);
		if (is_after_word)
			put_word(&writer, decoder, &word);
		else
			put(&writer, text, 1);
		text += is_after_word ? word.whole : 1;
	}
	return escape_line(writer.bytes, writer.length, out, SUBJECT_SIZE);
}
