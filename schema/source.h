/* SPDX-License-Identifier: ISC
 *
 * source.h - documents from a store that may appear after us, be replaced under us, or fail: what
 * a role that answers keeps open for reading.
 */
#ifndef WATCHDOGD_SCHEMA_SOURCE_H
#define WATCHDOGD_SCHEMA_SOURCE_H

#include <jansson.h>
#include <stdint.h>
#include <sys/types.h>

#include "proto/ctl.h"

struct store;

struct source {
	char *path;
	struct store *store; /* NULL: not open */
	ino_t inode;
};

/* Takes the path over. */
void source_init(struct source *source, char *path);
void source_done(struct source *source);

/* The answer to a request of report_is_known(): a new object, its document or an error. */
json_t *source_report(struct source *source, const struct ctl_request *request, int64_t now_s);

#endif
