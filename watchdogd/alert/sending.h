/* SPDX-License-Identifier: ISC
 *
 * sending.h - mails on their way: one `send` process each, a few at a time, the others wait. Alert.
 *
 * Invariant: whoever asks for a notice gets one line or, if everybody dies, the end of the pipe;
 * and a mail that is under way, or was answered for good, is not sent again, however often it is
 * asked for. A relay that is not the one under way is another try: its asker has heard of the other.
 */
#ifndef WATCHDOGD_ALERT_SENDING_H
#define WATCHDOGD_ALERT_SENDING_H

#include <event2/event.h>

#include "config/settings.h"
#include "proto/message.h"
#include "watchdogd/alert/secret.h"

#define SENDING_PROCESSES_MAX 4
#define SENDING_MAX 64 /* waiting and under way */

struct sendings;

struct sendings_parts {
	struct event_base *base; /* borrowed, as all of them */
	const struct settings *settings;
	const char *program; /* path of send */
	const struct secret *secrets; /* one for each relay */
};

struct sendings *sendings_new(const struct sendings_parts *parts);
/* Processes that run go on: they tell the asker themselves. */
void sendings_free(struct sendings *sendings);

/* Takes a notice and the descriptor on which its result is wanted (closed in the end). */
void sendings_add(struct sendings *sendings, const struct message_notice *notice, int fd);

/* Before the end: starts no more and runs the loop until those under way are done, at most for
 * limit_s. The engine is stopped after us and still writes down what they came to. */
void sendings_finish(struct sendings *sendings, int limit_s);

#endif
