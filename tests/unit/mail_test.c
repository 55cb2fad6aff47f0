/* SPDX-License-Identifier: ISC
 *
 * mail_test.c - what alert writes, byte for byte, and that send reads it as it was meant.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lib/guard.h"
#include "watchdogd/alert/job_file.h"
#include "watchdogd/alert/mail.h"
#include "watchdogd/alert/mime.h"
#include "watchdogd/alert/results.h"
#include "watchdogd/send/job.h"

#define A10 "aaaaaaaaaa"
#define A50 A10 A10 A10 A10 A10

typedef void (*writer)(FILE *out, const char *text);

static char *
collect(writer write, const char *text)
{
	char *bytes = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&bytes, &length);
	assert_non_null(out);
	write(out, text);
	assert_int_equal(fclose(out), 0);
	return bytes;
}

static void
write_subject(FILE *out, const char *text)
{
	mime_write_header(out, "Subject", text);
}

static void
write_body(FILE *out, const char *text)
{
	mime_write_body(out, text, strlen(text));
}

static void
assert_short_lines(const char *bytes)
{
	for (const char *line = bytes; *line != '\0'; line = strstr(line, "\r\n") + 2) {
		const char *end = strstr(line, "\r\n");
		assert_non_null(end);
		assert_in_range(end - line, 0, 76);
		for (const char *at = line; at < end; at++)
			assert_in_range((unsigned char)*at, ' ', '~');
	}
}

static void
headers_are_written(void **state UNUSED)
{
	static const struct {
		const char *text, *expected;
	} rows[] = {
	    {"bounce-flood on mx1: bounces 5012", "Subject: bounce-flood on mx1: bounces 5012\r\n"},
	    {"", "Subject: \r\n"},
	    /* folded at a space, nothing lost */
	    {"one two three four five six seven eight nine ten eleven twelve thirteen fourteen",
		"Subject: one two three four five six seven eight nine ten eleven twelve\r\n"
		" thirteen fourteen\r\n"},
	    {"two  spaces", "Subject: two  spaces\r\n"},
	    /* what is not plain is encoded: RFC 2047 */
	    {"Welle: 5 Rückläufer", "Subject: =?UTF-8?B?V2VsbGU6IDUgUsO8Y2tsw6R1ZmVy?=\r\n"},
	    {"=?UTF-8?B?AAAA?=", "Subject: =?UTF-8?B?PT9VVEYtOD9CP0FBQUE/PQ==?=\r\n"},
	    {" led", "Subject: =?UTF-8?B?IGxlZA==?=\r\n"},
	    /* no header can be smuggled in, no broken character goes out */
	    {"a\r\nBcc: x@y", "Subject: =?UTF-8?B?YT8/QmNjOiB4QHk=?=\r\n"},
	    {"a\xff\xc0\x80z", "Subject: =?UTF-8?B?YT8/P3o=?=\r\n"},
	    {"\xed\xa0\x80", "Subject: =?UTF-8?B?Pz8/?=\r\n"},
	};
	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		AUTO_FREE char *bytes = collect(write_subject, rows[i].text);
		assert_string_equal(bytes, rows[i].expected);
		assert_short_lines(bytes);
	}
}

/* 4-byte characters in many words: each word must hold whole ones. */
static void
no_word_splits_a_character(void **state UNUSED)
{
	char text[40 * 4 + 2] = "x";
	for (int i = 0; i < 40; i++)
		strcat(text, "\xf0\x9f\x90\xb6");
	AUTO_FREE char *bytes = collect(write_subject, text);
	assert_short_lines(bytes);
	size_t words = 0;
	for (const char *at = bytes; (at = strstr(at, "=?UTF-8?B?")) != NULL; words++) {
		const char *word = at + strlen("=?UTF-8?B?");
		const char *end = strstr(word, "?=");
		size_t padding = end[-2] == '=' ? 2 : end[-1] == '=';
		size_t length = (size_t)(end - word) / 4 * 3 - padding;
		assert_int_equal(length % 4, words == 0 ? 1 : 0);
		assert_in_range(end + 2 - at, 1, 75);
		at = end;
	}
	assert_in_range(words, 3, 6);
}

