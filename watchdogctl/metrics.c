/* SPDX-License-Identifier: ISC
 *
 * metrics.c - the table of proto/metrics.c, printed. It is in printable ASCII as it is written.
 */
#include "watchdogctl/render.h"

#include "proto/metrics.h"

void
metrics_render(struct text *text, const json_t *document)
{
	metrics_write(document, METRICS_OPENMETRICS, text->out);
}
