/* SPDX-License-Identifier: ISC
 *
 * server.h - the listening socket and its clients. Control.
 *
 * At most `clients` at once, of which `viewers` may be no operators: whoever has no right to act
 * cannot keep those out who have it.
 */
#ifndef WATCHDOGD_CONTROL_SERVER_H
#define WATCHDOGD_CONTROL_SERVER_H

#include "watchdogd/control/client.h"

#define SERVER_CLIENTS_MAX 100

struct server_limits {
	int clients; /* up to SERVER_CLIENTS_MAX */
	int viewers;
	struct client_limits client;
};

/* What control uses. */
extern const struct server_limits server_limits;

struct server_handlers {
	/* As in client.h: client_answer() is called once for each line. */
	void (*on_line)(struct client *client, const char *line, size_t length, void *owner);
	void (*on_late)(struct client *client, void *owner);
};

struct server_settings {
	int fd; /* listening; borrowed */
	gid_t operators;
	const struct server_limits *limits;
	struct server_handlers handlers;
	void *owner;
};

struct server;

struct server *server_new(struct event_base *base, const struct server_settings *settings);
void server_free(struct server *server);

/* The client whose request under way has this number, or NULL. */
struct client *server_find(const struct server *server, uint64_t request);
/* Answers every client whose request under way has a number and was passed on to this role with an
 * error. */
void server_fail(struct server *server, enum role_name asked, const char *text);

#endif
