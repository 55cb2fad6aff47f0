/* SPDX-License-Identifier: ISC
 *
 * census_test.c - who the mail is from and to: the stocks follow each message in and out, the June
 * flood comes out first by name, and nothing is held when all has left.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "lib/guard.h"
#include "tests/unit/record_build.h"
#include "watchdogd/watch/census.h"

#define NOW_S 1800000000

static struct file file;
static struct profile profile;

/* A message as smtpd writes it. */
static void
read_mail(
    const char *sender, const char *client, const char *subject, const char *const *recipients)
{
	char text[300];
	begin_file(&file);
	put_text(&file, 'S', sender);
	snprintf(text, sizeof(text), "log_client_address=%s", client);
	put_text(&file, 'A', text);
	for (; *recipients != NULL; recipients++)
		put_text(&file, 'R', *recipients);
	put_text(&file, 'M', "");
	put_text(&file, 'N', "Received: from x (x [192.0.2.99])");
	snprintf(text, sizeof(text), "Subject: %s", subject);
	put_text(&file, 'N', text);
	put_text(&file, 'N', "");
	put_text(&file, 'N', "Subject: not this");
	put_text(&file, 'X', "");
	put_text(&file, 'E', "");
	assert_int_equal(profile_parse(&profile, read_built, &file), 0);
}

/* The bounce that comes of it. */
static void
read_bounce(const char *sender, const char *client, const char *reply)
{
	char lines[12][300] = {"Subject: Undelivered Mail Returned to Sender", "",
	    "Content-Type: message/delivery-status", "", "X-Postfix-Queue-ID: 4ABC"};
	snprintf(lines[5], sizeof(lines[5]), "X-Postfix-Sender: rfc822; %s", sender);
	snprintf(lines[6], sizeof(lines[6]), "Remote-MTA: dns; inner.test");
	snprintf(lines[7], sizeof(lines[7]), "Diagnostic-Code: smtp; %s", reply);
	snprintf(lines[8], sizeof(lines[8]), "Content-Type: message/rfc822");
	snprintf(lines[10], sizeof(lines[10]), "Received: from x (x [%s])", client);
	snprintf(lines[11], sizeof(lines[11]), "Subject: photo");
	begin_file(&file);
	put_text(&file, 'A', "log_message_origin=local");
	put_text(&file, 'S', "");
	put_text(&file, 'R', sender);
	put_text(&file, 'M', "");
	for (size_t i = 0; i < ARRAY_LENGTH(lines); i++)
		put_text(&file, 'N', lines[i]);
	put_text(&file, 'X', "");
	put_text(&file, 'E', "");
	assert_int_equal(profile_parse(&profile, read_built, &file), 0);
}

static struct queue_entry
enter(struct census *census)
{
	struct queue_entry entry = {.class = profile.letter.envelope.class & 7};
	census_add(census, 0, &entry, &profile);
	return entry;
}

struct seen {
	char text[300];
};

static void
note(const char *domain, uint32_t recipients, void *owner)
{
	struct seen *seen = owner;
	size_t length = strlen(seen->text);
	snprintf(seen->text + length, sizeof(seen->text) - length, " %s:%u", domain, recipients);
}

static void
assert_recipients(const struct census *census, const struct queue_entry *entry, const char *text)
{
	struct seen seen = {""};
	census_list_recipients(census, entry, note, &seen);
	assert_string_equal(seen.text, text);
}

static void
test_recipients(void **state UNUSED)
{
	struct census *census = census_new();
	read_mail("a@From.Test", "192.0.2.1", "s", (const char *[]){"u@V.test.", NULL});
	struct queue_entry one = enter(census);
	assert_recipients(census, &one, " v.test:1");
	assert_string_equal(census_sender_domain(census, &one), "from.test");
	read_mail("", "192.0.2.1", "s",
	    (const char *[]){"u@v.test", "w@other.test", "x@v.test", "root", "y@..z..test", NULL});
	struct queue_entry several = enter(census);
	assert_recipients(census, &several, " v.test:2 other.test:1 root:1 z.test:1");
	assert_string_equal(census_sender_domain(census, &several), "MAILER-DAEMON");
	census_remove(census, 0, &one);
	assert_recipients(census, &one, "");
	assert_recipients(census, &several, " v.test:2 other.test:1 root:1 z.test:1");
	census_remove(census, 0, &several);
	census_remove(census, 0, &several); /* nothing is let go twice */
	census_free(census);
}

