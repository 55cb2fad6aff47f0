/* SPDX-License-Identifier: ISC
 *
 * main.c - the control role: answers watchdogctl. User _postfix-watchdog; a UNIX socket that was
 * opened as root, the store for reading, a link to the engine for acts and one to watch for what is
 * in the queues now. No exec, no socket of its
 * own. It trusts no byte of its clients; who they are the kernel says.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/log.h"
#include "lib/mem.h"
#include "proto/ctl.h"
#include "watchdogd/control/desk.h"
#include "watchdogd/role.h"

struct control {
	int fd;
	gid_t operators;
	struct sandbox_path paths[1];
	struct server *server;
	struct desk *desk;
};

static int64_t
now_s(void)
{
	return clock_wall_now().ms / 1000;
}

static void
prepare(struct role *role, struct sandbox *sandbox)
{
	const struct settings *settings = &role->settings;
	struct control *control = role->state = mem_alloc(sizeof(*control));
	char path[SETTINGS_PATH_SIZE + sizeof(CTL_SOCKET_NAME) + 1];
	snprintf(path, sizeof(path), "%s/%s", settings->run_directory, CTL_SOCKET_NAME);
	gid_t viewers = peer_find_group(settings->control.viewer_group);
	control->operators = peer_find_group(settings->control.operator_group);
	if (viewers == PEER_NO_GROUP)
		log_info("socket: there is no group %s, only root can connect",
		    settings->control.viewer_group);
	int r = peer_listen(path, viewers, &control->fd);
	if (r < 0)
		fatal("socket: cannot listen at %s, %s", path, log_errno(-r));
	/* a reader of a WAL database writes its -shm file: locks are kept there */
	control->paths[0] = (struct sandbox_path){settings->state_directory, SANDBOX_WRITE};
	*sandbox = (struct sandbox){
	    .user = settings->user,
	    .landlock = true,
	    .paths = control->paths,
	    .path_count = ARRAY_LENGTH(control->paths),
	    .calls = SANDBOX_CALLS_UNIX,
	};
}

static bool
send_command(const struct message_command *command, void *role_)
{
	struct role *role = role_;
	if (role->links[ROLE_ENGINE] == NULL)
		return false;
	message_send(role->links[ROLE_ENGINE], MESSAGE_TYPE_COMMAND, command, -1);
	return true;
}

static bool
send_question(const struct message_question *question, void *role_)
{
	struct role *role = role_;
	if (role->links[ROLE_WATCH] == NULL)
		return false;
	message_send(role->links[ROLE_WATCH], MESSAGE_TYPE_QUESTION, question, -1);
	return true;
}

static void
on_line(struct client *client, const char *line, size_t length, void *owner)
{
	struct control *control = owner;
	desk_take_line(control->desk, client, line, length);
}

static void
on_late(struct client *client, void *owner)
{
	struct control *control = owner;
	desk_give_up(control->desk, client);
}

static void
start(struct role *role)
{
	struct control *control = role->state;
	control->desk = desk_new(&(struct desk_settings){
	    .state_directory = role->settings.state_directory,
	    .operator_group = role->settings.control.operator_group,
	    .now_s = now_s,
	    .send_command = send_command,
	    .send_question = send_question,
	    .owner = role,
	});
	control->server = server_new(role->base,
	    &(struct server_settings){
		.fd = control->fd,
		.operators = control->operators,
		.limits = &server_limits,
		.handlers = {.on_line = on_line, .on_late = on_late},
		.owner = control,
	    });
}

static int
on_frame(struct role *role, enum role_name peer, struct channel_frame *frame)
{
	struct control *control = role->state;
	if (peer == ROLE_ENGINE)
		return desk_take_result(control->desk, control->server, frame);
	if (peer == ROLE_WATCH)
		return desk_take_answer(control->desk, control->server, frame);
	return -1;
}

static void
on_lost(struct role *role, enum role_name peer)
{
	struct control *control = role->state;
	desk_lose(control->desk, control->server, peer);
}

static void
stop(struct role *role)
{
	struct control *control = role->state;
	server_free(control->server);
	desk_free(control->desk);
	close(control->fd);
	free(control);
}

static const struct role_program program = {
    .name = ROLE_CONTROL,
    .prepare = prepare,
    .start = start,
    .on_frame = on_frame,
    .on_lost = on_lost,
    .stop = stop,
};

int
main(void)
{
	return role_main(&program);
}