static void
bodies_are_written(void **state UNUSED)
{
	static const struct {
		const char *text, *expected;
	} rows[] = {
	    {"a\nb\n", "a\r\nb\r\n"},
	    {"no end", "no end\r\n"},
	    {"", ""},
	    {"\n\n", "\r\n\r\n"},
	    {"a=b ü", "a=3Db =C3=BC\r\n"},
	    {"tail \ntab\t\n in\n", "tail=20\r\ntab=09\r\n in\r\n"},
	    {"cr\rlf", "cr=0Dlf\r\n"},
	    /* exactly 76 bytes fit; 77 do not */
	    {A50 A10 A10 "aaaaaa", A50 A10 A10 "aaaaaa\r\n"},
	    {A50 A10 A10 "aaaaaab", A50 A10 A10 "aaaaa=\r\nab\r\n"},
	    {A50 A10 A10 "aaa=b", A50 A10 A10 "aaa=\r\n=3Db\r\n"},
	    {A50 A10 A10 "aaa=", A50 A10 A10 "aaa=3D\r\n"},
	};
	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		AUTO_FREE char *bytes = collect(write_body, rows[i].text);
		assert_string_equal(bytes, rows[i].expected);
		assert_short_lines(bytes);
	}
}

static struct message_notice
make_notice(void)
{
	static const char body[] = "l\ten\t1\topened\nf\tWhat\tbounce-flood\n";
	return (struct message_notice){
	    .notice = 7,
	    .recipient = "staff@example.org",
	    .subject = "flood",
	    .message_id = "incident-1.opened.0@mx1",
	    .created_s = 1780463109,
	    .body = {(const uint8_t *)body, sizeof(body) - 1},
	};
}

static void
assert_begins(const char *text, const char *beginning)
{
	AUTO_FREE char *head = strndup(text, strlen(beginning));
	assert_string_equal(head, beginning);
}

static void
a_mail_is_whole(void **state UNUSED)
{
	struct message_notice notice = make_notice();
	AUTO_FREE char *mail = NULL;
	const char *problem;
	setenv("TZ", "JST-9", 1);
	tzset();
	strcpy(notice.in_reply_to, "incident-0@mx1");
	assert_int_equal(mail_build(&notice, "watchdogd@example.org", &mail, &problem), 0);
	assert_begins(mail,
	    "From: watchdogd <watchdogd@example.org>\r\n"
	    "To: <staff@example.org>\r\n"
	    "Subject: flood\r\n"
	    "Date: Wed, 03 Jun 2026 14:05:09 +0900\r\n"
	    "Message-ID: <incident-1.opened.0@mx1>\r\n"
	    "In-Reply-To: <incident-0@mx1>\r\n"
	    "References: <incident-0@mx1>\r\n"
	    "Auto-Submitted: auto-generated\r\n"
	    "X-Watchdogd: alert\r\n"
	    "X-Watchdogd-Incident: 1\r\n"
	    "X-Watchdogd-Kind: opened\r\n"
	    "Content-Language: en\r\n"
	    "MIME-Version: 1.0\r\n"
	    "Content-Type: multipart/alternative; boundary=\"=_watchdogd-alternative\"\r\n"
	    "\r\n"
	    "--=_watchdogd-alternative\r\n"
	    "Content-Type: text/plain; charset=utf-8\r\n"
	    "Content-Transfer-Encoding: quoted-printable\r\n"
	    "\r\n"
	    "What       bounce-flood\r\n"
	    "--=_watchdogd-alternative\r\n"
	    "Content-Type: text/html; charset=utf-8\r\n"
	    "Content-Transfer-Encoding: quoted-printable\r\n"
	    "\r\n");
}

