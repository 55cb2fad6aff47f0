/* SPDX-License-Identifier: ISC
 *
 * shape.c - folds what varies; see shape.h. Text is taken in words: runs of letters and digits,
 * with whatever stands between them kept as it is.
 */
#include "watchdogd/watch/shape.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "lib/guard.h"

#define HEX_MIN 8 /* shorter ones are words: "cafe", "deadbeef" needs a digit as well */
#define RANDOM_MIN 6 /* letters; shorter words can have any letters */
#define CONSONANTS_MAX 4 /* more in a row are hardly ever a name's */

struct writer {
	char *out;
	size_t length;
	bool full;
};

static void
put(struct writer *writer, const char *text, size_t length)
{
	static const char end[] = "...";
	if (writer->full)
		return;
	if (writer->length + length + sizeof(end) > SHAPE_SIZE) {
		text = end;
		length = sizeof(end) - 1;
		writer->full = true;
	}
	memcpy(writer->out + writer->length, text, length);
	writer->length += length;
}

static void
put_text(struct writer *writer, const char *text)
{
	put(writer, text, strlen(text));
}

static void
put_digits(struct writer *writer, size_t count)
{
	char text[32];
	snprintf(text, sizeof(text), "{%zu digit%s}", count, count == 1 ? "" : "s");
	put_text(writer, text);
}

/* ---- words ---- */

/* What a word is made of. Bytes of UTF-8 are letters. */
struct word {
	const char *text;
	size_t length, digits, letters;
	size_t changes; /* from letters to digits or back */
	bool is_hex;
	bool is_random; /* letters as no name has them */
};

