/* SPDX-License-Identifier: ISC
 *
 * desk.h - answers requests: from the store, or by asking the engine. Control.
 *
 * The right to act is checked here, before the engine hears of a request.
 */
#ifndef WATCHDOGD_CONTROL_DESK_H
#define WATCHDOGD_CONTROL_DESK_H

#include "lib/channel.h"
#include "proto/message.h"
#include "watchdogd/control/server.h"

struct desk;

struct desk_settings {
	const char *state_directory, *operator_group; /* borrowed */
	int64_t (*now_s)(void);
	/* Sends a COMMAND; false: the engine is not linked. */
	bool (*send)(const struct message_command *command, void *owner);
	void *owner;
};

struct desk *desk_new(const struct desk_settings *settings);
void desk_free(struct desk *desk);

/* One request line of a client; he gets his answer now or from desk_take_result(). */
void desk_take_line(struct desk *desk, struct client *client, const char *line, size_t length);
/* The engine did not answer in time. */
void desk_give_up(struct desk *desk, struct client *client);
/* COMMAND_RESULT. 0 or -EBADMSG. */
int desk_take_result(
    struct desk *desk, struct server *server, const struct channel_frame *frame) MUST_CHECK;

#endif
