/* SPDX-License-Identifier: ISC
 *
 * transcript.h - the last words of each side of an SMTP session, for when it fails: libesmtp then
 * knows little more than that it failed. Send only. The relay's words are hostile; what we say in
 * AUTH is never kept.
 */
#ifndef WATCHDOGD_SEND_TRANSCRIPT_H
#define WATCHDOGD_SEND_TRANSCRIPT_H

#include <stdbool.h>

#define TRANSCRIPT_LINE_SIZE 400

struct transcript {
	char heard[TRANSCRIPT_LINE_SIZE]; /* the relay's last line, or empty */
	char said[16]; /* our last command's verb: "RCPT"; or empty */
	char login[TRANSCRIPT_LINE_SIZE]; /* with what the relay refused AUTH, or empty */
};

/* Takes what was read or written, as libesmtp's monitor gives it. */
void transcript_hear(struct transcript *transcript, const char *bytes, int length);
void transcript_say(struct transcript *transcript, const char *bytes, int length);

#endif
