/* SPDX-License-Identifier: ISC
 *
 * envelope.h - what a message is, by the records of the envelope in its queue file: class, arrival
 * and size. Pure; who walks the records is letter.h.
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
	/* by the size record; 0: not known, as while cleanup writes, and in maildrop */
	uint64_t size_bytes; /* of the content */
	uint64_t recipients; /* in the file, whether done or not */
	uint64_t extracted_at; /* offset of the segment behind the body */
};

struct envelope_reader {
	struct envelope envelope;
	bool has_sender, null_sender, double_bounce, origin_local, has_client;
};

void envelope_begin(struct envelope_reader *reader);
/* A record, in the file's order. Of no matter are recipients, and attributes that do not begin with
 * an l. */
void envelope_take(struct envelope_reader *reader, const struct record *record);
/* What is known by now. */
struct envelope envelope_finish(const struct envelope_reader *reader);

#endif
