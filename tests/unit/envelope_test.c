/* SPDX-License-Identifier: ISC
 *
 * envelope_test.c - class and arrival from envelopes as Postfix writes them, as milters patch them,
 * and as nobody should write them.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "lib/guard.h"
#include "tests/unit/record_build.h"
#include "watchdogd/watch/letter.h"
#include "watchdogd/watch/reader.h"

static struct file file;

static int
parse_from(record_read read, void *source, struct envelope *ret_envelope)
{
	static const struct letter_wish only_itself;
	static struct letter letter;
	int r = letter_parse(&letter, read, source, &only_itself);
	*ret_envelope = letter.envelope;
	return r;
}

static int
parse(struct envelope *ret_envelope)
{
	return parse_from(read_built, &file, ret_envelope);
}

static void
assert_class(enum message_class expected)
{
	struct envelope envelope;
	assert_int_equal(parse(&envelope), 0);
	assert_string_equal(
	    names_get(&names_class, (int)envelope.class), names_get(&names_class, (int)expected));
	assert_int_equal(envelope.arrival_s, 1795510277);
}

/* What stands around the sender decides. */
static void
test_classes(void **state)
{
	static const struct {
		const char *before[3], *sender, *after[3];
		enum message_class class;
	} rows[] = {
	    {{"log_message_origin=local", "trace_flags=0"}, "", {NULL}, CLASS_BOUNCE},
	    {{"log_message_origin=local"}, "double-bounce@gw.test", {NULL}, CLASS_NOTICE},
	    {{"rewrite_context=remote"}, "",
		{"log_client_address=192.0.2.1", "log_message_origin=x[192.0.2.1]"}, CLASS_DSN},
	    /* a client cannot talk its way in: the attribute of its own name is there, too */
	    {{"rewrite_context=remote"}, "", {"log_client_name=local", "log_message_origin=local"},
		CLASS_DSN},
	    {{"rewrite_context=local"}, "", {NULL}, CLASS_DSN}, /* sendmail -f '<>' */
	    {{"rewrite_context=local"}, "double-bounce@gw.test", {NULL}, CLASS_NORMAL},
	    {{"rewrite_context=local"}, "a@b.test", {NULL}, CLASS_NORMAL},
	    {{"log_message_origin=localhost"}, "", {NULL}, CLASS_DSN},
	    {{"rewrite_context=remote"}, "MAILER-DAEMON", {"log_client_name=x"}, CLASS_NORMAL},
	    {{"rewrite_context=remote"}, "\xc3\xa4@\xc3\xb6.test", {"encoding=8bit"}, CLASS_NORMAL},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		begin_file(&file);
		for (size_t k = 0; k < 3 && rows[i].before[k] != NULL; k++)
			put_text(&file, 'A', rows[i].before[k]);
		put_text(&file, 'S', rows[i].sender);
		for (size_t k = 0; k < 3 && rows[i].after[k] != NULL; k++)
			put_text(&file, 'A', rows[i].after[k]);
		end_file(&file, "u@v.test");
		assert_class(rows[i].class);
	}
}

/* postdrop writes T first and a size record of -1. */
static void
test_maildrop(void **state)
{
	struct envelope envelope;
	(void)state;
	file.length = 0;
	put_text(&file, 'T', "1795510277 1");
	put_text(&file, 'C', "             -1              -1              -1               0");
	put_text(&file, 'F', "A User");
	put_text(&file, 'S', "user@gw.test");
	put_text(&file, 'R', "u@v.test");
	put_text(&file, 'M', "");
	assert_class(CLASS_NORMAL);
	assert_int_equal(parse(&envelope), 0);
	assert_int_equal(envelope.extracted_at, 0);
	assert_int_equal(envelope.size_bytes, 0);
	assert_int_equal(envelope.recipients, 0);
}

static void
test_no_time(void **state)
{
	struct envelope envelope;
	(void)state;
	file.length = 0;
	put_text(&file, 'S', "user@gw.test");
	put_text(&file, 'R', "u@v.test");
	put_text(&file, 'M', "");
	assert_int_equal(parse(&envelope), 0);
	assert_int_equal(envelope.arrival_s, -1);
}

/* A milter changed the sender: its record was written over by a pointer that is longer, to a new
 * one behind the end, from where a pointer leads back. Whoever skips the pointer reads garbage. */
