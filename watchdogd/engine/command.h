/* SPDX-License-Identifier: ISC
 *
 * command.h - what an operator asks for through watchdogctl: plan, run, pause, resume; undo, confirm
 * and reject of an action; ack, snooze, close, note and revert of an incident; expect; alert test.
 * Each that changes anything is kept with his uid. Engine; control has checked who he is, everything
 * else is checked here.
 *
 * An act of an operator is his own word: it runs in mode observe, too, and while acting is paused.
 */
#ifndef WATCHDOGD_ENGINE_COMMAND_H
#define WATCHDOGD_ENGINE_COMMAND_H

#include "watchdogd/engine/actions.h"
#include "watchdogd/engine/cases.h"
#include "watchdogd/engine/changes.h"
#include "watchdogd/engine/news.h"
#include "watchdogd/engine/planned.h"
#include "watchdogd/engine/selection.h"
#include "watchdogd/engine/window.h"
#include "watchdogd/role.h"

struct command_parts {
	struct role *role;
	struct store *store;
	struct selection *selection;
	struct actions *actions;
	struct changes *changes;
	const struct window *window;
	const struct cases *cases; /* incidents are changed here */
	struct planned *planned;
	struct news *news;
	const struct news_telling *telling;
	bool *stale; /* set when memory may not be what the store says: it is to be loaded anew */
	struct row_daemon *daemon; /* `paused` is changed here */
};

/* Takes a COMMAND frame and answers it over the control link, now or when watch has answered.
 * Outside of transactions. 0 or -EBADMSG. */
int command_take(
    const struct command_parts *parts, const struct channel_frame *frame, int64_t now_s) MUST_CHECK;
/* Answers a COMMAND frame with an error. 0 or -EBADMSG. */
int command_refuse(const struct command_parts *parts, const struct channel_frame *frame,
    const char *text) MUST_CHECK;

#endif
