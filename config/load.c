/* SPDX-License-Identifier: ISC
 *
 * load.c - the walk over a YAML document that scan.c has let pass. Each key is looked up in the
 * table; the walk goes as deep as the table does, so it always ends. It does not stop at an error:
 * a file is repaired in one go.
 */
#include "config/load.h"

#include <stdio.h>
#include <string.h>

#include "config/node.h"
#include "config/scope.h"
#include "config/value.h"
#include "lib/log.h"

#define INDEX_SIZE 16

static bool load_mapping(const struct scope *scope, const yaml_node_t *node);

static const yaml_node_t *
get_node(const struct scope *scope, int index)
{
	const yaml_node_t *node = yaml_document_get_node(scope->document, index);
	if (node == NULL)
		panic("settings: the document has no node %d", index);
	return node;
}

static void
note(const struct scope *scope, const void *field, const yaml_node_t *node, bool good)
{
	places_note(&scope->load->places, field, node_mark(node), !good);
}

/* ---- values ---- */

/* False, with the field untouched, when the node is not what the row allows. */
static bool
load_value(
    const struct scope *scope, const struct table_row *row, const yaml_node_t *node, void *field)
{
	const char *text = node_text(node);
	if (text != NULL && !node_is_nothing(node) && value_parse(row, text, field))
		return true;
	scope_tell_value(scope, row, node);
	return false;
}

static bool
load_queue_set(const struct scope *scope, const struct table_row *row, const yaml_node_t *node,
    unsigned *ret_queues)
{
	unsigned queues = 0;
	bool good = true;
	struct table_row one = *row;
	one.type = VALUE_WORD;
	const yaml_node_item_t *end = node->data.sequence.items.top;
	for (const yaml_node_item_t *item = node->data.sequence.items.start; item < end; item++) {
		enum queue_name queue;
		if (load_value(scope, &one, get_node(scope, *item), &queue))
			queues |= 1u << queue;
		else
			good = false;
	}
	if (good)
		*ret_queues = queues;
	return good;
}

/* queues: [deferred, hold] */
static bool
load_queues(const struct scope *scope, const struct table_row *row, const yaml_node_t *node,
    unsigned *field)
{
	if (node->type == YAML_SEQUENCE_NODE &&
	    node->data.sequence.items.start != node->data.sequence.items.top)
		return load_queue_set(scope, row, node, field);
	scope_tell_value(scope, row, node);
	return false;
}

/* ---- elements ---- */

/* The scope of an element; path is SCOPE_PATH_SIZE bytes. */
static struct scope
enter_element(const struct scope *scope, const struct table_row *row, const char *name,
    void *element, char *path)
{
	struct scope inner = *scope;
	snprintf(path, SCOPE_PATH_SIZE, "%s%s.%s.", scope->path, row->name, name);
	inner.section = "";
	inner.table = table_of(row, element);
	inner.base = element;
	inner.path = path;
	return inner;
}

/* `at` is where the element begins: its key, or its first setting in a list. */
static void
load_element(const struct scope *inner, const yaml_node_t *at, const yaml_node_t *node)
{
	bool seen = load_mapping(inner, node);
	if (inner->table->keyed)
		note(inner, inner->base, at, seen);
	for (size_t i = 0; seen && i < inner->table->row_count; i++) {
		const struct table_row *row = &inner->table->rows[i];
		const void *field = table_field_const(row, inner->base, 0);
		if (row->required && places_find(&inner->load->places, field) == NULL)
			scope_tell_missing(inner, row, at);
	}
}

/* An element of which only its first row is said: its value stands by itself. */
static void
load_plain(const struct scope *inner, const yaml_node_t *node)
{
	const struct table_row *row = &inner->table->rows[0];
	void *field = table_field(row, inner->base, 0);
	note(inner, field, node, load_value(inner, row, node, field));
}

/* recipients: [a, {address: b}], or a list of steps. */
static void
load_list(const struct scope *scope, const struct table_row *row, const yaml_node_t *node)
{
	struct table_row one = *row;
	one.most = 0;
	table_clear(row, scope->base);
	if (node->type != YAML_SEQUENCE_NODE) {
		scope_tell_value(scope, row, node);
		return;
	}
	const yaml_node_item_t *end = node->data.sequence.items.top;
	for (const yaml_node_item_t *item = node->data.sequence.items.start; item < end; item++) {
		char name[INDEX_SIZE], path[SCOPE_PATH_SIZE];
		const yaml_node_t *value = get_node(scope, *item);
		snprintf(name, sizeof(name), "%d", table_count(row, scope->base));
		void *element = table_add(row, scope->base, NULL);
		if (element == NULL) {
			scope_tell_full(scope, row, value);
			break;
		}
		struct scope inner = enter_element(scope, row, name, element, path);
		if (row->elements != NULL && row->elements->plain &&
		    value->type == YAML_SCALAR_NODE)
			load_plain(&inner, value);
		else if (row->elements != NULL)
			load_element(&inner, value, value);
		else
			note(scope, element, value, load_value(scope, &one, value, element));
	}
}

