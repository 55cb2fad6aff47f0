/* SPDX-License-Identifier: ISC
 *
 * story.h - what the replay tests share: how a flood begins, and what the store says of it.
 */
#ifndef WATCHDOGD_TESTS_REPLAY_STORY_H
#define WATCHDOGD_TESTS_REPLAY_STORY_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "schema/store.h"
#include "tests/replay/world.h"

struct told {
	int incidents, open, actions;
	struct row_incident incident;
	struct row_action by_remedy[3]; /* hold-bounces, delete-bounces, release: the newest */
};

#define HELD(told) ((told).by_remedy[0])
#define DELETED(told) ((told).by_remedy[1])
#define RELEASED(told) ((told).by_remedy[2])

struct told story_ask(const struct world *world);
struct row_action story_load_action(const struct world *world, int64_t id);
/* As an engine before this one would have left it; its id. */
int64_t story_save_action(const struct world *world, const struct row_action *row);

/* A flood, begun and seen: the incident is open afterwards. */
void story_flood(struct world *world, int bounces);
void story_remove_all(struct world *world);

void story_assert_good_mail_untouched(const struct world *world);
/* The opening and the all-clear, and no other. */
void story_assert_two_mails(const struct world *world);

#endif
