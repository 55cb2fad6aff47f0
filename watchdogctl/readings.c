/* SPDX-License-Identifier: ISC
 *
 * readings.c - lines, fields (RFC 4180, but no line break within quotes), and what is in them.
 */
#include "watchdogctl/readings.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "lib/escape.h"
#include "lib/mem.h"

#define TIME_MOST_S INT64_C(253402300799) /* the end of the year 9999; milliseconds are beyond */
#define DIGITS "0123456789"

struct fields {
	int count;
	char *texts[READINGS_COLUMNS_MAX];
};

void
readings_init(struct readings *readings, FILE *file, const char *name)
{
	*readings = (struct readings){.file = file, .name = name};
}

static int PRINTF_LIKE(2, 3) complain(struct readings *readings, const char *format, ...)
{
	AUTO_FREE char *said = NULL;
	va_list arguments;
	va_start(arguments, format);
	int length = vasprintf(&said, format, arguments);
	va_end(arguments);
	AUTO_FREE char *text = mem_format(
	    "%s:%lld: %s", readings->name, (long long)readings->line, length < 0 ? "" : said);
	escape_line(text, strlen(text), readings->problem, sizeof(readings->problem));
	return -EINVAL;
}

/* ---- numbers and times ---- */

int
readings_parse_value(const char *text, double *ret_value)
{
	char *end;
	/* strtod() also takes blanks, hexadecimal, "nan" and "inf" */
	if (text[0] == '\0' || strspn(text, DIGITS "+-.eE") != strlen(text))
		return -EINVAL;
	double value = strtod(text, &end);
	if (*end != '\0' || !(fabs(value) <= READINGS_VALUE_MAX))
		return -EINVAL;
	*ret_value = value;
	return 0;
}

/* Behind a fraction of a second, if there is one. */
static const char *
skip_fraction(const char *text)
{
	size_t digits = text[0] == '.' ? strspn(text + 1, DIGITS) : 0;
	return digits > 0 ? text + 1 + digits : text;
}

static int
parse_epoch(const char *text, int64_t *ret_time_s)
{
	size_t digits = strspn(text, DIGITS);
	if (digits == 0 || digits > 12 || *skip_fraction(text + digits) != '\0')
		return -EINVAL;
	*ret_time_s = strtoll(text, NULL, 10);
	return 0;
}

/* Date and time of the day. Returns what follows, NULL: it is none. */
static const char *
parse_clock(const char *text, struct tm *parts)
{
	/* strptime() takes blanks where this does not */
	if (strspn(text, DIGITS) != 4)
		return NULL;
	const char *rest = strptime(text, "%Y-%m-%d", parts);
	if (rest == NULL || (*rest != 'T' && *rest != ' '))
		return NULL;
	rest = strptime(rest + 1, "%H:%M", parts);
	if (rest == NULL || *rest != ':')
		return rest;
	rest = strptime(rest, ":%S", parts);
	return rest != NULL ? skip_fraction(rest) : NULL;
}

static int
parse_iso(const char *text, int64_t *ret_time_s)
{
	struct tm parts = {.tm_isdst = -1}, zone = {0};
	const char *rest = parse_clock(text, &parts);
	if (rest == NULL)
		return -EINVAL;
	bool is_local = *rest == '\0';
	int day = parts.tm_mday;
	if (!is_local &&
	    (strchr("Z+-", *rest) == NULL || (rest = strptime(rest, "%z", &zone)) == NULL ||
		*rest != '\0'))
		return -EINVAL;
	parts.tm_isdst = -1;
	int64_t time_s = is_local ? mktime(&parts) : timegm(&parts);
	if (parts.tm_mday != day) /* the 30th of February */
		return -EINVAL;
	*ret_time_s = time_s - zone.tm_gmtoff;
	return 0;
}

int
readings_parse_time(const char *text, int64_t *ret_time_s)
{
	int64_t time_s;
	if (parse_epoch(text, &time_s) < 0 && parse_iso(text, &time_s) < 0)
		return -EINVAL;
	if (time_s < 1 || time_s > TIME_MOST_S)
		return -EINVAL;
	*ret_time_s = time_s;
	return 0;
}

/* ---- lines ---- */

/* 1; 0: the end; -EINVAL. The line's end is cut off. */
static int
read_line(struct readings *readings)
{
	int c;
	readings->length = 0;
	readings->line++;
	while ((c = getc(readings->file)) != EOF && c != '\n') {
		if (c == '\0')
			return complain(readings, "found a NUL byte, expected text");
		if (readings->length > READINGS_LINE_MAX)
			break;
		readings->text[readings->length++] = (char)c;
	}
	if (ferror(readings->file))
		return complain(readings, "cannot be read");
	if (readings->length > 0 && readings->text[readings->length - 1] == '\r')
		readings->length--;
	if (readings->length > READINGS_LINE_MAX)
		return complain(
		    readings, "found a longer line, expected %d bytes at most", READINGS_LINE_MAX);
	readings->text[readings->length] = '\0';
	return c != EOF || readings->length > 0;
}

