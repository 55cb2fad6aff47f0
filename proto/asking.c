/* SPDX-License-Identifier: ISC
 *
 * asking.c - what waits for a yes.
 */
#include "proto/asking.h"

bool
asking_is(const struct row_action *action)
{
	bool is_open = action->state == ACTION_WAITING || action->state == ACTION_ASKING;
	return is_open && action->mode == MODE_CONFIRM && action->confirmed_by[0] == '\0';
}
