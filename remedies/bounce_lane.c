/* SPDX-License-Identifier: ISC
 *
 * bounce_lane.c - null-sender mail goes through a transport of its own, with few processes: new
 * messages, and each retry of the old ones, so that bounces that cannot be delivered take none of
 * the processes that deliver good mail. Nothing is lost or late for it but the bounces themselves.
 * Flipped by the content of a table, which trivial-rewrite sees within ten seconds: no reload.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "remedies/lane.h"

static int
check(const struct setting_order *order, char problem[REASON_TEXT_SIZE])
{
	if (order->step == CHANGE_PLAN || (order->old.set && strcmp(order->old.text, "off") == 0))
		return 0;
	snprintf(
	    problem, REASON_TEXT_SIZE, "order refused: the lane was never %.300s", order->old.text);
	return -EPERM;
}

static int
look(const struct setting_order *order, struct lane *ret_lane, char problem[REASON_TEXT_SIZE])
{
	int r = lane_look(order, ret_lane, problem);
	if (r < 0 || (ret_lane->is_listed && ret_lane->line != NULL))
		return r;
	snprintf(problem, REASON_TEXT_SIZE,
	    "the lane is not installed: watchdogctl remedy run install-bounce-lane");
	return -EPERM;
}

static int
read_lane(const struct setting_order *order, struct setting_value *ret_value,
    char problem[REASON_TEXT_SIZE])
{
	AUTO_LANE struct lane lane;
	int r = look(order, &lane, problem);
	if (r < 0)
		return r;
	*ret_value = (struct setting_value){.set = true};
	snprintf(ret_value->text, sizeof(ret_value->text), "%s", lane.is_on ? "on" : "off");
	return 0;
}

static int
write_lane(const struct setting_order *order, const struct setting_value *value,
    char problem[REASON_TEXT_SIZE])
{
	AUTO_LANE struct lane lane;
	int r = look(order, &lane, problem);
	if (r < 0)
		return r;
	return lane_write_table(order, &lane, strcmp(value->text, "on") == 0, problem);
}

static bool
needs_reload(const struct setting_order *order UNUSED)
{
	return false;
}

const struct setting_remedy setting_bounce_lane = {
    .name = "bounce-lane",
    .check = check,
    .read = read_lane,
    .write = write_lane,
    .needs_reload = needs_reload,
    .reload = postfix_reload,
};
