/* SPDX-License-Identifier: ISC
 *
 * relay.c - a session of libesmtp, with what it lacks. That smtp_start_session() succeeds means
 * nothing: a refused recipient, certificate or login is success to it. Only the replies count.
 */
#include "watchdogd/send/relay.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "watchdogd/send/tls.h"
#include "watchdogd/send/transcript.h"

/* after tls.h: libesmtp declares its TLS functions when it sees OpenSSL's */
#include <auth-client.h>
#include <libesmtp.h>

#define MILLISECONDS 1000L

struct delivery {
	const struct job *job;
	relay_done done;
	bool told;
	struct result result;
	struct tls tls;
	struct transcript transcript;
	bool no_starttls;
	smtp_session_t session;
	smtp_message_t message; /* the session's */
	smtp_recipient_t recipient; /* the message's */
	auth_context_t auth;
};

static bool
is_accepted(const smtp_status_t *status)
{
	return status != NULL && status->code / 100 == 2;
}

static void
tell(struct delivery *delivery)
{
	if (delivery->told)
		return;
	delivery->told = true;
	delivery->done(&delivery->result);
}

static const char *
words(const smtp_status_t *status)
{
	return status->text != NULL ? status->text : "no text";
}

/* ---- libesmtp's callbacks ---- */

/* The reply to the message's end has come; QUIT is still to be said, and may hang. */
static void
on_sent(struct delivery *delivery)
{
	const smtp_status_t *status = smtp_message_transfer_status(delivery->message);
	if (!is_accepted(status) || !is_accepted(smtp_recipient_status(delivery->recipient)))
		return;
	result_set(&delivery->result, status->code, "%s", words(status));
	tell(delivery);
}

static void
on_event(smtp_session_t session UNUSED, int event, void *owner, ...)
{
	struct delivery *delivery = owner;
	bool unchecked = delivery->job->tls != JOB_TLS_REQUIRED;
	va_list arguments;
	va_start(arguments, owner);
	switch (event) {
	case SMTP_EV_MESSAGESENT:
		on_sent(delivery);
		break;
	case SMTP_EV_STARTTLS_OK:
		tls_drain_tickets(va_arg(arguments, SSL *));
		break;
	case SMTP_EV_EXTNA_STARTTLS:
		delivery->no_starttls = true;
		break;
	case SMTP_EV_INVALID_PEER_CERTIFICATE:
		(void)va_arg(arguments, long);
		*va_arg(arguments, int *) = unchecked;
		break;
	case SMTP_EV_NO_PEER_CERTIFICATE:
		*va_arg(arguments, int *) = unchecked;
		break;
	case SMTP_EV_WRONG_PEER_CERTIFICATE:
		/* It compares with the name that DNS gave. OpenSSL has compared with ours. */
		*va_arg(arguments, int *) = 1;
		break;
	case SMTP_EV_WEAK_CIPHER:
		(void)va_arg(arguments, long);
		*va_arg(arguments, int *) = unchecked;
		break;
	}
	va_end(arguments);
}

static void
on_monitor(const char *bytes, int length, int writing, void *owner)
{
	struct delivery *delivery = owner;
	if (writing == SMTP_CB_READING)
		transcript_hear(&delivery->transcript, bytes, length);
	else if (writing == SMTP_CB_WRITING)
		transcript_say(&delivery->transcript, bytes, length);
}

static int
on_auth(auth_client_request_t request, char **answers, int count, void *owner)
{
	const struct delivery *delivery = owner;
	for (int i = 0; i < count; i++) {
		const char *answer = (request[i].flags & AUTH_PASS) != 0 ? delivery->job->password
									 : delivery->job->user;
		answers[i] = (char *)(uintptr_t)answer;
	}
	return 1;
}

/* ---- set up ---- */

static int
set_tls(struct delivery *delivery)
{
	SSL_CTX *context;
	if (delivery->job->tls == JOB_TLS_NONE) {
		smtp_starttls_enable(delivery->session, Starttls_DISABLED);
		return 0;
	}
	int r = tls_make_context(&delivery->tls, delivery->job, &delivery->result, &context);
	if (r < 0)
		return r;
	smtp_starttls_enable(delivery->session,
	    delivery->job->tls == JOB_TLS_REQUIRED ? Starttls_REQUIRED : Starttls_ENABLED);
	smtp_starttls_set_ctx(delivery->session, context); /* takes a reference */
	SSL_CTX_free(context);
	return 0;
}

static void
set_auth(struct delivery *delivery)
{
	if (delivery->job->user[0] == '\0')
		return;
	delivery->auth = auth_create_context();
	auth_set_mechanism_flags(delivery->auth, AUTH_PLUGIN_PLAIN, 0);
	auth_set_interact_cb(delivery->auth, on_auth, delivery);
	smtp_auth_set_context(delivery->session, delivery->auth);
}

