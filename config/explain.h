/* SPDX-License-Identifier: ISC
 *
 * explain.h - what a setting is for, what it may be and what it is, from the table of settings.
 */
#ifndef WATCHDOGD_CONFIG_EXPLAIN_H
#define WATCHDOGD_CONFIG_EXPLAIN_H

#include <stdio.h>

#include "config/settings.h"

/* One setting; the texts live as long as the call. */
struct explain_setting {
	const char *name; /* "alert.timeout"; of elements without their names: "rules.above" */
	const char *text; /* a sentence */
	const char *type; /* what it may be */
	const char *fallback; /* the default; NULL: none */
	const char *value; /* as the settings have it; NULL: it belongs to each element of a list */
	unsigned readers; /* roles that a change restarts, see settings_compare() */
};

/* Calls each for the setting of this name and for those below it, in the order of the table; for all
 * of them when the name is "". Elements may be named: "rules.bounce-flood.above". Returns how many
 * there were. */
int explain_each(const char *name, const struct settings *settings,
    void (*each)(const struct explain_setting *setting, void *owner), void *owner);

#endif
