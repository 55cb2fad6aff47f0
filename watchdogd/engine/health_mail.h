/* SPDX-License-Identifier: ISC
 *
 * health_mail.h - the health report at its times, and when it is asked for. Engine.
 *
 * What was reported last is kept in the store and moved on in the transaction that puts the mails into
 * the outbox: each time comes once, whatever is restarted. A time that was missed is made up for by one
 * report over all that was missed.
 */
#ifndef WATCHDOGD_ENGINE_HEALTH_MAIL_H
#define WATCHDOGD_ENGINE_HEALTH_MAIL_H

#include "watchdogd/engine/command.h"

/* Puts the report into the outbox when its time has come. Outside of transactions. 0 or -errno. */
int health_mail_step(struct store *store, const struct settings *settings, const char *host,
    int64_t now_s) MUST_CHECK;

/* report: answers with the document, the letter with it. */
void health_mail_command(
    const struct command_parts *parts, const struct message_command *command, int64_t now_s);

#endif