static void
test_many_domains(void **state UNUSED)
{
	struct census *census = census_new();
	char addresses[PROFILE_DOMAINS_MAX + 8][32];
	const char *list[PROFILE_DOMAINS_MAX + 9] = {NULL};
	struct seen seen = {""};
	for (size_t i = 0; i < ARRAY_LENGTH(addresses); i++) {
		snprintf(addresses[i], sizeof(addresses[i]), "u@d%zu.test", i);
		list[i] = addresses[i];
	}
	read_mail("a@b.test", "192.0.2.1", "s", list);
	struct queue_entry entry = enter(census);
	census_list_recipients(census, &entry, note, &seen);
	assert_non_null(strstr(seen.text, " d0.test:1 "));
	assert_int_equal(profile.others, 8);
	census_remove(census, 0, &entry);
	census_free(census);
}

static void
test_causes(void **state UNUSED)
{
	struct census *census = census_new();
	struct queue_entry bounces[40];
	struct census_row rows[4];
	char sender[64];
	for (size_t i = 0; i < ARRAY_LENGTH(bounces); i++) {
		bool is_flood = i % 8 != 0;
		snprintf(sender, sizeof(sender), "ava%04zu@%04zu.com", i, 9999 - i);
		if (is_flood)
			read_bounce(sender, "203.0.113.5", "550 5.7.1 <u@inner.test> refused 17");
		else
			read_bounce("old@list.test", "198.51.100.1", "550 5.1.1 no such user");
		bounces[i] = enter(census);
	}
	assert_int_equal(census_rank(census, 0, DIMENSION_CAUSE, CLASS_BOUNCE, NOW_S, rows, 4), 2);
	assert_int_equal(rows[0].count, 35);
	assert_string_equal(rows[0].key,
	    "mail from 203.0.113.0/24, shape {letters}{4 digits}@{4 digits}.com, subject photo, "
	    "refused by inner.test with 550 5.7.1 {address} refused {digits}");
	assert_string_equal(rows[0].examples[0], "ava0001@9998.com");
	assert_string_equal(rows[1].key,
	    "mail from 198.51.100.0/24, shape old@list.test, subject photo, refused by inner.test "
	    "with 550 5.1.1 no such user");
	assert_int_equal(census_total(census, 0, DIMENSION_CAUSE, CLASS_BOUNCE, NOW_S), 40);
	char words[CAUSE_TEXT_SIZE];
	assert_string_equal(census_cause(census, 0, &bounces[1], words), rows[0].key);
	for (size_t i = 0; i < ARRAY_LENGTH(bounces); i++)
		if (i % 8 != 0)
			census_remove(census, 0, &bounces[i]);
	assert_int_equal(census_rank(census, 0, DIMENSION_CAUSE, CLASS_BOUNCE, NOW_S, rows, 4), 1);
	assert_int_equal(rows[0].count, 5);
	/* of another instance there are none */
	assert_int_equal(census_rank(census, 1, DIMENSION_CAUSE, CLASS_BOUNCE, NOW_S, rows, 4), 0);
	census_free(census);
}

/* The original told its client in its envelope: truer than what the returned headers tell. */
static void
test_client_of_the_original(void **state UNUSED)
{
	static const char *const clients[] = {"203.0.113.5", ""};
	static const char *const words[] = {"mail from 203.0.113.0/24,", "mail from this host,"};
	struct census *census = census_new();
	for (size_t i = 0; i < ARRAY_LENGTH(clients); i++) {
		char text[CAUSE_TEXT_SIZE];
		read_mail("a@b.test", clients[i], "s", (const char *[]){"u@v.test", NULL});
		census_note_client(census, 0, "4ABC", &profile);
		read_bounce("a@b.test", "192.0.2.1", "550 5.7.1 refused");
		struct queue_entry bounce = enter(census);
		census_cause(census, 0, &bounce, text);
		assert_memory_equal(text, words[i], strlen(words[i]));
		census_remove(census, 0, &bounce);
	}
	census_free(census);
}

