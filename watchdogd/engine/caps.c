/* SPDX-License-Identifier: ISC
 *
 * caps.c - the three caps of a remedy: messages an action, share of the queue, messages an hour.
 */
#include "watchdogd/engine/caps.h"

#include <inttypes.h>
#include <stdio.h>

static int64_t
smaller(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* What the action may take in all, by share: of what is there now and what it took already. */
static int64_t
share_room(const struct settings_remedy *remedy, const struct row_action *action, int64_t waiting)
{
	return (waiting + action->done) * remedy->max_share / 100 - action->done;
}

void
caps_look(const struct settings_remedy *remedy, const struct row_action *action, int64_t waiting,
    int64_t done_last_hour, struct caps_room *ret_room)
{
	struct caps_room room = {0};
	int64_t of_action = remedy->max_messages - action->done;
	int64_t of_hour = remedy->max_per_hour - done_last_hour;
	int64_t of_share = share_room(remedy, action, waiting);
	if (of_action <= 0) {
		room.for_good = true;
		snprintf(room.text, sizeof(room.text), "max_messages %" PRId64 " is reached",
		    remedy->max_messages);
	} else if (remedy->max_share < 100 && of_share <= 0 && waiting > 0) {
		room.for_good = true;
		snprintf(room.text, sizeof(room.text),
		    "max_share %" PRId64 " %% of the queue is reached", remedy->max_share);
	} else if (of_hour <= 0) {
		snprintf(room.text, sizeof(room.text),
		    "max_per_hour %" PRId64 " is reached, goes on later", remedy->max_per_hour);
	} else {
		room.messages = smaller(smaller(of_action, of_hour), remedy->batch);
		if (remedy->max_share < 100 && waiting > 0)
			room.messages = smaller(room.messages, of_share);
	}
	*ret_room = room;
}
