/* SPDX-License-Identifier: ISC
 *
 * settings.c - defaults, look-up and comparison of settings. Every role; no I/O.
 */
#include "config/settings.h"

#include <stdlib.h>
#include <string.h>

#include "config/settings_codec.h"
#include "config/table.h"
#include "lib/log.h"

void
settings_defaults(struct settings *ret_settings)
{
	memset(ret_settings, 0, sizeof(*ret_settings));
	table_reset(&table_settings, ret_settings);
	if (settings_decode_lines(table_default_lines, strlen(table_default_lines), ret_settings) <
	    0)
		panic("settings: the defaults are not allowed");
}

const struct settings_remedy *
settings_find_remedy(const struct settings *settings, const char *name)
{
	for (int i = 0; i < settings->remedy_count; i++)
		if (strcmp(settings->remedies[i].name, name) == 0)
			return &settings->remedies[i];
	return NULL;
}

const struct settings_rule *
settings_find_rule(const struct settings *settings, const char *name)
{
	for (int i = 0; i < settings->rule_count; i++)
		if (strcmp(settings->rules[i].name, name) == 0)
			return &settings->rules[i];
	return NULL;
}

enum act_mode
settings_effective_mode(const struct settings *settings, const struct settings_rule *rule,
    const struct settings_step *step)
{
	const struct settings_remedy *remedy = settings_find_remedy(settings, step->remedy);
	if (step->mode != SETTINGS_MODE_INHERIT)
		return (enum act_mode)step->mode;
	if (remedy != NULL && remedy->mode != SETTINGS_MODE_INHERIT)
		return (enum act_mode)remedy->mode;
	if (rule->mode != SETTINGS_MODE_INHERIT)
		return (enum act_mode)rule->mode;
	return settings->mode;
}

unsigned
settings_compare(
    const struct settings *old, const struct settings *new, char ret_fixed[SETTINGS_TEXT_SIZE])
{
	unsigned readers = 0;
	for (size_t i = 0; i < table_settings.row_count; i++) {
		const struct table_row *row = &table_settings.rows[i];
		AUTO_FREE char *before = settings_encode_row(row, old);
		AUTO_FREE char *after = settings_encode_row(row, new);
		if (strcmp(before, after) == 0)
			continue;
		if ((readers & 1u << ROLE_PARENT) == 0 && (row->readers & 1u << ROLE_PARENT) != 0)
			snprintf(ret_fixed, SETTINGS_TEXT_SIZE, "%s", row->name);
		readers |= row->readers;
	}
	return readers;
}
