/* SPDX-License-Identifier: ISC
 *
 * relay.h - hands one message to one relay, through libesmtp. Send only; blocks, at most for the
 * job's timeout at each step. The relay is not trusted.
 */
#ifndef WATCHDOGD_SEND_RELAY_H
#define WATCHDOGD_SEND_RELAY_H

#include "watchdogd/send/job.h"
#include "watchdogd/send/result.h"

/* Called once, the moment the result is known: before QUIT, if the relay took the message. */
typedef void (*relay_done)(const struct result *result);

/* 2xx: transfer and recipient were accepted. 5xx: MAIL, RCPT or DATA was refused for good. All else
 * (no connection, certificate, login, time-out, 4xx) is 451 or the relay's 4xx. */
void relay_deliver(const struct job *job, relay_done done, struct result *ret_result);

#endif
