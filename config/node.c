/* SPDX-License-Identifier: ISC
 *
 * node.c - what a node is, without guessing: `no` is text, `~` is nothing.
 */
#include "config/node.h"

#include <stdio.h>
#include <string.h>

#include "lib/escape.h"
#include "lib/guard.h"

struct problems_mark
node_mark(const yaml_node_t *node)
{
	return (struct problems_mark){node->start_mark.line + 1, node->start_mark.column + 1};
}

const char *
node_text(const yaml_node_t *node)
{
	if (node->type != YAML_SCALAR_NODE)
		return NULL;
	const char *text = (const char *)node->data.scalar.value;
	return strlen(text) == node->data.scalar.length ? text : NULL;
}

bool
node_is_nothing(const yaml_node_t *node)
{
	static const char *const words[] = {"", "~", "null", "Null", "NULL"};
	const char *text = node_text(node);
	if (text == NULL || node->data.scalar.style != YAML_PLAIN_SCALAR_STYLE)
		return false;
	for (size_t i = 0; i < ARRAY_LENGTH(words); i++)
		if (strcmp(text, words[i]) == 0)
			return true;
	return false;
}

const char *
node_describe(const yaml_node_t *node, char found[NODE_FOUND_SIZE])
{
	char escaped[NODE_FOUND_SIZE - 4];
	if (node->type == YAML_SEQUENCE_NODE)
		return node->data.sequence.items.start == node->data.sequence.items.top
		    ? "an empty list"
		    : "a list";
	if (node->type == YAML_MAPPING_NODE)
		return "a mapping";
	if (node_is_nothing(node))
		return "nothing";
	escape_text(node->data.scalar.value, node->data.scalar.length, escaped, sizeof(escaped));
	snprintf(found, NODE_FOUND_SIZE, "'%s'", escaped);
	return found;
}
