/* SPDX-License-Identifier: ISC
 *
 * job.h - what send is to do, as alert writes it on its stdin: a head of "key=value" lines, an
 * empty line, then the message.
 *
 *     relay=mail.example.org     name or IPv4 address
 *     port=25
 *     tls=none                   or opportunistic, required
 *     ca=/etc/ssl/ca.pem         may be left out: the system's
 *     user=watchdogd             may be left out: no AUTH
 *     password=...               with user only
 *     from=watchdogd@example.org may be left out: the null sender
 *     to=staff@example.org
 *     timeout=60                 seconds, for all of it
 *
 * Head lines end in LF; the message is RFC 5322 text in lines that end in CRLF. alert is our own,
 * but nothing is taken on trust: a key that is unknown or comes twice, an address that could carry
 * an SMTP command, a bare CR or LF ends the job.
 */
#ifndef WATCHDOGD_SEND_JOB_H
#define WATCHDOGD_SEND_JOB_H

#include <stddef.h>

#include "lib/guard.h"

#define JOB_SIZE_MAX (1024u * 1024)
#define JOB_TEXT_SIZE 512
#define JOB_PATH_SIZE 1024
#define JOB_TIMEOUT_MAX 3600

enum job_tls {
	JOB_TLS_NONE,
	JOB_TLS_OPPORTUNISTIC,
	JOB_TLS_REQUIRED,
};

struct job {
	char relay[JOB_TEXT_SIZE], ca[JOB_PATH_SIZE];
	char user[JOB_TEXT_SIZE], password[JOB_TEXT_SIZE];
	char from[JOB_TEXT_SIZE], to[JOB_TEXT_SIZE];
	enum job_tls tls;
	int port;
	int timeout_s;
	const char *message; /* NUL-terminated, in the text that was parsed */
};

/* Parses `length` bytes at `text`, which has a NUL behind them and is kept by the caller as long
 * as ret_job is used. 0 or -EINVAL, with the reason in `problem` (size bytes). */
int job_parse(
    const char *text, size_t length, struct job *ret_job, char *problem, size_t size) MUST_CHECK;

#endif