/* The element that a key names: there already, or new. NULL: told why not. */
static void *
take_element(const struct scope *scope, const struct table_row *row, const yaml_node_t *key)
{
	const char *name = node_text(key);
	void *element = table_find(row, scope->base, name);
	if (element != NULL)
		return element;
	if (row->elements->fixed)
		scope_tell_unknown_element(scope, row, key);
	else if (!table_name_is(name))
		scope_tell_name(scope, row, key);
	else if ((element = table_add(row, scope->base, name)) == NULL)
		scope_tell_full(scope, row, key);
	return element;
}

/* rules: {name: {...}}; what is fixed may be left empty. */
static void
load_keyed(const struct scope *scope, const struct table_row *row, const yaml_node_t *node)
{
	if (row->elements->fixed && node_is_nothing(node))
		return;
	if (node->type != YAML_MAPPING_NODE) {
		scope_tell_value(scope, row, node);
		return;
	}
	if (!row->elements->fixed)
		table_clear(row, scope->base);
	char section[SCOPE_PATH_SIZE], path[SCOPE_PATH_SIZE];
	snprintf(section, sizeof(section), "%s.", row->name);
	struct scope here = *scope;
	here.section = section;
	const yaml_node_pair_t *end = node->data.mapping.pairs.top;
	for (const yaml_node_pair_t *pair = node->data.mapping.pairs.start; pair < end; pair++) {
		const yaml_node_t *key = get_node(scope, pair->key);
		void *element =
		    scope_takes_key(&here, node, pair) ? take_element(scope, row, key) : NULL;
		if (element == NULL)
			continue;
		struct scope inner = enter_element(scope, row, node_text(key), element, path);
		load_element(&inner, key, get_node(scope, pair->value));
	}
}

/* ---- keys ---- */

static void
load_row(const struct scope *scope, const struct table_row *row, const yaml_node_t *node)
{
	void *field = table_field(row, scope->base, 0);
	if (row->elements != NULL && row->elements->keyed)
		load_keyed(scope, row, node);
	else if (row->most > 0)
		load_list(scope, row, node);
	else if (row->type == VALUE_QUEUES)
		note(scope, field, node, load_queues(scope, row, node, field));
	else
		note(scope, field, node, load_value(scope, row, node, field));
}

static void
load_key(const struct scope *scope, const yaml_node_t *key, const yaml_node_t *node)
{
	char name[SCOPE_PATH_SIZE];
	size_t length =
	    (size_t)snprintf(name, sizeof(name), "%s%s", scope->section, node_text(key));
	bool may_be = length + 1 < sizeof(name) && strchr(node_text(key), '.') == NULL;
	for (size_t i = 0; may_be && i < scope->table->row_count; i++) {
		const struct table_row *row = &scope->table->rows[i];
		if (strcmp(row->name, name) == 0) {
			load_row(scope, row, node);
			return;
		}
		if (strncmp(row->name, name, length) == 0 && row->name[length] == '.') {
			struct scope inner = *scope;
			memcpy(name + length, ".", 2);
			inner.section = name;
			load_mapping(&inner, node);
			return;
		}
	}
	scope_tell_unknown_key(scope, key);
}

/* A section or an element; with nothing in it, all is as it was. False: it is something else. */
static bool
load_mapping(const struct scope *scope, const yaml_node_t *node)
{
	if (node_is_nothing(node))
		return true;
	if (node->type != YAML_MAPPING_NODE) {
		scope_tell_no_mapping(scope, node);
		return false;
	}
	const yaml_node_pair_t *end = node->data.mapping.pairs.top;
	for (const yaml_node_pair_t *pair = node->data.mapping.pairs.start; pair < end; pair++)
		if (scope_takes_key(scope, node, pair))
			load_key(scope, get_node(scope, pair->key), get_node(scope, pair->value));
	return true;
}

void
load_document(struct load *load, yaml_document_t *document)
{
	const yaml_node_t *root = yaml_document_get_root_node(document);
	struct scope scope = {
	    .load = load,
	    .document = document,
	    .table = &table_settings,
	    .base = load->settings,
	    .path = "",
	    .section = "",
	};
	if (root != NULL) /* NULL: nothing but comments */
		load_mapping(&scope, root);
}
