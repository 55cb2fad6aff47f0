/* SPDX-License-Identifier: ISC
 *
 * problems.c - collects errors, sorts them by place and writes them.
 */
#include "config/problems.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "lib/escape.h"
#include "lib/log.h"

#define NAME_SIZE 1024

void
problems_add(struct problems *problems, struct problems_mark mark, const char *format, ...)
{
	va_list arguments;
	size_t at = problems->count++;
	if (at >= PROBLEMS_MAX)
		return;
	problems->list[at].mark = mark;
	va_start(arguments, format);
	if (vasprintf(&problems->list[at].text, format, arguments) < 0)
		fatal("settings: no memory");
	va_end(arguments);
}

/* Found by different walks, read in the order of the file; each place has few. */
static void
sort(struct problem *list, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		struct problem moved = list[i];
		size_t j = i;
		for (; j > 0; j--) {
			const struct problems_mark *before = &list[j - 1].mark;
			if (before->line < moved.mark.line ||
			    (before->line == moved.mark.line &&
				before->column <= moved.mark.column))
				break;
			list[j] = list[j - 1];
		}
		list[j] = moved;
	}
}

void
problems_write(struct problems *problems, const char *name, FILE *out)
{
	char escaped[NAME_SIZE];
	size_t count = problems->count < PROBLEMS_MAX ? problems->count : PROBLEMS_MAX;
	escape_text(name, strlen(name), escaped, sizeof(escaped));
	sort(problems->list, count);
	for (size_t i = 0; i < count; i++) {
		const struct problem *problem = &problems->list[i];
		if (problem->mark.line > 0)
			fprintf(out, "%s:%zu:%zu: %s\n", escaped, problem->mark.line,
			    problem->mark.column, problem->text);
		else
			fprintf(out, "%s: %s\n", escaped, problem->text);
	}
	if (problems->count > count)
		fprintf(out, "%s: and %zu more\n", escaped, problems->count - count);
}

void
problems_done(struct problems *problems)
{
	for (size_t i = 0; i < problems->count && i < PROBLEMS_MAX; i++)
		free(problems->list[i].text);
}
