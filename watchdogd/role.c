/* SPDX-License-Identifier: ISC
 *
 * role.c - how every role begins and lives. Linked into each of them. The parent is trusted to be
 * the parent, a peer is not: a frame that it should not have sent ends this process, and the
 * parent starts it again with new links, so that no link stays half dead.
 */
#include "watchdogd/role.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/log.h"
#include "lib/mem.h"

/* A role with a loop: what a link's handlers need beside the role. */
struct link_owner {
	struct role *role;
	enum role_name peer;
};

struct looping_role {
	struct role role;
	struct link_owner owners[ROLE_COUNT];
};

static const char *
peer_name(enum role_name peer)
{
	return names_get(&names_role, (int)peer);
}

/* ---- from the start to READY, blocking ---- */

static void
take_config(struct role *role, const struct channel_frame *frame)
{
	struct message_config config;
	if (message_decode(MESSAGE_TYPE_CONFIG, frame->payload, frame->length, &config) < 0 ||
	    settings_decode((const char *)config.text.data, config.text.length, &role->settings) <
		0)
		fatal("the parent sent settings that cannot be read");
	log_set_level(role->settings.log_level);
}

static void
take_instance(struct role *role, const struct channel_frame *frame)
{
	if (role->instance_count == INSTANCES_MAX ||
	    message_decode(MESSAGE_TYPE_INSTANCE, frame->payload, frame->length,
		&role->instances[role->instance_count]) < 0)
		fatal("the parent sent an instance that cannot be read");
	role->instance_count++;
}

/* The new link's descriptor is the caller's. */
static enum role_name
take_link(const struct role *role, struct channel_frame *frame, int *ret_fd)
{
	struct message_link link;
	if (message_decode(MESSAGE_TYPE_LINK, frame->payload, frame->length, &link) < 0 ||
	    link.peer >= ROLE_COUNT || !role_is_linked(role->name, (enum role_name)link.peer) ||
	    frame->fd < 0)
		fatal("the parent sent a link that cannot be used");
	*ret_fd = TAKE_FD(frame->fd);
	return (enum role_name)link.peer;
}

static void
store_link(struct role *role, struct channel_frame *frame)
{
	int fd;
	enum role_name peer = take_link(role, frame, &fd);
	guard_close(&role->link_fds[peer]);
	role->link_fds[peer] = fd;
}

static struct message_pong
make_pong(const struct channel_frame *frame)
{
	struct message_ping ping;
	if (message_decode(MESSAGE_TYPE_PING, frame->payload, frame->length, &ping) < 0)
		fatal("the parent sent a ping that cannot be read");
	return (struct message_pong){.number = ping.number};
}

static void
answer_ping(const struct channel_frame *frame)
{
	const struct message_pong pong = make_pong(frame);
	if (message_write(ROLE_PARENT_FD, MESSAGE_TYPE_PONG, &pong, -1) < 0)
		exit(0); /* the parent is gone */
}

static void
read_parent(uint8_t *buffer, struct channel_frame *ret_frame)
{
	int r = channel_read(ROLE_PARENT_FD, buffer, ret_frame);
	if (r == -EPIPE) {
		log_info("the parent is gone");
		exit(0);
	}
	if (r < 0)
		fatal("the parent cannot be read: %s", log_errno(-r));
}

/* Takes one frame of the entry. True: it was START. */
static bool
take_entry_frame(struct role *role, struct channel_frame *frame)
{
	struct message_start start;
	switch (frame->type) {
	case MESSAGE_TYPE_CONFIG:
		take_config(role, frame);
		return false;
	case MESSAGE_TYPE_INSTANCE:
		take_instance(role, frame);
		return false;
	case MESSAGE_TYPE_LINK:
		store_link(role, frame);
		return false;
	case MESSAGE_TYPE_PING:
		answer_ping(frame);
		return false;
	case MESSAGE_TYPE_STOP:
		exit(0);
	case MESSAGE_TYPE_START:
		if (message_decode(MESSAGE_TYPE_START, frame->payload, frame->length, &start) < 0)
			break;
		role->daemon_started_s = (int64_t)start.start_s;
		return true;
	default:
		break;
	}
	fatal("the parent sent a frame of type %u before the start", frame->type);
}

static void
wait_for_start(struct role *role)
{
	AUTO_FREE uint8_t *buffer = mem_alloc(CHANNEL_PAYLOAD_MAX);
	bool started = false;
	while (!started) {
		struct channel_frame frame;
		read_parent(buffer, &frame);
		started = take_entry_frame(role, &frame);
		guard_close(&frame.fd);
	}
	if (role->settings.user[0] == '\0')
		fatal("the parent sent no settings");
}

/* The parent says when to stop: a signal to the whole service must not cut an orderly end short. */
static void
ignore_signals(void)
{
	static const int ignored[] = {SIGPIPE, SIGHUP, SIGINT, SIGTERM};
	for (size_t i = 0; i < ARRAY_LENGTH(ignored); i++)
		signal(ignored[i], SIG_IGN);
}

/* Everything up to the sandbox, for both forms. */
static void
enter(struct role *role, const struct role_program *program)
{
	struct sandbox sandbox = {.user = NULL};
	log_open(peer_name(program->name), LOG_LEVEL_INFO);
	ignore_signals();
	role->name = program->name;
	role->program = program;
	for (int peer = 0; peer < ROLE_COUNT; peer++)
		role->link_fds[peer] = -1;
	wait_for_start(role);
	program->prepare(role, &sandbox);
	sandbox_enter(&sandbox);
}

void
role_enter(struct role *role, const struct role_program *program)
{
	enter(role, program);
	const struct message_ready ready = {.pid = (uint64_t)getpid()};
	int r = message_write(ROLE_PARENT_FD, MESSAGE_TYPE_READY, &ready, -1);
	if (r < 0)
		fatal("the parent cannot be told: %s", log_errno(-r));
}

