/* SPDX-License-Identifier: ISC
 *
 * when.c - spans, points in time, sizes, numbers.
 */
#include "watchdogctl/when.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

int
when_parse_number(const char *text, int64_t *ret_number)
{
	size_t length = strlen(text);
	if (length == 0 || length > 15 || strspn(text, "0123456789") != length)
		return -EINVAL;
	int64_t number = strtoll(text, NULL, 10);
	if (number < 1)
		return -EINVAL;
	*ret_number = number;
	return 0;
}

struct unit {
	char name;
	int64_t size;
};

/* Digits and the name of one of the units; in an empty one, digits alone. */
static int
parse_units(const char *text, const struct unit *units, size_t count, int64_t *ret_number)
{
	char digits[16];
	size_t length = strspn(text, "0123456789");
	if (length == 0 || length >= sizeof(digits) || strlen(text) > length + 1)
		return -EINVAL;
	memcpy(digits, text, length);
	digits[length] = '\0';
	for (size_t i = 0; i < count; i++)
		if (units[i].name == text[length])
			return __builtin_mul_overflow(
				   strtoll(digits, NULL, 10), units[i].size, ret_number)
			    ? -EINVAL
			    : 0;
	return -EINVAL;
}

static int
parse_span(const char *text, int64_t *ret_span_s)
{
	static const struct unit units[] = {
	    {'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}, {'w', 604800}};
	return parse_units(text, units, ARRAY_LENGTH(units), ret_span_s);
}

int
when_parse_span(const char *text, int64_t *ret_span_s)
{
	int64_t span_s;
	if (parse_span(text, &span_s) < 0 || span_s < 1)
		return -EINVAL;
	*ret_span_s = span_s;
	return 0;
}

int
when_parse_size(const char *text, int64_t *ret_bytes)
{
	static const struct unit units[] = {
	    {'\0', 1}, {'k', 1000}, {'M', 1000000}, {'G', 1000000000}};
	int64_t bytes;
	if (parse_units(text, units, ARRAY_LENGTH(units), &bytes) < 0 || bytes < 1)
		return -EINVAL;
	*ret_bytes = bytes;
	return 0;
}

static int
parse_date(const char *text, int64_t *ret_time_s)
{
	static const char *const formats[] = {"%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M",
	    "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S"};
	for (size_t i = 0; i < ARRAY_LENGTH(formats); i++) {
		struct tm parts = {.tm_isdst = -1};
		const char *end = strptime(text, formats[i], &parts);
		if (end == NULL || *end != '\0')
			continue;
		parts.tm_isdst = -1; /* whether it was summer time then: mktime() knows */
		*ret_time_s = mktime(&parts);
		return *ret_time_s > 0 ? 0 : -EINVAL;
	}
	return -EINVAL;
}

int
when_parse(const char *text, int64_t now_s, int64_t *ret_time_s)
{
	int64_t span_s;
	if (text[0] == '@')
		return when_parse_number(text + 1, ret_time_s);
	if (parse_span(text, &span_s) < 0)
		return parse_date(text, ret_time_s);
	if (span_s >= now_s)
		return -EINVAL;
	*ret_time_s = now_s - span_s;
	return 0;
}

int
when_parse_step(const char *text, int64_t *ret_step_s)
{
	if (strcmp(text, "1s") == 0)
		*ret_step_s = 1;
	else if (strcmp(text, "1m") == 0)
		*ret_step_s = 60;
	else if (strcmp(text, "1h") == 0)
		*ret_step_s = 3600;
	else
		return -EINVAL;
	return 0;
}
