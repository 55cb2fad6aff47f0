/* SPDX-License-Identifier: ISC
 *
 * sending_test.c - who gets which result, and how often a mail is sent, with a stand-in for `send`
 * that does what the recipient's name says and writes down that it ran.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/guard.h"
#include "lib/mem.h"
#include "watchdogd/alert/sending.h"

#define DEADLINE_MS 10000

/* "gate..." waits at a FIFO of its name until the test opens it; 3 is the engine's pipe, 1 is alert's. */
static const char stand_in[] =
    "#!/bin/sh\n"
    "trap '' PIPE\n"
    "cd \"${0%/*}\"\n"
    "while read -r line; do case $line in to=*) to=${line#to=};; esac; done\n"
    "echo \"$to\" >>ran\n"
    "case $to in\n"
    "ok*) echo '250 taken' >&3; echo '250 taken';;\n"
    "never*) echo '550 no such person' >&3; echo '550 no such person';;\n"
    "later*) echo '450 busy' >&3; echo '450 busy';;\n"
    "gate*) read -r word <\"$to\"; echo \"250 $word\" >&3; echo \"250 $word\";;\n"
    "dies*) kill -9 $$;;\n"
    "mute*) exit 75;;\n"
    "esac\n";

static const char *const gates[] = {"gate0", "gate1", "gate2", "gate3", "gate4", "gate5"};

static const struct secret secrets[SETTINGS_RELAYS_MAX];

static struct world {
	char directory[64], program[96];
	struct settings settings;
	struct event_base *base;
	struct sendings *sendings;
} world;

static void
path_of(char path[128], const char *name)
{
	snprintf(path, 128, "%s/%s", world.directory, name);
}

static int
set_up(void **state UNUSED)
{
	char path[128];
	world = (struct world){
	    .directory = "/tmp/watchdogd-sending.XXXXXX",
	    .settings = {.alert = {.from = "wd@x",
			     .timeout_s = 60,
			     .relays = {{.host = "relay", .port = 25},
				 {.host = "other", .port = 26}},
			     .relay_count = 2}},
	};
	assert_non_null(mkdtemp(world.directory));
	snprintf(world.program, sizeof(world.program), "%s/send", world.directory);
	int fd = open(world.program, O_WRONLY | O_CREAT | O_CLOEXEC, 0700);
	assert_int_equal(write(fd, stand_in, sizeof(stand_in) - 1), sizeof(stand_in) - 1);
	close(fd);
	for (size_t i = 0; i < ARRAY_LENGTH(gates); i++) {
		path_of(path, gates[i]);
		assert_int_equal(mkfifo(path, 0600), 0);
	}
	signal(SIGPIPE, SIG_IGN);
	world.base = event_base_new();
	const struct sendings_parts parts = {
	    .base = world.base,
	    .settings = &world.settings,
	    .program = world.program,
	    .secrets = secrets,
	};
	world.sendings = sendings_new(&parts);
	return 0;
}

static int
tear_down(void **state UNUSED)
{
	static const char *const names[] = {"send", "ran"};
	char path[128];
	sendings_free(world.sendings);
	event_base_free(world.base);
	for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
		path_of(path, names[i]);
		unlink(path);
	}
	for (size_t i = 0; i < ARRAY_LENGTH(gates); i++) {
		path_of(path, gates[i]);
		unlink(path);
	}
	return rmdir(world.directory);
}

/* Asks as the engine does. Returns the read end of its pipe. */
static int
ask_relay(const char *recipient, uint64_t relay)
{
	static const char letter[] = "l\ten\t1\topened\nf\tWhat\tflood\n";
	int fds[2];
	struct message_notice notice = {
	    .notice = 1,
	    .relay = relay,
	    .subject = "flood",
	    .body = {(const uint8_t *)letter, sizeof(letter) - 1},
	};
	strcpy(notice.recipient, recipient);
	snprintf(notice.message_id, sizeof(notice.message_id), "%s.id", recipient);
	assert_int_equal(pipe2(fds, O_CLOEXEC | O_NONBLOCK), 0);
	sendings_add(world.sendings, &notice, fds[1]);
	return fds[0];
}

static int
ask(const char *recipient)
{
	return ask_relay(recipient, 0);
}

static bool
is_ready(int fd, int wait_ms)
{
	struct pollfd waiting = {.fd = fd, .events = POLLIN};
	return poll(&waiting, 1, wait_ms) == 1;
}

static void
serve_until_ready(int fd)
{
	for (int waited = 0; !is_ready(fd, 10); waited += 10) {
		assert_true(waited < DEADLINE_MS);
		event_base_loop(world.base, EVLOOP_NONBLOCK);
	}
}

/* Everything that the asker hears until nobody holds the pipe any more. */
static void
expect(int fd, const char *expected)
{
	char heard[256];
	size_t length = 0;
	for (;;) {
		serve_until_ready(fd);
		ssize_t n = read(fd, heard + length, sizeof(heard) - 1 - length);
		if (n == 0)
			break;
		assert_true(n > 0);
		length += (size_t)n;
	}
	heard[length] = '\0';
	assert_string_equal(heard, expected);
	close(fd);
}

