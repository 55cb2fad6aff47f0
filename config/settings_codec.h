/* SPDX-License-Identifier: ISC
 *
 * settings_codec.h - parts of the encoded form that config/ itself uses.
 */
#ifndef WATCHDOGD_CONFIG_SETTINGS_CODEC_H
#define WATCHDOGD_CONFIG_SETTINGS_CODEC_H

#include "config/settings.h"
#include "config/table.h"

/* The lines of one top-level row; free() it. */
char *settings_encode_row(const struct table_row *row, const struct settings *settings);

/* Applies lines to settings that are set up already. 0 or -EBADMSG (some lines may be applied). */
int settings_decode_lines(const char *text, size_t length, struct settings *settings) MUST_CHECK;

#endif
