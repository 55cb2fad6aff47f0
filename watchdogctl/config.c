/* SPDX-License-Identifier: ISC
 *
 * config.c - config check, show and explain: the daemon's own parser, and its table, over a file. No
 * daemon is asked: what it has loaded is what the file said when it was loaded.
 */
#include "watchdogctl/config.h"

#include <stdlib.h>
#include <string.h>

#include "config/explain.h"
#include "lib/log.h"
#include "lib/mem.h"
#include "lib/nearest.h"
#include "proto/document.h"
#include "watchdogctl/render.h"

#define NAMES_MAX 256 /* settings of the table */

/* ---- reading ---- */

static json_t *
split_lines(char *text)
{
	json_t *lines = json_array();
	char *line;
	while ((line = strsep(&text, "\n")) != NULL) {
		json_t *holder = json_object();
		document_put_text(holder, "line", line); /* escapes what is no UTF-8 */
		if (*line != '\0')
			json_array_append(lines, json_object_get(holder, "line"));
		json_decref(holder);
	}
	return lines;
}

/* The file's settings, or the defaults where it has errors. */
static json_t *
load(const char *path, struct settings *settings)
{
	AUTO_FREE char *errors = NULL;
	size_t length = 0;
	FILE *stream = open_memstream(&errors, &length);
	if (stream == NULL)
		fatal("no memory");
	int r = settings_load(path, stream, settings);
	fclose(stream);
	if (r < 0)
		settings_defaults(settings);
	json_t *document = json_object();
	document_put_text(document, "file", path);
	document_put_bool(document, "valid", r == 0);
	document_put(document, "errors", split_lines(errors));
	return document;
}

bool
config_load(const char *path, struct settings *ret_settings)
{
	json_t *document = load(path, ret_settings);
	bool is_valid = text_bool(document, "valid");
	json_decref(document);
	return is_valid;
}

/* ---- what it comes to ---- */

/* A line of settings_encode(): "alert.timeout=60s". */
static void
add_encoded(json_t *list, const char *line)
{
	json_t *setting = json_object();
	size_t length = strcspn(line, "=");
	AUTO_FREE char *name = mem_text_n(line, length);
	document_put_text(setting, "setting", name);
	document_put_text(setting, "value", line + length + (line[length] == '='));
	json_array_append_new(list, setting);
}

static void
put_settings(json_t *document, const struct settings *settings)
{
	json_t *list = json_array();
	AUTO_FREE char *encoded = settings_encode(settings);
	char *rest = encoded, *line;
	while ((line = strsep(&rest, "\n")) != NULL)
		if (*line != '\0')
			add_encoded(list, line);
	document_put(document, "settings", list);
}

/* ---- what it is for ---- */

static void
put_optional(json_t *object, const char *key, const char *text)
{
	if (text != NULL)
		document_put_text(object, key, text);
	else
		document_put(object, key, json_null());
}

static void
add_explained(const struct explain_setting *setting, void *list)
{
	json_t *object = json_object();
	json_t *roles = json_array();
	document_put_text(object, "setting", setting->name);
	document_put_text(object, "text", setting->text);
	document_put_text(object, "type", setting->type);
	put_optional(object, "default", setting->fallback);
	put_optional(object, "value", setting->value);
	for (int role = 0; role < ROLE_COUNT; role++)
		if ((setting->readers & 1u << role) != 0)
			json_array_append_new(roles, json_string(names_get(&names_role, role)));
	document_put(object, "restarts", roles);
	json_array_append_new(list, object);
}

static json_t *
make_unknown(const char *wanted, const json_t *settings)
{
	const char *names[NAMES_MAX];
	size_t i, count = 0;
	const json_t *setting;
	json_array_foreach(settings, i, setting)
	{
		if (count < NAMES_MAX)
			names[count++] = text_string(setting, "setting");
	}
	const char *nearest = nearest_find(wanted, names, count);
	AUTO_FREE char *text = nearest != NULL
	    ? mem_format("no setting is called %s; did you mean %s?", wanted, nearest)
	    : mem_format(
		  "no setting is called %s; all of them: watchdogctl config explain", wanted);
	return ctl_make_error(CTL_USAGE, text);
}

/* Consumes the document. */
static json_t *
explain(json_t *document, const char *wanted, const struct settings *settings)
{
	json_t *list = json_array();
	document_put(document, "settings", list);
	if (explain_each(wanted, settings, add_explained, list) > 0)
		return document;
	explain_each("", settings, add_explained, list);
	json_t *error = make_unknown(wanted, list);
	json_decref(document);
	return error;
}

json_t *
config_make(const char *path, const struct ctl_request *request)
{
	AUTO_FREE struct settings *settings = mem_alloc(sizeof(*settings));
	json_t *document = load(path, settings);
	if (request->verb == CTL_CONFIG_EXPLAIN)
		return explain(document, request->setting, settings);
	if (request->verb == CTL_CONFIG_SHOW && text_bool(document, "valid"))
		put_settings(document, settings);
	return document;
}

/* ---- printing ---- */

static void
print_errors(struct text *text, const json_t *document)
{
	size_t i;
	const json_t *error;
	json_array_foreach(json_object_get(document, "errors"), i, error)
	{
		const char *line = json_string_value(error);
		text_paragraph(text, 0, "%s", line != NULL ? line : "");
	}
}

void
config_check_render(struct text *text, const json_t *document)
{
	print_errors(text, document);
	text_paragraph(text, 0, "%s: %s", text_string(document, "file"),
	    text_bool(document, "valid") ? "the settings are right"
					 : "has errors; a reload would change nothing");
}

void
config_show_render(struct text *text, const json_t *document)
{
	size_t i;
	const json_t *setting;
	print_errors(text, document);
	json_array_foreach(json_object_get(document, "settings"), i, setting) text_print(
	    text, "%s: %s\n", text_string(setting, "setting"), text_string(setting, "value"));
}

/* The parent is among them where only a new start of the daemon takes a change. */
static void
print_restarts(struct text *text, const json_t *roles)
{
	size_t i;
	const json_t *role;
	char *names = mem_text("");
	bool by_start = false;
	json_array_foreach(roles, i, role)
	{
		AUTO_FREE char *before = names;
		const char *name = json_string_value(role);
		name = name != NULL ? name : "";
		by_start = by_start || strcmp(name, names_get(&names_role, ROLE_PARENT)) == 0;
		names = mem_format("%s%s%s", before, i > 0 ? ", " : "", name);
	}
	if (by_start)
		text_item(text, 2, "Taken", "by a new start of the daemon only");
	else
		text_item(text, 2, "Taken", "by a reload%s%s",
		    names[0] != '\0' ? ", which starts anew: " : "", names);
	free(names);
}

/* One alone is told in full. */
void
config_explain_render(struct text *text, const json_t *document)
{
	size_t i;
	const json_t *setting;
	const json_t *settings = json_object_get(document, "settings");
	bool alone = json_array_size(settings) == 1;
	json_array_foreach(settings, i, setting)
	{
		text_print(text, "%s\n", text_string(setting, "setting"));
		text_paragraph(text, 2, "%s", text_string(setting, "text"));
		if (!alone)
			continue;
		text_item(text, 2, "May be", "%s", text_string(setting, "type"));
		if (text_has(setting, "default"))
			text_item(text, 2, "Default", "%s", text_string(setting, "default"));
		if (text_has(setting, "value"))
			text_item(text, 2, "Here", "%s", text_string(setting, "value"));
		print_restarts(text, json_object_get(setting, "restarts"));
	}
}
