/* SPDX-License-Identifier: ISC
 *
 * envelope.h - what a message is, by the envelope in its queue file: class and arrival. Pure;
 * trusts nothing (record.h). Never reads a body.
 *
 * Classes, as Postfix itself writes them (seen with 3.7; src/global/post_mail.c, pickup.c, smtpd.c):
 *   bounce   null sender, log_message_origin=local, no log_client_*: only Postfix's own bounce
 *            daemon and its like write that attribute
 *   notice   the same, but the sender is double-bounce@...: for the postmaster, dropped on failure
 *   dsn      null sender and not made here: through SMTP (log_client_*), or handed to sendmail(1)
 *            as `-f <>`, as vacation programs do: pickup notes no origin for these
 *   normal   any other sender
 * So bounce and dsn together are what showq calls MAILER-DAEMON. log_client_* is the original
 * client: mail that a filter puts back keeps it (XFORWARD).
 */
#ifndef WATCHDOGD_WATCH_ENVELOPE_H
#define WATCHDOGD_WATCH_ENVELOPE_H

#include <stdint.h>

#include "lib/guard.h"
#include "proto/names.h"
#include "watchdogd/watch/record.h"

struct envelope {
	enum message_class class; /* CLASS_UNREAD: no sender was found */
	int64_t arrival_s; /* of the T record, wall clock; -1: there is none */
	uint64_t extracted_at; /* offset of the segment behind the body; 0: not known */
};

/* For whoever walks the records himself: begin, take each record in order, finish. */
struct envelope_reader {
	struct envelope envelope;
	bool has_sender, null_sender, double_bounce, origin_local, has_client;
};

void envelope_begin(struct envelope_reader *reader);
void envelope_take(struct envelope_reader *reader, const struct record *record);
/* What is known by now. */
struct envelope envelope_finish(const struct envelope_reader *reader);

/* Reads an opened stream up to the first recipient or the content: all that decides stands before.
 * 0; -EBADMSG: nonsense, or cut off before that point (which is also what is seen while Postfix
 * writes); -E2BIG: over a limit; or the callback's -errno. ret_envelope is untouched on failure. */
int envelope_parse(struct record_stream *stream, struct envelope *ret_envelope) MUST_CHECK;

#endif
