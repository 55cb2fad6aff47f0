/* SPDX-License-Identifier: ISC
 *
 * cause.h - what caused a bounce that this Postfix made, as the bounce itself tells: the delivery
 * report that Postfix wrote (RFC 3464; src/bounce/bounce_notify_util.c) and the headers of the
 * message that it returns. So no log is needed, and the cause is known after any restart.
 *
 * Pure; fed line by line. Postfix wrote the report, but strangers wrote what is returned in it and
 * what a server said: texts are escaped, and a line counts only in the part where it belongs.
 */
#ifndef WATCHDOGD_WATCH_CAUSE_H
#define WATCHDOGD_WATCH_CAUSE_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>

#include "proto/message.h"
#include "proto/queue_id.h"

#define CAUSE_BYTES_MAX 16384 /* of a bounce's content: report and returned headers stand there */

struct cause {
	char queue_id[QUEUE_ID_SIZE]; /* of the message that bounced, or empty */
	char sender[ADDRESS_TEXT_SIZE]; /* its envelope sender */
	char subject[ADDRESS_TEXT_SIZE];
	char client[INET6_ADDRSTRLEN]; /* who sent it to us, by its Received lines; or empty */
	/* of the first recipient that is reported */
	char recipient[ADDRESS_TEXT_SIZE];
	char status[16]; /* "5.7.1" */
	char next_hop[ADDRESS_TEXT_SIZE]; /* who refused it; empty: this Postfix */
	char diagnostic[ADDRESS_TEXT_SIZE]; /* "550 5.7.1 ...": his words, without the type */
};

enum cause_part {
	CAUSE_BEFORE, /* the bounce's own headers and its text for people */
	CAUSE_REPORT_HEADERS, /* of the part with the delivery report */
	CAUSE_REPORT,
	CAUSE_RETURNED_BEGIN, /* the headers of the part with the returned message */
	CAUSE_RETURNED, /* the returned message's headers */
	CAUSE_OVER,
};

struct cause_reader {
	struct cause cause;
	enum cause_part part;
	char *folded; /* the field that a line which begins with a blank belongs to, or NULL */
	size_t folded_size;
	bool
	    in_received; /* the line before was, or continued, a Received that told no client yet */
	bool is_second; /* the report has come to another recipient */
};

void cause_begin(struct cause_reader *reader);
/* A line of the bounce's content, without its end. False: nothing more is wanted. */
bool cause_take(struct cause_reader *reader, const void *line, size_t length);
/* The first bytes, '\n' for none, of lines that cause_take() has to see next: the others it need not.
 * NULL: it has to see any line. */
const bool *cause_wanted(const struct cause_reader *reader);

#endif