void
role_serve_parent(struct role *role)
{
	AUTO_FREE uint8_t *buffer = mem_alloc(CHANNEL_PAYLOAD_MAX);
	struct channel_frame frame;
	read_parent(buffer, &frame);
	switch (frame.type) {
	case MESSAGE_TYPE_PING:
		answer_ping(&frame);
		break;
	case MESSAGE_TYPE_LINK:
		store_link(role, &frame);
		break;
	case MESSAGE_TYPE_STOP:
		if (role->program->stop != NULL)
			role->program->stop(role);
		exit(0);
	default:
		fatal("the parent sent a frame of type %u", frame.type);
	}
	guard_close(&frame.fd);
}

/* ---- with a loop ---- */

static void
lose_link(struct role *role, enum role_name peer)
{
	channel_free(role->links[peer]);
	role->links[peer] = NULL;
	if (role->program->on_lost != NULL)
		role->program->on_lost(role, peer);
}

static void
on_link_frame(struct channel *channel UNUSED, struct channel_frame *frame, void *owner)
{
	const struct link_owner *link = owner;
	if (link->role->program->on_frame(link->role, link->peer, frame) < 0)
		fatal("%s sent a frame of type %u that is malformed or not its own",
		    peer_name(link->peer), frame->type);
}

/* A peer that ended will be started and linked again. A link that we gave up will not, as both
 * ends live: so we end, and are linked anew. */
static void
on_link_end(struct channel *channel, const char *reason, void *owner)
{
	const struct link_owner *link = owner;
	if (!channel_is_closed_by_peer(channel))
		fatal("%s: link given up, %s", peer_name(link->peer), reason);
	log_info("%s: link lost, %s", peer_name(link->peer), reason);
	lose_link(link->role, link->peer);
}

static const struct channel_handlers link_handlers = {
    .on_frame = on_link_frame,
    .on_end = on_link_end,
};

static void
open_link(struct looping_role *looping, enum role_name peer, int fd)
{
	struct role *role = &looping->role;
	looping->owners[peer] = (struct link_owner){.role = role, .peer = peer};
	role->links[peer] = channel_new(role->base, fd, &link_handlers, &looping->owners[peer]);
}

static void
tell_link(struct role *role, enum role_name peer)
{
	if (role->program->on_link != NULL)
		role->program->on_link(role, peer);
}

static void
replace_link(struct looping_role *looping, struct channel_frame *frame)
{
	int fd;
	enum role_name peer = take_link(&looping->role, frame, &fd);
	if (looping->role.links[peer] != NULL)
		lose_link(&looping->role, peer);
	open_link(looping, peer, fd);
	tell_link(&looping->role, peer);
}

static void
pass_role(struct role *role, const struct channel_frame *frame)
{
	struct message_role message;
	if (message_decode(MESSAGE_TYPE_ROLE, frame->payload, frame->length, &message) < 0 ||
	    message.role >= ROLE_COUNT)
		fatal("the parent sent news of a role that cannot be read");
	if (role->program->on_role != NULL)
		role->program->on_role(role, &message);
}

static void
on_parent_frame(struct channel *channel, struct channel_frame *frame, void *owner)
{
	struct looping_role *looping = owner;
	struct message_pong pong;
	switch (frame->type) {
	case MESSAGE_TYPE_PING:
		pong = make_pong(frame);
		message_send(channel, MESSAGE_TYPE_PONG, &pong, -1);
		return;
	case MESSAGE_TYPE_LINK:
		replace_link(looping, frame);
		return;
	case MESSAGE_TYPE_ROLE:
		pass_role(&looping->role, frame);
		return;
	case MESSAGE_TYPE_STOP:
		event_base_loopbreak(looping->role.base);
		return;
	default:
		fatal("the parent sent a frame of type %u", frame->type);
	}
}

static void
on_parent_end(struct channel *channel UNUSED, const char *reason, void *owner)
{
	struct looping_role *looping = owner;
	log_info("the parent is gone: %s", reason);
	event_base_loopbreak(looping->role.base);
}

static const struct channel_handlers parent_handlers = {
    .on_frame = on_parent_frame,
    .on_end = on_parent_end,
};

static void
open_loop(struct looping_role *looping)
{
	struct role *role = &looping->role;
	role->base = event_base_new();
	if (role->base == NULL)
		fatal("no event loop");
	role->parent = channel_new(role->base, ROLE_PARENT_FD, &parent_handlers, looping);
	for (int peer = 0; peer < ROLE_COUNT; peer++)
		if (role->link_fds[peer] >= 0)
			open_link(looping, (enum role_name)peer, TAKE_FD(role->link_fds[peer]));
}

static void
close_loop(struct role *role)
{
	for (int peer = 0; peer < ROLE_COUNT; peer++)
		channel_free(role->links[peer]);
	channel_free(role->parent);
	event_base_free(role->base);
}

int
role_main(const struct role_program *program)
{
	AUTO_FREE struct looping_role *looping = mem_alloc(sizeof(*looping));
	struct role *role = &looping->role;
	const struct message_ready ready = {.pid = (uint64_t)getpid()};
	enter(role, program);
	open_loop(looping);
	program->start(role);
	for (int peer = 0; peer < ROLE_COUNT; peer++)
		if (role->links[peer] != NULL)
			tell_link(role, (enum role_name)peer);
	message_send(role->parent, MESSAGE_TYPE_READY, &ready, -1);
	int r = event_base_dispatch(role->base);
	if (program->stop != NULL)
		program->stop(role);
	close_loop(role);
	if (r < 0)
		fatal("the event loop failed");
	return 0;
}