static bool
is_letter(char c)
{
	return isalpha((unsigned char)c) || (unsigned char)c >= 0x80;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_vowel(char c)
{
	return (unsigned char)c >= 0x80 || strchr("aeiouyAEIOUY", c) != NULL;
}

static bool
is_same_kind(char a, char b)
{
	return is_digit(a) == is_digit(b);
}

/* The word that begins at text; its length is 0 when there is none. */
static struct word
word_get(const char *text)
{
	struct word word = {.text = text, .is_hex = true};
	size_t consonants = 0;
	for (const char *at = text; is_letter(*at) || is_digit(*at); at++) {
		word.changes += at > text && !is_same_kind(at[-1], *at);
		word.digits += is_digit(*at);
		word.letters += is_letter(*at);
		word.is_hex &= isxdigit((unsigned char)*at) != 0;
		consonants = is_digit(*at) || is_vowel(*at) ? 0 : consonants + 1;
		word.is_random |= consonants > CONSONANTS_MAX;
		word.length++;
	}
	word.is_random &= word.letters >= RANDOM_MIN;
	return word;
}

/* A word that no person chose. NULL: it may be one's. */
static const char *
fold_name(const struct word *word)
{
	if (word->is_hex && word->length >= HEX_MIN && word->digits > 0 && word->letters > 0)
		return "{hex}";
	if (word->digits > 0 && word->changes >= 2)
		return "{random}";
	if (word->digits == 0 && word->is_random)
		return "{letters}";
	return NULL;
}

/* ---- addresses ---- */

/* Of roles, not of people: kept also where a number stands beside. */
static bool
is_role(const char *text, size_t length)
{
	static const char *const roles[] = {"admin", "alert", "billing", "bounce", "bounces",
	    "contact", "cron", "daemon", "help", "info", "list", "mail", "mailer", "news",
	    "newsletter", "noreply", "notification", "notify", "office", "order", "orders", "owner",
	    "postmaster", "reply", "root", "sales", "service", "shop", "srs", "support", "system",
	    "webmaster", "www"};
	for (size_t i = 0; i < ARRAY_LENGTH(roles); i++)
		if (strlen(roles[i]) == length && strncasecmp(text, roles[i], length) == 0)
			return true;
	return false;
}

/* A word with letters and digits: the letters stay where `keeps` says so. */
static void
put_mixed(struct writer *writer, const struct word *word, bool (*keeps)(const char *, size_t))
{
	for (size_t at = 0, end; at < word->length; at = end) {
		const char *run = word->text + at;
		for (end = at + 1; end < word->length; end++)
			if (!is_same_kind(word->text[end], *run))
				break;
		if (is_digit(*run))
			put_digits(writer, end - at);
		else if (keeps(run, end - at))
			put(writer, run, end - at);
		else
			put_text(writer, "{letters}");
	}
}

static bool
is_always(const char *text, size_t length)
{
	(void)text, (void)length;
	return true;
}

static void
put_name(struct writer *writer, const struct word *word, bool (*keeps)(const char *, size_t))
{
	const char *folded = fold_name(word);
	if (folded != NULL)
		put_text(writer, folded);
	else if (word->digits > 0)
		put_mixed(writer, word, keeps);
	else
		put(writer, word->text, word->length);
}

static void
put_names(
    struct writer *writer, const char *text, size_t length, bool (*keeps)(const char *, size_t))
{
	const char *end = text + length;
	while (text < end) {
		struct word word = word_get(text);
		if (word.length > (size_t)(end - text))
			word.length = (size_t)(end - text);
		if (word.length == 0) {
			put(writer, text++, 1);
			continue;
		}
		put_name(writer, &word, keeps);
		text += word.length;
	}
}

/* Begins with the tag of a scheme that rewrites addresses. */
static bool
is_rewriter(const char *text)
{
	return strncasecmp(text, "prvs=", 5) == 0 || strncasecmp(text, "srs0=", 5) == 0 ||
	    strncasecmp(text, "srs1=", 5) == 0;
}

/* The part of a local part that names somebody else's address (VERP, SRS, BATV): from what stands
 * before the first '=' to the end. Its length is returned, 0 for none. */
static size_t
measure_verp(const char *local, size_t length)
{
	const char *sign = memchr(local, '=', length);
	const char *plus = memchr(local, '+', length);
	if (sign == NULL)
		return 0;
	const char *begin = sign;
	while (begin > local && strchr("+-=", begin[-1]) == NULL)
		begin--;
	if (plus != NULL && plus < begin)
		begin = plus + 1;
	if (sign - begin == 4 && is_rewriter(begin))
		begin = sign + 1;
	return length - (size_t)(begin - local);
}

static void
put_local(struct writer *writer, const char *local, size_t length)
{
	size_t verp = measure_verp(local, length);
	if (verp == 0) {
		put_names(writer, local, length, is_role);
		return;
	}
	if (length - verp == 5 && is_rewriter(local))
		put(writer, local, 5);
	else
		put_names(writer, local, length - verp, is_role);
	put_text(writer, "{verp}");
}

/* Mail providers whose names are numbers. */
static bool
is_numbered_provider(const char *domain)
{
	static const char *const providers[] = {
	    "126.com", "139.com", "163.com", "188.com", "189.cn", "263.net"};
	for (size_t i = 0; i < ARRAY_LENGTH(providers); i++)
		if (strcmp(domain, providers[i]) == 0)
			return true;
	return false;
}

static void
put_domain(struct writer *writer, const char *domain)
{
	char lower[SHAPE_SIZE * 4];
	size_t length = strnlen(domain, sizeof(lower) - 1);
	for (size_t i = 0; i < length; i++)
		lower[i] = (char)tolower((unsigned char)domain[i]);
	lower[length] = '\0';
	if (is_numbered_provider(lower))
		put(writer, lower, length);
	else
		put_names(writer, lower, length, is_always);
}

char *
shape_address(const char *text, char shape[SHAPE_SIZE])
{
	struct writer writer = {.out = shape};
	const char *at = strrchr(text, '@');
	put_local(&writer, text, at != NULL ? (size_t)(at - text) : strlen(text));
	if (at != NULL) {
		put_text(&writer, "@");
		put_domain(&writer, at + 1);
	}
	shape[writer.length] = '\0';
	return shape;
}

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
put_prose_word(struct writer *writer, const struct word *word)
{
	const char *folded = fold_name(word);
	if (folded != NULL)
		put_text(writer, folded);
	else if (word->digits == 0)
		put(writer, word->text, word->length);
	else if (word->letters == 0)
		put_text(writer, "{digits}");
	else if (is_digit(word->text[0])) {
		put_text(writer, "{digits}");
		put(writer, word->text + word->digits, word->letters);
	} else {
		put(writer, word->text, word->letters);
		put_text(writer, "{digits}");
	}
}

/* Folds the words of a text without blanks. */
static void
put_prose(struct writer *writer, const char *text, size_t length)
{
	for (const char *end = text + length; text < end;) {
		struct word word = word_get(text);
		if (word.length == 0 || word.length > (size_t)(end - text))
			put(writer, text++, 1);
		else {
			put_prose_word(writer, &word);
			text += word.length;
		}
	}
}

char *
shape_subject(const char *text, char shape[SHAPE_SIZE])
{
	struct writer writer = {.out = shape};
	bool is_start = true;
	text += strspn(text, " \t");
	while (*text != '\0') {
		size_t address = is_start ? measure_address(text) : 0;
		struct word word = word_get(text);
		size_t taken = 1;
		if (address > 0) {
			put_text(&writer, "{address}");
			taken = address;
		} else if (word.length > 0) {
			put_prose_word(&writer, &word);
			taken = word.length;
		} else if (is_blank(*text)) {
			taken = strspn(text, " \t");
			put(&writer, " ", text[taken] != '\0');
		} else
			put(&writer, text, 1);
		is_start = is_blank(*text);
		text += taken;
	}
	if (writer.length == 0)
		put_text(&writer, "(empty)");
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
		return is_digit(text[1]) && is_digit(text[2]);
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
put_reason_word(struct writer *writer, const char *text, size_t length)
{
	static const char opening[] = "<([\"'", closing[] = ">)]\"'", stops[] = ",;:.";
	size_t begin = 0, end = length;
	while (end > 0 && strchr(stops, text[end - 1]) != NULL)
		end--;
	const char *folded = is_code(text, end) ? NULL : fold_reference(text, end);
	if (folded != NULL) {
		put_text(writer, folded);
		put(writer, text + end, length - end);
		return;
	}
	while (begin < end && strchr(opening, text[begin]) != NULL)
		begin++;
	while (end > begin && strchr(closing, text[end - 1]) != NULL)
		end--;
	put(writer, text, begin);
	if (is_code(text + begin, end - begin))
		put(writer, text + begin, end - begin);
	else
		put_prose(writer, text + begin, end - begin);
	put(writer, text + end, length - end);
}

char *
shape_reason(const char *text, char shape[SHAPE_SIZE])
{
	struct writer writer = {.out = shape};
	text += strspn(text, " \t");
	while (*text != '\0') {
		size_t length = strcspn(text, " \t");
		put_reason_word(&writer, text, length);
		text += length;
		length = strspn(text, " \t");
		text += length;
		put(&writer, " ", length > 0 && *text != '\0');
	}
	if (writer.length == 0)
		put_text(&writer, "(none)");
	shape[writer.length] = '\0';
	return shape;
}
