/* SPDX-License-Identifier: ISC
 *
 * mime.c - encoded words and quoted-printable.
 */
#include "watchdogd/alert/mime.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "lib/guard.h"
#include "lib/mem.h"

#define LINE_LIMIT 76 /* bytes of a line, without CRLF */
#define WORD_LIMIT 75 /* bytes of an encoded word */
#define WORD_BEGIN "=?UTF-8?B?"
#define WORD_END "?="
#define WORD_FRAME (sizeof(WORD_BEGIN WORD_END) - 1)

/* ---- headers: plain ---- */

static size_t
chunk_length(const char *text)
{
	size_t spaces = strspn(text, " ");
	return spaces + strcspn(text + spaces, " ");
}

/* Plain: printable ASCII that cannot be taken for an encoded word and folds into short lines. */
static bool
is_plain(const char *text)
{
	size_t length = strlen(text);
	if (strstr(text, "=?") != NULL || text[0] == ' ' || (length > 0 && text[length - 1] == ' '))
		return false;
	for (size_t i = 0; i < length; i++)
		if (text[i] < ' ' || text[i] > '~')
			return false;
	for (const char *at = text; *at != '\0'; at += chunk_length(at))
		if (chunk_length(at) > LINE_LIMIT / 2)
			return false;
	return true;
}

/* Folding before a space keeps the text: unfolding only takes the CRLF out. */
static void
write_plain(FILE *out, size_t column, const char *text)
{
	while (*text != '\0') {
		size_t length = chunk_length(text);
		if (column + length > LINE_LIMIT && *text == ' ') {
			fputs("\r\n", out);
			column = 0;
		}
		fwrite(text, 1, length, out);
		column += length;
		text += length;
	}
}

/* ---- headers: encoded words ---- */

/* Length of the well-formed character at text; 0: none, or a control character. */
static size_t
character_length(const char *text)
{
	const uint8_t *byte = (const uint8_t *)text;
	size_t length = byte[0] < 0x80 ? 1
	    : byte[0] < 0xc2           ? 0
	    : byte[0] < 0xe0           ? 2
	    : byte[0] < 0xf0           ? 3
	    : byte[0] < 0xf5           ? 4
				       : 0;
	if (byte[0] < ' ' || byte[0] == 0x7f)
		return 0;
	for (size_t i = 1; i < length; i++)
		if ((byte[i] & 0xc0) != 0x80)
			return 0;
	if ((byte[0] == 0xe0 && byte[1] < 0xa0) || (byte[0] == 0xed && byte[1] > 0x9f) ||
	    (byte[0] == 0xf0 && byte[1] < 0x90) || (byte[0] == 0xf4 && byte[1] > 0x8f))
		return 0; /* overlong, surrogate, beyond Unicode */
	return length;
}

static void
write_base64(FILE *out, const char *text, size_t length)
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	for (size_t i = 0; i < length; i += 3) {
		uint32_t bits = 0;
		for (size_t j = 0; j < 3; j++)
			bits = bits << 8 | (i + j < length ? (uint8_t)text[i + j] : 0u);
		for (size_t j = 0; j < 4; j++)
			fputc(i + j <= length ? digits[bits >> (18 - 6 * j) & 63] : '=', out);
	}
}

/* Gathers whole characters for one word, at most `room` bytes. Returns how far it came. */
static const char *
gather_word(const char *text, char *word, size_t room, size_t *ret_length)
{
	size_t used = 0;
	while (*text != '\0') {
		size_t length = character_length(text);
		if (used + (length > 0 ? length : 1) > room)
			break;
		if (length == 0)
			word[used++] = '?';
		else
			memcpy(word + used, text, length);
		used += length;
		text += length > 0 ? length : 1;
	}
	*ret_length = used;
	return text;
}

static void
write_encoded(FILE *out, size_t column, const char *text)
{
	while (*text != '\0') {
		char word[WORD_LIMIT];
		size_t length, limit = LINE_LIMIT - column;
		if (limit > WORD_LIMIT)
			limit = WORD_LIMIT;
		text = gather_word(text, word, (limit - WORD_FRAME) / 4 * 3, &length);
		fputs(WORD_BEGIN, out);
		write_base64(out, word, length);
		fputs(WORD_END, out);
		if (*text != '\0')
			fputs("\r\n ", out);
		column = 1;
	}
}

void
mime_write_header(FILE *out, const char *name, const char *text)
{
	size_t column = strlen(name) + 2;
	fprintf(out, "%s: ", name);
	if (is_plain(text))
		write_plain(out, column, text);
	else
		write_encoded(out, column, text);
	fputs("\r\n", out);
}

/* ---- the body ---- */

static bool
is_literal(uint8_t byte, bool last)
{
	if (byte == ' ' || byte == '\t')
		return !last; /* at a line's end it would be lost on the way */
	return byte > ' ' && byte <= '~' && byte != '=';
}

static void
write_line(FILE *out, const uint8_t *line, size_t length)
{
	size_t column = 0;
	for (size_t i = 0; i < length; i++) {
		bool last = i + 1 == length;
		bool literal = is_literal(line[i], last);
		size_t width = literal ? 1 : 3;
		/* A line that goes on needs room for its '='. */
		if (column + width > (last ? LINE_LIMIT : LINE_LIMIT - 1)) {
			fputs("=\r\n", out);
			column = 0;
		}
		if (literal)
			fputc(line[i], out);
		else
			fprintf(out, "=%02X", line[i]);
		column += width;
	}
	fputs("\r\n", out);
}

void
mime_write_body(FILE *out, const void *text, size_t length)
{
	const uint8_t *at = text, *end = at + length;
	while (at < end) {
		const uint8_t *stop = memchr(at, '\n', (size_t)(end - at));
		if (stop == NULL)
			stop = end;
		write_line(out, at, (size_t)(stop - at));
		at = stop + 1;
	}
}

/* ---- a part ---- */

#define BASE64_LINE (LINE_LIMIT / 4 * 3) /* bytes that fill a line */

/* Text in base64 has CRLF at its lines' ends (RFC 2045, 6.8). */
static char *
make_canonical(const char *text, size_t length, size_t *ret_length)
{
	char *canonical = mem_alloc(2 * length + 1);
	size_t used = 0;
	for (size_t i = 0; i < length; i++) {
		if (text[i] == '\n')
			canonical[used++] = '\r';
		canonical[used++] = text[i];
	}
	*ret_length = used;
	return canonical;
}

static void
write_base64_body(FILE *out, const char *text, size_t length)
{
	size_t size = 0;
	AUTO_FREE char *canonical = make_canonical(text, length, &size);
	for (size_t at = 0; at < size; at += BASE64_LINE) {
		write_base64(
		    out, canonical + at, size - at < BASE64_LINE ? size - at : BASE64_LINE);
		fputs("\r\n", out);
	}
}

static bool
is_shorter_as_base64(const uint8_t *text, size_t length)
{
	size_t encoded = 0;
	for (size_t i = 0; i < length; i++)
		encoded += text[i] >= 0x80;
	return encoded > length / 6;
}

void
mime_write_part(FILE *out, const char *subtype, const void *text, size_t length)
{
	bool is_base64 = is_shorter_as_base64(text, length);
	fprintf(out,
	    "Content-Type: text/%s; charset=utf-8\r\n"
	    "Content-Transfer-Encoding: %s\r\n\r\n",
	    subtype, is_base64 ? "base64" : "quoted-printable");
	if (is_base64)
		write_base64_body(out, text, length);
	else
		mime_write_body(out, text, length);
}
