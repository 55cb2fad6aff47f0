/* SPDX-License-Identifier: ISC
 *
 * postfix_parameter.c - a parameter in main.cf gets another value: bounces live shorter, dead
 * servers are given up sooner, more messages may be active. The allow list of proto/parameter.c says
 * which and within which bounds; queue manager and master take theirs at a reload only.
 */
#include <errno.h>
#include <stdio.h>

#include "proto/parameter.h"
#include "remedies/postfix.h"

static int
check(const struct setting_order *order, char problem[REASON_TEXT_SIZE])
{
	char expected[64];
	const struct parameter *parameter = parameter_find(order->setting);
	if (parameter == NULL) {
		snprintf(problem, REASON_TEXT_SIZE, "order refused: %s may not be changed",
		    order->setting);
		return -EPERM;
	}
	if (!parameter_takes(parameter, order->value.text)) {
		snprintf(problem, REASON_TEXT_SIZE,
		    "order refused: %s is to be %.300s, expected %s", order->setting,
		    order->value.text, parameter_describe(parameter, expected, sizeof(expected)));
		return -EPERM;
	}
	if (order->step != CHANGE_PLAN && order->old.set &&
	    !parameter_could_have(parameter, order->old.text)) {
		snprintf(problem, REASON_TEXT_SIZE,
		    "order refused: %s was never %.300s: it could not be put back", order->setting,
		    order->old.text);
		return -EPERM;
	}
	return 0;
}

static int
read_parameter(const struct setting_order *order, struct setting_value *ret_value,
    char problem[REASON_TEXT_SIZE])
{
	return postfix_get_parameter(order, order->setting, ret_value, problem);
}

static int
write_parameter(const struct setting_order *order, const struct setting_value *value,
    char problem[REASON_TEXT_SIZE])
{
	return postfix_set_parameter(order, order->setting, value, problem);
}

static bool
needs_reload(const struct setting_order *order)
{
	return parameter_find(order->setting)->needs_reload;
}

const struct setting_remedy setting_postfix_parameter = {
    .name = "postfix-parameter",
    .check = check,
    .read = read_parameter,
    .write = write_parameter,
    .moves_queue = true,
    .needs_reload = needs_reload,
    .reload = postfix_reload,
};
