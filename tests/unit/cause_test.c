/* SPDX-License-Identifier: ISC
 *
 * cause_test.c - what caused a bounce, from bounces as Postfix 3.7 writes them, and from what
 * strangers put into them.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "lib/guard.h"
#include "watchdogd/watch/cause.h"

/* Feeds lines, each ended by LF, until no more is wanted; or of them those that have to be seen. */
static void
feed_lines(struct cause_reader *reader, const char *text, bool is_sparing)
{
	memset(reader, 0, sizeof(*reader));
	cause_begin(reader);
	for (const char *end; *text != '\0'; text = end + 1) {
		const bool *wanted = is_sparing ? cause_wanted(reader) : NULL;
		end = strchr(text, '\n');
		if (wanted != NULL && !wanted[(unsigned char)*text])
			continue;
		if (!cause_take(reader, text, (size_t)(end - text)))
			break;
	}
}

static void
feed(struct cause_reader *reader, const char *text)
{
	struct cause_reader sparing;
	feed_lines(reader, text, false);
	feed_lines(&sparing, text, true);
	assert_memory_equal(&reader->cause, &sparing.cause, sizeof(reader->cause));
	assert_int_equal(reader->part, sparing.part);
}

#define TOP                                                              \
	"From: Mail Delivery System <MAILER-DAEMON@gw.test>\n"           \
	"Subject: Undelivered Mail Returned to Sender\n"                 \
	"Content-Type: multipart/report; report-type=delivery-status;\n" \
	"\tboundary=\"AC947A88815.1795512388/gw.test\"\n"                \
	"\n"                                                             \
	"--AC947A88815.1795512388/gw.test\n"                             \
	"Content-Type: text/plain; charset=utf-8\n"                      \
	"\n"                                                             \
	"<u@inner.test>: host inner.test[192.0.2.9] said: 550 5.7.1\n"   \
	"    Status: 4.9.9 X-Postfix-Sender: rfc822; liar@x.test\n"      \
	"Remote-MTA: dns; liar.test\n"                                   \
	"\n"                                                             \
	"--AC947A88815.1795512388/gw.test\n"                             \
	"Content-Description: Delivery report\n"
#define REPORT                                                      \
	"Content-Type: message/delivery-status\n"                   \
	"\n"                                                        \
	"Reporting-MTA: dns; gw.test\n"                             \
	"X-Postfix-Queue-ID: AC947A88815\n"                         \
	"X-Postfix-Sender: rfc822; ava1204@8231.com\n"              \
	"Arrival-Date: Tue, 24 Nov 2026 09:26:28 +0000 (UTC)\n"     \
	"\n"                                                        \
	"Final-Recipient: rfc822; u@inner.test\n"                   \
	"Original-Recipient: rfc822;u@inner.test\n"                 \
	"Action: failed\n"                                          \
	"Status: 5.7.1\n"                                           \
	"Remote-MTA: dns; inner.test\n"                             \
	"Diagnostic-Code: smtp; 550 5.7.1 Message refused, it is\n" \
	"    nothing that we want\n"                                \
	"\n"                                                        \
	"Final-Recipient: rfc822; v@other.test\n"                   \
	"Status: 5.1.1\n"                                           \
	"Remote-MTA: dns; other.test\n"                             \
	"\n"                                                        \
	"--AC947A88815.1795512388/gw.test\n"                        \
	"Content-Description: Undelivered Message\n"                \
	"Content-Type: message/rfc822\n"                            \
	"Content-Transfer-Encoding: 8bit\n"                         \
	"\n"

static void
test_all_of_it(void **state UNUSED)
{
	struct cause_reader reader;
	feed(&reader,
	    TOP REPORT "Return-Path: <ava1204@8231.com>\n"
		       "Received: from localhost (localhost [127.0.0.1])\n"
		       "\tby gw.test (Postfix) with ESMTP id AC947A88815\n"
		       "\tfor <u@inner.test>; Tue, 24 Nov 2026 09:26:28 +0000 (UTC)\n"
		       "Received: from x.test (unknown [203.0.113.5])\n"
		       "\tby gw.test (Postfix) with ESMTP id 999\n"
		       "Received: from home (unknown [198.51.100.1])\n"
		       "Subject: photo\n"
		       "\tof you\n"
		       "\n"
		       "Subject: not this\n");
	const struct cause *cause = &reader.cause;
	assert_string_equal(cause->queue_id, "AC947A88815");
	assert_string_equal(cause->sender, "ava1204@8231.com");
	assert_string_equal(cause->recipient, "u@inner.test");
	assert_string_equal(cause->status, "5.7.1");
	assert_string_equal(cause->next_hop, "inner.test");
	assert_string_equal(
	    cause->diagnostic, "550 5.7.1 Message refused, it is nothing that we want");
	assert_string_equal(cause->client, "203.0.113.5");
	assert_string_equal(cause->subject, "photo of you");
	assert_int_equal(reader.part, CAUSE_OVER);
}

