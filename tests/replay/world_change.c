/* SPDX-License-Identifier: ISC
 *
 * world_change.c - the remedy role with settings, played by the test: as remedies/setting.c has it,
 * over values that the test can look at and change behind its back.
 */
#include <stdio.h>
#include <string.h>

#include "lib/log.h"
#include "tests/replay/world.h"

#define DEFAULT "default"

struct world_setting *
world_setting(struct world *world, const char *remedy, const char *setting)
{
	for (int i = 0; i < world->setting_count; i++) {
		struct world_setting *known = &world->settings[i];
		if (strcmp(known->remedy, remedy) == 0 && strcmp(known->setting, setting) == 0)
			return known;
	}
	if (world->setting_count == (int)ARRAY_LENGTH(world->settings))
		panic("world: no room for another setting");
	struct world_setting *made = &world->settings[world->setting_count++];
	snprintf(made->remedy, sizeof(made->remedy), "%s", remedy);
	snprintf(made->setting, sizeof(made->setting), "%s", setting);
	return made;
}

static const char *
aim_of(const struct message_change_order *order)
{
	return order->value[0] != '\0' ? order->value : "on";
}

static bool
is_at(const struct world_setting *setting, const char *value, bool was_set)
{
	return was_set ? strcmp(setting->value, value) == 0 : setting->value[0] == '\0';
}

static enum change_outcome
apply(struct world_setting *setting, const struct message_change_order *order)
{
	if (is_at(setting, aim_of(order), true))
		return order->repeat != 0 ? CHANGE_DONE : CHANGE_ALREADY;
	if (!is_at(setting, order->old_value, order->was_set != 0))
		return CHANGE_FOREIGN;
	snprintf(setting->value, sizeof(setting->value), "%s", aim_of(order));
	setting->applied++;
	return CHANGE_DONE;
}

static enum change_outcome
undo(struct world_setting *setting, const struct message_change_order *order)
{
	if (is_at(setting, order->old_value, order->was_set != 0))
		return CHANGE_ALREADY;
	if (!is_at(setting, aim_of(order), true))
		return CHANGE_FOREIGN;
	snprintf(setting->value, sizeof(setting->value), "%s",
	    order->was_set != 0 ? order->old_value : "");
	setting->undone++;
	return CHANGE_DONE;
}

/* Whether the role dies now; once. */
static bool
dies(bool *flag, const struct message_change_order *order)
{
	bool now = *flag && order->step != CHANGE_PLAN;
	*flag = *flag && !now;
	return now;
}

bool
world_change(struct world *world, const struct message_change_order *order,
    struct message_change_outcome *ret_outcome)
{
	if (order->step == CHANGE_LOOK) {
		*ret_outcome = (struct message_change_outcome){
		    .order = order->order,
		    .outcome = world->remedy_refuses ? CHANGE_REFUSED : CHANGE_PLANNED,
		    .text = "no world",
		};
		return true;
	}
	struct world_setting *setting = world_setting(world, order->remedy, order->setting);
	bool was_set = setting->value[0] != '\0';
	enum change_outcome outcome;
	struct message_change_outcome answer = {.order = order->order, .was_set = was_set};
	snprintf(
	    answer.old_value, sizeof(answer.old_value), "%s", was_set ? setting->value : DEFAULT);
	if (dies(&world->change_dies, order))
		return false;
	if (world->remedy_refuses)
		outcome = CHANGE_REFUSED;
	else if (order->step == CHANGE_PLAN)
		outcome = is_at(setting, aim_of(order), true) ? CHANGE_ALREADY : CHANGE_PLANNED;
	else
		outcome =
		    order->step == CHANGE_APPLY ? apply(setting, order) : undo(setting, order);
	if (dies(&world->change_dies_late, order))
		return false;
	answer.outcome = outcome;
	snprintf(answer.value, sizeof(answer.value), "%s", aim_of(order));
	snprintf(answer.text, sizeof(answer.text), "%s: %s", order->remedy,
	    names_get(&names_change, (int)outcome));
	*ret_outcome = answer;
	return true;
}
