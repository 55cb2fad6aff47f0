/* SPDX-License-Identifier: ISC
 *
 * value.h - one value as text: what a setting's type allows, and how that is written. Nothing is
 * guessed: a duration has its unit, a number is decimal, a word is one of the list.
 *
 * Inside config/ and its tests only.
 */
#ifndef WATCHDOGD_CONFIG_VALUE_H
#define WATCHDOGD_CONFIG_VALUE_H

#include <stdbool.h>
#include <stdio.h>

#include "config/table.h"

#define VALUE_TEXT_SIZE (SETTINGS_PATH_SIZE + 1)

/* Reads text into the field of a row. False, with the field untouched: it is not allowed there. */
bool value_parse(const struct table_row *row, const char *text, void *ret_field);

/* Writes a field as value_parse() reads it, the same text for the same value. Returns text. */
char *value_format(const struct table_row *row, const void *field, char text[VALUE_TEXT_SIZE]);

/* Writes what is allowed: "a whole number from 1 to 65535". */
void value_describe(const struct table_row *row, FILE *out);

/* The allowed word that is nearest to text, or NULL. */
const char *value_nearest(const struct table_row *row, const char *text);

/* The remedy that this one takes back, or NULL: then it may be a step of a rule. */
const char *value_undone(const char *remedy);

#endif
