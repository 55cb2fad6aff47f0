/* SPDX-License-Identifier: ISC
 *
 * about.c - version and help.
 */
#include "watchdogctl/render.h"

void
version_render(struct text *text, const json_t *document)
{
	text_print(text, "watchdogctl %s\nwatchdogd   %s\n", text_string(document, "watchdogctl"),
	    text_has(document, "watchdogd") ? text_string(document, "watchdogd")
					    : "does not answer");
}

void
help_render(struct text *text, const json_t *document)
{
	size_t i;
	const json_t *command;
	text_print(text, "usage: watchdogctl [--json] [-s SOCKET] [-c FILE] COMMAND\n\n");
	json_array_foreach(json_object_get(document, "commands"), i, command)
	{
		text_item(text, 0, text_string(command, "usage"), "%s",
		    text_bool(command, "operator") ? "(operators only)" : "");
		text_item(text, 4, text_string(command, "text"), "%s", "");
	}
}
