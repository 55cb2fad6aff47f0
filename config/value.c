/* SPDX-License-Identifier: ISC
 *
 * value.c - from text to values and back.
 */
#include "config/value.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lib/escape.h"
#include "lib/log.h"
#include "lib/loopback.h"
#include "proto/catalogue.h"

#define DIGITS_MAX 12

static const struct {
	char letter;
	int64_t seconds;
} units[] = {
    {'y', 365 * 86400},
    {'w', 7 * 86400}, /* read, not written */
    {'d', 86400},
    {'h', 3600},
    {'m', 60},
    {'s', 1},
};

/* Decimal digits without a sign or a leading zero, which YAML 1.1 would take for octal. */
static bool
parse_digits(const char *text, size_t length, int64_t *ret_number)
{
	if (length == 0 || length > DIGITS_MAX || strspn(text, "0123456789") < length ||
	    (text[0] == '0' && length > 1))
		return false;
	*ret_number = strtoll(text, NULL, 10);
	return true;
}

static bool
store_number(const struct table_row *row, int64_t number, void *ret_field)
{
	if (number < row->low || number > row->high)
		return false;
	memcpy(ret_field, &number, sizeof(number));
	return true;
}

static bool
parse_count(const struct table_row *row, const char *text, void *ret_field)
{
	int64_t number = SETTINGS_NONE;
	if (row->optional && strcmp(text, "none") == 0) {
		memcpy(ret_field, &number, sizeof(number));
		return true;
	}
	return parse_digits(text, strlen(text), &number) && store_number(row, number, ret_field);
}

static bool
parse_duration(const struct table_row *row, const char *text, void *ret_field)
{
	int64_t number;
	size_t length = strlen(text);
	if (length < 2 || !parse_digits(text, length - 1, &number))
		return false;
	for (size_t i = 0; i < ARRAY_LENGTH(units); i++)
		if (text[length - 1] == units[i].letter && number <= row->high / units[i].seconds)
			return store_number(row, number * units[i].seconds, ret_field);
	return false;
}

static bool
parse_word(const struct table_row *row, const char *text, void *ret_field)
{
	int value = names_find(row->words, text);
	if (value < 0)
		return false;
	memcpy(ret_field, &value, sizeof(value));
	return true;
}

static bool
parse_mode(const char *text, void *ret_field)
{
	settings_mode mode = names_find(&names_mode, text);
	if (mode < 0 && strcmp(text, "inherit") != 0)
		return false;
	mode = mode < 0 ? SETTINGS_MODE_INHERIT : mode;
	memcpy(ret_field, &mode, sizeof(mode));
	return true;
}

/* "deferred,hold": each once. */
static bool
parse_queues(const struct table_row *row, const char *text, void *ret_field)
{
	unsigned queues = 0;
	for (const char *at = text; at != NULL; at = at[0] == ',' ? at + 1 : NULL) {
		char name[16];
		size_t length = strcspn(at, ",");
		if (length >= sizeof(name))
			return false;
		memcpy(name, at, length);
		name[length] = '\0';
		int queue = names_find(row->words, name);
		if (queue < 0 || (queues & 1u << queue) != 0)
			return false;
		queues |= 1u << queue;
		at += length;
	}
	memcpy(ret_field, &queues, sizeof(queues));
	return true;
}

/* UTF-8 that shows as what it is: what nothing would have to be escaped of. */
static bool
is_line(const char *text)
{
	char shown[VALUE_TEXT_SIZE];
	return strcmp(escape_line(text, strlen(text), shown, sizeof(shown)), text) == 0;
}

/* A name as shadow-utils and systemd both allow it. */
static bool
is_account(const char *text)
{
	return (isalpha((unsigned char)text[0]) || text[0] == '_') &&
	    strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") ==
	    strlen(text);
}

/* libesmtp takes "host:port" and so no IPv6 literal. */
static bool
is_host(const char *text)
{
	return isalnum((unsigned char)text[0]) &&
	    strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") ==
	    strlen(text);
}

/* What SMTP without SMTPUTF8 carries and a header takes as one address: printable ASCII, nothing
 * that quotes, lists or comments, something on both sides of the '@'. */
