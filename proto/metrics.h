/* SPDX-License-Identifier: ISC
 *
 * metrics.h - the daemon's status as metrics for Prometheus and its like: one table of families,
 * which `watchdogctl metrics` and the role metrics print.
 *
 * What is in a label is bounded: names of instances, queues, classes, roles, rules and spools, and
 * nothing that mail said.
 */
#ifndef WATCHDOGD_PROTO_METRICS_H
#define WATCHDOGD_PROTO_METRICS_H

#include <jansson.h>
#include <stdio.h>

/* How they are written. */
enum metrics_format {
	METRICS_OPENMETRICS, /* OpenMetrics 1.0 */
	METRICS_PROMETHEUS, /* Prometheus' text format 0.0.4 */
};

/* From the document of status: {"families": [{"name", "type", "unit", "text", "samples":
 * [{"labels": {}, "value"}]}]}, a new object. What the status does not have has no sample. */
json_t *metrics_make(const json_t *status);

/* Writes such a document, in printable ASCII whatever is in it. */
void metrics_write(const json_t *metrics, enum metrics_format format, FILE *out);

/* The Content-Type of a format. */
const char *metrics_content_type(enum metrics_format format);

#endif