/* Lines that the stand-in wrote down. */
static int
count_runs(void)
{
	char path[128];
	int count = 0;
	path_of(path, "ran");
	FILE *file = fopen(path, "r");
	if (file == NULL)
		return 0;
	for (int c; (c = fgetc(file)) != EOF;)
		count += c == '\n';
	fclose(file);
	return count;
}

static void
wait_for_runs(int count)
{
	for (int waited = 0; count_runs() < count; waited += 10) {
		assert_true(waited < DEADLINE_MS);
		event_base_loop(world.base, EVLOOP_NONBLOCK);
		poll(NULL, 0, 10);
	}
	assert_int_equal(count_runs(), count);
}

/* Lets the process at that gate pass. */
static void
open_gate(const char *gate, const char *word)
{
	char path[128];
	path_of(path, gate);
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, word, strlen(word)), strlen(word));
	close(fd);
}

/* ---- tests ---- */

static void
one_asker_hears_one_line(void **state UNUSED)
{
	expect(ask("ok"), "250 taken\n");
	expect(ask("later"), "450 busy\n");
	assert_int_equal(count_runs(), 2);
}

static void
a_process_that_says_nothing_is_spoken_for(void **state UNUSED)
{
	expect(ask("mute"), "451 relay:25: exit 75\n");
	expect(ask("dies"), "451 relay:25: no result in 60 s\n");
}

/* An engine that was killed after the relay's answer asks again. */
static void
a_sent_mail_is_not_sent_again(void **state UNUSED)
{
	expect(ask("ok"), "250 taken\n");
	expect(ask("ok"), "250 taken\n");
	assert_int_equal(count_runs(), 1);
	expect(ask("later"), "450 busy\n");
	expect(ask("later"), "450 busy\n");
	assert_int_equal(count_runs(), 3);
}

/* What one relay has is sent; what one has refused, another may take. */
static void
a_refusal_is_of_one_relay(void **state UNUSED)
{
	expect(ask("never"), "550 no such person\n");
	expect(ask("never"), "550 no such person\n");
	assert_int_equal(count_runs(), 1);
	expect(ask_relay("never", 1), "550 no such person\n");
	assert_int_equal(count_runs(), 2);
	expect(ask_relay("ok", 1), "250 taken\n");
	expect(ask("ok"), "250 taken\n");
	assert_int_equal(count_runs(), 3);
	expect(ask_relay("ok", 2), "250 taken\n");
	expect(ask_relay("later", 2), "451 no relay is configured\n");
}

/* The engine has heard that the first relay did not take it while its process still ends. */
static void
another_relay_is_another_try(void **state UNUSED)
{
	int first = ask("gate0");
	wait_for_runs(1);
	int second = ask_relay("gate0", 1);
	wait_for_runs(2);
	open_gate("gate0", "one\n");
	open_gate("gate0", "two\n");
	assert_true(is_ready(first, DEADLINE_MS) && is_ready(second, DEADLINE_MS));
	close(first);
	close(second);
}

/* An engine that was killed while the mail was under way asks again. */
static void
a_second_asker_is_attached(void **state UNUSED)
{
	int first = ask("gate0");
	wait_for_runs(1);
	int second = ask("gate0");
	close(first);
	open_gate("gate0", "once\n");
	expect(second, "250 once\n");
	assert_int_equal(count_runs(), 1);
}

static void
only_four_run_at_a_time(void **state UNUSED)
{
	int fds[6];
	for (int i = 0; i < 6; i++)
		fds[i] = ask(gates[i]);
	wait_for_runs(4);
	assert_false(is_ready(fds[4], 100));
	assert_int_equal(count_runs(), 4);
	/* those that wait are attached to as well */
	int again = ask("gate5");
	for (int i = 0; i < 6; i++) {
		wait_for_runs(i < 2 ? 4 + i : 6);
		open_gate(gates[i], "through\n");
		expect(fds[i], "250 through\n");
	}
	expect(again, "250 through\n");
	assert_int_equal(count_runs(), 6);
}

static void
what_cannot_be_sent_is_answered(void **state UNUSED)
{
	expect(ask("a b"), "550 the recipient is no address for mail\n");
	assert_int_equal(unlink(world.program), 0);
	expect(ask("ok"), "451 send not started: No such file or directory\n");
}

static void
the_end_waits_for_mails_under_way(void **state UNUSED)
{
	int fd = ask("gate0");
	wait_for_runs(1);
	open_gate("gate0", "late\n");
	sendings_finish(world.sendings, 10);
	assert_true(is_ready(fd, 0));
	expect(fd, "250 late\n");
	int refused = ask("ok"); /* no new one is started */
	assert_false(is_ready(refused, 50));
	close(refused);
	assert_int_equal(count_runs(), 1);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(one_asker_hears_one_line),
	    TEST(a_process_that_says_nothing_is_spoken_for),
	    TEST(a_sent_mail_is_not_sent_again),
	    TEST(a_refusal_is_of_one_relay),
	    TEST(another_relay_is_another_try),
	    TEST(a_second_asker_is_attached),
	    TEST(only_four_run_at_a_time),
	    TEST(what_cannot_be_sent_is_answered),
	    TEST(the_end_waits_for_mails_under_way),
	};
	return cmocka_run_group_tests_name("sending", tests, NULL, NULL);
}