static bool
is_address(const char *text)
{
	const char *at = strrchr(text, '@');
	for (const char *c = text; *c != '\0'; c++)
		if (*c <= ' ' || *c > '~' || strchr("<>()\",;\\", *c) != NULL)
			return false;
	return at != NULL && at != text && at == strchr(text, '@') && at[1] != '\0';
}

static bool
is_allowed(enum value_type type, const char *text)
{
	struct sockaddr_storage address;
	socklen_t length;
	struct schedule schedule;
	switch (type) {
	case VALUE_TEXT:
		return is_line(text);
	case VALUE_PATH:
		return text[0] == '/' && is_line(text);
	case VALUE_ACCOUNT:
		return is_account(text);
	case VALUE_HOST:
		return is_host(text);
	case VALUE_LOOPBACK:
		return loopback_parse(text, &address, &length) == 0;
	case VALUE_ADDRESS:
		return is_address(text);
	case VALUE_SCHEDULE:
		return schedule_parse(text, &schedule);
	case VALUE_REMEDY:
		return catalogue_find(text) != NULL;
	default:
		panic("settings: a row of type %d has no text", (int)type);
	}
}

static bool
parse_text(const struct table_row *row, const char *text, void *ret_field)
{
	size_t length = strlen(text);
	if (length >= row->size)
		return false;
	if (length == 0 ? !row->optional : !is_allowed(row->type, text))
		return false;
	memset(ret_field, 0, row->size); /* settings that say the same are the same bytes */
	memcpy(ret_field, text, length);
	return true;
}

bool
value_parse(const struct table_row *row, const char *text, void *ret_field)
{
	switch (row->type) {
	case VALUE_COUNT:
		return parse_count(row, text, ret_field);
	case VALUE_DURATION:
		return parse_duration(row, text, ret_field);
	case VALUE_WORD:
		return parse_word(row, text, ret_field);
	case VALUE_MODE:
		return parse_mode(text, ret_field);
	case VALUE_QUEUES:
		return parse_queues(row, text, ret_field);
	default:
		return parse_text(row, text, ret_field);
	}
}

static void
format_duration(int64_t seconds, char text[VALUE_TEXT_SIZE])
{
	size_t i = 0;
	while (seconds % units[i].seconds != 0 || seconds < units[i].seconds) {
		if (units[i].seconds == 1)
			break; /* 0s */
		i++;
	}
	if (units[i].letter == 'w')
		i++;
	snprintf(
	    text, VALUE_TEXT_SIZE, "%" PRId64 "%c", seconds / units[i].seconds, units[i].letter);
}

static void
format_queues(unsigned queues, char text[VALUE_TEXT_SIZE])
{
	size_t length = 0;
	text[0] = '\0';
	for (int queue = 0; queue < QUEUE_COUNT; queue++)
		if ((queues & 1u << queue) != 0)
			length += (size_t)snprintf(text + length, VALUE_TEXT_SIZE - length, "%s%s",
			    length > 0 ? "," : "", names_get(&names_queue, queue));
}

char *
value_format(const struct table_row *row, const void *field, char text[VALUE_TEXT_SIZE])
{
	int64_t number;
	int word;
	switch (row->type) {
	case VALUE_COUNT:
		memcpy(&number, field, sizeof(number));
		if (row->optional && number == SETTINGS_NONE)
			snprintf(text, VALUE_TEXT_SIZE, "none");
		else
			snprintf(text, VALUE_TEXT_SIZE, "%" PRId64, number);
		break;
	case VALUE_DURATION:
		memcpy(&number, field, sizeof(number));
		format_duration(number, text);
		break;
	case VALUE_WORD:
		memcpy(&word, field, sizeof(word));
		snprintf(text, VALUE_TEXT_SIZE, "%s", names_get(row->words, word));
		break;
	case VALUE_MODE:
		memcpy(&word, field, sizeof(word));
		snprintf(text, VALUE_TEXT_SIZE, "%s",
		    word == SETTINGS_MODE_INHERIT ? "inherit" : names_get(&names_mode, word));
		break;
	case VALUE_QUEUES:
		memcpy(&word, field, sizeof(word));
		format_queues((unsigned)word, text);
		break;
	default:
		snprintf(text, VALUE_TEXT_SIZE, "%s", (const char *)field);
	}
	return text;
}