/* A botnet has more networks than there is room for, and is still one cause, counted in full. */
static void
test_more_networks_than_are_kept(void **state UNUSED)
{
	static struct queue_entry bounces[CENSUS_CAUSES_MAX + 900];
	struct census *census = census_new();
	struct census_row row;
	for (unsigned i = 0; i < ARRAY_LENGTH(bounces); i++) {
		char client[64];
		snprintf(client, sizeof(client), "100.%u.%u.7", i / 256, i % 256);
		read_bounce("ava1204@8231.com", client, "550 5.7.1 refused");
		bounces[i] = enter(census);
	}
	assert_int_equal(census_rank(census, 0, DIMENSION_CAUSE, CLASS_BOUNCE, NOW_S, &row, 1), 1);
	assert_string_equal(row.key,
	    "mail from 4097 networks, shape {letters}{4 digits}@{4 digits}.com, subject photo, "
	    "refused by inner.test with 550 5.7.1 refused");
	assert_int_equal(row.count, ARRAY_LENGTH(bounces));
	for (unsigned i = 0; i < ARRAY_LENGTH(bounces); i++)
		census_remove(census, 0, &bounces[i]);
	assert_int_equal(census_total(census, 0, DIMENSION_CAUSE, CLASS_BOUNCE, NOW_S), 0);
	census_free(census);
}

/* 100 a second from made-up senders, among 20 a second of ordinary mail. */
static void
test_june_flood(void **state UNUSED)
{
	static const char *const names[] = {"ava", "oliver", "mia", "zoe", "jack"};
	struct census *census = census_new();
	struct census_row rows[5];
	char sender[64], client[64];
	for (unsigned i = 0; i < 600; i++) {
		bool is_flood = i % 6 != 0;
		snprintf(sender, sizeof(sender), is_flood ? "%s%04u@%04u.com" : "%s.%c@d%u.example",
		    names[i % 5], is_flood ? i * 37 % 10000 : 'a' + i % 26, i * 91 % 10000);
		snprintf(client, sizeof(client), is_flood ? "203.0.%u.7" : "198.51.%u.1", i % 50);
		read_mail(sender, client, is_flood ? "photo" : sender,
		    (const char *[]){"u@univ.test", NULL});
		census_arrive(census, 0, &profile, NOW_S + i / 120);
	}
	assert_int_equal(
	    census_rank(census, 0, DIMENSION_SHAPE, CLASS_NORMAL, NOW_S + 5, rows, 5), 5);
	assert_string_equal(rows[0].key, "{letters}{4 digits}@{4 digits}.com");
	uint64_t total = census_total(census, 0, DIMENSION_SHAPE, CLASS_NORMAL, NOW_S + 5);
	assert_true(rows[0].count * 100 / total >= 82 && rows[0].count * 100 / total <= 84);
	assert_int_equal(rows[0].example_count, 3);
	assert_int_equal(rows[0].error, 0);
	assert_true(rows[1].count * 100 / total < 3); /* ordinary mail keeps its shapes */
	assert_int_equal(
	    census_rank(census, 0, DIMENSION_SUBJECT, CLASS_NORMAL, NOW_S + 5, rows, 1), 1);
	assert_string_equal(rows[0].key, "photo");
	/* what was gone before it could be read has a part in all */
	total = census_total(census, 0, DIMENSION_SHAPE, CLASS_NORMAL, NOW_S + 5);
	for (unsigned i = 0; i < 200; i++)
		census_arrive_unread(census, 0, NOW_S + 5);
	assert_int_equal(
	    census_total(census, 0, DIMENSION_SHAPE, CLASS_NORMAL, NOW_S + 5), total + 200);
	assert_int_equal(census_total(census, 0, DIMENSION_REASON, CLASS_NORMAL, NOW_S + 5), 0);
	assert_int_equal(census_total(census, 0, DIMENSION_SHAPE, CLASS_DSN, NOW_S + 5), 0);
	census_free(census);
}

