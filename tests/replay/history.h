/* SPDX-License-Identifier: ISC
 *
 * history.h - ordinary mail as a store would have it: some messages a second by day, few by night,
 * some of them deferred, now and then a bounce; the same every time.
 */
#ifndef WATCHDOGD_TESTS_REPLAY_HISTORY_H
#define WATCHDOGD_TESTS_REPLAY_HISTORY_H

#include "proto/message.h"

/* What watch says happened in that second. */
void history_second(int64_t time_s, struct message_tick_flow *ret_flow);
/* A tick a minute in [from_s, until_s), each with what happened in its minute, into the store at
 * path; rolled up as the engine would have. */
void history_write(const char *path, int64_t from_s, int64_t until_s);

#endif
