/* SPDX-License-Identifier: ISC
 *
 * tls.h - the TLS context with which libesmtp is to work, since its own is not safe: it accepts
 * TLS 1.0, compares the certificate with a name that DNS gave, and sends no SNI. Send only.
 */
#ifndef WATCHDOGD_SEND_TLS_H
#define WATCHDOGD_SEND_TLS_H

#include <openssl/ssl.h>

#include "lib/guard.h"
#include "watchdogd/send/job.h"
#include "watchdogd/send/result.h"

struct tls {
	const struct job *job;
	const char
	    *problem; /* why the relay's certificate was refused, in OpenSSL's words; or NULL */
};

/* Makes a context: TLS 1.2 or later, and with tls=required a certificate that is valid for the
 * relay's name. `tls` must outlive it. 0; -ENOENT: there are no certificates to check with, and
 * `result` says so. SSL_CTX_free() it. */
int tls_make_context(struct tls *tls, const struct job *job, struct result *result,
    SSL_CTX **ret_context) MUST_CHECK;

/* After the handshake: takes session tickets that have come already. Without this libesmtp reads
 * before it writes, finds no reply in them and waits for its time-out. */
void tls_drain_tickets(SSL *ssl);

/* Why the last handshake failed: the certificate or OpenSSL's last error. */
const char *tls_problem(const struct tls *tls);

#endif