static void
set_timeouts(const struct delivery *delivery)
{
	/* Milliseconds, whatever its manual says; without the flag minutes are the least. */
	for (int step = Timeout_GREETING; step <= Timeout_DATA2; step++)
		smtp_set_timeout(delivery->session, step | Timeout_OVERRIDE_RFC2822_MINIMUM,
		    delivery->job->timeout_s * MILLISECONDS);
}

static int
set_up(struct delivery *delivery)
{
	const struct job *job = delivery->job;
	char server[JOB_TEXT_SIZE + 16];
	snprintf(server, sizeof(server), "%s:%d", job->relay, job->port);
	delivery->session = smtp_create_session();
	delivery->message = smtp_add_message(delivery->session);
	smtp_set_server(delivery->session, server);
	smtp_set_eventcb(delivery->session, on_event, delivery);
	smtp_set_monitorcb(delivery->session, on_monitor, delivery, 0);
	smtp_set_reverse_path(delivery->message, job->from[0] != '\0' ? job->from : NULL);
	delivery->recipient = smtp_add_recipient(delivery->message, job->to);
	smtp_set_message_str(delivery->message, (char *)(uintptr_t)job->message);
	set_timeouts(delivery);
	set_auth(delivery);
	return set_tls(delivery);
}

static void
tear_down(struct delivery *delivery)
{
	smtp_destroy_session(delivery->session);
	if (delivery->auth != NULL)
		auth_destroy_context(delivery->auth);
}

/* ---- what it came to ---- */

/* A reply to MAIL, RCPT or DATA that refuses. That a login is wanted is no verdict on the mail
 * (RFC 4954, section 6). */
static bool
take_refusal(struct delivery *delivery, const smtp_status_t *status, const char *verb)
{
	if (status == NULL || status->code / 100 < 4)
		return false;
	bool login = status->code == 530 || status->code == 534 || status->code == 535 ||
	    status->code == 538;
	/* libesmtp goes on without a login that was refused; that is then the reason to tell. */
	if (delivery->transcript.login[0] != '\0')
		result_set(&delivery->result, 451, "login refused: %s", delivery->transcript.login);
	else if (login)
		result_set(&delivery->result, 451, "%s: the relay wants a login: %d %s", verb,
		    status->code, words(status));
	else
		result_set(&delivery->result, status->code, "%s: %s", verb, words(status));
	return true;
}

static void
take_failure(struct delivery *delivery, int error)
{
	struct transcript *transcript = &delivery->transcript;
	const struct job *job = delivery->job;
	const char *tls = job->tls != JOB_TLS_NONE ? tls_problem(&delivery->tls) : NULL;
	const char *said = transcript->said[0] != '\0' ? transcript->said : "connecting";
	char text[128];
	if (delivery->no_starttls)
		result_set(
		    &delivery->result, 451, "%s:%d offers no STARTTLS", job->relay, job->port);
	if (tls != NULL && strcmp(said, "STARTTLS") == 0)
		result_set(
		    &delivery->result, 451, "%s:%d: TLS refused: %s", job->relay, job->port, tls);
	if (transcript->heard[0] == '4' || transcript->heard[0] == '5')
		result_set(&delivery->result, 451, "%s:%d said to %s: %s", job->relay, job->port,
		    said, transcript->heard);
	result_set(&delivery->result, 451, "%s:%d after %s: %s", job->relay, job->port, said,
	    error == 0 || error == SMTP_ERR_DROPPED_CONNECTION
		? "no reply in time, or the connection was closed"
		: smtp_strerror(error, text, sizeof(text)));
}

static void
judge(struct delivery *delivery, int error)
{
	if (take_refusal(delivery, smtp_reverse_path_status(delivery->message), "MAIL") ||
	    take_refusal(delivery, smtp_recipient_status(delivery->recipient), "RCPT") ||
	    take_refusal(delivery, smtp_message_transfer_status(delivery->message), "DATA"))
		return;
	take_failure(delivery, error);
}

void
relay_deliver(const struct job *job, relay_done done, struct result *ret_result)
{
	struct delivery delivery = {.job = job, .done = done};
	auth_client_init();
	if (set_up(&delivery) == 0) {
		int started = smtp_start_session(delivery.session);
		int error = smtp_errno();
		(void)started; /* says nothing */
		if (!delivery.told)
			judge(&delivery, error);
	}
	tell(&delivery);
	tear_down(&delivery);
	auth_client_exit();
	*ret_result = delivery.result;
}
