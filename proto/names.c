/* SPDX-License-Identifier: ISC
 *
 * names.c - the words as tables, made from the lists in names.h.
 */
#include "proto/names.h"

#include <string.h>

#define NAME_(id, name, text) name,
#define TEXT_(id, name, text) text,
#define NAMES_TABLE(object, list)                                      \
	static const char *const object##_names[] = {list(NAME_)};     \
	static const char *const object##_texts[] = {list(TEXT_)};     \
	const struct names object = {                                  \
	    object##_names,                                            \
	    object##_texts,                                            \
	    (int)(sizeof(object##_names) / sizeof(object##_names[0])), \
	}

NAMES_TABLE(names_queue, NAMES_QUEUE);
NAMES_TABLE(names_class, NAMES_CLASS);
NAMES_TABLE(names_dimension, NAMES_DIMENSION);
NAMES_TABLE(names_moment, NAMES_MOMENT);
NAMES_TABLE(names_question, NAMES_QUESTION);
NAMES_TABLE(names_role, NAMES_ROLE);
NAMES_TABLE(names_mode, NAMES_MODE);
NAMES_TABLE(names_signal, NAMES_SIGNAL);
NAMES_TABLE(names_detector, NAMES_DETECTOR);
NAMES_TABLE(names_spool_count, NAMES_SPOOL_COUNT);
NAMES_TABLE(names_incident, NAMES_INCIDENT);
NAMES_TABLE(names_action, NAMES_ACTION);
NAMES_TABLE(names_outcome, NAMES_OUTCOME);
NAMES_TABLE(names_change_step, NAMES_CHANGE_STEP);
NAMES_TABLE(names_change, NAMES_CHANGE);
NAMES_TABLE(names_journal, NAMES_JOURNAL);
NAMES_TABLE(names_condition, NAMES_CONDITION);
NAMES_TABLE(names_revert, NAMES_REVERT);
NAMES_TABLE(names_notice, NAMES_NOTICE);
NAMES_TABLE(names_about, NAMES_ABOUT);
NAMES_TABLE(names_language, NAMES_LANGUAGE);

const char *
names_get(const struct names *list, int value)
{
	if (value < 0 || value >= list->count)
		return "?";
	return list->names[value];
}

int
names_find(const struct names *list, const char *name)
{
	for (int i = 0; i < list->count; i++)
		if (strcmp(list->names[i], name) == 0)
			return i;
	return -1;
}
