/* SPDX-License-Identifier: ISC
 *
 * setting.c - the stages of one order about a setting: look, compare with the journal, write, look
 * again, have it taken. Invariant: nothing is written over a value that the journal does not know,
 * and no outcome is "done" that was not seen.
 */
#include "remedies/setting.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/escape.h"
#include "lib/log.h"
#include "proto/catalogue.h"
#include "remedies/remedy.h"
#include "watchdogd/role.h"

#define SHOWN_SIZE 200 /* of a value, in words */

static const struct setting_remedy *const remedies[] = {
    &setting_postfix_parameter,
    &setting_bounce_lane,
    &setting_install_bounce_lane,
    &setting_rspamd_policy,
    &setting_klms_policy,
    &setting_clamav_milter_policy,
};

const struct setting_remedy *
setting_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_LENGTH(remedies); i++)
		if (strcmp(remedies[i]->name, name) == 0)
			return remedies[i];
	return NULL;
}

/* ---- check ---- */

static const struct message_instance *
find_instance(const struct role *role, const struct message_change_order *message)
{
	for (int i = 0; i < role->instance_count; i++)
		if (strcmp(role->instances[i].config_directory, message->config_directory) == 0 &&
		    strcmp(role->instances[i].queue_directory, message->queue_directory) == 0)
			return &role->instances[i];
	return NULL;
}

/* One line of printable text: no value may bring a second line into a file. */
static bool
is_line(const char *text)
{
	for (const char *at = text; *at != '\0'; at++)
		if ((unsigned char)*at < ' ' || *at == 0x7f)
			return false;
	return true;
}

int
setting_check(const struct message_change_order *message, const struct role *role,
    struct setting_order *ret_order, char problem[REASON_TEXT_SIZE])
{
	struct setting_order order = {
	    .number = message->order,
	    .step = (enum change_step)message->step,
	    .remedy = setting_find(message->remedy),
	    .instance = find_instance(role, message),
	    .command_directory = role->settings.postfix.command_directory,
	    .settings = &role->settings,
	    .setting = message->setting,
	    .value = {.set = true},
	    .old = {.set = message->was_set != 0},
	    .repeat = message->repeat != 0,
	};
	const struct catalogue_remedy *row = catalogue_find(message->remedy);
	if (message->step >= CHANGE_STEP_COUNT)
		return remedy_refuse(problem, "no such step", "");
	if (order.remedy == NULL || row == NULL)
		return remedy_refuse(problem, "there is no remedy", message->remedy);
	if (order.instance == NULL)
		return remedy_refuse(problem, "no instance of ours has the configuration directory",
		    message->config_directory);
	if (message->step == CHANGE_LOOK) {
		*ret_order = order;
		return 0;
	}
	if (!is_line(message->value) || !is_line(message->old_value))
		return remedy_refuse(problem, "a value is not one line:", message->value);
	if (row->is_parametric)
		memcpy(order.value.text, message->value, sizeof(order.value.text));
	else if (message->setting[0] != '\0')
		return remedy_refuse(problem, "the remedy has no setting", message->setting);
	else if (message->value[0] != '\0' && strcmp(message->value, row->value) != 0)
		return remedy_refuse(
		    problem, "the remedy does not set anything to", message->value);
	else
		snprintf(order.value.text, sizeof(order.value.text), "%s", row->value);
	memcpy(order.old.text, message->old_value, sizeof(order.old.text));
	int r = order.remedy->check(&order, problem);
	if (r == 0)
		*ret_order = order;
	return r;
}

/* ---- compare ---- */

/* What holds by default may change with a new version of the program: only its absence counts. */
static bool
is_same(const struct setting_value *a, const struct setting_value *b)
{
	return a->set == b->set && (!a->set || strcmp(a->text, b->text) == 0);
}

/* "1h", or "5d, its default" */
static const char *
show(const struct setting_value *value, char shown[SHOWN_SIZE])
{
	char escaped[SHOWN_SIZE - 16];
	escape_text(value->text, strlen(value->text), escaped, sizeof(escaped));
	snprintf(shown, SHOWN_SIZE, "%s%s", escaped[0] != '\0' ? escaped : "empty",
	    value->set ? "" : ", its default");
	return shown;
}

/* "bounce_queue_lifetime", or the remedy's name where it has but one setting. */
static const char *
name_of(const struct setting_order *order)
{
	return order->setting[0] != '\0' ? order->setting : order->remedy->name;
}

/* ---- outcomes ---- */

static void
end(struct message_change_outcome *outcome, enum change_outcome what, const char *text)
{
	outcome->outcome = what;
	snprintf(outcome->text, sizeof(outcome->text), "%s", text);
}

static void
end_failed(struct message_change_outcome *outcome, int error, const char *problem)
{
	end(outcome, error == -EPERM ? CHANGE_REFUSED : CHANGE_FAILED, problem);
}

