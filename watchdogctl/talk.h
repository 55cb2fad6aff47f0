/* SPDX-License-Identifier: ISC
 *
 * talk.h - asks the daemon one thing. watchdogctl.
 */
#ifndef WATCHDOGD_WATCHDOGCTL_TALK_H
#define WATCHDOGD_WATCHDOGCTL_TALK_H

#include <jansson.h>

#include "lib/guard.h"
#include "proto/ctl.h"

/* Connects to the socket at path, asks, and waits up to limit_ms for the answer. 0: ret_document is
 * a new object. -ENOENT, -ECONNREFUSED: nobody listens; -EACCES: we may not connect; -ETIMEDOUT;
 * -EPIPE: closed without an answer; -EBADMSG: what came is no answer; other -errno. */
int talk_ask(const char *path, const struct ctl_request *request, int limit_ms,
    json_t **ret_document) MUST_CHECK;

#endif
