/* SPDX-License-Identifier: ISC
 *
 * scope.c - the words of errors: where, what was found, what was expected, the nearest word.
 */
#include "config/scope.h"

#include <string.h>

#include "config/node.h"
#include "config/value.h"
#include "lib/log.h"
#include "lib/nearest.h"

#define EXPECTED_SIZE 1024
#define WORDS_MAX 64

struct words {
	const char *list[WORDS_MAX];
	char parts[WORDS_MAX][TABLE_NAME_SIZE];
	size_t count;
};

static FILE *
open_text(char *text, size_t size)
{
	FILE *out = fmemopen(text, size, "w");
	if (out == NULL)
		fatal("settings: no memory");
	return out;
}

/* "rules.bounce-flood: ", "alert: ", or nothing at the top. */
static const char *
format_where(const struct scope *scope, char where[SCOPE_PATH_SIZE])
{
	int length = snprintf(where, SCOPE_PATH_SIZE, "%s%s", scope->path, scope->section);
	if (length > 0 && length + 1 < SCOPE_PATH_SIZE)
		memcpy(where + length - 1, ": ", 3);
	return where;
}

/* The name of the first setting here. */
static const char *
find_example(const struct scope *scope)
{
	size_t prefix = strlen(scope->section);
	for (size_t i = 0; i < scope->table->row_count; i++)
		if (strncmp(scope->table->rows[i].name, scope->section, prefix) == 0)
			return scope->table->rows[i].name + prefix;
	return scope->table->rows[0].name;
}

void
scope_tell_value(const struct scope *scope, const struct table_row *row, const yaml_node_t *node)
{
	char found[NODE_FOUND_SIZE], expected[EXPECTED_SIZE] = "";
	FILE *out = open_text(expected, sizeof(expected));
	value_describe(row, out);
	const char *text = node_text(node);
	if (node->type != YAML_SCALAR_NODE && row->type == VALUE_TEXT)
		fputs("; put it in quotes", out); /* [watchdogd] is a list otherwise */
	const char *nearest = text != NULL ? value_nearest(row, text) : NULL;
	if (nearest != NULL)
		fprintf(out, "; did you mean '%s'?", nearest);
	fclose(out);
	problems_add(&scope->load->problems, node_mark(node), "%s%s: found %s, expected %s",
	    scope->path, row->name, node_describe(node, found), expected);
}

/* Each once. */
static void
add_word(struct words *words, const char *word, size_t length)
{
	char *part = words->parts[words->count];
	if (words->count == WORDS_MAX || length >= TABLE_NAME_SIZE)
		return;
	memcpy(part, word, length);
	part[length] = '\0';
	for (size_t i = 0; i < words->count; i++)
		if (strcmp(words->list[i], part) == 0)
			return;
	words->list[words->count++] = part;
}

static void
tell_unknown(const struct scope *scope, const char *where, const yaml_node_t *key, const char *noun,
    const struct words *words)
{
	char expected[EXPECTED_SIZE] = "", found[NODE_FOUND_SIZE];
	const char *nearest = nearest_find(node_text(key), words->list, words->count);
	FILE *out = open_text(expected, sizeof(expected));
	for (size_t i = 0; nearest == NULL && i < words->count; i++)
		fprintf(out, "%s%s",
		    i > 0                  ? ", "
			: words->count > 1 ? "expected one of "
					   : "expected ",
		    words->list[i]);
	if (nearest != NULL)
		fprintf(out, "did you mean '%s'?", nearest);
	fclose(out);
	problems_add(&scope->load->problems, node_mark(key), "%sfound %s, which is no %s; %s",
	    where, node_describe(key, found), noun, expected);
}

void
scope_tell_unknown_key(const struct scope *scope, const yaml_node_t *key)
{
	char where[SCOPE_PATH_SIZE];
	struct words words = {.count = 0};
	size_t prefix = strlen(scope->section);
	for (size_t i = 0; i < scope->table->row_count; i++) {
		const char *name = scope->table->rows[i].name;
		if (strncmp(name, scope->section, prefix) == 0)
			add_word(&words, name + prefix, strcspn(name + prefix, "."));
	}
	tell_unknown(scope, format_where(scope, where), key, "setting", &words);
}

void
scope_tell_unknown_element(
    const struct scope *scope, const struct table_row *row, const yaml_node_t *key)
{
	char where[SCOPE_PATH_SIZE];
	struct words words = {.count = 0};
	for (int i = 0; i < table_count(row, scope->base); i++) {
		const char *name = table_field_const(row, scope->base, i);
		add_word(&words, name, strlen(name));
	}
	snprintf(where, sizeof(where), "%s%s: ", scope->path, row->name);
	tell_unknown(scope, where, key, row->elements->noun, &words);
}

void
scope_tell_name(const struct scope *scope, const struct table_row *row, const yaml_node_t *key)
{
	char found[NODE_FOUND_SIZE];
	problems_add(&scope->load->problems, node_mark(key),
	    "%s%s: found %s, expected the name of a %s, of a-z, 0-9 and '-', at most %d bytes",
	    scope->path, row->name, node_describe(key, found), row->elements->noun,
	    TABLE_NAME_SIZE - 1);
}

void
scope_tell_full(const struct scope *scope, const struct table_row *row, const yaml_node_t *node)
{
	problems_add(&scope->load->problems, node_mark(node), "%s%s: found more than %d",
	    scope->path, row->name, row->most);
}

void
scope_tell_missing(const struct scope *scope, const struct table_row *row, const yaml_node_t *node)
{
	char expected[EXPECTED_SIZE] = "";
	FILE *out = open_text(expected, sizeof(expected));
	value_describe(row, out);
	fclose(out);
	problems_add(&scope->load->problems, node_mark(node), "%s%s: not found, expected %s",
	    scope->path, row->name, expected);
}

void
scope_tell_no_mapping(const struct scope *scope, const yaml_node_t *node)
{
	char found[NODE_FOUND_SIZE], where[SCOPE_PATH_SIZE];
	problems_add(&scope->load->problems, node_mark(node),
	    "%sfound %s, expected settings such as \"%s: ...\"", format_where(scope, where),
	    node_describe(node, found), find_example(scope));
}

bool
scope_takes_key(const struct scope *scope, const yaml_node_t *mapping, const yaml_node_pair_t *pair)
{
	char found[NODE_FOUND_SIZE], where[SCOPE_PATH_SIZE];
	const yaml_node_t *key = yaml_document_get_node(scope->document, pair->key);
	const char *text = node_text(key);
	format_where(scope, where);
	if (text == NULL) {
		problems_add(&scope->load->problems, node_mark(key),
		    "%sfound %s, expected the name of a setting", where, node_describe(key, found));
		return false;
	}
	const yaml_node_pair_t *before = mapping->data.mapping.pairs.start;
	for (; before < pair; before++) {
		const yaml_node_t *other = yaml_document_get_node(scope->document, before->key);
		const char *name = node_text(other);
		if (name == NULL || strcmp(name, text) != 0)
			continue;
		problems_add(&scope->load->problems, node_mark(key),
		    "%sfound %s again, expected once; the first is at line %zu", where,
		    node_describe(key, found), node_mark(other).line);
		return false;
	}
	return true;
}
