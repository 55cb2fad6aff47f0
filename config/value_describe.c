/* SPDX-License-Identifier: ISC
 *
 * value_describe.c - what a setting may be, in words for an error and for the manual page.
 */
#include "config/value.h"

#include <inttypes.h>
#include <string.h>

#include "lib/nearest.h"
#include "proto/catalogue.h"

#define WORDS_MAX 32

const char *
value_undone(const char *remedy)
{
	for (int i = 0; i < catalogue_count; i++)
		if (catalogue[i].undo != NULL && !catalogue[i].on_setting &&
		    strcmp(catalogue[i].undo, remedy) == 0)
			return catalogue[i].name;
	return NULL;
}

/* All words that a row takes, as names_x or the catalogue has them. Returns their count. */
static size_t
list_words(const struct table_row *row, const char *words[WORDS_MAX])
{
	size_t count = 0;
	if (row->type == VALUE_MODE)
		words[count++] = "inherit";
	const struct names *names = row->type == VALUE_MODE ? &names_mode : row->words;
	for (int i = 0; names != NULL && i < names->count && count < WORDS_MAX; i++)
		words[count++] = names->names[i];
	for (int i = 0; row->type == VALUE_REMEDY && i < catalogue_count && count < WORDS_MAX; i++)
		if (value_undone(catalogue[i].name) == NULL && !catalogue[i].by_hand)
			words[count++] = catalogue[i].name;
	return count;
}

const char *
value_nearest(const struct table_row *row, const char *text)
{
	const char *words[WORDS_MAX];
	return nearest_find(text, words, list_words(row, words));
}

static void
write_words(const struct table_row *row, FILE *out)
{
	const char *words[WORDS_MAX];
	size_t count = list_words(row, words);
	for (size_t i = 0; i < count; i++)
		fprintf(out, "%s%s", i == 0 ? "" : ", ", words[i]);
}

static void
write_one(const struct table_row *row, FILE *out)
{
	char low[VALUE_TEXT_SIZE], high[VALUE_TEXT_SIZE];
	switch (row->type) {
	case VALUE_COUNT:
		fprintf(out, "a whole number from %" PRId64 " to %" PRId64, row->low, row->high);
		break;
	case VALUE_DURATION:
		fprintf(out, "a time from %s to %s: a number and s, m, h, d, w or y",
		    value_format(row, &row->low, low), value_format(row, &row->high, high));
		break;
	case VALUE_WORD:
	case VALUE_MODE:
	case VALUE_REMEDY:
		fputs("one of ", out);
		write_words(row, out);
		break;
	case VALUE_QUEUES:
		fputs("a list of queues, each one of ", out);
		write_words(row, out);
		break;
	case VALUE_TEXT:
		fprintf(out, "text of one line, at most %zu bytes", row->size - 1);
		break;
	case VALUE_PATH:
		fputs("an absolute path", out);
		break;
	case VALUE_ACCOUNT:
		fprintf(out, "the name of a %s", row->noun);
		break;
	case VALUE_HOST:
		fputs("a host name or an IPv4 address", out);
		break;
	case VALUE_LOOPBACK:
		fputs("a loopback address and a port such as 127.0.0.1:9109 or [::1]:9109", out);
		break;
	case VALUE_ADDRESS:
		fputs("a mail address such as staff@example.org", out);
		break;
	case VALUE_SCHEDULE:
		fputs("a time such as 07:30 or mon-fri 07:30", out);
		break;
	case VALUE_TABLE:
		if (row->elements->plain) {
			write_one(&row->elements->rows[0], out);
			fprintf(
			    out, ", or settings such as \"%s: ...\"", row->elements->rows[0].name);
		} else {
			fprintf(out, "a %s", row->elements->noun);
		}
		break;
	}
}

void
value_describe(const struct table_row *row, FILE *out)
{
	if (row->elements != NULL && row->elements->keyed)
		fprintf(out, "%s, each as \"name: {settings}\"",
		    row->elements->fixed                ? "remedies"
			: row->elements == &table_spool ? "spools"
							: "rules");
	else if (row->most > 0)
		fprintf(out, "a list of at most %d, each ", row->most);
	if (row->elements == NULL || !row->elements->keyed)
		write_one(row, out);
	if (row->optional && row->type == VALUE_COUNT)
		fputs(", or none", out);
	else if (row->optional)
		fputs(", or \"\" for none", out);
}
