/* SPDX-License-Identifier: ISC
 *
 * plan.h - how many messages each action would have taken, by the counts and within its caps: looked
 * at after every tick. Rehearsal.
 */
#ifndef WATCHDOGD_REHEARSE_PLAN_H
#define WATCHDOGD_REHEARSE_PLAN_H

#include <stdint.h>

#include "watchdogd/engine/engine.h"

struct plan {
	int64_t action; /* its number */
	int64_t matching; /* when most matched */
	int64_t within_caps; /* of them */
};

struct plans {
	struct plan *list;
	int count;
};

/* Of all actions of which more match than ever. */
void plans_note(struct plans *plans, const struct engine *engine);
/* 0: nothing ever matched. */
int64_t plans_within_caps(const struct plans *plans, int64_t action);
void plans_done(struct plans *plans);

#endif