/* A flood that is refused at once is gone before it can be read: its bounces tell who it was. */
static void
test_originals_that_were_not_read(void **state UNUSED)
{
	struct census *census = census_new();
	struct census_row row;
	for (unsigned i = 0; i < 10; i++)
		census_arrive_unread(census, 0, NOW_S);
	read_bounce("ava1204@8231.com", "203.0.113.5", "550 5.7.1 refused");
	census_arrive(census, 0, &profile, NOW_S);
	census_arrive(census, 0, &profile, NOW_S); /* the same original, 4ABC: once is enough */
	assert_int_equal(census_rank(census, 0, DIMENSION_SHAPE, CLASS_NORMAL, NOW_S, &row, 1), 1);
	assert_string_equal(row.key, "{letters}{4 digits}@{4 digits}.com");
	assert_int_equal(row.count, 1);
	assert_int_equal(
	    census_rank(census, 0, DIMENSION_NETWORK, CLASS_NORMAL, NOW_S, &row, 1), 1);
	assert_string_equal(row.key, "203.0.113.0/24");
	assert_int_equal(census_total(census, 0, DIMENSION_SHAPE, CLASS_NORMAL, NOW_S), 10);
	census_free(census);

	/* one that was read, or came when nothing was missed, is no new arrival */
	census = census_new();
	read_bounce("ava1204@8231.com", "203.0.113.5", "550 5.7.1 refused");
	census_arrive(census, 0, &profile, NOW_S);
	assert_int_equal(census_rank(census, 0, DIMENSION_SHAPE, CLASS_NORMAL, NOW_S, &row, 1), 0);
	assert_int_equal(census_total(census, 0, DIMENSION_SHAPE, CLASS_NORMAL, NOW_S), 0);
	assert_int_equal(census_total(census, 0, DIMENSION_SHAPE, CLASS_BOUNCE, NOW_S), 1);
	census_free(census);
}

static void
test_deferral(void **state UNUSED)
{
	struct census *census = census_new();
	struct deferral deferral = {.next_hop = "mx.slow.test",
	    .reason = "host mx.slow.test[192.0.2.1] said: 450 4.2.0 <u@v.test>: try in 299 s"};
	struct census_row row;
	read_mail("a@b.test", "192.0.2.1", "s", (const char *[]){"u@v.test", NULL});
	struct queue_entry entry = enter(census);
	assert_string_equal(census_reason(census, &entry), "");
	census_defer(census, 0, &entry, &deferral, NOW_S);
	census_defer(census, 0, &entry, &deferral, NOW_S);
	assert_string_equal(census_reason(census, &entry),
	    "host {host} said: 450 4.2.0 {address}: try in {digits} s");
	assert_int_equal(
	    census_rank(census, 0, DIMENSION_NEXT_HOP, CLASS_NORMAL, NOW_S, &row, 1), 1);
	assert_string_equal(row.key, "mx.slow.test");
	assert_int_equal(row.count, 2);
	entry.listed = true; /* it is to be read anew: its reason is still let go */
	entry.recipients = 0;
	census_remove(census, 0, &entry);
	assert_string_equal(census_reason(census, &entry), "");
	census_free(census);
}

static void
test_networks(void **state UNUSED)
{
	static const struct {
		const char *address, *network;
	} rows[] = {
	    {"203.0.113.5", "203.0.113.0/24"},
	    {"2001:db8:1:2::3", "2001:db8:1::/48"},
	    {"::1", "::/48"},
	    {"unknown", NULL},
	    {"", NULL},
	    {"1.2.3", NULL},
	};
	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		char text[64];
		bool found = profile_find_network(rows[i].address, text, sizeof(text));
		assert_int_equal(found, rows[i].network != NULL);
		if (found)
			assert_string_equal(text, rows[i].network);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_recipients),
	    cmocka_unit_test(test_many_domains),
	    cmocka_unit_test(test_causes),
	    cmocka_unit_test(test_client_of_the_original),
	    cmocka_unit_test(test_more_networks_than_are_kept),
	    cmocka_unit_test(test_june_flood),
	    cmocka_unit_test(test_originals_that_were_not_read),
	    cmocka_unit_test(test_deferral),
	    cmocka_unit_test(test_networks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
