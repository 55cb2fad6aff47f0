/* SPDX-License-Identifier: ISC
 *
 * escape.c - hostile bytes made printable. Invariant: what comes out is one line of well-formed
 * UTF-8 that a terminal shows in the order in which it stands.
 */
#include "lib/escape.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define ELLIPSIS "..."
#define ELLIPSIS_LENGTH 3
#define UNIT_MAX 16 /* four bytes, each as \xHH */

/* Length of the well-formed UTF-8 character at `at` (RFC 3629), or 0. */
static size_t
utf8_length(const uint8_t *at, size_t left, uint32_t *ret_code)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t length = at[0] >= 0xf0 ? 4 : at[0] >= 0xe0 ? 3 : 2;
	if (at[0] < 0xc2 || at[0] > 0xf4 || length > left)
		return 0;
	uint32_t code = at[0] & (0xffu >> (length + 1));
	for (size_t i = 1; i < length; i++) {
		if ((at[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (at[i] & 0x3f);
	}
	if (code < least[length] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
		return 0;
	*ret_code = code;
	return length;
}

/* Characters that are not seen, break lines, or turn the direction of writing. */
static bool
is_deceptive(uint32_t code)
{
	static const struct {
		uint32_t first, last;
	} ranges[] = {
	    {0x80, 0x9f}, /* C1 */
	    {0xad, 0xad}, /* soft hyphen */
	    {0x61c, 0x61c}, /* Arabic letter mark */
	    {0x180e, 0x180e}, /* Mongolian vowel separator */
	    {0x200b, 0x200f}, /* zero width, direction marks */
	    {0x2028, 0x202e}, /* line and paragraph separators, direction embeddings, overrides */
	    {0x2060, 0x206f}, /* invisible operators, direction isolates */
	    {0xfeff, 0xfeff}, /* byte order mark */
	    {0xfff9, 0xfffb}, /* interlinear annotation */
	    {0xfffe, 0xffff}, /* no characters */
	    {0xe0000, 0xe0fff}, /* tags, variation selectors */
	};
	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (code >= ranges[i].first && code <= ranges[i].last)
			return true;
	return false;
}

static size_t
put_hex(const uint8_t *bytes, size_t length, char unit[UNIT_MAX])
{
	static const char digits[] = "0123456789abcdef";
	for (size_t i = 0; i < length; i++) {
		char *at = unit + 4 * i;
		at[0] = '\\';
		at[1] = 'x';
		at[2] = digits[bytes[i] >> 4];
		at[3] = digits[bytes[i] & 15];
	}
	return 4 * length;
}

/* Writes the next character as it is to be shown into unit; takes *ret_taken bytes of the input. */
static size_t
next_unit(
    const uint8_t *at, size_t left, bool keep_backslash, size_t *ret_taken, char unit[UNIT_MAX])
{
	uint32_t code;
	*ret_taken = 1;
	if (at[0] == '\\' && !keep_backslash) {
		unit[0] = unit[1] = '\\';
		return 2;
	}
	if (at[0] < 0x20 || at[0] == 0x7f)
		return put_hex(at, 1, unit);
	if (at[0] < 0x80) {
		unit[0] = (char)at[0];
		return 1;
	}
	size_t length = utf8_length(at, left, &code);
	if (length == 0)
		return put_hex(at, 1, unit);
	*ret_taken = length;
	if (is_deceptive(code))
		return put_hex(at, length, unit);
	memcpy(unit, at, length);
	return length;
}

/* A byte eight times. */
#define EIGHT(byte) (UINT64_C(0x0101010101010101) * (byte))

/* Whether one of eight bytes is to be escaped: of each, the top bit tells. What borrows or carries into
 * the next byte is to be escaped itself. */
static bool
has_special(uint64_t bytes)
{
	uint64_t slash = bytes ^ EIGHT('\\');
	uint64_t found = (bytes - EIGHT(0x20)) | (bytes + EIGHT(1)) | (slash - EIGHT(1)) | bytes;
	return (found & EIGHT(0x80)) != 0;
}

/* Most text is: nothing in it is to be escaped. */
static bool
is_plain(const uint8_t *text, size_t length)
{
	for (; length >= sizeof(uint64_t); text += sizeof(uint64_t), length -= sizeof(uint64_t)) {
		uint64_t bytes;
		memcpy(&bytes, text, sizeof(bytes));
		if (has_special(bytes))
			return false;
	}
	for (size_t i = 0; i < length; i++)
		if (text[i] < 0x20 || text[i] >= 0x7f || text[i] == '\\')
			return false;
	return true;
}

static char *
escape(const uint8_t *text, size_t length, bool keep_backslash, char *out, size_t size)
{
	size_t used = 0, fits = 0; /* fits: the last place where the ellipsis can follow */
	if (size == 0)
		return out;
	if (length < size && is_plain(text, length)) {
		memcpy(out, text, length);
		out[length] = '\0';
		return out;
	}
	while (length > 0) {
		char unit[UNIT_MAX];
		size_t taken;
		size_t unit_length = next_unit(text, length, keep_backslash, &taken, unit);
		if (used + unit_length >= size) {
			size_t room = size - 1 - fits;
			size_t dots = room < ELLIPSIS_LENGTH ? room : ELLIPSIS_LENGTH;
			memcpy(out + fits, ELLIPSIS, dots);
			used = fits + dots;
			break;
		}
		memcpy(out + used, unit, unit_length);
		used += unit_length;
		if (used + ELLIPSIS_LENGTH < size)
			fits = used;
		text += taken;
		length -= taken;
	}
	out[used] = '\0';
	return out;
}

char *
escape_text(const void *text, size_t length, char *out, size_t size)
{
	return escape(text, length, false, out, size);
}

char *
escape_line(const void *text, size_t length, char *out, size_t size)
{
	return escape(text, length, true, out, size);
}
