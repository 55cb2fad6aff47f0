/* SPDX-License-Identifier: ISC
 *
 * scope.h - where the walk over a document is, and what it says about what it finds there.
 *
 * Inside config/ only.
 */
#ifndef WATCHDOGD_CONFIG_SCOPE_H
#define WATCHDOGD_CONFIG_SCOPE_H

#include <yaml.h>

#include "config/load.h"
#include "config/table.h"

#define SCOPE_PATH_SIZE 256

struct scope {
	struct load *load;
	yaml_document_t *document;
	const struct table *table;
	void *base; /* a struct of this table */
	const char *path; /* of this struct: "rules.bounce-flood.", or "" */
	const char *section; /* what the names of the rows begin with here: "alert.", or "" */
};

/* "alert.port: found 'x', expected a whole number from 1 to 65535". */
void scope_tell_value(
    const struct scope *scope, const struct table_row *row, const yaml_node_t *node);

/* A key that is no setting here, nor a section. */
void scope_tell_unknown_key(const struct scope *scope, const yaml_node_t *key);

/* A key that is none of a row's elements, which are fixed. */
void scope_tell_unknown_element(
    const struct scope *scope, const struct table_row *row, const yaml_node_t *key);

/* A key that can be no name of a rule. */
void scope_tell_name(
    const struct scope *scope, const struct table_row *row, const yaml_node_t *key);

/* One element more than there is room for. */
void scope_tell_full(
    const struct scope *scope, const struct table_row *row, const yaml_node_t *node);

/* An element that begins at `node` lacks what must be given. */
void scope_tell_missing(
    const struct scope *scope, const struct table_row *row, const yaml_node_t *node);

/* Something else where a section or an element should be. */
void scope_tell_no_mapping(const struct scope *scope, const yaml_node_t *node);

/* True when the key of a pair is text that no pair before it has; otherwise that is told. */
bool scope_takes_key(
    const struct scope *scope, const yaml_node_t *mapping, const yaml_node_pair_t *pair);

#endif
