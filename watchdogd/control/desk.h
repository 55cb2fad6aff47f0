/* SPDX-License-Identifier: ISC
 *
 * desk.h - answers requests: from the store, or by asking the engine or watch. Control.
 *
 * The right to ask is checked here, before another role hears of a request.
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
	/* Send a COMMAND to the engine, a QUESTION to watch; false: it is not linked. */
	bool (*send_command)(const struct message_command *command, void *owner);
	bool (*send_question)(const struct message_question *question, void *owner);
	void *owner;
};

struct desk *desk_new(const struct desk_settings *settings);
void desk_free(struct desk *desk);

/* One request line of a client; he gets his answer now or from one of the functions below. */
void desk_take_line(struct desk *desk, struct client *client, const char *line, size_t length);
/* Whoever was asked did not answer in time. */
void desk_give_up(struct desk *desk, struct client *client);
/* COMMAND_RESULT. 0 or -EBADMSG. */
int desk_take_result(
    struct desk *desk, struct server *server, const struct channel_frame *frame) MUST_CHECK;
/* Any frame of watch. 0 or -EBADMSG. */
int desk_take_answer(
    struct desk *desk, struct server *server, const struct channel_frame *frame) MUST_CHECK;
/* A role is lost: what it was asked is answered with an error. */
void desk_lose(struct desk *desk, struct server *server, enum role_name role);

#endif
