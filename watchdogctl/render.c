/* SPDX-License-Identifier: ISC
 *
 * render.c - from a verb to its renderer, and JSON.
 */
#include "watchdogctl/render.h"

#define RENDER_ROW_(id, name, takes, needs, right, report, render, text) [id] = render,
static text_render *const renderers[CTL_COMMAND_COUNT] = {CTL_COMMANDS(RENDER_ROW_)};

void
render_text(struct text *text, enum ctl_verb verb, const json_t *document)
{
	renderers[verb](text, document);
}

void
render_json(FILE *out, const json_t *document)
{
	/* a write error shows when the stream is closed */
	if (json_dumpf(document, out, JSON_INDENT(2) | JSON_ENSURE_ASCII) == 0)
		fputc('\n', out);
}
