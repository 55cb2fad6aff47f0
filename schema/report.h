/* SPDX-License-Identifier: ISC
 *
 * report.h - the documents that answer what people ask, read from the store. control makes them
 * for watchdogctl; watchdogctl makes them itself when the daemon is down. One function a command,
 * named in the table of proto/ctl.h.
 */
#ifndef WATCHDOGD_SCHEMA_REPORT_H
#define WATCHDOGD_SCHEMA_REPORT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "lib/guard.h"
#include "proto/ctl.h"
#include "schema/store.h"

struct report_question {
	struct store *store;
	const struct ctl_request *request;
	bool running; /* the daemon answers */
	int64_t now_s;
};

/* Whether a verb is answered from the store at all. */
bool report_is_known(enum ctl_verb verb);

/* The answer to a request: a new object, its document or an error. 0; -errno: the store could not be
 * read, ret_document is then an error that says so, and the store is better opened anew. */
int report_make(const struct report_question *question, json_t **ret_document) MUST_CHECK;

/* "cannot read PATH: ...", for a store that could not be opened. */
json_t *report_make_unopened(const char *path, int error);

#endif
