/* SPDX-License-Identifier: ISC
 *
 * settings_print.c - the settings as YAML, every one of them, in the order of the table.
 */
#include <string.h>

#include "config/settings.h"
#include "config/table.h"
#include "config/value.h"

#define INDENT 2

static void print_rows(FILE *out, const struct table *table, const void *base, int column);

static void
print_key(FILE *out, int column, const char *key, size_t length)
{
	fprintf(out, "%*s%.*s:", column, "", (int)length, key);
}

/* Text in quotes, so that YAML sees nothing in it; words, numbers and times as they are. */
static void
print_value(FILE *out, const struct table_row *row, const void *field)
{
	char text[VALUE_TEXT_SIZE];
	value_format(row, field, text);
	switch (row->type) {
	case VALUE_COUNT:
	case VALUE_DURATION:
	case VALUE_WORD:
	case VALUE_MODE:
	case VALUE_REMEDY:
		fputs(text, out);
		return;
	case VALUE_QUEUES:
		fputc('[', out);
		for (const char *at = text; *at != '\0'; at++)
			fputs(*at == ',' ? ", " : (char[]){*at, '\0'}, out);
		fputc(']', out);
		return;
	default:
		break;
	}
	fputc('"', out);
	for (const char *at = text; *at != '\0'; at++)
		fprintf(out, "%s%c", *at == '"' || *at == '\\' ? "\\" : "", *at);
	fputc('"', out);
}

/* recipients: ["a", "b"] */
static void
print_list(FILE *out, const struct table_row *row, const void *base)
{
	fputs(" [", out);
	for (int i = 0; i < table_count(row, base); i++) {
		fputs(i > 0 ? ", " : "", out);
		print_value(out, row, table_field_const(row, base, i));
	}
	fputs("]\n", out);
}

/* name: and its rows below it, or - and its rows. */
static void
print_elements(FILE *out, const struct table_row *row, const void *base, int column)
{
	int count = table_count(row, base);
	fputs(count > 0 ? "\n" : row->elements->keyed ? " {}\n" : " []\n", out);
	for (int i = 0; i < count; i++) {
		const char *element = table_field_const(row, base, i);
		if (row->elements->keyed) {
			print_key(out, column, element, strlen(element));
			fputc('\n', out);
		} else {
			fprintf(out, "%*s-\n", column, "");
		}
		print_rows(out, table_of(row, element), element, column + INDENT);
	}
}

static void
print_row(FILE *out, const struct table_row *row, const void *base, int column)
{
	const char *dot = strchr(row->name, '.');
	const char *key = dot != NULL ? dot + 1 : row->name;
	column += dot != NULL ? INDENT : 0;
	print_key(out, column, key, strlen(key));
	if (row->elements != NULL) {
		print_elements(out, row, base, column + INDENT);
	} else if (row->most > 0) {
		print_list(out, row, base);
	} else {
		fputc(' ', out);
		print_value(out, row, table_field_const(row, base, 0));
		fputc('\n', out);
	}
}

/* The rows of a section stand together in the table. */
static void
print_rows(FILE *out, const struct table *table, const void *base, int column)
{
	const char *section = "";
	size_t length = 0;
	for (size_t i = 0; i < table->row_count; i++) {
		const char *name = table->rows[i].name;
		if (strchr(name, '.') != NULL &&
		    (length == 0 || strncmp(name, section, length + 1) != 0)) {
			section = name;
			length = strcspn(name, ".");
			print_key(out, column, section, length);
			fputc('\n', out);
		}
		print_row(out, &table->rows[i], base, column);
	}
}

void
settings_print(const struct settings *settings, FILE *out)
{
	print_rows(out, &table_settings, settings, 0);
}
