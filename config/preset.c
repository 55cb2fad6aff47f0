/* SPDX-License-Identifier: ISC
 *
 * preset.c - the list of preset.h as names and values.
 */
#include "config/preset.h"

#include "lib/log.h"

#define NAME_(name, path, count, depth, text) name,
#define TEXT_(name, path, count, depth, text) text,
#define PRESET_(name, path, count, depth, text) {path, count, depth},

static const char *const preset_names[] = {PRESETS(NAME_)};
static const char *const preset_texts[] = {PRESETS(TEXT_)};
static const struct preset presets[] = {PRESETS(PRESET_)};

const struct names names_preset = {preset_names, preset_texts, ARRAY_LENGTH(preset_names)};

const struct preset *
preset_get(int number)
{
	if (number < 0 || number >= names_preset.count)
		panic("settings: there is no preset %d", number);
	return &presets[number];
}
