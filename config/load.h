/* SPDX-License-Identifier: ISC
 *
 * load.h - from a YAML document to settings, by the table.
 *
 * Inside config/ and its tests only.
 */
#ifndef WATCHDOGD_CONFIG_LOAD_H
#define WATCHDOGD_CONFIG_LOAD_H

#include <yaml.h>

#include "config/places.h"
#include "config/problems.h"
#include "config/settings.h"

struct load {
	struct settings *settings; /* the defaults; what the file says is put over them */
	struct problems problems;
	struct places places;
};

/* Walks the whole document, whatever it finds; what is wrong is in load->problems. */
void load_document(struct load *load, yaml_document_t *document);

#endif
