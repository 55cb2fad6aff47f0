/* SPDX-License-Identifier: ISC
 *
 * select.h - answers the engine's question "which messages?": candidates from the live set, each
 * opened and read anew before it is named.
 */
#ifndef WATCHDOGD_WATCH_SELECT_H
#define WATCHDOGD_WATCH_SELECT_H

#include "lib/channel.h"
#include "proto/message.h"
#include "watchdogd/watch/deferral.h"
#include "watchdogd/watch/filter.h"
#include "watchdogd/watch/inspect.h"
#include "watchdogd/watch/track.h"

#define SELECT_LIMIT_MAX 1000u

struct select {
	struct message_select_id *listed; /* those of the request that is being asked */
	size_t listed_count, listed_room;
	struct inspection inspection;
	char log[DEFERRAL_LOG_MAX]; /* why the message was deferred */
};

void select_init(struct select *select);
void select_done(struct select *select);
/* A new link: what was listed on the old one is void. */
void select_reset(struct select *select);

/* SELECT_ID; those of another request than the one before it start a new list. */
void select_take_id(struct select *select, const struct message_select_id *message);
/* SELECT: sends SELECTED for each message, then SELECT_END. now_s: what ages count from. busy: why it cannot be answered now, so
 * that the engine asks again; or NULL. */
void select_answer(struct select *select, const struct track *track,
    const struct message_select *message, int64_t now_s, const char *busy, struct channel *engine);

#endif
