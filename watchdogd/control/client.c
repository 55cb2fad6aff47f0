/* SPDX-License-Identifier: ISC
 *
 * client.c - a state machine of three states over one event and one timer.
 *
 * One line is taken a turn of the loop: a client who sends ten thousand at once waits for the
 * others between them.
 */
#include "watchdogd/control/client.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/log.h"
#include "lib/mem.h"
#include "proto/ctl.h"

enum client_state {
	CLIENT_READING,
	CLIENT_WAITING, /* on_line was called, the answer is not there */
	CLIENT_WRITING,
};

struct client {
	struct client_shared *shared;
	int fd;
	struct peer peer;
	uint64_t request;
	enum role_name asked;
	enum client_state state;
	struct event *readable, *writable, *deadline;
	char *in; /* limits.line_max bytes */
	size_t in_length;
	char *out;
	size_t out_length, out_sent;
	bool ends; /* after the answer was written */
};

/* ---- states ---- */

static void
end(struct client *client)
{
	client->shared->handlers.on_end(client, client->shared->owner);
	client_free(client);
}

static void
enter(struct client *client, enum client_state state)
{
	const struct client_limits *limits = &client->shared->limits;
	int64_t limit_ms = state == CLIENT_READING ? limits->line_ms
	    : state == CLIENT_WAITING              ? limits->answer_ms
						   : limits->write_ms;
	struct timeval limit = {limit_ms / 1000, limit_ms % 1000 * 1000};
	client->state = state;
	event_del(client->readable);
	event_del(client->writable);
	int r = event_add(client->deadline, &limit);
	if (r == 0 && state == CLIENT_READING)
		r = event_add(client->readable, NULL);
	else if (r == 0 && state == CLIENT_WRITING)
		r = event_add(client->writable, NULL);
	if (r < 0)
		fatal("client: cannot wait");
}

static void
drop_answer(struct client *client)
{
	client->shared->queued -= client->out_length;
	free(client->out);
	client->out = NULL;
	client->out_length = client->out_sent = 0;
}

/* ---- reading ---- */

/* Hands the first whole line over, if there is one. */
static bool
take_line(struct client *client)
{
	char *newline = memchr(client->in, '\n', client->in_length);
	if (newline == NULL)
		return false;
	size_t length = (size_t)(newline - client->in);
	enter(client, CLIENT_WAITING);
	AUTO_FREE char *line = mem_text_n(client->in, length);
	client->in_length -= length + 1;
	memmove(client->in, newline + 1, client->in_length);
	client->shared->handlers.on_line(client, line, length, client->shared->owner);
	return true;
}

static void
refuse_line(struct client *client)
{
	enter(client, CLIENT_WAITING);
	client->ends = true;
	client_answer(client, ctl_make_error(CTL_USAGE, "the request line is too long"));
}

static void
on_readable(evutil_socket_t fd, short what UNUSED, void *client_)
{
	struct client *client = client_;
	size_t room = client->shared->limits.line_max - client->in_length;
	if (take_line(client))
		return;
	if (room == 0) {
		refuse_line(client);
		return;
	}
	ssize_t length = recv(fd, client->in + client->in_length, room, 0);
	if (length > 0) {
		client->in_length += (size_t)length;
		if (!take_line(client) && (size_t)length == room)
			refuse_line(client);
	} else if (length == 0 || (errno != EAGAIN && errno != EINTR)) {
		end(client);
	}
}

/* ---- writing ---- */

static void
on_writable(evutil_socket_t fd, short what UNUSED, void *client_)
{
	struct client *client = client_;
	ssize_t length = send(fd, client->out + client->out_sent,
	    client->out_length - client->out_sent, MSG_NOSIGNAL);
	if (length < 0 && errno != EAGAIN && errno != EINTR) {
		end(client);
		return;
	}
	client->out_sent += length > 0 ? (size_t)length : 0;
	if (client->out_sent < client->out_length)
		return;
	drop_answer(client);
	if (client->ends) {
		end(client);
		return;
	}
	enter(client, CLIENT_READING);
	if (client->in_length > 0) /* perhaps the next line is here already */
		event_active(client->readable, EV_READ, 1);
}

void
client_answer(struct client *client, json_t *document)
{
	const struct client_limits *limits = &client->shared->limits;
	client->request = 0;
	char *text = client->state == CLIENT_WAITING ? json_dumps(document, JSON_COMPACT) : NULL;
	json_decref(document);
	if (client->state != CLIENT_WAITING)
		return;
	if (text == NULL)
		panic("client: the answer is no JSON");
	size_t length = strlen(text) + 1;
	if (length > limits->answer_max || client->shared->queued + length > limits->answers_max) {
		const char *why = length > limits->answer_max
		    ? "the answer is too long: ask for less with --limit"
		    : "too many answers wait to be read";
		free(text);
		document = ctl_make_error(CTL_UNAVAILABLE, why);
		text = json_dumps(document, JSON_COMPACT);
		json_decref(document);
		length = strlen(text) + 1;
	}
	text[length - 1] = '\n';
	client->out = text;
	client->out_length = length;
	client->shared->queued += length;
	enter(client, CLIENT_WRITING);
}

/* ---- life ---- */

static void
on_deadline(evutil_socket_t fd UNUSED, short what UNUSED, void *client_)
{
	struct client *client = client_;
	if (client->state == CLIENT_WAITING)
		client->shared->handlers.on_late(client, client->shared->owner);
	else
		end(client);
}

struct client *
client_new(struct client_shared *shared, int fd, const struct peer *peer)
{
	struct client *client = mem_alloc(sizeof(*client));
	client->shared = shared;
	client->fd = fd;
	client->peer = *peer;
	client->in = mem_alloc(shared->limits.line_max);
	client->readable = event_new(shared->base, fd, EV_READ | EV_PERSIST, on_readable, client);
	client->writable = event_new(shared->base, fd, EV_WRITE | EV_PERSIST, on_writable, client);
	client->deadline = evtimer_new(shared->base, on_deadline, client);
	if (client->readable == NULL || client->writable == NULL || client->deadline == NULL)
		fatal("client: no memory");
	enter(client, CLIENT_READING);
	return client;
}

void
client_free(struct client *client)
{
	if (client == NULL)
		return;
	event_free(client->readable);
	event_free(client->writable);
	event_free(client->deadline);
	drop_answer(client);
	close(client->fd);
	free(client->in);
	free(client);
}

const struct peer *
client_peer(const struct client *client)
{
	return &client->peer;
}

void
client_set_request(struct client *client, uint64_t request, enum role_name asked)
{
	client->request = request;
	client->asked = asked;
}

uint64_t
client_request(const struct client *client)
{
	return client->request;
}

enum role_name
client_asked(const struct client *client)
{
	return client->asked;
}
