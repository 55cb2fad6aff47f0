/* SPDX-License-Identifier: ISC
 *
 * mail.h - a notice as mail (RFC 5322). Alert; the notice's addresses come from the settings, its
 * text from the engine, who has escaped what is hostile in it; nothing of either can become a
 * header or an SMTP command.
 */
#ifndef WATCHDOGD_ALERT_MAIL_H
#define WATCHDOGD_ALERT_MAIL_H

#include "lib/guard.h"
#include "proto/message.h"

/* Every mail of ours has these headers, for those who sort by them. */
#define MAIL_MARK "X-Watchdogd: alert"
#define MAIL_INCIDENT "X-Watchdogd-Incident"
#define MAIL_KIND \
	"X-Watchdogd-Kind" /* opened, reopened, update, asking, closed; digest, report, ... */

/* Builds the mail: CRLF, lines of at most 76 bytes but for addresses and ids that are longer. The
 * same notice gives the same bytes at every try. 0; -EINVAL: an address or id cannot be mailed,
 * `ret_problem` says which. free() *ret_mail. */
int mail_build(const struct message_notice *notice, const char *from, char **ret_mail,
    const char **ret_problem) MUST_CHECK;

#endif
