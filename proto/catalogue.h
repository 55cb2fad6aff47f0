/* SPDX-License-Identifier: ISC
 *
 * catalogue.h - the remedies by name: what the engine must know to plan one and to have it undone.
 * What a remedy does is in remedies/, one file each, under the same name.
 */
#ifndef WATCHDOGD_PROTO_CATALOGUE_H
#define WATCHDOGD_PROTO_CATALOGUE_H

#include <stdbool.h>

#include "proto/names.h"

struct catalogue_remedy {
	const char *name;
	const char *verb; /* "hold": the plan says "would hold 318 messages" */
	const char *done; /* "held": the result says "held 318 messages" */
	unsigned classes; /* selects these: bit set of 1 << enum message_class; 0: never by class */
	unsigned queues; /* may act in these: bit set of 1 << enum queue_name */
	const char *undo; /* the remedy that takes it back, or NULL */
	bool
	    keeps_copy; /* envelope and headers go into the store first, and the whole into a file */
	bool from_copies; /* its messages are in no queue any more; `queues` says where they were */
	bool ends_in_nothing; /* afterwards the message is in no queue (a delete) */
	bool on_setting; /* changes a setting and no message; what undoes it is the same remedy */
	bool is_parametric; /* it has many settings: which, and to what, must be said */
	const char *value; /* what it makes of its one setting, else */
	bool by_selection; /* an operator must say which messages of these classes */
	bool by_hand; /* an operator's alone: no step of a rule */
	const char *text; /* one line for the console and the manual page */
};

extern const struct catalogue_remedy catalogue[];
extern const int catalogue_count;

/* NULL when there is none of this name. */
const struct catalogue_remedy *catalogue_find(const char *name);

#endif
