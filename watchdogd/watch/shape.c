/* SPDX-License-Identifier: ISC
 *
 * shape.c - folds what varies in addresses; see shape.h. What stands between words is kept as it is.
 */
#include "watchdogd/watch/shape.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "lib/guard.h"
#include "watchdogd/watch/shape_word.h"

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

/* How the words of a part are folded. */
enum fold {
	FOLD_DOMAIN, /* letters stay, and a single digit */
	FOLD_PERSON, /* letters stay where no digits are beside them */
	FOLD_NOBODY, /* of a domain that is made up: letters are folded */
};

static bool
keeps_letters(enum fold fold, const char *run, size_t length, bool is_alone)
{
	return fold == FOLD_DOMAIN || (fold == FOLD_PERSON && is_alone) || is_role(run, length);
}

static void
put_word(struct shape_writer *writer, const struct shape_word *word, enum fold fold)
{
	for (size_t at = 0, end; at < word->length; at = end) {
		const char *run = word->text + at;
		for (end = at + 1; end < word->length; end++)
			if (shape_is_digit(word->text[end]) != shape_is_digit(*run))
				break;
		if (shape_is_digit(*run) && (fold != FOLD_DOMAIN || end - at > 1))
			shape_put_digits(writer, end - at);
		else if (shape_is_digit(*run) ||
		    keeps_letters(fold, run, end - at, word->digits == 0))
			shape_put(writer, run, end - at);
		else
			shape_put_text(writer, "{letters}");
	}
}

static void
put_words(struct shape_writer *writer, const char *text, size_t length, enum fold fold)
{
	for (const char *end = text + length; text < end;) {
		if (end - text >= SHAPE_UUID_LENGTH && shape_is_uuid(text)) {
			shape_put_text(writer, "{uuid}");
			text += SHAPE_UUID_LENGTH;
			continue;
		}
		struct shape_word word = shape_word_get(text);
		if (word.length > (size_t)(end - text))
			word.length = (size_t)(end - text);
		if (word.length == 0) {
			shape_put(writer, text++, 1);
			continue;
		}
		const char *folded = shape_word_fold(&word);
		if (folded != NULL)
			shape_put_text(writer, folded);
		else
			put_word(writer, &word, fold);
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
put_local(struct shape_writer *writer, const char *local, size_t length, enum fold fold)
{
	size_t verp = measure_verp(local, length);
	if (verp == 0) {
		put_words(writer, local, length, fold);
		return;
	}
	if (length - verp == 5 && is_rewriter(local))
		shape_put(writer, local, 5);
	else
		put_words(writer, local, length - verp, fold);
	shape_put_text(writer, "{verp}");
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
put_domain(struct shape_writer *writer, const char *domain)
{
	char lower[SHAPE_SIZE * 4];
	size_t length = strnlen(domain, sizeof(lower) - 1);
	for (size_t i = 0; i < length; i++)
		lower[i] = (char)tolower((unsigned char)domain[i]);
	lower[length] = '\0';
	if (is_numbered_provider(lower))
		shape_put(writer, lower, length);
	else
		put_words(writer, lower, length, FOLD_DOMAIN);
}

/* Whether nothing is left of a name between two dots. */
static bool
is_made_up(const char *domain)
{
	for (const char *at = domain; (at = strchr(at, '{')) != NULL; at++) {
		const char *close = strchr(at, '}');
		bool is_begin = at == domain || at[-1] == '.' || at[-1] == '}';
		if (is_begin && close != NULL && (close[1] == '.' || close[1] == '\0'))
			return true;
	}
	return false;
}

char *
shape_address(const char *text, char shape[SHAPE_SIZE])
{
	char domain_shape[SHAPE_SIZE] = "";
	struct shape_writer writer = {.out = shape}, domain = {.out = domain_shape};
	const char *at = strrchr(text, '@');
	if (at != NULL) {
		put_domain(&domain, at + 1);
		domain_shape[domain.length] = '\0';
	}
	put_local(&writer, text, at != NULL ? (size_t)(at - text) : strlen(text),
	    is_made_up(domain_shape) ? FOLD_NOBODY : FOLD_PERSON);
	if (at != NULL) {
		shape_put_text(&writer, "@");
		if (!domain.full && domain.length <= shape_room(&writer))
			shape_put(&writer, domain_shape, domain.length);
		else /* as far as it goes, piece by piece */
			put_domain(&writer, at + 1);
	}
	shape[writer.length] = '\0';
	return shape;
}
