/* SPDX-License-Identifier: ISC
 *
 * selector.c - conditions by a table: what each is called, where it is, and how it is said.
 */
#include "proto/selector.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/clock.h"
#include "lib/guard.h"
#include "lib/log.h"
#include "lib/mem.h"

enum kind {
	KIND_TEXT,
	KIND_AGE,
	KIND_SIZE,
	KIND_SET, /* of names */
};

static const struct condition_row {
	const char *key; /* as the arguments of watchdogctl list */
	enum kind kind;
	size_t offset;
	const struct names *names;
	const char *words; /* before the value */
} rows[] = {
    {"queues", KIND_SET, offsetof(struct selector, queues), &names_queue, "in"},
    {"class", KIND_SET, offsetof(struct selector, classes), &names_class, "of class"},
    {"sender", KIND_TEXT, offsetof(struct selector, sender), NULL, "from"},
    {"shape", KIND_TEXT, offsetof(struct selector, shape), NULL, "from a sender like"},
    {"domain", KIND_TEXT, offsetof(struct selector, domain), NULL, "to"},
    {"client", KIND_TEXT, offsetof(struct selector, client), NULL, "by client"},
    {"reason", KIND_TEXT, offsetof(struct selector, reason), NULL, "deferred with"},
    {"older", KIND_AGE, offsetof(struct selector, older_s), NULL, "older than"},
    {"younger", KIND_AGE, offsetof(struct selector, younger_s), NULL, "younger than"},
    {"larger", KIND_SIZE, offsetof(struct selector, larger_bytes), NULL, "larger than"},
    {"smaller", KIND_SIZE, offsetof(struct selector, smaller_bytes), NULL, "smaller than"},
};

static char *
text_at(const struct selector *selector, const struct condition_row *row)
{
	return (char *)((uintptr_t)selector + row->offset);
}

static uint64_t *
number_at(const struct selector *selector, const struct condition_row *row)
{
	return (uint64_t *)((uintptr_t)selector + row->offset);
}

static bool
is_given(const struct selector *selector, const struct condition_row *row)
{
	return row->kind == KIND_TEXT ? text_at(selector, row)[0] != '\0'
				      : *number_at(selector, row) != 0;
}

bool
selector_is_empty(const struct selector *selector)
{
	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++)
		if (is_given(selector, &rows[i]))
			return false;
	return true;
}

/* ---- the store's words ---- */

static json_t *
encode_one(const struct selector *selector, const struct condition_row *row)
{
	if (row->kind == KIND_TEXT)
		return json_string(text_at(selector, row));
	return json_integer((json_int_t)*number_at(selector, row));
}

int
selector_encode(const struct selector *selector, char text[SELECTION_TEXT_SIZE])
{
	json_t *object = json_object();
	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++)
		if (is_given(selector, &rows[i]))
			json_object_set_new(object, rows[i].key, encode_one(selector, &rows[i]));
	AUTO_FREE char *whole = json_dumps(object, JSON_COMPACT);
	json_decref(object);
	if (whole == NULL || strlen(whole) >= SELECTION_TEXT_SIZE)
		return -E2BIG;
	memcpy(text, whole, strlen(whole) + 1);
	return 0;
}

static const struct condition_row *
find_row(const char *key)
{
	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++)
		if (strcmp(rows[i].key, key) == 0)
			return &rows[i];
	return NULL;
}

static bool
decode_one(struct selector *selector, const struct condition_row *row, const json_t *value)
{
	if (row->kind == KIND_TEXT) {
		const char *text = json_string_value(value);
		if (text == NULL || strlen(text) >= FILTER_TEXT_SIZE)
			return false;
		memcpy(text_at(selector, row), text, strlen(text) + 1);
		return true;
	}
	if (!json_is_integer(value) || json_integer_value(value) < 0)
		return false;
	*number_at(selector, row) = (uint64_t)json_integer_value(value);
	return true;
}

int
selector_decode(const char *text, struct selector *ret_selector)
{
	struct selector selector = {0};
	const char *key;
	json_t *value, *object = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	bool good = json_is_object(object);
	json_object_foreach(object, key, value)
	{
		const struct condition_row *row = find_row(key);
		good = good && row != NULL && decode_one(&selector, row, value);
	}
	json_decref(object);
	if (!good)
		return -EBADMSG;
	*ret_selector = selector;
	return 0;
}

/* ---- for people ---- */

static void
write_set(FILE *out, const struct names *names, uint64_t set, const char *between)
{
	const char *before = "";
	for (int i = 0; i < names->count; i++) {
		if ((set >> i & 1) == 0)
			continue;
		fprintf(out, "%s%s", before, names_get(names, i));
		before = between;
	}
}

static void
describe_one(FILE *out, const struct selector *selector, const struct condition_row *row)
{
	char span[CLOCK_SPAN_SIZE];
	switch (row->kind) {
	case KIND_TEXT:
		fprintf(out, "%s %s", row->words, text_at(selector, row));
		break;
	case KIND_AGE:
		fprintf(out, "%s %s", row->words,
		    clock_format_span((int64_t)*number_at(selector, row), span));
		break;
	case KIND_SIZE:
		fprintf(out, "%s %" PRIu64 " bytes", row->words, *number_at(selector, row));
		break;
	case KIND_SET:
		fprintf(out, "%s ", row->words);
		write_set(out, row->names, *number_at(selector, row), " or ");
		break;
	}
}

/* In single quotes: nothing in it means anything to a shell. */
static void
quote(FILE *out, const char *text)
{
	fputc('\'', out);
	for (; *text != '\0'; text++)
		if (*text == '\'')
			fputs("'\\''", out);
		else
			fputc(*text, out);
	fputc('\'', out);
}

static void
write_option(FILE *out, const struct selector *selector, const struct condition_row *row)
{
	fprintf(out, " --%s ", row->key);
	switch (row->kind) {
	case KIND_TEXT:
		quote(out, text_at(selector, row));
		break;
	case KIND_AGE:
		fprintf(out, "%" PRIu64 "s", *number_at(selector, row));
		break;
	case KIND_SIZE:
		fprintf(out, "%" PRIu64, *number_at(selector, row));
		break;
	case KIND_SET:
		write_set(out, row->names, *number_at(selector, row), ",");
		break;
	}
}

char *
selector_options(const struct selector *selector)
{
	char *text = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&text, &length);
	if (out == NULL)
		fatal("selector: no memory");
	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++)
		if (is_given(selector, &rows[i]))
			write_option(out, selector, &rows[i]);
	if (fclose(out) != 0)
		fatal("selector: no memory");
	return text;
}

char *
selector_describe(const struct selector *selector)
{
	char *text = NULL;
	size_t length = 0;
	const char *before = "";
	FILE *out = open_memstream(&text, &length);
	if (out == NULL)
		fatal("selector: no memory");
	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		if (!is_given(selector, &rows[i]))
			continue;
		fputs(before, out);
		describe_one(out, selector, &rows[i]);
		before = ", ";
	}
	if (fclose(out) != 0)
		fatal("selector: no memory");
	return text;
}
