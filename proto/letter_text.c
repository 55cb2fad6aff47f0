/* SPDX-License-Identifier: ISC
 *
 * letter_text.c - a letter as plain text, in columns.
 */
#include "proto/letter_text.h"

#include <string.h>

#include "proto/letter.h"

#define LABEL_COLUMNS 10
#define NUMBER_COLUMNS 9
#define COMMAND_COLUMNS 6
#define INDENT 13 /* of what belongs to an item */

/* Columns on a terminal: characters from CJK radicals on take two. */
static int
count_columns(const char *text)
{
	int columns = 0;
	for (const unsigned char *at = (const unsigned char *)text; *at != '\0'; at++)
		if ((*at & 0xc0) != 0x80)
			columns += *at >= 0xe3 || (*at == 0xe2 && at[1] >= 0xba) ? 2 : 1;
	return columns;
}

static void
write_left(FILE *out, const char *text, int columns)
{
	int spaces = columns - count_columns(text);
	fprintf(out, "%s%*s", text, spaces > 0 ? spaces : 0, "");
}

static void
write_right(FILE *out, const char *text, int columns)
{
	int spaces = columns - count_columns(text);
	fprintf(out, "%*s%s", spaces > 0 ? spaces : 0, "", text);
}

/* The first cell is a name, the last one words, those between are numbers. */
static void
write_row(FILE *out, const struct letter_line *line)
{
	write_left(out, line->fields[0], LABEL_COLUMNS);
	for (int i = 1; i + 1 < line->count; i++) {
		fputc(' ', out);
		write_right(out, line->fields[i], NUMBER_COLUMNS);
	}
	fprintf(out, "  %s\n", line->count > 1 ? line->fields[line->count - 1] : "");
}

static void
on_line(const struct letter_line *line, void *owner)
{
	FILE *out = owner;
	const char *first = line->fields[0], *second = line->fields[1];
	switch (line->part) {
	case LETTER_FACT:
		write_left(out, first, LABEL_COLUMNS);
		fprintf(out, " %s\n", second);
		break;
	case LETTER_GAP:
		fputc('\n', out);
		break;
	case LETTER_SECTION:
		fprintf(out, "%s\n", first);
		break;
	case LETTER_ITEM:
		fputs("  ", out);
		if (first[0] != '\0')
			write_left(out, first, LABEL_COLUMNS + 1);
		fprintf(out, "%s\n", second);
		break;
	case LETTER_COMMAND:
		fprintf(out, "%*s", INDENT, "");
		write_left(out, first, COMMAND_COLUMNS);
		fprintf(out, " %s\n", second);
		break;
	case LETTER_NOTE:
		fprintf(out, "%*s%s\n", INDENT, "", first);
		break;
	case LETTER_COLUMNS:
	case LETTER_ROW:
		write_row(out, line);
		break;
	case LETTER_FOOT:
		fprintf(out, "\n%s\n", first);
		break;
	case LETTER_HEAD:
	case LETTER_PART_COUNT:
		break;
	}
}

void
letter_write_text(FILE *out, const void *letter, size_t length)
{
	static const struct letter_renderer renderer = {.on_line = on_line};
	letter_render(letter, length, &renderer, out);
}
