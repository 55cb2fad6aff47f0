/* SPDX-License-Identifier: ISC
 *
 * top.c - top, shapes and causes: ranks of who the mail is from, to and about.
 */
#include <inttypes.h>
#include <string.h>

#include "proto/names.h"
#include "watchdogctl/render.h"

/* What the ranks of a dimension count. */
static const char *
describe_unit(int dimension)
{
	switch (dimension) {
	case DIMENSION_CAUSE:
		return "bounces in the queues";
	case DIMENSION_REASON:
	case DIMENSION_NEXT_HOP:
		return "deferrals of late";
	default:
		return "arrivals of late";
	}
}

/* The words that --by and --class take, then what they are. */
static void
print_heading(struct text *text, const json_t *rank)
{
	const char *name = text_string(rank, "dimension");
	int dimension = names_find(&names_dimension, name);
	text_paragraph(text, 0, "%s, %s: %" PRId64 " %s (%s)", name, text_string(rank, "class"),
	    text_number(rank, "total"), describe_unit(dimension),
	    dimension >= 0 ? names_dimension.texts[dimension] : "?");
}

static void
print_rank(struct text *text, const json_t *rank)
{
	char label[32];
	size_t i;
	const json_t *example;
	int64_t error = text_number(rank, "error");
	snprintf(label, sizeof(label), "%3" PRId64 " %%", text_number(rank, "share"));
	if (error > 0)
		text_item(text, 2, label, "%s: %" PRId64 ", at most %" PRId64 " too high",
		    text_string(rank, "key"), text_number(rank, "count"), error);
	else
		text_item(text, 2, label, "%s: %" PRId64, text_string(rank, "key"),
		    text_number(rank, "count"));
	json_array_foreach(json_object_get(rank, "examples"), i, example)
	{
		const char *words = json_string_value(example);
		if (words != NULL && strcmp(words, text_string(rank, "key")) != 0)
			text_item(text, 2, NULL, "such as %s", words);
	}
}

static bool
is_same_group(const json_t *a, const json_t *b)
{
	return strcmp(text_string(a, "dimension"), text_string(b, "dimension")) == 0 &&
	    strcmp(text_string(a, "class"), text_string(b, "class")) == 0;
}

static void
print_ranks(struct text *text, const json_t *document, const char *none)
{
	size_t i;
	const json_t *rank;
	const json_t *ranks = json_object_get(document, "ranks");
	json_array_foreach(ranks, i, rank)
	{
		if (i > 0 && !is_same_group(rank, json_array_get(ranks, i - 1)))
			text_print(text, "\n");
		if (i == 0 || !is_same_group(rank, json_array_get(ranks, i - 1)))
			print_heading(text, rank);
		print_rank(text, rank);
	}
	if (json_array_size(ranks) == 0)
		text_print(text, "%s\n", none);
}

void
top_render(struct text *text, const json_t *document)
{
	print_ranks(text, document, "No such mail arrived in the last minutes.");
}

void
shapes_render(struct text *text, const json_t *document)
{
	print_ranks(
	    text, document, "No mail with a sender or a subject arrived in the last minutes.");
}

void
causes_render(struct text *text, const json_t *document)
{
	print_ranks(text, document, "No bounce that tells its cause is in the queues.");
}
