/* SPDX-License-Identifier: ISC
 *
 * mail.c - headers of a notice, and its letter as text and as HTML.
 */
#include "watchdogd/alert/mail.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/log.h"
#include "proto/letter.h"
#include "proto/letter_text.h"
#include "watchdogd/alert/mime.h"

#define BOUNDARY "=_watchdogd-alternative"

/* Printable ASCII without spaces and angle brackets: an address as SMTP without SMTPUTF8 carries
 * it, or the inside of a message id. */
static bool
is_token(const char *text)
{
	for (const char *at = text; *at != '\0'; at++)
		if (*at <= ' ' || *at > '~' || *at == '<' || *at == '>')
			return false;
	return text[0] != '\0';
}

/* "Wed, 03 Jun 2026 14:05:09 +0900": local time and its zone; no role sets a locale. */
static void
write_date(FILE *out, uint64_t time_s)
{
	char text[64];
	struct tm local;
	time_t when = (time_t)time_s;
	if (localtime_r(&when, &local) == NULL ||
	    strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S %z", &local) == 0)
		return; /* a year that no calendar has: the relay adds a date */
	fprintf(out, "Date: %s\r\n", text);
}

static void
write_headers(FILE *out, const struct message_notice *notice, const char *from,
    const struct letter_head *head)
{
	fprintf(out, "From: watchdogd <%s>\r\n", from);
	fprintf(out, "To: <%s>\r\n", notice->recipient);
	mime_write_header(out, "Subject", notice->subject);
	write_date(out, notice->created_s);
	fprintf(out, "Message-ID: <%s>\r\n", notice->message_id);
	if (notice->in_reply_to[0] != '\0')
		fprintf(out, "In-Reply-To: <%s>\r\nReferences: <%s>\r\n", notice->in_reply_to,
		    notice->in_reply_to);
	/* RFC 3834: no vacation program answers. */
	fputs("Auto-Submitted: auto-generated\r\n" MAIL_MARK "\r\n", out);
	if (strcmp(head->incident, "0") != 0)
		fprintf(out, MAIL_INCIDENT ": %s\r\n", head->incident);
	fprintf(out, MAIL_KIND ": %s\r\n", head->kind);
	fprintf(out, "Content-Language: %s\r\n", names_get(&names_language, (int)head->language));
	fputs("MIME-Version: 1.0\r\n", out);
}

typedef void (*letter_writer)(FILE *out, const void *letter, size_t length);

static void
write_part(FILE *out, const char *subtype, letter_writer write, const struct message_notice *notice)
{
	char *text = NULL;
	size_t length = 0;
	FILE *rendered = open_memstream(&text, &length);
	if (rendered == NULL)
		fatal("mail: no memory");
	write(rendered, notice->body.data, notice->body.length);
	if (fclose(rendered) != 0)
		fatal("mail: no memory");
	mime_write_part(out, subtype, text, length);
	free(text);
}

/* The best comes last (RFC 2046, 5.1.4). Neither encoding can give the boundary's "=_". */
static void
write_alternatives(FILE *out, const struct message_notice *notice)
{
	fputs("Content-Type: multipart/alternative; boundary=\"" BOUNDARY "\"\r\n\r\n"
	      "--" BOUNDARY "\r\n",
	    out);
	write_part(out, "plain", letter_write_text, notice);
	fputs("--" BOUNDARY "\r\n", out);
	write_part(out, "html", letter_write_html, notice);
	fputs("--" BOUNDARY "--\r\n", out);
}

int
mail_build(const struct message_notice *notice, const char *from, char **ret_mail,
    const char **ret_problem)
{
	char *mail = NULL;
	size_t length = 0;
	struct letter_head head;
	*ret_problem = !is_token(from)      ? "the sender is no address for mail"
	    : !is_token(notice->recipient)  ? "the recipient is no address for mail"
	    : !is_token(notice->message_id) ? "the message id is none"
	    : notice->in_reply_to[0] != '\0' && !is_token(notice->in_reply_to)
	    ? "the id of the first mail is none"
	    : letter_read_head(notice->body.data, notice->body.length, &head) < 0
	    ? "the letter has no head"
	    : NULL;
	if (*ret_problem != NULL)
		return -EINVAL;
	FILE *out = open_memstream(&mail, &length);
	if (out == NULL)
		fatal("mail: no memory");
	write_headers(out, notice, from, &head);
	write_alternatives(out, notice);
	if (fclose(out) != 0)
		fatal("mail: no memory");
	*ret_mail = mail;
	return 0;
}
