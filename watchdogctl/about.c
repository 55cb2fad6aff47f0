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
	const json_t *part;
	text_print(
	    text, "usage: watchdogctl [--json] [--no-color] [-s SOCKET] [-c FILE] COMMAND\n\n");
	json_array_foreach(json_object_get(document, "commands"), i, part)
	{
		text_paragraph(text, 2, "%s", text_string(part, "usage"));
		text_paragraph(text, 6, "%s%s", text_string(part, "text"),
		    text_bool(part, "operator") ? " (operators only)" : "");
	}
	text_print(text, "\n");
	json_array_foreach(json_object_get(document, "arguments"), i, part)
	    text_item(text, 2, text_string(part, "name"), "%s", text_string(part, "text"));
	text_print(text, "\nwatchdogctl(8) has the rest.\n");
}
