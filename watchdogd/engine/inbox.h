/* SPDX-License-Identifier: ISC
 *
 * inbox.h - gathers what watch says about one second into one tick. Engine; the frames come from
 * a role that reads hostile bytes, so every number that is used as an index is checked here.
 *
 * Invariant: a tick is seen whole or not at all. What came before a lost link is forgotten.
 */
#ifndef WATCHDOGD_ENGINE_INBOX_H
#define WATCHDOGD_ENGINE_INBOX_H

#include "lib/channel.h"
#include "proto/top.h"

struct tick_instance {
	char name[INSTANCE_NAME_SIZE];
	struct message_tick_queue queues[QUEUE_COUNT];
	struct message_tick_flow flow;
};

struct tick {
	int64_t time_s;
	int count;
	struct tick_instance instances[INSTANCES_MAX];
	int spool_count;
	struct message_tick_spool spools[SPOOLS_MAX];
	struct tops tops; /* of all instances; most ticks have none */
};

struct inbox {
	struct tick gathering;
};

/* Takes a frame of a tick, TICK_QUEUE to TICK. 1: the tick is whole and in ret_tick (valid until
 * the next call); 0: more is to come; -EBADMSG: malformed. */
int inbox_take(struct inbox *inbox, const struct channel_frame *frame,
    const struct tick **ret_tick) MUST_CHECK;
/* Forgets a half gathered tick. */
void inbox_clear(struct inbox *inbox);
void inbox_done(struct inbox *inbox);

/* The part of the instance of that name, or NULL. */
const struct tick_instance *tick_find(const struct tick *tick, const char *instance);

#endif
