/* SPDX-License-Identifier: ISC
 *
 * render.h - the renderers that the table of commands names; each is in its family's file.
 */
#ifndef WATCHDOGD_WATCHDOGCTL_RENDER_H
#define WATCHDOGD_WATCHDOGCTL_RENDER_H

#include "proto/ctl.h"
#include "watchdogctl/text.h"

#define RENDER_DECLARE_(id, name, takes, needs, right, report, render, text) text_render render;
CTL_COMMANDS(RENDER_DECLARE_)

/* Prints a command's document as text. */
void render_text(struct text *text, enum ctl_verb verb, const json_t *document);
/* Prints a document as JSON, in ASCII: nothing in it can reach a terminal as a control. */
void render_json(FILE *out, const json_t *document);

#endif
