/* SPDX-License-Identifier: ISC
 *
 * client.h - one connection: lines in, lines out. Control; trusts nothing that comes in.
 *
 * A client reads a line, waits for its answer, is written to, and reads again: it never has more
 * than one request under way, and while it has one nothing more is read from it. Each of the three
 * states has an absolute deadline, so that a client who drips or stalls ends, whatever he sends.
 * Lines and answers are bounded; all unread answers together are, too.
 */
#ifndef WATCHDOGD_CONTROL_CLIENT_H
#define WATCHDOGD_CONTROL_CLIENT_H

#include <event2/event.h>
#include <jansson.h>
#include <stdint.h>

#include "proto/names.h"
#include "watchdogd/control/peer.h"

struct client;

struct client_limits {
	int64_t line_ms; /* for a request line to come in whole */
	int64_t answer_ms; /* for the answer to be made */
	int64_t write_ms; /* for the answer to be taken */
	size_t line_max; /* bytes of a line, its LF included */
	size_t answer_max; /* bytes of an answer */
	size_t answers_max; /* bytes of all answers that wait to be taken */
};

struct client_handlers {
	/* A line has come, without its LF, borrowed. client_answer() is called once, now or later. */
	void (*on_line)(struct client *client, const char *line, size_t length, void *owner);
	/* The deadline for the answer is over: client_answer() is called here. */
	void (*on_late)(struct client *client, void *owner);
	/* The connection is over; the client is gone after this. */
	void (*on_end)(struct client *client, void *owner);
};

/* What all clients share. */
struct client_shared {
	struct event_base *base;
	struct client_limits limits;
	struct client_handlers handlers;
	void *owner;
	size_t queued; /* bytes of answers that wait to be taken */
};

/* Takes fd (non-blocking) over. */
struct client *client_new(struct client_shared *shared, int fd, const struct peer *peer);
/* Ends the connection without a word; on_end is not called. NULL is fine. */
void client_free(struct client *client);

/* Answers the line that on_line gave; takes the document over. An answer that nobody waits for any
 * more is dropped. The connection may end, but never inside this call. */
void client_answer(struct client *client, json_t *document);

const struct peer *client_peer(const struct client *client);
/* What the owner hangs on the request under way: its number, and who was asked. The number is 0
 * after the answer. */
void client_set_request(struct client *client, uint64_t request, enum role_name asked);
uint64_t client_request(const struct client *client);
enum role_name client_asked(const struct client *client);

#endif
