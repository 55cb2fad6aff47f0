/* SPDX-License-Identifier: ISC
 *
 * config.h - the settings in a file: are they right, what do they come to, what is this one for.
 */
#ifndef WATCHDOGD_WATCHDOGCTL_CONFIG_H
#define WATCHDOGD_WATCHDOGCTL_CONFIG_H

#include <jansson.h>
#include <stdbool.h>

#include "config/settings.h"
#include "proto/ctl.h"

/* {"file", "valid", "errors": []}; of CONFIG_SHOW and CONFIG_EXPLAIN also the "settings", which an
 * explanation has of the defaults where the file has errors. Or an error, for a setting that is not
 * known. */
json_t *config_make(const char *path, const struct ctl_request *request);

/* The settings of the file, or the defaults where it has errors: then false. */
bool config_load(const char *path, struct settings *ret_settings);

#endif
