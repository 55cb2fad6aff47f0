/* SPDX-License-Identifier: ISC
 *
 * letter_html.c - a letter as HTML: tables of facts, items and rows, as the letter's lines come.
 */
#include <stdbool.h>
#include <string.h>

#include "proto/letter.h"
#include "proto/letter_text.h"

#define BEST_FACTS 3 /* what is wrong, since when, whether good mail flows */
#define FONT "font-family:sans-serif;font-size:14px;line-height:1.5;color:#1a1a1a"
#define LABEL "padding:2px 14px 2px 0;color:#555;white-space:nowrap;vertical-align:top"
#define CODE "font-family:monospace;background:#f2f2f2;padding:1px 4px"
#define CELL "padding:2px 10px;border-bottom:1px solid #ddd;text-align:"

/* What is open; another kind of line closes it. */
enum group {
	GROUP_NONE,
	GROUP_FACTS,
	GROUP_ITEM,
	GROUP_TABLE,
};

struct page {
	FILE *out;
	enum group open;
	int facts;
};

static void
write_escaped(FILE *out, const char *text)
{
	for (; *text != '\0'; text++)
		switch (*text) {
		case '&':
			fputs("&amp;", out);
			break;
		case '<':
			fputs("&lt;", out);
			break;
		case '>':
			fputs("&gt;", out);
			break;
		case '"':
			fputs("&quot;", out);
			break;
		default:
			fputc(*text, out);
		}
}

/* Markup with one text in it. */
static void
write_around(FILE *out, const char *before, const char *text, const char *after)
{
	fputs(before, out);
	write_escaped(out, text);
	fputs(after, out);
}

static void
enter(struct page *page, enum group group)
{
	static const char *const begins[] = {
	    [GROUP_NONE] = "",
	    [GROUP_FACTS] = "<table cellspacing=\"0\" style=\"" FONT "\">\n",
	    [GROUP_ITEM] = "<div style=\"margin:4px 0 4px 12px\">\n",
	    [GROUP_TABLE] = "<table cellspacing=\"0\" style=\"" FONT "\">\n",
	};
	static const char *const ends[] = {
	    [GROUP_NONE] = "",
	    [GROUP_FACTS] = "</table>\n",
	    [GROUP_ITEM] = "</div>\n",
	    [GROUP_TABLE] = "</table>\n",
	};
	if (page->open == group)
		return;
	fputs(ends[page->open], page->out);
	fputs(begins[group], page->out);
	page->open = group;
}

static void
write_fact(struct page *page, const struct letter_line *line)
{
	bool is_best = ++page->facts <= BEST_FACTS;
	enter(page, GROUP_FACTS);
	write_around(page->out, "<tr><td style=\"" LABEL "\">", line->fields[0], "</td>");
	write_around(page->out, is_best ? "<td><b>" : "<td>", line->fields[1],
	    is_best ? "</b></td></tr>\n" : "</td></tr>\n");
}

static void
write_row(struct page *page, const struct letter_line *line)
{
	bool is_head = line->part == LETTER_COLUMNS;
	enter(page, GROUP_TABLE);
	fputs("<tr>", page->out);
	for (int i = 0; i < line->count; i++) {
		bool is_text = i == 0 || i + 1 == line->count;
		fprintf(page->out, "<%s style=\"" CELL "%s\">", is_head ? "th" : "td",
		    is_text ? "left" : "right");
		write_around(page->out, "", line->fields[i], is_head ? "</th>" : "</td>");
	}
	fputs("</tr>\n", page->out);
}

static void
write_item(struct page *page, const struct letter_line *line)
{
	enter(page, GROUP_NONE); /* each item is one by itself */
	enter(page, GROUP_ITEM);
	if (line->fields[0][0] != '\0')
		write_around(page->out, "<b>", line->fields[0], "</b> ");
	write_around(page->out, "", line->fields[1], "\n");
}

static void
write_head(FILE *out, const char *language)
{
	write_around(out, "<!DOCTYPE html>\n<html lang=\"", language, "\">\n<head>\n");
	fputs("<meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-8\">\n"
	      "</head>\n<body style=\"" FONT "\">\n",
	    out);
}

static void
on_line(const struct letter_line *line, void *owner)
{
	struct page *page = owner;
	FILE *out = page->out;
	const char *first = line->fields[0];
	switch (line->part) {
	case LETTER_HEAD:
		write_head(out, first);
		break;
	case LETTER_FACT:
		write_fact(page, line);
		break;
	case LETTER_GAP:
		enter(page, GROUP_NONE);
		fputs("<div style=\"height:12px\"></div>\n", out);
		break;
	case LETTER_SECTION:
		enter(page, GROUP_NONE);
		write_around(out, "<div><b>", first, "</b></div>\n");
		break;
	case LETTER_ITEM:
		write_item(page, line);
		break;
	case LETTER_COMMAND:
		enter(page, GROUP_ITEM);
		write_around(out, "<br>", first, " ");
		write_around(out, "<code style=\"" CODE "\">", line->fields[1], "</code>\n");
		break;
	case LETTER_NOTE:
		enter(page, GROUP_ITEM);
		write_around(out, "<br><span style=\"color:#555\">", first, "</span>\n");
		break;
	case LETTER_COLUMNS:
	case LETTER_ROW:
		write_row(page, line);
		break;
	case LETTER_FOOT:
		enter(page, GROUP_NONE);
		write_around(out, "<p style=\"color:#555;font-size:12px\">", first, "</p>\n");
		break;
	case LETTER_PART_COUNT:
		break;
	}
}

static void
on_end(void *owner)
{
	struct page *page = owner;
	enter(page, GROUP_NONE);
	fputs("</body>\n</html>\n", page->out);
}

void
letter_write_html(FILE *out, const void *letter, size_t length)
{
	static const struct letter_renderer renderer = {.on_line = on_line, .on_end = on_end};
	struct page page = {.out = out};
	letter_render(letter, length, &renderer, &page);
}