static void
plan(const struct setting_order *order, const struct setting_value *found,
    struct message_change_outcome *outcome)
{
	char from[SHOWN_SIZE], to[SHOWN_SIZE];
	bool is_so = strcmp(found->text, order->value.text) == 0;
	outcome->outcome = is_so ? CHANGE_ALREADY : CHANGE_PLANNED;
	bool reload = !is_so && order->remedy->needs_reload(order);
	outcome->reload = reload && order->remedy->moves_queue;
	if (is_so)
		snprintf(outcome->text, sizeof(outcome->text), "%s is %s already", name_of(order),
		    show(found, from));
	else
		snprintf(outcome->text, sizeof(outcome->text), "would set %s to %s; it is %s%s",
		    name_of(order), show(&order->value, to), show(found, from),
		    reload ? "; needs a reload" : "");
}

/* ---- act ---- */

/* Writes and looks: that a program returned 0 does not mean that it did it. */
static int
write_value(const struct setting_order *order, const struct setting_value *value,
    char problem[REASON_TEXT_SIZE])
{
	char shown[SHOWN_SIZE];
	struct setting_value found;
	int r = order->remedy->write(order, value, problem);
	if (r == 0)
		r = order->remedy->read(order, &found, problem);
	if (r < 0 || is_same(&found, value))
		return r;
	snprintf(problem, REASON_TEXT_SIZE, "%s was written and is %s", name_of(order),
	    show(&found, shown));
	return -EIO;
}

/* From one value to the other. A repeat that finds the end reached only has it taken again, which
 * may be what was missing; somebody else who was there first is left alone. */
static int
move(const struct setting_order *order, const struct setting_value *found,
    const struct setting_value *from, const struct setting_value *to,
    struct message_change_outcome *outcome, bool *ret_told, char problem[REASON_TEXT_SIZE])
{
	int r = 0;
	bool arrived = is_same(found, to);
	if (!is_same(found, from) && !(arrived && order->repeat)) {
		outcome->outcome = arrived ? CHANGE_ALREADY : CHANGE_FOREIGN;
		return 0;
	}
	outcome->outcome = CHANGE_DONE;
	if (!arrived)
		r = write_value(order, to, problem);
	if (r == 0 && order->remedy->needs_reload(order))
		r = order->remedy->reload(order, ret_told, problem);
	outcome->reload = *ret_told && order->remedy->moves_queue;
	return r;
}

static void
describe_moved(const struct setting_order *order, const struct setting_value *found,
    const struct setting_value *from, const struct setting_value *to, bool told,
    struct message_change_outcome *outcome)
{
	char now[SHOWN_SIZE], before[SHOWN_SIZE], after[SHOWN_SIZE];
	const char *name = name_of(order);
	const char *taken = told ? ", reloaded" : "";
	if (outcome->outcome == CHANGE_FOREIGN)
		snprintf(outcome->text, sizeof(outcome->text),
		    "%s is %s, not %s: changed by somebody else, left alone", name,
		    show(found, now), show(from, before));
	else if (outcome->outcome == CHANGE_ALREADY)
		snprintf(outcome->text, sizeof(outcome->text), "%s is %s already", name,
		    show(found, now));
	else
		snprintf(outcome->text, sizeof(outcome->text), "%s %s %s %s; it was %s%s",
		    order->step == CHANGE_UNDO ? "put" : "set", name,
		    order->step == CHANGE_UNDO ? "back to" : "to", show(to, after),
		    show(from, before), taken);
}

/* Cheap: nothing is read and no program runs. */
static void
look(const struct setting_order *order, struct message_change_outcome *outcome)
{
	const char *path =
	    order->remedy->needs != NULL ? order->remedy->needs(order->settings) : NULL;
	outcome->outcome = CHANGE_PLANNED;
	if (path == NULL || access(path, F_OK) == 0)
		return;
	outcome->outcome = CHANGE_REFUSED;
	snprintf(outcome->text, sizeof(outcome->text), "no %s", path);
}

void
setting_run(const struct setting_order *order, struct message_change_outcome *ret_outcome)
{
	struct message_change_outcome outcome = {.order = order->number};
	struct setting_value found = {.set = false};
	char problem[REASON_TEXT_SIZE] = "";
	bool undo = order->step == CHANGE_UNDO, told = false;
	const struct setting_value *from = undo ? &order->value : &order->old;
	const struct setting_value *to = undo ? &order->old : &order->value;
	if (order->step == CHANGE_LOOK) {
		look(order, &outcome);
		*ret_outcome = outcome;
		return;
	}
	int r = order->remedy->read(order, &found, problem);
	outcome.was_set = found.set;
	memcpy(outcome.old_value, found.text, sizeof(outcome.old_value));
	memcpy(outcome.value, to->text, sizeof(outcome.value));
	if (r == 0 && order->step == CHANGE_PLAN) {
		plan(order, &found, &outcome);
	} else if (r == 0) {
		r = move(order, &found, from, to, &outcome, &told, problem);
		describe_moved(order, &found, from, to, told, &outcome);
	}
	if (r < 0)
		end_failed(&outcome, r, problem);
	*ret_outcome = outcome;
}
