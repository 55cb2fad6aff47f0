/* SPDX-License-Identifier: ISC
 *
 * klms_policy.c - KLMS deletes a message with a virus instead of cleaning it and passing it on: in every
 * active rule that scans. The old value is each rule's own: "1=Cure/DeleteAttachment 4=...". A rule is
 * exported, changed in place, imported, and exported again; what comes back must be what was
 * imported, else the first export is imported again and the remedy refuses.
 *
 * Written by the vendor's published words and tried on a stand-in: no KLMS was at hand.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/log.h"
#include "lib/mem.h"
#include "remedies/klms_control.h"
#include "remedies/klms_rule.h"

static const struct klms_actions deleting = {KLMS_DELETE, KLMS_DELETE};

struct rule_state {
	int64_t id;
	struct klms_actions actions;
};

/* Of the rules that an order is about. */
struct policy {
	struct rule_state rules[KLMS_RULES_MAX];
	int count;
};

/* ---- a policy as text ---- */

/* "1=Cure/DeleteAttachment 4=Skip/DeleteMessage" */
static int
format_policy(
    const struct policy *policy, char text[SETTING_VALUE_SIZE], char problem[REASON_TEXT_SIZE])
{
	size_t used = 0;
	text[0] = '\0';
	for (int i = 0; i < policy->count && used < SETTING_VALUE_SIZE; i++)
		used += (size_t)snprintf(text + used, SETTING_VALUE_SIZE - used,
		    "%s%" PRId64 "=%s/%s", i > 0 ? " " : "", policy->rules[i].id,
		    policy->rules[i].actions.first, policy->rules[i].actions.second);
	if (used < SETTING_VALUE_SIZE)
		return 0;
	snprintf(problem, REASON_TEXT_SIZE, "KLMS has too many rules to keep what each does");
	return -EPERM;
}

static bool
parse_rule(const char *word, struct rule_state *ret_rule)
{
	struct rule_state rule;
	int end = 0;
	if (word[0] < '0' || word[0] > '9' ||
	    sscanf(word, "%" SCNd64 "=%19[A-Za-z]/%19[A-Za-z]%n", &rule.id, rule.actions.first,
		rule.actions.second, &end) != 3 ||
	    word[end] != '\0' || !klms_actions_are(&rule.actions))
		return false;
	*ret_rule = rule;
	return true;
}

static bool
parse_policy(const char *text, struct policy *ret_policy)
{
	AUTO_FREE char *copy = mem_text(text);
	struct policy policy = {.count = 0};
	for (char *rest = copy, *word; (word = strsep(&rest, " ")) != NULL;)
		if (policy.count == KLMS_RULES_MAX ||
		    !parse_rule(word, &policy.rules[policy.count++]))
			return false;
	*ret_policy = policy;
	return true;
}

static int
check(const struct setting_order *order, char problem[REASON_TEXT_SIZE])
{
	struct policy old;
	if (order->step == CHANGE_PLAN || (order->old.set && parse_policy(order->old.text, &old)))
		return 0;
	snprintf(problem, REASON_TEXT_SIZE, "order refused: the policy was never %.300s",
	    order->old.text);
	return -EPERM;
}

/* ---- read ---- */

static int
read_rule(const struct setting_order *order, int64_t id, struct klms_text *ret_text,
    struct klms_rule *ret_rule, char problem[REASON_TEXT_SIZE])
{
	char why[256];
	struct klms_text text = {NULL, 0};
	int r = klms_control_export(order, id, &text, problem);
	if (r < 0)
		return r;
	r = klms_rule_parse(text.bytes, text.length, ret_rule, why, sizeof(why));
	if (r < 0) {
		snprintf(problem, REASON_TEXT_SIZE, "rule %" PRId64 ": %s", id, why);
		free(text.bytes);
		return r;
	}
	*ret_text = text;
	return 0;
}

/* All rules that are active and scan. */
static int
read_policy(
    const struct setting_order *order, struct policy *ret_policy, char problem[REASON_TEXT_SIZE])
{
	int64_t ids[KLMS_RULES_MAX];
	struct policy policy = {.count = 0};
	int count = 0;
	int r = klms_control_list(order, ids, &count, problem);
	for (int i = 0; r == 0 && i < count; i++) {
		struct klms_rule rule;
		struct klms_text text;
		r = read_rule(order, ids[i], &text, &rule, problem);
		if (r < 0)
			break;
		free(text.bytes);
		if (rule.scans)
			policy.rules[policy.count++] = (struct rule_state){ids[i], rule.actions};
	}
	if (r == 0 && policy.count == 0) {
		snprintf(problem, REASON_TEXT_SIZE, "KLMS has no active rule that scans");
		r = -EPERM;
	}
	if (r == 0)
		*ret_policy = policy;
	return r;
}

static const struct klms_actions *
find_actions(const struct policy *policy, int64_t id)
{
	for (int i = 0; i < policy->count; i++)
		if (policy->rules[i].id == id)
			return &policy->rules[i].actions;
	return NULL;
}

/* How the rules stand between what they were and deleting. */
struct standing {
	int deleting, old, others; /* `deleting`: and were not so before */
};

static struct standing
compare_policy(const struct policy *now, const struct policy *old)
{
	struct standing standing = {0};
	for (int i = 0; i < old->count; i++) {
		const struct klms_actions *was = &old->rules[i].actions;
		const struct klms_actions *is = find_actions(now, old->rules[i].id);
		if (is != NULL && klms_actions_equal(is, was))
			standing.old++;
		else if (is != NULL && klms_actions_equal(is, &deleting))
			standing.deleting++;
		else
			standing.others++; /* changed, switched off or removed by somebody else */
	}
	return standing;
}

