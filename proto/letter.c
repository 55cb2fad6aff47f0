/* SPDX-License-Identifier: ISC
 *
 * letter.c - lines of a letter, written and read.
 */
#include "proto/letter.h"

#include <errno.h>
#include <string.h>

#include "lib/mem.h"

#define MARK_(name, mark) mark,
static const char marks[] = {LETTER_PARTS(MARK_)};

void
letter_write(FILE *out, enum letter_part part, const char *const fields[], int count)
{
	fputc(marks[part], out);
	for (int i = 0; i < count; i++)
		fprintf(out, "\t%s", fields[i]);
	fputc('\n', out);
}

/* Cuts `text` (which it changes) into fields. */
static void
parse_line(char *text, struct letter_line *line)
{
	*line = (struct letter_line){.part = LETTER_NOTE};
	for (int i = 0; i < LETTER_FIELDS_MAX; i++)
		line->fields[i] = "";
	const char *mark = memchr(marks, text[0], sizeof(marks));
	if (mark == NULL || (text[1] != '\t' && text[1] != '\0')) {
		line->fields[line->count++] = text;
		return;
	}
	line->part = (enum letter_part)(mark - marks);
	char *rest = text[1] == '\0' ? NULL : text + 2;
	while (rest != NULL && line->count < LETTER_FIELDS_MAX)
		line->fields[line->count++] = strsep(&rest, "\t");
}

void
letter_render(
    const void *letter, size_t length, const struct letter_renderer *renderer, void *owner)
{
	AUTO_FREE char *text = mem_text_n(letter, length);
	char *rest = text;
	while (rest != NULL && *rest != '\0') {
		struct letter_line line;
		parse_line(strsep(&rest, "\n"), &line);
		renderer->on_line(&line, owner);
	}
	if (renderer->on_end != NULL)
		renderer->on_end(owner);
}

int
letter_read_head(const void *letter, size_t length, struct letter_head *ret_head)
{
	struct letter_head head;
	struct letter_line line;
	const char *end = memchr(letter, '\n', length);
	if (end == NULL)
		return -EBADMSG;
	AUTO_FREE char *text = mem_text_n(letter, (size_t)(end - (const char *)letter));
	parse_line(text, &line);
	int language = names_find(&names_language, line.fields[0]);
	if (line.part != LETTER_HEAD || language < 0)
		return -EBADMSG;
	if (line.fields[1][strspn(line.fields[1], "0123456789")] != '\0' ||
	    line.fields[2][strspn(line.fields[2], "abcdefghijklmnopqrstuvwxyz-")] != '\0' ||
	    line.fields[1][0] == '\0' || line.fields[2][0] == '\0' ||
	    strlen(line.fields[1]) >= sizeof(head.incident) ||
	    strlen(line.fields[2]) >= sizeof(head.kind))
		return -EBADMSG;
	head.language = (enum language)language;
	strcpy(head.incident, line.fields[1]);
	strcpy(head.kind, line.fields[2]);
	*ret_head = head;
	return 0;
}