static char *
trim(char *text)
{
	text += strspn(text, " \t");
	size_t length = strlen(text);
	while (length > 0 && strchr(" \t", text[length - 1]) != NULL)
		length--;
	text[length] = '\0';
	return text;
}

/* Takes the quotes off, in place; at is behind the first one. Returns what follows the last one,
 * NULL: there is none. */
static char *
unquote(char *at)
{
	char *out = at;
	for (; at[0] != '"' || at[1] == '"'; at++) {
		if (at[0] == '\0')
			return NULL;
		at += at[0] == '"';
		*out++ = *at;
	}
	*out = '\0';
	return at + 1;
}

/* Cuts the line at its commas. */
static int
split(struct readings *readings, struct fields *fields)
{
	static const char mark[] = "\xef\xbb\xbf"; /* of UTF-8, as spreadsheets put it first */
	char *at = readings->text;
	if (readings->line == 1 && strncmp(at, mark, strlen(mark)) == 0)
		at += strlen(mark);
	for (fields->count = 0;;) {
		char *text = at;
		if (fields->count == READINGS_COLUMNS_MAX)
			return complain(readings, "found more columns, expected %d at most",
			    READINGS_COLUMNS_MAX);
		if (text[0] == '"' && (at = unquote(++text)) == NULL)
			return complain(readings, "found the line's end, expected a closing quote");
		at += strcspn(at, ",");
		bool last = *at == '\0';
		*at++ = '\0';
		fields->texts[fields->count++] = trim(text);
		if (last)
			return 0;
	}
}

/* The next line that is not empty. 1; 0: the end; -EINVAL. */
static int
read_fields(struct readings *readings, struct fields *fields)
{
	int r;
	do
		r = read_line(readings);
	while (r > 0 && readings->length == 0);
	if (r > 0 && split(readings, fields) < 0)
		return -EINVAL;
	return r;
}

/* ---- columns ---- */

/* Nothing in it is a number or a time. */
static bool
is_head(const struct fields *fields)
{
	int64_t time_s;
	double value;
	for (int i = 0; i < fields->count; i++)
		if (readings_parse_value(fields->texts[i], &value) == 0 ||
		    readings_parse_time(fields->texts[i], &time_s) == 0)
			return false;
	return true;
}

/* The first column of one of these names, else `otherwise`. */
static int
find_column(const struct fields *fields, const char *const *names, size_t count, int otherwise)
{
	for (int i = 0; i < fields->count; i++)
		for (size_t n = 0; n < count; n++)
			if (strcasecmp(fields->texts[i], names[n]) == 0)
				return i;
	return otherwise;
}

/* Looks at the first row. 1: it was the head; 0: it is a reading; -EINVAL. */
static int
find_columns(struct readings *readings, const struct fields *fields)
{
	static const char *const times[] = {"time", "timestamp", "date"};
	static const char *const values[] = {"value", "count"};
	readings->begun = true;
	readings->value_column = 1;
	if (!is_head(fields))
		return 0;
	readings->time_column = find_column(fields, times, ARRAY_LENGTH(times), 0);
	readings->value_column = find_column(fields, values, ARRAY_LENGTH(values), 1);
	if (readings->value_column == readings->time_column)
		return complain(readings,
		    "found one column for both, expected one named time, timestamp or date and one "
		    "named value or count");
	readings->is_count = readings->value_column < fields->count &&
	    strcasecmp(fields->texts[readings->value_column], "count") == 0;
	return 1;
}

static int
read_reading(struct readings *readings, const struct fields *fields, struct reading *ret_reading)
{
	struct reading reading;
	int most = readings->time_column > readings->value_column ? readings->time_column
								  : readings->value_column;
	if (fields->count <= most)
		return complain(readings, "found %d column%s, expected %d with commas between",
		    fields->count, fields->count == 1 ? "" : "s", most + 1);
	const char *time = fields->texts[readings->time_column];
	const char *value = fields->texts[readings->value_column];
	if (readings_parse_time(time, &reading.time_s) < 0)
		return complain(readings,
		    "found \"%.80s\", expected a time: seconds since 1970, or 2026-06-03T14:05:09 "
		    "with "
		    "or without a zone",
		    time);
	if (readings_parse_value(value, &reading.value) < 0)
		return complain(readings, "found \"%.80s\", expected a number", value);
	if (reading.time_s <= readings->last_s)
		return complain(
		    readings, "found \"%.80s\", expected a time after the row before", time);
	readings->last_s = reading.time_s;
	*ret_reading = reading;
	return 1;
}

int
readings_next(struct readings *readings, struct reading *ret_reading)
{
	struct fields fields;
	int r = read_fields(readings, &fields);
	if (r > 0 && !readings->begun) {
		r = find_columns(readings, &fields);
		if (r < 0)
			return r;
		r = r > 0 ? read_fields(readings, &fields) : 1;
	}
	return r > 0 ? read_reading(readings, &fields, ret_reading) : r;
}
