/* SPDX-License-Identifier: ISC
 *
 * report.c - report: the engine's letter as text or HTML, its numbers as CSV or JSON.
 */
#include "watchdogctl/report.h"

#include <stdlib.h>
#include <string.h>

#include "lib/escape.h"
#include "lib/log.h"
#include "proto/letter_text.h"
#include "watchdogctl/history_rows.h"
#include "watchdogctl/render.h"

#define LINE_SIZE 4096

bool
report_format_is(const char *format)
{
	static const char *const formats[] = {"", "text", "html", "csv", "json"};
	for (size_t i = 0; i < ARRAY_LENGTH(formats); i++)
		if (strcmp(format, formats[i]) == 0)
			return true;
	return false;
}

/* ---- text ---- */

/* Lines as they are, which are in the reader's language; what could move a cursor is escaped. */
void
report_render(struct text *text, const json_t *document)
{
	char *lines = NULL, *rest, *line;
	size_t length = 0;
	const char *letter = text_string(document, "letter");
	FILE *out = open_memstream(&lines, &length);
	if (out == NULL)
		fatal("report: no memory");
	letter_write_text(out, letter, strlen(letter));
	if (fclose(out) != 0)
		fatal("report: no memory");
	rest = lines;
	while ((line = strsep(&rest, "\n")) != NULL && rest != NULL) {
		char shown[LINE_SIZE];
		fprintf(text->out, "%s\n", escape_line(line, strlen(line), shown, sizeof(shown)));
	}
	free(lines);
}

bool
report_write(FILE *out, const char *format, const json_t *document)
{
	const char *letter = text_string(document, "letter");
	if (strcmp(format, "html") == 0)
		letter_write_html(out, letter, strlen(letter));
	else if (strcmp(format, "csv") == 0)
		history_write(&(struct text){.out = out}, format, document);
	else if (strcmp(format, "json") == 0)
		render_json(out, document);
	else
		return false;
	return true;
}
