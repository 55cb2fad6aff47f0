/* SPDX-License-Identifier: ISC
 *
 * settings_codec.c - the settings as lines "path=value", from the parent to its roles:
 *
 *     alert.recipients.0=staff@example.org
 *     rules.bounce-flood.remedies.0.remedy=hold-bounces
 *
 * Invariant: decode takes exactly what encode writes. Whatever else comes is refused, so no role
 * ever runs with settings that its parent does not have.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config/settings.h"
#include "config/settings_codec.h"
#include "config/table.h"
#include "config/value.h"
#include "lib/log.h"
#include "lib/mem.h"

#define PATH_SIZE 256 /* of "rules.<name>.remedies.7.remedy" */

/* Backslash and control characters become \xHH: no value can begin a line. */
static void
write_value(FILE *out, const char *path, const char *text)
{
	fprintf(out, "%s=", path);
	for (const char *at = text; *at != '\0'; at++) {
		unsigned char c = (unsigned char)*at;
		if (c < ' ' || c == 0x7f || c == '\\')
			fprintf(out, "\\x%02x", c);
		else
			fputc(c, out);
	}
	fputc('\n', out);
}

static void encode_table(
    FILE *out, const char *prefix, const struct table *table, const void *base);

static void
encode_field(FILE *out, const char *path, const struct table_row *row, const void *field)
{
	char text[VALUE_TEXT_SIZE];
	if (row->elements != NULL)
		encode_table(out, path, table_of(row, field), field);
	else
		write_value(out, path, value_format(row, field, text));
}

static void
encode_row(FILE *out, const char *prefix, const struct table_row *row, const void *base)
{
	char path[PATH_SIZE];
	int count = row->most > 0 ? table_count(row, base) : 1;
	for (int i = 0; i < count; i++) {
		const void *field = table_field_const(row, base, i);
		if (row->most == 0)
			snprintf(path, sizeof(path), "%s%s", prefix, row->name);
		else if (row->elements != NULL && row->elements->keyed)
			snprintf(
			    path, sizeof(path), "%s%s.%s", prefix, row->name, (const char *)field);
		else
			snprintf(path, sizeof(path), "%s%s.%d", prefix, row->name, i);
		encode_field(out, path, row, field);
	}
}

static void
encode_table(FILE *out, const char *prefix, const struct table *table, const void *base)
{
	char path[PATH_SIZE];
	snprintf(path, sizeof(path), "%s%s", prefix, prefix[0] == '\0' ? "" : ".");
	for (size_t i = 0; i < table->row_count; i++)
		encode_row(out, path, &table->rows[i], base);
}

/* `row` NULL: every row. */
static char *
encode(const struct table_row *row, const struct settings *settings)
{
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);
	if (out == NULL)
		fatal("settings: no memory");
	if (row != NULL)
		encode_row(out, "", row, settings);
	else
		encode_table(out, "", &table_settings, settings);
	if (fclose(out) != 0)
		fatal("settings: no memory");
	return text;
}

char *
settings_encode(const struct settings *settings)
{
	return encode(NULL, settings);
}

char *
settings_encode_row(const struct table_row *row, const struct settings *settings)
{
	return encode(row, settings);
}

/* The row whose name `path` begins with; ret_rest is what follows it. */
static const struct table_row *
find_row(const struct table *table, const char *path, const char **ret_rest)
{
	for (size_t i = 0; i < table->row_count; i++) {
		size_t length = strlen(table->rows[i].name);
		if (strncmp(path, table->rows[i].name, length) == 0 &&
		    (path[length] == '\0' || path[length] == '.')) {
			*ret_rest = path + length;
			return &table->rows[i];
		}
	}
	return NULL;
}

/* The element that ".name" or ".0" at the beginning of rest means, added when it is the next. */
static void *
take_element(const struct table_row *row, void *base, const char **rest)
{
	char name[TABLE_NAME_SIZE], number[16];
	size_t length = **rest == '.' ? strcspn(*rest + 1, ".") : 0;
	if (length == 0 || length >= sizeof(name))
		return NULL;
	memcpy(name, *rest + 1, length);
	name[length] = '\0';
	*rest += 1 + length;
	if (row->elements != NULL && row->elements->keyed) {
		void *element = table_find(row, base, name);
		if (element != NULL || row->elements->fixed || !table_name_is(name))
			return element;
		return table_add(row, base, name);
	}
	int count = table_count(row, base);
	snprintf(number, sizeof(number), "%d", count - 1);
	if (count > 0 && strcmp(name, number) == 0)
		return table_field(row, base, count - 1);
	snprintf(number, sizeof(number), "%d", count);
	return strcmp(name, number) == 0 ? table_add(row, base, NULL) : NULL;
}

/* The row and the field that a path means, or NULL. */
static const struct table_row *
locate(struct settings *settings, const char *path, void **ret_field)
{
	const struct table *table = &table_settings;
	void *base = settings;
	for (;;) {
		const struct table_row *row = find_row(table, path, &path);
		if (row == NULL)
			return NULL;
		void *field =
		    row->most > 0 ? take_element(row, base, &path) : table_field(row, base, 0);
		if (field == NULL)
			return NULL;
		if (row->elements == NULL) {
			*ret_field = field;
			return *path == '\0' ? row : NULL;
		}
		if (*path++ != '.')
			return NULL;
		table = table_of(row, field);
		base = field;
	}
}

/* In place. */
static bool
unescape(char *text)
{
	char *out = text;
	for (const char *at = text; *at != '\0'; at++) {
		char digits[3] = {0};
		char *end = digits;
		if (*at != '\\') {
			*out++ = *at;
			continue;
		}
		if (at[1] != 'x' || at[2] == '\0' || at[3] == '\0')
			return false;
		memcpy(digits, at + 2, 2);
		*out = (char)strtoul(digits, &end, 16);
		if (end != digits + 2 || *out == '\0')
			return false;
		out++;
		at += 3;
	}
	*out = '\0';
	return true;
}

int
settings_decode_lines(const char *text, size_t length, struct settings *settings)
{
	AUTO_FREE char *copy = mem_text_n(text, length);
	char *rest = copy, *line;
	if (memchr(text, '\0', length) != NULL || length == 0 || text[length - 1] != '\n')
		return -EBADMSG;
	copy[length - 1] = '\0';
	while ((line = strsep(&rest, "\n")) != NULL) {
		void *field;
		char *value = strchr(line, '=');
		if (value == NULL)
			return -EBADMSG;
		*value++ = '\0';
		const struct table_row *row = locate(settings, line, &field);
		if (row == NULL || !unescape(value) || !value_parse(row, value, field))
			return -EBADMSG;
	}
	return 0;
}

int
settings_decode(const char *text, size_t length, struct settings *ret_settings)
{
	AUTO_FREE struct settings *settings = mem_alloc(sizeof(*settings));
	table_reset(&table_settings, settings);
	int r = settings_decode_lines(text, length, settings);
	if (r < 0)
		return r;
	/* a line that lacks, comes twice or is written otherwise */
	AUTO_FREE char *again = settings_encode(settings);
	if (strlen(again) != length || memcmp(again, text, length) != 0)
		return -EBADMSG;
	*ret_settings = *settings;
	return 0;
}
