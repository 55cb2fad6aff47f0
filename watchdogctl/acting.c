/* SPDX-License-Identifier: ISC
 *
 * acting.c - pause and resume: whether remedies act by themselves.
 */
#include "watchdogctl/render.h"

void
acting_render(struct text *text, const json_t *document)
{
	if (text_bool(document, "paused"))
		text_print(
		    text, "Acting is paused: no remedy acts by itself until watchdogctl resume.\n");
	else
		text_print(text, "Acting is not paused: remedies act as the mode says.\n");
}
