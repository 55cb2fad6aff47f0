/* SPDX-License-Identifier: ISC
 *
 * settings_load.h - settings from memory, for the tests and fuzzers of config/.
 */
#ifndef WATCHDOGD_CONFIG_SETTINGS_LOAD_H
#define WATCHDOGD_CONFIG_SETTINGS_LOAD_H

#include "config/settings.h"

#define SETTINGS_FILE_MAX (256u * 1024) /* bytes */

/* As settings_load(), of a text; `name` stands in the errors. */
int settings_load_text(const char *name, const char *text, size_t length, FILE *errors,
    struct settings *ret_settings) MUST_CHECK;

#endif
