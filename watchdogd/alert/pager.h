/* SPDX-License-Identifier: ISC
 *
 * pager.h - the second channel: the operator's program gets a notice as JSON on its stdin. Alert; the
 * argv is the settings', nothing of a notice gets into it. The program runs as the service user, in the
 * same confinement as alert, and no longer than alert.timeout.
 *
 * Whoever asks gets one line: 250 when it exited 0, else 451; a notice that is under way or was taken is
 * not given again.
 */
#ifndef WATCHDOGD_ALERT_PAGER_H
#define WATCHDOGD_ALERT_PAGER_H

#include <event2/event.h>

#include "config/settings.h"
#include "proto/message.h"

#define PAGER_MAX 4 /* at a time */

struct pager;

struct pager *pager_new(struct event_base *base, const struct settings *settings);
/* What runs is killed: its notice is asked for again. */
void pager_free(struct pager *pager);

/* Takes a notice and the descriptor on which its result is wanted (closed in the end). */
void pager_add(struct pager *pager, const struct message_notice *notice, int fd);

/* {"subject", "text", "kind", ...}; NULL: the notice has no letter. free() it. */
char *pager_format(const struct message_notice *notice);

#endif