static void
only_letters_are_mailed(void **state UNUSED)
{
	static const char *const rows[] = {"", "\n", "What\n", "f\tWhat\n", "l\ten\t1\topened",
	    "l\tfr\t1\topened\n", "l\ten\t\topened\n", "l\ten\t1\t\n", "l\ten\t1x\topened\n",
	    "l\ten\t1\tOpened: x\n", "l\ten\t1111111111111111111111111\topened\n"};
	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		struct message_notice notice = make_notice();
		char *mail = NULL;
		const char *problem = NULL;
		notice.body.data = (const uint8_t *)rows[i];
		notice.body.length = strlen(rows[i]);
		assert_int_equal(mail_build(&notice, "w@x", &mail, &problem), -EINVAL);
		assert_string_equal(problem, "the letter has no head");
	}
}

static void
write_japanese(FILE *out, const char *text)
{
	mime_write_part(out, "plain", text, strlen(text));
}

static void
japanese_goes_as_base64(void **state UNUSED)
{
	AUTO_FREE char *part = collect(write_japanese, "状況  bounce-flood\n通常メール\n");
	assert_short_lines(part);
	assert_string_equal(part,
	    "Content-Type: text/plain; charset=utf-8\r\n"
	    "Content-Transfer-Encoding: base64\r\n"
	    "\r\n"
	    "54q25rOBICBib3VuY2UtZmxvb2QNCumAmuW4uOODoeODvOODqw0K\r\n");
}

static void
bad_addresses_are_refused(void **state UNUSED)
{
	static const char *const rows[] = {
	    "", "a b@x", "a@x>\r\nRCPT TO:<evil@x", "m\xc3\xbc@x", "a\n@x", "<a@x>", "a\x7f@x"};
	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		struct message_notice notice = make_notice();
		char *mail = NULL;
		const char *problem = NULL;
		strcpy(notice.recipient, rows[i]);
		assert_int_equal(mail_build(&notice, "w@x", &mail, &problem), -EINVAL);
		assert_string_equal(problem, "the recipient is no address for mail");
		notice = make_notice();
		assert_int_equal(mail_build(&notice, rows[i], &mail, &problem), -EINVAL);
		assert_null(mail);
	}
}

/* ---- the job: what alert writes is what send reads ---- */

static void
a_job_comes_across(void **state UNUSED)
{
	struct settings settings = {
	    .alert = {.from = "somebody@example.org",
		.return_path = "w@example.org",
		.timeout_s = 30},
	};
	static const struct settings_relay relay = {
	    .host = "mail.example.org",
	    .port = 587,
	    .tls = SETTINGS_TLS_REQUIRED,
	    .ca_file = "/etc/ca.pem",
	    .user = "wd",
	};
	const struct job_file_parts parts = {
	    .relay = &relay,
	    .password = "s3cret=\xc3\xbc",
	    .recipient = "staff@example.org",
	    .mail = "A: b\r\n\r\nc\r\n",
	};
	struct job job;
	char problem[200], read_back[1000];
	int fd;
	AUTO_FREE char *text = job_file_format(&settings, &parts);
	assert_int_equal(job_parse(text, strlen(text), &job, problem, sizeof(problem)), 0);
	assert_string_equal(job.relay, "mail.example.org");
	assert_int_equal(job.port, 587);
	assert_int_equal(job.tls, JOB_TLS_REQUIRED);
	assert_string_equal(job.ca, "/etc/ca.pem");
	assert_string_equal(job.user, "wd");
	assert_string_equal(job.password, "s3cret=\xc3\xbc");
	assert_string_equal(job.from, "w@example.org");
	assert_string_equal(job.to, "staff@example.org");
	assert_int_equal(job.timeout_s, 30);
	assert_string_equal(job.message, "A: b\r\n\r\nc\r\n");

	assert_int_equal(job_file_open(text, &fd), 0);
	ssize_t length = read(fd, read_back, sizeof(read_back));
	assert_int_equal(length, strlen(text));
	assert_memory_equal(read_back, text, strlen(text));
	close(fd);
}

#define HEAD "relay=r\nport=25\ntls=none\nfrom=a@x\nto=b@x\ntimeout=5\n"