static void
test_milter_sender(void **state)
{
	(void)state;
	begin_file(&file);
	size_t pointer = put_pointer(&file, 0);
	/* the rest of what the pointer was written over */
	memcpy(file.bytes + file.length, "S\x7fgarbage", 9);
	file.length += 9;
	size_t back = file.length;
	put_text(&file, 'A', "log_client_address=192.0.2.1");
	end_file(&file, "u@v.test");
	for (int i = 0; i < 40; i++) /* over the first 4 KB */
		put_text(&file, 'w',
		    "0123456789012345678901234567890123456789012345678901234567"
		    "0123456789012345678901234567890123456789012345678901234567");
	set_pointer(&file, pointer, file.length);
	put_text(&file, 'S', "");
	put_pointer(&file, back); /* backwards */
	assert_class(CLASS_DSN);
}

/* A short sender is padded with a pointer of 1 to 15 characters. */
static void
test_short_padding(void **state)
{
	(void)state;
	for (size_t length = 1; length <= 15; length++) {
		char zero[16];
		snprintf(zero, sizeof(zero), "%*d", (int)length, 0);
		begin_file(&file);
		put_text(&file, 'A', "log_message_origin=local");
		put_text(&file, 'S', "");
		put_text(&file, 'p', zero);
		end_file(&file, "u@v.test");
		assert_class(CLASS_BOUNCE);
	}
}

/* Done, cancelled and killed recipients; the sender is known by then. */
static void
test_first_recipient_done(void **state)
{
	static const char types[] = "D/KO";
	(void)state;
	for (size_t i = 0; types[i] != '\0'; i++) {
		begin_file(&file);
		put_text(&file, 'S', "a@b.test");
		put_text(&file, types[i], "u@v.test");
		end_file(&file, "v@v.test");
		assert_class(CLASS_NORMAL);
	}
}

static void
test_thousand_recipients(void **state)
{
	(void)state;
	begin_file(&file);
	put_text(&file, 'S', "a@b.test");
	for (int i = 0; i < 1000; i++) {
		put_text(&file, 'O', "u@v.test");
		put_text(&file, 'R', "u@v.test");
	}
	end_file(&file, "last@v.test");
	assert_class(CLASS_NORMAL);
}

/* Cut at every byte: never read past the end, never a class out of half a sender. */
static void
test_truncated(void **state)
{
	(void)state;
	begin_file(&file);
	put_text(&file, 'A', "log_message_origin=local");
	size_t sender = put_text(&file, 'S', "someone@somewhere.test");
	size_t behind = file.length;
	end_file(&file, "u@v.test");
	size_t whole = file.length;
	assert_true(sender < behind && behind < whole);
	for (size_t length = 0; length <= behind; length++) {
		struct envelope envelope;
		file.length = length;
		assert_int_equal(parse(&envelope), -EBADMSG);
	}
	file.length = whole;
	assert_class(CLASS_NORMAL);
}

static void
test_refused(void **state)
{
	static const struct {
		const char *what;
		uint8_t bytes[16];
		size_t length;
	} rows[] = {
	    {"zero bytes", {0}, 16},
	    {"a length of five bytes", {'S', 0x80, 0x80, 0x80, 0x80, 0x01}, 6},
	    {"a length of 256 MiB", {'S', 0xff, 0xff, 0xff, 0x7f}, 5},
	    {"an endless length", {'S', 0xff}, 2},
	    {"a pointer of letters", {'p', 3, 'a', 'b', 'c'}, 5},
	    {"a pointer of nothing", {'p', 0}, 2},
	    {"a negative pointer", {'p', 2, '-', '5'}, 4},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		struct envelope envelope;
		memcpy(file.bytes, rows[i].bytes, rows[i].length);
		file.length = rows[i].length;
		assert_int_equal(parse(&envelope), -EBADMSG);
	}
}

/* Pointers in a circle, and records without end, cost a bounded number of reads. */
static void
test_limits(void **state)
{
	struct envelope envelope;
	(void)state;
	begin_file(&file);
	size_t at = put_pointer(&file, 0);
	put_pointer(&file, at);
	set_pointer(&file, at, at);
	assert_int_equal(parse(&envelope), -E2BIG);
	begin_file(&file);
	for (int i = 0; i < 100000; i++)
		put_text(&file, 'A', "");
	assert_int_equal(parse(&envelope), -E2BIG);
	file.length = 0;
	put_pointer(&file, 900000000000000000u); /* past the end */
	assert_int_equal(parse(&envelope), -EBADMSG);
}

