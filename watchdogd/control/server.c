/* SPDX-License-Identifier: ISC
 *
 * server.c - accepts, counts, and keeps the clients in a small table.
 */
#include "watchdogd/control/server.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "lib/log.h"
#include "lib/mem.h"
#include "proto/ctl.h"

#define REST_S 1 /* after accept() failed for want of something */

const struct server_limits server_limits = {
    .clients = SERVER_CLIENTS_MAX,
    .viewers = SERVER_CLIENTS_MAX * 4 / 5,
    .client =
	{
	    .line_ms = 10000,
	    .answer_ms = 15000,
	    .write_ms = 10000,
	    .line_max = CTL_REQUEST_MAX,
	    .answer_max = CTL_ANSWER_MAX,
	    .answers_max = 4 * CTL_ANSWER_MAX,
	},
};

struct server {
	struct server_settings settings;
	struct client_shared shared;
	struct event *acceptable, *rest;
	struct client *clients[SERVER_CLIENTS_MAX];
	int client_count, viewer_count;
};

/* ---- clients ---- */

static void
on_line(struct client *client, const char *line, size_t length, void *owner)
{
	struct server *server = owner;
	server->settings.handlers.on_line(client, line, length, server->settings.owner);
}

static void
on_late(struct client *client, void *owner)
{
	struct server *server = owner;
	server->settings.handlers.on_late(client, server->settings.owner);
}

static void
on_end(struct client *client, void *owner)
{
	struct server *server = owner;
	for (int i = 0; i < server->client_count; i++) {
		if (server->clients[i] != client)
			continue;
		server->viewer_count -= !client_peer(client)->is_operator;
		server->clients[i] = server->clients[--server->client_count];
		return;
	}
	panic("client: one ended that is none");
}

/* A connection that is not taken gets one line, if its socket has room for it, as it has. */
static void
turn_away(int fd)
{
	static const char answer[] =
	    "{\"error\":\"too many connections\",\"reason\":\"unavailable\"}\n";
	if (send(fd, answer, sizeof(answer) - 1, MSG_NOSIGNAL) < 0)
		log_debug("client: turned away without a word, %s", log_errno(errno));
}

static void
take_client(struct server *server, int fd_)
{
	AUTO_CLOSE int fd = fd_;
	struct peer peer;
	const struct server_limits *limits = server->settings.limits;
	int r = peer_identify(fd, server->settings.operators, &peer);
	if (r < 0) {
		log_warning("client: turned away, his user is not known, %s", log_errno(-r));
		return;
	}
	if (server->client_count >= limits->clients ||
	    (!peer.is_operator && server->viewer_count >= limits->viewers)) {
		log_warning("client: turned uid %u away, %d clients are connected",
		    (unsigned)peer.uid, server->client_count);
		turn_away(fd);
		return;
	}
	server->viewer_count += !peer.is_operator;
	server->clients[server->client_count++] = client_new(&server->shared, TAKE_FD(fd), &peer);
}

static void
on_acceptable(evutil_socket_t listening, short what UNUSED, void *owner)
{
	struct server *server = owner;
	const struct timeval rest = {REST_S, 0};
	int fd = accept4(listening, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (fd >= 0) {
		take_client(server, fd);
	} else if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED) {
		/* it would be acceptable again at once, and we would turn round and round */
		log_warning("socket: cannot accept, %s", log_errno(errno));
		event_del(server->acceptable);
		event_add(server->rest, &rest);
	}
}

static void
on_rested(evutil_socket_t fd UNUSED, short what UNUSED, void *owner)
{
	struct server *server = owner;
	event_add(server->acceptable, NULL);
}

/* ---- the server ---- */

struct server *
server_new(struct event_base *base, const struct server_settings *settings)
{
	struct server *server = mem_alloc(sizeof(*server));
	server->settings = *settings;
	server->shared = (struct client_shared){
	    .base = base,
	    .limits = settings->limits->client,
	    .handlers = {.on_line = on_line, .on_late = on_late, .on_end = on_end},
	    .owner = server,
	};
	server->acceptable =
	    event_new(base, settings->fd, EV_READ | EV_PERSIST, on_acceptable, server);
	server->rest = evtimer_new(base, on_rested, server);
	if (server->acceptable == NULL || server->rest == NULL ||
	    event_add(server->acceptable, NULL) < 0)
		fatal("socket: cannot wait for clients");
	return server;
}

void
server_free(struct server *server)
{
	for (int i = 0; i < server->client_count; i++)
		client_free(server->clients[i]);
	event_free(server->acceptable);
	event_free(server->rest);
	free(server);
}

struct client *
server_find(const struct server *server, uint64_t request)
{
	for (int i = 0; i < server->client_count; i++)
		if (request != 0 && client_request(server->clients[i]) == request)
			return server->clients[i];
	return NULL;
}

void
server_fail(struct server *server, enum role_name asked, const char *text)
{
	for (int i = 0; i < server->client_count; i++)
		if (client_request(server->clients[i]) != 0 &&
		    client_asked(server->clients[i]) == asked)
			client_answer(server->clients[i], ctl_make_error(CTL_UNAVAILABLE, text));
}
