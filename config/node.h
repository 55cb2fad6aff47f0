/* SPDX-License-Identifier: ISC
 *
 * node.h - one node of a YAML document, as text and in words.
 *
 * Inside config/ only.
 */
#ifndef WATCHDOGD_CONFIG_NODE_H
#define WATCHDOGD_CONFIG_NODE_H

#include <stdbool.h>
#include <yaml.h>

#include "config/problems.h"

#define NODE_FOUND_SIZE 100

struct problems_mark node_mark(const yaml_node_t *node);

/* A scalar's text; NULL for lists and mappings, and for text with a NUL in it. */
const char *node_text(const yaml_node_t *node);

/* `key:` with nothing after it, or one of YAML's words for that. */
bool node_is_nothing(const yaml_node_t *node);

/* "a list", "an empty list", "a mapping", "nothing" or the scalar in quotes, escaped; it may be in `found`. */
const char *node_describe(const yaml_node_t *node, char found[NODE_FOUND_SIZE]);

#endif