/* A payload that crosses the end of the 4 KB that are read at once, at each of its bytes. */
static void
test_buffer_edge(void **state)
{
	(void)state;
	for (size_t shift = 0; shift < 80; shift++) {
		char filler[4096];
		begin_file(&file);
		size_t length = 4096 - 60 - file.length + shift;
		memset(filler, 'x', length);
		put_record(&file, 'A', filler, length);
		put_text(&file, 'A', "log_message_origin=local");
		put_text(&file, 'S', "double-bounce@gw.test");
		end_file(&file, "u@v.test");
		assert_class(CLASS_NOTICE);
	}
}

/* NULs in a payload are bytes like others: no text ends there. */
static void
test_nul(void **state)
{
	static const char origin[] = "log_message_origin=local\0x";
	static const char sender[] = "\0a@b.test";
	(void)state;
	begin_file(&file);
	put_record(&file, 'A', origin, sizeof(origin) - 1);
	put_record(&file, 'S', sender, sizeof(sender) - 1);
	end_file(&file, "u@v.test");
	assert_class(CLASS_NORMAL);
}

/* Lines go by up to the first that may matter, and to the next read; what looks like a record inside
 * of one is none. */
static void
test_skip_lines(void **state)
{
	static const bool wanted[256] = {['S'] = true, ['\n'] = true};
	struct record_stream stream;
	struct record record;
	(void)state;
	file.length = 0;
	put_text(&file, 'N', "From: a");
	put_text(&file, 'N', "To: N\005Subj\nN\005Subj");
	put_text(&file, 'N', "Subject: 1");
	put_text(&file, 'N', "");
	put_text(&file, 'p', "              0");
	for (int i = 0; i < 600; i++)
		put_text(&file, 'N', "0123456");
	record_open(&stream, read_built, &file);
	assert_int_equal(record_skip_lines(&stream, wanted), 0); /* nothing is at hand */
	assert_int_equal(record_next(&stream, &record), 1);
	assert_int_equal(record_skip_lines(&stream, wanted), 18);
	assert_int_equal(record_next(&stream, &record), 1);
	assert_memory_equal(record.data, "Subject: 1", record.length);
	assert_int_equal(record_skip_lines(&stream, wanted), 0);
	assert_int_equal(record_next(&stream, &record), 1);
	assert_int_equal(record.length, 0);
	assert_int_equal(record_skip_lines(&stream, wanted), 0); /* the pointer is followed */
	unsigned lines = 0;
	while (record_next(&stream, &record) > 0)
		lines += 1 + (unsigned)record_skip_lines(&stream, wanted) / 8;
	assert_int_equal(lines, 600);
	assert_int_equal(stream.records, 605);
}

static void
check_corpus_file(int directory, const char *name, int class)
{
	struct envelope envelope;
	AUTO_CLOSE int fd = openat(directory, name, O_RDONLY);
	assert_true(fd >= 0);
	int r = parse_from(reader_pread, &fd, &envelope);
	if ((int)envelope.class != class)
		fail_msg("%s is %s (%d)", name, names_get(&names_class, (int)envelope.class), r);
	assert_true(r < 0 || envelope.arrival_s > 1700000000);
}

/* Files that a real Postfix made: tests/corpus/queue/<class>/. */
static void
test_corpus(void **state)
{
	int seen = 0;
	(void)state;
	for (int class = 0; class < CLASS_COUNT; class ++) {
		char path[512];
		snprintf(
		    path, sizeof(path), "tests/corpus/queue/%s", names_get(&names_class, class));
		DIR *directory = opendir(path);
		assert_non_null(directory);
		for (struct dirent *item; (item = readdir(directory)) != NULL;) {
			if (item->d_name[0] == '.')
				continue;
			check_corpus_file(dirfd(directory), item->d_name, class);
			seen++;
		}
		closedir(directory);
	}
	assert_true(seen >= 12);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_classes),
	    cmocka_unit_test(test_maildrop),
	    cmocka_unit_test(test_no_time),
	    cmocka_unit_test(test_milter_sender),
	    cmocka_unit_test(test_short_padding),
	    cmocka_unit_test(test_first_recipient_done),
	    cmocka_unit_test(test_thousand_recipients),
	    cmocka_unit_test(test_truncated),
	    cmocka_unit_test(test_refused),
	    cmocka_unit_test(test_limits),
	    cmocka_unit_test(test_buffer_edge),
	    cmocka_unit_test(test_nul),
	    cmocka_unit_test(test_skip_lines),
	    cmocka_unit_test(test_corpus),
	};
	return cmocka_run_group_tests_name("envelope", tests, NULL, NULL);
}