static void
test_clients(void **state UNUSED)
{
	static const struct {
		const char *received, *client;
	} rows[] = {
	    {"Received: from a (b [IPv6:2001:DB8::1])\n", "2001:db8::1"},
	    {"Received: from a\n\t(b [203.0.113.7])\n", "203.0.113.7"},
	    {"Received: from a (b [IPv6:::1])\nReceived: from c (d [192.0.2.4])\n", "192.0.2.4"},
	    {"Received: from a (b [::ffff:127.0.0.1])\n", ""},
	    /* the name in front is what the client called itself */
	    {"Received: from [127.0.0.1] (unknown [203.0.113.5])\n", "203.0.113.5"},
	    {"Received: from [192.0.2.66] (unknown [203.0.113.5])\n", "203.0.113.5"},
	    {"Received: from a (localhost [127.0.0.1])\n\tby gw.test\n\tfor <u@[192.0.2.1]>\n"
	     "Received: from c (d [192.0.2.4])\n",
		"192.0.2.4"},
	    {"Received: from a\n\tby gw.test\n\tfor <u@[192.0.2.1]>\n", ""},
	    {"Received: from a (b [203.0.113.5])\nReceived: from c (d [192.0.2.4])\n",
		"203.0.113.5"},
	    {"Received: by gw.test (Postfix, from userid 1000)\n\tid 4ABC\n", ""},
	    {"Received: from a (b [unknown])\n", ""},
	    {"Received: from a (b [\n", ""},
	    {"Received: from a (b [])\n", ""},
	    {"Received: from a (b [IPv6:])\n", ""},
	    {"Received: from a (b [1111111111111111111111111111111111111111111111111])\n", ""},
	    {"X-Received: from a (b [192.0.2.4])\n", ""},
	    {"Subject: x\n [192.0.2.4]\n", ""},
	};
	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		struct cause_reader reader;
		char text[4096];
		snprintf(text, sizeof(text), "%s%s\n", TOP REPORT, rows[i].received);
		feed(&reader, text);
		assert_string_equal(reader.cause.client, rows[i].client);
	}
}

/* This Postfix itself refused: there is no remote server. */
static void
test_refused_here(void **state UNUSED)
{
	struct cause_reader reader;
	feed(&reader,
	    TOP "Content-Type: message/global-delivery-status\n\n"
		"X-Postfix-Queue-ID: 4ABC\nX-Postfix-Sender: rfc822; a\x01@b.test\n\n"
		"Status: 5.1.1\nDiagnostic-Code: X-Postfix; unknown user: \"u\"\n\n"
		"--b\nContent-Type: text/rfc822-headers\n\nSubject: s\n\n");
	assert_string_equal(reader.cause.sender, "a\\x01@b.test");
	assert_string_equal(reader.cause.next_hop, "");
	assert_string_equal(reader.cause.diagnostic, "unknown user: \"u\"");
	assert_string_equal(reader.cause.subject, "s");
}

/* The first recipient was refused here: what another's server said is not taken for it. */
static void
test_first_recipient_only(void **state UNUSED)
{
	struct cause_reader reader;
	feed(&reader,
	    TOP "Content-Type: message/delivery-status\n\n"
		"X-Postfix-Queue-ID: 4ABC\n\n"
		"Final-Recipient: rfc822; u@a.test\nStatus: 5.1.1\n\n"
		"Final-Recipient: rfc822; v@b.test\nStatus: 5.7.1\nRemote-MTA: dns; b.test\n"
		"Diagnostic-Code: smtp; 550 no\n\n");
	assert_string_equal(reader.cause.recipient, "u@a.test");
	assert_string_equal(reader.cause.status, "5.1.1");
	assert_string_equal(reader.cause.next_hop, "");
	assert_string_equal(reader.cause.diagnostic, "");
}

/* A message that has no report: what it says in other places counts for nothing. */
static void
test_no_report(void **state UNUSED)
{
	struct cause_reader reader;
	feed(&reader,
	    "Subject: hello\n\nX-Postfix-Queue-ID: 1\nStatus: 5.0.0\n"
	    "Content-Type: message/rfc822\n\nReceived: from a (b [192.0.2.4])\nSubject: x\n\n");
	struct cause none = {0};
	assert_memory_equal(&reader.cause, &none, sizeof(none));
}

static void
test_bounds(void **state UNUSED)
{
	struct cause_reader reader;
	char text[20000];
	strcpy(text, TOP "Content-Type: message/delivery-status\n\nDiagnostic-Code: smtp; ");
	size_t length = strlen(text);
	memset(text + length, 'x', 9000);
	strcpy(text + length + 9000, "\n and more\n and more\n");
	feed(&reader, text);
	assert_true(strlen(reader.cause.diagnostic) < sizeof(reader.cause.diagnostic));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_all_of_it),
	    cmocka_unit_test(test_clients),
	    cmocka_unit_test(test_refused_here),
	    cmocka_unit_test(test_first_recipient_only),
	    cmocka_unit_test(test_no_report),
	    cmocka_unit_test(test_bounds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