static void
bad_jobs_are_refused(void **state UNUSED)
{
	static const struct {
		const char *text, *problem;
	} rows[] = {
	    {"", "the head has no end"},
	    {"relay=r\n", "the head has no end"},
	    {HEAD, "the head has no end"},
	    {HEAD "\n", "there is no message"},
	    {"relay=r\n\nA\r\n", "port is missing"},
	    {HEAD "relay=s\n\nA\r\n", "relay comes twice"},
	    {HEAD "shell=x\n\nA\r\n", "a head line has no known key"},
	    {HEAD "ca=\n\nA\r\n", "ca has 0 bytes, expected 1 to 1023"},
	    {HEAD "ca=a\rb\n\nA\r\n", "ca holds a control character"},
	    {HEAD "user=u\n\nA\r\n", "user and password go together"},
	    {HEAD "user=u\npassword=p\n\nA\r\n", "a password is sent over tls=required only"},
	    {"relay=::1\nport=25\ntls=none\nfrom=a@x\nto=b@x\ntimeout=5\n\nA\r\n",
		"relay ::1: IPv6 literals are not supported by libesmtp, use a name"},
	    {"relay=r\nport=0\ntls=none\nfrom=a@x\nto=b@x\ntimeout=5\n\nA\r\n",
		"port is not a number from 1 to 65535"},
	    {"relay=r\nport=-1\ntls=none\nfrom=a@x\nto=b@x\ntimeout=5\n\nA\r\n",
		"port is no number"},
	    {"relay=r\nport=25\ntls=maybe\nfrom=a@x\nto=b@x\ntimeout=5\n\nA\r\n",
		"tls is not none, opportunistic or required"},
	    {"relay=r\nport=25\ntls=none\nfrom=a@x\nto=b@x> x\ntimeout=5\n\nA\r\n",
		"to is no address that SMTP can carry"},
	    {HEAD "\nA\n", "message line 1: a bare LF or a NUL"},
	    {HEAD "\nA\r\nb\rc\r\n", "message line 2: a bare CR"},
	    {HEAD "\nA\r\nb", "message line 2: has no end"},
	};
	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		struct job job = {.port = -1};
		char problem[200] = "";
		assert_int_equal(
		    job_parse(rows[i].text, strlen(rows[i].text), &job, problem, sizeof(problem)),
		    -EINVAL);
		assert_string_equal(problem, rows[i].problem);
		assert_int_equal(job.port, -1);
	}
}

/* ---- remembered answers ---- */

static void
final_answers_are_remembered(void **state UNUSED)
{
	char id[32];
	struct results *results = results_new();
	results_add(results, "sent@x", 0, "250 queued\n");
	results_add(results, "later@x", 0, "451 busy\n");
	results_add(results, "refused@x", 0, "550 no such user\n");
	assert_string_equal(results_find(results, "sent@x", 1), "250 queued\n");
	assert_string_equal(results_find(results, "refused@x", 0), "550 no such user\n");
	assert_null(results_find(results, "refused@x", 1));
	assert_null(results_find(results, "later@x", 0));
	for (int i = 0; i < RESULTS_COUNT; i++) {
		snprintf(id, sizeof(id), "%d@x", i);
		results_add(results, id, 0, "250 ok\n");
	}
	assert_null(results_find(results, "sent@x", 1));
	assert_non_null(results_find(results, "0@x", 0));
	results_free(results);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(headers_are_written),
	    cmocka_unit_test(no_word_splits_a_character),
	    cmocka_unit_test(bodies_are_written),
	    cmocka_unit_test(a_mail_is_whole),
	    cmocka_unit_test(only_letters_are_mailed),
	    cmocka_unit_test(japanese_goes_as_base64),
	    cmocka_unit_test(bad_addresses_are_refused),
	    cmocka_unit_test(a_job_comes_across),
	    cmocka_unit_test(bad_jobs_are_refused),
	    cmocka_unit_test(final_answers_are_remembered),
	};
	return cmocka_run_group_tests_name("mail", tests, NULL, NULL);
}
