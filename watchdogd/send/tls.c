/* SPDX-License-Identifier: ISC
 *
 * tls.c - the TLS context. The relay's certificate is checked by OpenSSL during the handshake,
 * against the name in the settings.
 */
#include "watchdogd/send/tls.h"

#include <arpa/inet.h>
#include <errno.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <stdbool.h>

#define TICKETS_MS 50 /* they come right behind the handshake or not in time */

static bool
is_address(const char *relay)
{
	struct in_addr address;
	return inet_pton(AF_INET, relay, &address) == 1;
}

/* libesmtp sends no SNI; at this moment it can still be added. */
static void
on_state(const SSL *ssl, int where, int value UNUSED)
{
	const struct tls *tls = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));
	if ((where & SSL_CB_HANDSHAKE_START) != 0 && !is_address(tls->job->relay))
		SSL_ctrl((SSL *)(uintptr_t)ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME,
		    TLSEXT_NAMETYPE_host_name, (void *)(uintptr_t)tls->job->relay);
}

static int
on_verify(int ok, X509_STORE_CTX *store)
{
	if (ok)
		return 1;
	SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
	struct tls *tls = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));
	tls->problem = X509_verify_cert_error_string(X509_STORE_CTX_get_error(store));
	return 0;
}

static int
require_certificate(SSL_CTX *context, const struct job *job, struct result *result)
{
	X509_VERIFY_PARAM *param = SSL_CTX_get0_param(context);
	int loaded = job->ca[0] != '\0' ? SSL_CTX_load_verify_locations(context, job->ca, NULL)
					: SSL_CTX_set_default_verify_paths(context);
	int named = is_address(job->relay) ? X509_VERIFY_PARAM_set1_ip_asc(param, job->relay)
					   : X509_VERIFY_PARAM_set1_host(param, job->relay, 0);
	if (loaded != 1 || named != 1) {
		result_set(result, 451, "CA certificates %s: %s",
		    job->ca[0] != '\0' ? job->ca : "of the system",
		    ERR_reason_error_string(ERR_peek_last_error()));
		return -ENOENT;
	}
	X509_VERIFY_PARAM_set_hostflags(param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
	SSL_CTX_set_verify(context, SSL_VERIFY_PEER, on_verify);
	return 0;
}

int
tls_make_context(
    struct tls *tls, const struct job *job, struct result *result, SSL_CTX **ret_context)
{
	SSL_CTX *context = SSL_CTX_new(TLS_client_method());
	if (context == NULL) {
		result_set(result, 451, "no TLS context");
		return -ENOENT;
	}
	*tls = (struct tls){.job = job};
	SSL_CTX_set_app_data(context, tls);
	SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
	SSL_CTX_set_info_callback(context, on_state);
	int r = 0;
	if (job->tls == JOB_TLS_REQUIRED)
		r = require_certificate(context, job, result);
	else
		SSL_CTX_set_verify(context, SSL_VERIFY_NONE, NULL);
	if (r < 0) {
		SSL_CTX_free(context);
		return r;
	}
	*ret_context = context;
	return 0;
}

void
tls_drain_tickets(SSL *ssl)
{
	char byte;
	struct pollfd waiting = {.fd = SSL_get_fd(ssl), .events = POLLIN};
	if (SSL_version(ssl) >= TLS1_3_VERSION && poll(&waiting, 1, TICKETS_MS) > 0)
		(void)SSL_peek(ssl, &byte, 1);
}

const char *
tls_problem(const struct tls *tls)
{
	unsigned long error = ERR_peek_last_error();
	if (tls->problem != NULL)
		return tls->problem;
	return error != 0 ? ERR_reason_error_string(error) : NULL;
}
