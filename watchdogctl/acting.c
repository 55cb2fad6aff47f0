/* SPDX-License-Identifier: ISC
 *
 * acting.c - pause and resume: whether remedies act by themselves; expect: whether much mail is news.
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

void
expect_render(struct text *text, const json_t *document)
{
	char time[CLOCK_TEXT_SIZE];
	text_paragraph(text, 0,
	    "Much mail is expected on %s until %s: rules on maildrop, incoming, active and "
	    "arrivals open no incident there.",
	    text_string(document, "instance"), text_time(text_number(document, "until"), time));
}
