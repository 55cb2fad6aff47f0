/* SPDX-License-Identifier: ISC
 *
 * report.h - the health report in the formats that it has beside text. watchdogctl.
 */
#ifndef WATCHDOGD_WATCHDOGCTL_REPORT_H
#define WATCHDOGD_WATCHDOGCTL_REPORT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

/* "text", "html", "csv", "json", or empty. */
bool report_format_is(const char *format);

/* Prints the engine's answer in a format; false: it is text, which report_render() prints. */
bool report_write(FILE *out, const char *format, const json_t *document);

#endif
