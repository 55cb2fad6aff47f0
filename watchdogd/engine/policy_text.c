/* SPDX-License-Identifier: ISC
 *
 * policy_text.c - a step of a ladder in words: the same in the log, the mail and the history.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/clock.h"
#include "proto/catalogue.h"
#include "watchdogd/engine/policy_state.h"

#define WHAT_SIZE 256

/* "set bounce_queue_lifetime to 1h", "hold" */
static char *
describe_deed(const struct row_action *row, char what[WHAT_SIZE])
{
	char setting[WHAT_SIZE - 32];
	const struct catalogue_remedy *remedy = catalogue_find(row->remedy);
	bool on_setting = remedy != NULL && remedy->on_setting;
	snprintf(what, WHAT_SIZE, "%s%s%s", remedy != NULL ? remedy->verb : "run",
	    on_setting ? " " : "",
	    on_setting ? action_describe_setting(row, setting, sizeof(setting)) : "");
	return what;
}

void
policy_describe_wait(struct row_action *row, const struct settings_step *step)
{
	char span[CLOCK_SPAN_SIZE], what[WHAT_SIZE];
	const char *condition = step->when == CONDITION_GROWING ? " if it still grows then"
	    : step->when == CONDITION_ABOVE                     ? " if it is still above then"
								: "";
	bool asks = row->mode == MODE_CONFIRM && row->confirmed_by[0] == '\0';
	clock_format_span(step->after_s, span);
	snprintf(row->text, sizeof(row->text), "will %s %s after the incident opened%s%s",
	    describe_deed(row, what), span, condition, asks ? ", once confirmed" : "");
}

/* How many messages match now; false: that cannot be said. */
static bool
count_matching(const struct policy *policy, const struct row_action *row, int64_t *ret_count)
{
	const struct settings_remedy *remedy = settings_find_remedy(policy->settings, row->remedy);
	const struct window_instance *instance = window_find(policy->window, row->instance);
	if (remedy == NULL || instance == NULL)
		return false;
	*ret_count = policy_count(remedy, instance);
	return true;
}

static bool
is_on_setting(const struct row_action *row)
{
	const struct catalogue_remedy *remedy = catalogue_find(row->remedy);
	return remedy != NULL && remedy->on_setting;
}

/* "would hold 318 messages", "would set bounce_queue_lifetime to 1h", and why it does not. */
static void
describe_not_yet(const struct policy *policy, struct row_action *row, const char *why)
{
	char what[WHAT_SIZE];
	int64_t count = 0;
	describe_deed(row, what);
	if (is_on_setting(row)) {
		snprintf(row->text, sizeof(row->text), "would %s; %s", what, why);
		return;
	}
	if (!count_matching(policy, row, &count))
		return;
	if (count > row->matching)
		row->matching = count;
	snprintf(row->text, sizeof(row->text), "would %s %" PRId64 " message%s; %s", what,
	    row->matching, row->matching == 1 ? "" : "s", why);
}

void
policy_describe_would(const struct policy *policy, struct row_action *row)
{
	describe_not_yet(policy, row, "mode is observe, nothing is done");
}

void
policy_describe_question(const struct policy *policy, struct row_action *row)
{
	describe_not_yet(policy, row, "mode is confirm, waits for a yes");
}

void
policy_describe_begin(const struct policy *policy, struct row_action *row)
{
	char by[PERSON_TEXT_SIZE + 16] = "";
	if (row->confirmed_by[0] != '\0')
		snprintf(by, sizeof(by), ", confirmed by %s", row->confirmed_by);
	if (is_on_setting(row)) {
		snprintf(row->text, sizeof(row->text), "begun%s", by);
		return;
	}
	row->matching = 0;
	(void)count_matching(policy, row, &row->matching);
	snprintf(row->text, sizeof(row->text), "begun%s, %" PRId64 " message%s match", by,
	    row->matching, row->matching == 1 ? "" : "s");
}
