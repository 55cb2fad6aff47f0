/* SPDX-License-Identifier: ISC
 *
 * klms_rule.h - the settings of one rule of KLMS as it exports them: found by path, changed in place.
 * Remedy role. The layout is not published and differs from version to version: what is not exactly
 * as expected is refused, and whatever else stands in the text stays byte for byte.
 */
#ifndef WATCHDOGD_REMEDIES_KLMS_RULE_H
#define WATCHDOGD_REMEDIES_KLMS_RULE_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/guard.h"

#define KLMS_ACTION_SIZE 20
#define KLMS_DELETE "DeleteMessage" /* silently: the sender is told that it was accepted */

/* What is done to a message in which a virus was found, and when it cannot be cured. */
struct klms_actions {
	char first[KLMS_ACTION_SIZE], second[KLMS_ACTION_SIZE];
};

struct klms_rule {
	bool scans; /* it is active, and has messages scanned */
	struct klms_actions actions;
	/* where the two values stand in the text */
	size_t first_at, second_at;
};

/* -EPERM: not the layout that is known; what was found is in `problem` (size bytes). */
int klms_rule_parse(const char *text, size_t length, struct klms_rule *ret_rule, char *problem,
    size_t size) MUST_CHECK;

/* The text with these actions in place of the rule's own; free() it. ret_length: its bytes. */
char *klms_rule_change(const char *text, size_t length, const struct klms_rule *rule,
    const struct klms_actions *actions, size_t *ret_length);

/* Whether these are actions that a rule can have. */
bool klms_actions_are(const struct klms_actions *actions);
bool klms_actions_equal(const struct klms_actions *a, const struct klms_actions *b);

#endif
