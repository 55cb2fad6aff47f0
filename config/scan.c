/* SPDX-License-Identifier: ISC
 *
 * scan.c - reads the file as a stream of events before anything is built of it. libyaml keeps no
 * limits, and its time grows with the square of the depth of [ and {: so depth and number of nodes
 * are counted here, and the reading stops at the first that is too much.
 *
 * What settings do not need is refused rather than half understood: aliases, tags, a second
 * document.
 */
#include "config/scan.h"

#include <string.h>
#include <yaml.h>

#include "lib/escape.h"

#define DEPTH_MAX 16
#define NODES_MAX 20000
#define FOUND_SIZE 64

struct scan {
	const char *text;
	size_t length;
	struct problems *problems;
	size_t depth, nodes, documents;
	bool ends; /* at the end of the stream, or where reading on makes no sense */
};

static struct problems_mark
mark_of(yaml_mark_t mark)
{
	return (struct problems_mark){mark.line + 1, mark.column + 1};
}

/* Where a byte is; columns count characters, as libyaml's do. */
static struct problems_mark
mark_at(const struct scan *scan, size_t offset)
{
	struct problems_mark mark = {1, 1};
	for (size_t i = 0; i < offset && i < scan->length; i++) {
		if (scan->text[i] == '\n')
			mark = (struct problems_mark){mark.line + 1, 1};
		else if (((unsigned char)scan->text[i] & 0xc0) != 0x80)
			mark.column++;
	}
	return mark;
}

static void
tell_syntax(struct scan *scan, const yaml_parser_t *parser)
{
	const char *problem = parser->problem != NULL ? parser->problem : "cannot be read";
	struct problems_mark mark = mark_of(parser->problem_mark);
	size_t at = parser->problem_mark.index;
	if (parser->error == YAML_READER_ERROR)
		problems_add(scan->problems, mark_at(scan, parser->problem_offset),
		    "found bytes that are no text, expected UTF-8: %s", problem);
	else if (at < scan->length && scan->text[at] == '\t')
		problems_add(scan->problems, mark, "found a tab, expected spaces");
	else if (parser->context != NULL)
		problems_add(scan->problems, mark, "%s, %s that began at line %zu", problem,
		    parser->context, parser->context_mark.line + 1);
	else
		problems_add(scan->problems, mark, "%s", problem);
	scan->ends = true;
}

static void
refuse(struct scan *scan, const yaml_event_t *event, const char *what, const yaml_char_t *name)
{
	char found[FOUND_SIZE];
	const char *text = name != NULL ? (const char *)name : "";
	escape_text(text, strlen(text), found, sizeof(found));
	problems_add(scan->problems, mark_of(event->start_mark), "found %s%s, %s", what, found,
	    "which has no use in settings");
}

static void
count_node(struct scan *scan, const yaml_event_t *event, const yaml_char_t *tag)
{
	if (tag != NULL)
		refuse(scan, event, "the tag ", tag);
	if (++scan->nodes <= NODES_MAX)
		return;
	problems_add(scan->problems, mark_of(event->start_mark),
	    "found more than %d values, expected settings", NODES_MAX);
	scan->ends = true;
}

static void
go_deeper(struct scan *scan, const yaml_event_t *event)
{
	if (++scan->depth <= DEPTH_MAX)
		return;
	problems_add(scan->problems, mark_of(event->start_mark),
	    "found lists or mappings more than %d deep, expected settings", DEPTH_MAX);
	scan->ends = true;
}

static void
take_event(struct scan *scan, const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_DOCUMENT_START_EVENT:
		if (scan->documents++ > 0) {
			refuse(scan, event, "a second document", NULL);
			scan->ends = true;
		}
		break;
	case YAML_ALIAS_EVENT:
		refuse(scan, event, "an alias, *", event->data.alias.anchor);
		break;
	case YAML_SCALAR_EVENT:
		count_node(scan, event, event->data.scalar.tag);
		break;
	case YAML_SEQUENCE_START_EVENT:
		count_node(scan, event, event->data.sequence_start.tag);
		go_deeper(scan, event);
		break;
	case YAML_MAPPING_START_EVENT:
		count_node(scan, event, event->data.mapping_start.tag);
		go_deeper(scan, event);
		break;
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		scan->depth--;
		break;
	case YAML_STREAM_END_EVENT:
		scan->ends = true;
		break;
	default:
		break;
	}
}

bool
scan_text(const char *text, size_t length, struct problems *problems)
{
	struct scan scan = {.text = text, .length = length, .problems = problems};
	size_t before = problems->count;
	yaml_parser_t parser;
	if (yaml_parser_initialize(&parser) == 0) {
		problems_add(problems, (struct problems_mark){0, 0}, "no memory");
		return false;
	}
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, length);
	while (!scan.ends) {
		yaml_event_t event;
		if (yaml_parser_parse(&parser, &event) == 0) {
			tell_syntax(&scan, &parser);
			break;
		}
		take_event(&scan, &event);
		yaml_event_delete(&event);
	}
	yaml_parser_delete(&parser);
	return problems->count == before;
}
