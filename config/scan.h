/* SPDX-License-Identifier: ISC
 *
 * scan.h - the first pass over the file: is it YAML, and YAML that we read?
 *
 * Inside config/ and its tests only.
 */
#ifndef WATCHDOGD_CONFIG_SCAN_H
#define WATCHDOGD_CONFIG_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#include "config/problems.h"

/* False, with the problems added: the text must not be read any further. */
bool scan_text(const char *text, size_t length, struct problems *problems);

#endif
