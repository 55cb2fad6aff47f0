/* SPDX-License-Identifier: ISC
 *
 * deferral.h - why a message was deferred or bounced, of each recipient: the logs that Postfix keeps
 * in defer/ and bounce/ under the message's id (bounce(8), src/bounce/bounce_append_service.c).
 *
 * Lines "name=value", a blank line between recipients; lines of other forms are older formats for
 * people. The remote server chose much of the text: it is escaped. Pure; a record that is being
 * appended is not there yet.
 */
#ifndef WATCHDOGD_WATCH_DEFERRAL_H
#define WATCHDOGD_WATCH_DEFERRAL_H

#include <stdbool.h>
#include <stddef.h>

#include "proto/message.h"

#define DEFERRAL_LOG_MAX (64u * 1024) /* as much of a log as is read */

struct deferral {
	char recipient[ADDRESS_TEXT_SIZE];
	char status[16]; /* enhanced status code (RFC 3463): "4.4.1", or empty */
	char next_hop
	    [ADDRESS_TEXT_SIZE]; /* the host that said no or did not answer, or empty: it was Postfix itself */
	char reason[REASON_TEXT_SIZE]; /* "host mx.example[192.0.2.1] said: 450 4.2.0 ..." */
};

/* Where a log stands. */
struct deferral_log {
	const char *at, *end; /* borrowed */
};

void deferral_open(struct deferral_log *log, const char *text, size_t length);
/* The next recipient's. False at the end; ret_deferral is then untouched. */
bool deferral_next(struct deferral_log *log, struct deferral *ret_deferral);

#endif