static bool
all_delete(const struct policy *policy)
{
	for (int i = 0; i < policy->count; i++)
		if (!klms_actions_equal(&policy->rules[i].actions, &deleting))
			return false;
	return true;
}

/* Half done is not done: an apply goes on while each rule is either as it was or deletes, an undo
 * while a rule deletes that did not; a rule that somebody else has changed meanwhile is left to him
 * without keeping the others from being put back. */
static bool
is_as_before(const struct setting_order *order, const struct policy *now)
{
	struct policy old;
	if (order->step == CHANGE_PLAN || !parse_policy(order->old.text, &old))
		return false;
	struct standing standing = compare_policy(now, &old);
	if (order->step == CHANGE_UNDO)
		return standing.deleting == 0 && standing.old > 0;
	return standing.others == 0 && !all_delete(now);
}

static bool
is_deleting(const struct setting_order *order, const struct policy *now)
{
	struct policy old;
	if (order->step != CHANGE_UNDO || !parse_policy(order->old.text, &old))
		return all_delete(now);
	return compare_policy(now, &old).deleting > 0;
}

static int
read_value(const struct setting_order *order, struct setting_value *ret_value,
    char problem[REASON_TEXT_SIZE])
{
	struct policy now;
	struct setting_value value = {.set = true};
	int r = read_policy(order, &now, problem);
	if (r < 0)
		return r;
	if (is_deleting(order, &now))
		snprintf(value.text, sizeof(value.text), "delete");
	else if (is_as_before(order, &now))
		memcpy(value.text, order->old.text, sizeof(value.text));
	else
		r = format_policy(&now, value.text, problem);
	if (r == 0)
		*ret_value = value;
	return r;
}

/* ---- write ---- */

static bool
is_equal(const struct klms_text *a, const struct klms_text *b)
{
	return a->length == b->length && memcmp(a->bytes, b->bytes, a->length) == 0;
}

/* What comes back must be what went in; else what was there before goes in again. */
static int
import_and_compare(const struct setting_order *order, int64_t id, const struct klms_text *before,
    const struct klms_text *changed, char problem[REASON_TEXT_SIZE])
{
	char unused[REASON_TEXT_SIZE];
	struct klms_text after = {NULL, 0};
	int r = klms_control_import(order, id, changed, problem);
	if (r == 0)
		r = klms_control_export(order, id, &after, problem);
	if (r < 0)
		return r;
	bool same = is_equal(&after, changed);
	free(after.bytes);
	if (same)
		return 0;
	r = klms_control_import(order, id, before, unused);
	snprintf(problem, REASON_TEXT_SIZE,
	    "rule %" PRId64 ": KLMS made something else of what was imported; %s", id,
	    r == 0 ? "what was there before was imported again"
		   : "and what was there before could not be imported again");
	return -EPERM;
}

static int
write_rule(const struct setting_order *order, int64_t id, const struct klms_actions *actions,
    char problem[REASON_TEXT_SIZE])
{
	struct klms_rule rule;
	struct klms_text before;
	int r = read_rule(order, id, &before, &rule, problem);
	if (r < 0)
		return r;
	AUTO_FREE char *owned = before.bytes;
	if (klms_actions_equal(&rule.actions, actions))
		return 0;
	struct klms_text changed;
	changed.bytes =
	    klms_rule_change(before.bytes, before.length, &rule, actions, &changed.length);
	r = import_and_compare(order, id, &before, &changed, problem);
	free(changed.bytes);
	return r;
}

static int
delete_all(
    const struct setting_order *order, const struct policy *now, char problem[REASON_TEXT_SIZE])
{
	int r = 0;
	for (int i = 0; r == 0 && i < now->count; i++)
		r = write_rule(order, now->rules[i].id, &deleting, problem);
	return r;
}

static int
put_back(
    const struct setting_order *order, const struct policy *now, char problem[REASON_TEXT_SIZE])
{
	struct policy old;
	int r = parse_policy(order->old.text, &old) ? 0 : -EPERM;
	for (int i = 0; r == 0 && i < old.count; i++) {
		int64_t id = old.rules[i].id;
		const struct klms_actions *is = find_actions(now, id);
		if (is != NULL && klms_actions_equal(is, &deleting))
			r = write_rule(order, id, &old.rules[i].actions, problem);
		else if (is == NULL || !klms_actions_equal(is, &old.rules[i].actions))
			log_warning(
			    "klms: rule %" PRId64 " was changed by somebody else: left alone", id);
	}
	return r;
}

static int
write_value(const struct setting_order *order, const struct setting_value *value,
    char problem[REASON_TEXT_SIZE])
{
	struct policy now;
	int r = read_policy(order, &now, problem);
	if (r < 0)
		return r;
	return strcmp(value->text, "delete") == 0 ? delete_all(order, &now, problem)
						  : put_back(order, &now, problem);
}

static bool
needs_reload(const struct setting_order *order UNUSED)
{
	return false; /* its settings manager tells the other parts */
}

static int
reload(
    const struct setting_order *order UNUSED, bool *ret_told, char problem[REASON_TEXT_SIZE] UNUSED)
{
	*ret_told = false;
	return 0;
}

static const char *
needs(const struct settings *settings)
{
	return settings->klms.control;
}

const struct setting_remedy setting_klms_policy = {
    .name = "klms-policy",
    .needs = needs,
    .check = check,
    .read = read_value,
    .write = write_value,
    .needs_reload = needs_reload,
    .reload = reload,
};
