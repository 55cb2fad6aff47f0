/* SPDX-License-Identifier: ISC
 *
 * text.c - cleaning, wrapping, and the words for times and sizes.
 */
#include "watchdogctl/text.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "lib/escape.h"
#include "lib/log.h"
#include "lib/mem.h"

#define LABEL_COLUMNS 11
#define ALARM_ON "\033[1;31m"
#define ALARM_OFF "\033[0m"

/* ---- cleaning ---- */

/* Text of the daemon is escaped already; what is not becomes so. Line breaks are ours. */
static char *
clean(const char *text)
{
	size_t size = strlen(text) * 4 + 1; /* each byte is \xHH at worst */
	char *out = mem_alloc(size), *end = out;
	while (*text != '\0') {
		size_t length = strcspn(text, "\n");
		escape_line(text, length, end, size - (size_t)(end - out));
		end += strlen(end);
		text += length;
		if (*text != '\0')
			*end++ = *text++;
	}
	*end = '\0';
	return out;
}

static char *PRINTF_LIKE(1, 0) format_clean(const char *format, va_list arguments)
{
	AUTO_FREE char *raw = NULL;
	if (vasprintf(&raw, format, arguments) < 0)
		fatal("no memory");
	return clean(raw);
}

void
text_print(struct text *text, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	AUTO_FREE char *cleaned = format_clean(format, arguments);
	va_end(arguments);
	fputs(cleaned, text->out);
}

void
text_alarm(struct text *text, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	AUTO_FREE char *cleaned = format_clean(format, arguments);
	va_end(arguments);
	fprintf(text->out, "%s%s%s", text->colour ? ALARM_ON : "", cleaned,
	    text->colour ? ALARM_OFF : "");
}

/* ---- wrapping ---- */

/* Columns of UTF-8 text; wide letters are taken for narrow ones. */
static int
count_columns(const char *text, size_t length)
{
	int columns = 0;
	for (size_t i = 0; i < length; i++)
		columns += ((unsigned char)text[i] & 0xc0) != 0x80;
	return columns;
}

static void
start_line(struct text *text, int margin)
{
	fprintf(text->out, "\n%*s", margin, "");
}

/* Words at `margin`, the first line already there. A word that is too long stands alone: ids,
 * addresses and paths are never broken. */
static void
wrap(struct text *text, int margin, const char *words)
{
	int column = margin;
	while (*words != '\0') {
		size_t length = strcspn(words, " \n");
		int columns = count_columns(words, length);
		bool first = column == margin;
		if (!first && column + 1 + columns > TEXT_COLUMNS) {
			start_line(text, margin);
			column = margin;
			first = true;
		}
		if (length > 0)
			fprintf(text->out, "%s%.*s", first ? "" : " ", (int)length, words);
		column += columns + (length > 0 && !first);
		words += length;
		if (*words == '\n') {
			start_line(text, margin);
			column = margin;
		}
		words += *words != '\0';
	}
	fputc('\n', text->out);
}

void
text_item(struct text *text, int indent, const char *label, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	AUTO_FREE char *cleaned = format_clean(format, arguments);
	va_end(arguments);
	AUTO_FREE char *name = clean(label != NULL ? label : "");
	int width = LABEL_COLUMNS - 1;
	fprintf(text->out, "%*s%-*s ", indent, "", width, name);
	int used = count_columns(name, strlen(name));
	wrap(text, indent + (used > width ? used : width) + 1, cleaned);
}

void
text_paragraph(struct text *text, int indent, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	AUTO_FREE char *cleaned = format_clean(format, arguments);
	va_end(arguments);
	fprintf(text->out, "%*s", indent, "");
	wrap(text, indent, cleaned);
}

void
text_quote(struct text *text, int indent, const char *lines)
{
	while (*lines != '\0') {
		size_t length = strcspn(lines, "\n");
		bool is_folded = lines[0] == '\t'; /* a header that goes on */
		text_print(text, "%*s| %s%.*s\n", indent, "", is_folded ? "        " : "",
		    (int)(length - is_folded), lines + is_folded);
		lines += length + (lines[length] == '\n');
	}
}

/* ---- words ---- */

char *
text_time(int64_t time_s, char out[CLOCK_TEXT_SIZE])
{
	if (time_s == 0)
		snprintf(out, CLOCK_TEXT_SIZE, "never");
	else
		clock_format_seconds(time_s, out);
	return out;
}

char *
text_since(const struct text *text, int64_t time_s, char out[CLOCK_SPAN_SIZE])
{
	return clock_format_span(text->now_s > time_s ? text->now_s - time_s : 0, out);
}

char *
text_size(int64_t bytes, char out[TEXT_SIZE_SIZE])
{
	static const char units[] = "kMGTP";
	if (bytes < 1000) {
		snprintf(out, TEXT_SIZE_SIZE, "%" PRId64, bytes);
		return out;
	}
	double size = (double)bytes / 1000;
	int unit = 0;
	while (size >= 999.95 && units[unit + 1] != '\0') {
		size /= 1000;
		unit++;
	}
	snprintf(out, TEXT_SIZE_SIZE, "%.1f%c", size, units[unit]);
	return out;
}

char *
text_age(int64_t age_s, char out[CLOCK_SPAN_SIZE])
{
	static const struct {
		int64_t below_s, unit_s;
		char name;
	} steps[] = {{120, 1, 's'}, {7200, 60, 'm'}, {172800, 3600, 'h'}, {INT64_MAX, 86400, 'd'}};
	size_t step = 0;
	while (age_s >= steps[step].below_s && step + 1 < ARRAY_LENGTH(steps))
		step++;
	snprintf(
	    out, CLOCK_SPAN_SIZE, "%" PRId64 "%c", age_s / steps[step].unit_s, steps[step].name);
	return out;
}

const char *
text_plural(int64_t count)
{
	return count == 1 ? "" : "s";
}

/* ---- fields ---- */

int64_t
text_number(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

const char *
text_string(const json_t *object, const char *key)
{
	const char *value = json_string_value(json_object_get(object, key));
	return value != NULL ? value : "";
}

bool
text_bool(const json_t *object, const char *key)
{
	return json_is_true(json_object_get(object, key));
}

bool
text_has(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);
	return value != NULL && !json_is_null(value);
}
