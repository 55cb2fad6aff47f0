/* SPDX-License-Identifier: ISC
 *
 * caps.h - how many messages an action may still take. Engine; pure.
 */
#ifndef WATCHDOGD_ENGINE_CAPS_H
#define WATCHDOGD_ENGINE_CAPS_H

#include "config/settings.h"
#include "proto/rows.h"

struct caps_room {
	int64_t messages; /* at most so many in the next batch; 0: none now */
	bool for_good; /* with 0: the action has reached its own cap; else an hour's cap */
	char text[REASON_TEXT_SIZE]; /* with 0: which cap, in words */
};

/* waiting: messages of all classes in the remedy's queues now; done_last_hour: by this remedy. */
void caps_look(const struct settings_remedy *remedy, const struct row_action *action,
    int64_t waiting, int64_t done_last_hour, struct caps_room *ret_room);

#endif
