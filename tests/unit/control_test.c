/* SPDX-License-Identifier: ISC
 *
 * control_test.c - the control socket as its clients meet it: garbage, halves, floods, stalls. A
 * real socket and the real server in one loop; the answers come from a desk of the test's own.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/mem.h"
#include "proto/ctl.h"
#include "watchdogd/control/server.h"

#define PATIENCE_MS 5000

static const struct server_limits limits = {
    .clients = 100,
    .viewers = 80,
    .client =
	{
	    .line_ms = 300,
	    .answer_ms = 300,
	    .write_ms = 300,
	    .line_max = CTL_REQUEST_MAX,
	    .answer_max = 1024u * 1024,
	    .answers_max = 2u * 1024 * 1024,
	},
};

struct room {
	char directory[64], path[96];
	int fd;
	struct event_base *base;
	struct server *server;
	int line_count;
	bool silent; /* answers do not come until the test gives them */
	struct client *waiting;
	size_t answer_bytes; /* 0: {"line": the line's length} */
};

static void
on_line(struct client *client, const char *line UNUSED, size_t length, void *room_)
{
	struct room *room = room_;
	room->line_count++;
	room->waiting = client;
	client_set_request(client, (uint64_t)room->line_count, ROLE_ENGINE);
	if (room->silent)
		return;
	json_t *document = json_pack("{s:I}", "line", (json_int_t)length);
	if (room->answer_bytes > 0) {
		AUTO_FREE char *filler = mem_alloc(room->answer_bytes + 1);
		memset(filler, 'x', room->answer_bytes);
		json_object_set_new(document, "filler", json_string(filler));
	}
	client_answer(client, document);
}

static void
on_late(struct client *client, void *room UNUSED)
{
	client_answer(client, ctl_make_error(CTL_UNAVAILABLE, "late"));
}

static int
enter_room(void **state)
{
	struct room *room = mem_alloc(sizeof(*room));
	snprintf(room->directory, sizeof(room->directory), "/tmp/control_test.XXXXXX");
	assert_non_null(mkdtemp(room->directory));
	snprintf(room->path, sizeof(room->path), "%s/%s", room->directory, CTL_SOCKET_NAME);
	assert_int_equal(peer_listen(room->path, PEER_NO_GROUP, &room->fd), 0);
	room->base = event_base_new();
	room->server = server_new(room->base,
	    &(struct server_settings){
		.fd = room->fd,
		.operators = PEER_NO_GROUP,
		.limits = &limits,
		.handlers = {.on_line = on_line, .on_late = on_late},
		.owner = room,
	    });
	*state = room;
	return 0;
}

static int
leave_room(void **state)
{
	struct room *room = *state;
	server_free(room->server);
	event_base_free(room->base);
	close(room->fd);
	unlink(room->path);
	rmdir(room->directory);
	free(room);
	return 0;
}

/* ---- a client ---- */

static int
knock(const struct room *room)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", room->path);
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

static void
turn(struct room *room)
{
	event_base_loop(room->base, EVLOOP_NONBLOCK);
}

/* Reads one line, or the end (empty text), or until the end of patience (NULL). */
static char *
hear(struct room *room, int fd)
{
	size_t length = 0, size = 2u * 1024 * 1024;
	AUTO_FREE char *text = mem_alloc(size);
	int64_t until_ms = clock_mono_now().ms + PATIENCE_MS;
	while (clock_mono_now().ms < until_ms) {
		turn(room);
		ssize_t seen = recv(fd, text + length, size - length - 1, MSG_PEEK);
		if (seen == 0 || (seen < 0 && errno == ECONNRESET))
			return mem_text("");
		if (seen < 0)
			continue;
		char *newline = memchr(text + length, '\n', (size_t)seen);
		size_t taken =
		    newline != NULL ? (size_t)(newline + 1 - text) - length : (size_t)seen;
		length += (size_t)recv(fd, text + length, taken, 0);
		text[length] = '\0';
		if (newline != NULL)
			return TAKE(text);
	}
	return NULL;
}

static void
assert_hears(struct room *room, int fd, const char *expected)
{
	AUTO_FREE char *heard = hear(room, fd);
	assert_non_null(heard);
	assert_string_equal(heard, expected);
}

static void
say(int fd, const char *text)
{
	assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), (ssize_t)strlen(text));
}

/* Whoever behaves is served at once, whatever the others do. */
static void
assert_serves(struct room *room)
{
	AUTO_CLOSE int fd = knock(room);
	say(fd, "hello\n");
	assert_hears(room, fd, "{\"line\":5}\n");
}

/* ---- tests ---- */

static void
line_in_pieces_is_one_line(void **state)
{
	struct room *room = *state;
	AUTO_CLOSE int fd = knock(room);
	say(fd, "half a ");
	turn(room);
	turn(room);
	assert_int_equal(room->line_count, 0);
	say(fd, "line\n");
	assert_hears(room, fd, "{\"line\":11}\n");
}

static void
lines_at_once_are_answered_in_turn(void **state)
{
	struct room *room = *state;
	AUTO_CLOSE int fd = knock(room);
	say(fd, "a\nbb\nccc\n");
	assert_hears(room, fd, "{\"line\":1}\n");
	assert_hears(room, fd, "{\"line\":2}\n");
	assert_hears(room, fd, "{\"line\":3}\n");
}

static void
many_lines_of_one_do_not_stop_another(void **state)
{
	struct room *room = *state;
	AUTO_CLOSE int greedy = knock(room);
	AUTO_CLOSE int modest = knock(room);
	char lines[4000];
	memset(lines, '\n', sizeof(lines));
	assert_int_equal(send(greedy, lines, sizeof(lines), 0), sizeof(lines));
	turn(room);
	say(modest, "hello\n");
	assert_hears(room, modest, "{\"line\":5}\n");
	assert_true(room->line_count < 100);
}

static void
ten_megabytes_without_a_line_break_end_the_connection(void **state)
{
	struct room *room = *state;
	AUTO_CLOSE int fd = knock(room);
	AUTO_FREE char *junk = mem_alloc(64 * 1024);
	size_t sent = 0;
	memset(junk, 0xff, 64 * 1024);
	for (int i = 0; i < 100000 && sent < 10 * 1024 * 1024; i++) {
		ssize_t r = send(fd, junk, 64 * 1024, MSG_NOSIGNAL);
		if (r < 0 && errno != EAGAIN)
			break;
		sent += r > 0 ? (size_t)r : 0;
		turn(room);
	}
	assert_true(sent < 10 * 1024 * 1024); /* it was ended long before */
	assert_int_equal(room->line_count, 0);
	assert_serves(room);
}

static void
line_that_is_too_long_is_told(void **state)
{
	struct room *room = *state;
	AUTO_CLOSE int fd = knock(room);
	AUTO_FREE char *line = mem_alloc(CTL_REQUEST_MAX);
	memset(line, 'x', CTL_REQUEST_MAX);
	assert_int_equal(send(fd, line, CTL_REQUEST_MAX, 0), CTL_REQUEST_MAX);
	assert_hears(
	    room, fd, "{\"error\":\"the request line is too long\",\"reason\":\"usage\"}\n");
	assert_hears(room, fd, "");
	assert_serves(room);
}

static void
dripping_client_ends_at_the_deadline(void **state)
{
	struct room *room = *state;
	AUTO_CLOSE int fd = knock(room);
	int64_t began_ms = clock_mono_now().ms, until_ms = began_ms + PATIENCE_MS;
	char byte;
	bool ended = false;
	while (!ended && clock_mono_now().ms < until_ms) {
		send(fd, "x", 1, MSG_NOSIGNAL); /* each turn a byte, never a line */
		turn(room);
		ended = recv(fd, &byte, 1, 0) == 0 || errno == ECONNRESET;
	}
	assert_true(ended);
	assert_true(clock_mono_now().ms - began_ms >= limits.client.line_ms - 50);
}

static void
client_who_does_not_read_ends_at_the_deadline(void **state)
{
	struct room *room = *state;
	AUTO_CLOSE int fd = knock(room);
	room->answer_bytes = 900 * 1024; /* far more than a socket takes */
	say(fd, "x\n");
	int64_t until_ms = clock_mono_now().ms + PATIENCE_MS;
	while (room->line_count == 0 && clock_mono_now().ms < until_ms)
		turn(room);
	room->answer_bytes = 0;
	assert_serves(room);
	/* the end shows in that writing fails */
	while (send(fd, "x", 1, MSG_NOSIGNAL) == 1 && clock_mono_now().ms < until_ms)
		turn(room);
	assert_true(clock_mono_now().ms < until_ms);
}

static void
answer_that_is_too_long_is_told(void **state)
{
	struct room *room = *state;
	AUTO_CLOSE int fd = knock(room);
	room->answer_bytes = 1024 * 1024;
	say(fd, "x\n");
	assert_hears(room, fd,
	    "{\"error\":\"the answer is too long: ask for less with "
	    "--limit\",\"reason\":\"unavailable\"}\n");
}

static void
answers_that_nobody_reads_are_bounded_together(void **state)
{
	struct room *room = *state;
	int fds[4];
	room->answer_bytes = 900 * 1024;
	for (int i = 0; i < 3; i++) {
		fds[i] = knock(room);
		say(fds[i], "x\n");
	}
	int64_t until_ms = clock_mono_now().ms + PATIENCE_MS;
	while (room->line_count < 3 && clock_mono_now().ms < until_ms)
		turn(room);
	/* two fit into answers_max; the third is told, at once */
	int told = 0;
	for (int i = 0; i < 3; i++) {
		char text[128] = "";
		turn(room);
		told += recv(fds[i], text, sizeof(text) - 1, 0) > 0 &&
		    strncmp(text, "{\"error", 7) == 0;
		close(fds[i]);
	}
	assert_int_equal(told, 1);
}

static void
hundred_clients_are_served_and_one_more_is_told(void **state)
{
	struct room *room = *state;
	int fds[100];
	for (int i = 0; i < 100; i++) {
		fds[i] = knock(room);
		turn(room);
	}
	AUTO_CLOSE int one_more = knock(room);
	assert_hears(
	    room, one_more, "{\"error\":\"too many connections\",\"reason\":\"unavailable\"}\n");
	assert_hears(room, one_more, "");
	for (int i = 0; i < 100; i++)
		say(fds[i], "x\n");
	for (int i = 0; i < 100; i++) {
		assert_hears(room, fds[i], "{\"line\":1}\n");
		close(fds[i]);
	}
	turn(room);
	turn(room);
	assert_serves(room);
}

static void
answer_that_does_not_come_is_told_late(void **state)
{
	struct room *room = *state;
	AUTO_CLOSE int fd = knock(room);
	room->silent = true;
	say(fd, "x\n");
	assert_hears(room, fd, "{\"error\":\"late\",\"reason\":\"unavailable\"}\n");
	assert_null(server_find(room->server, 1)); /* an answer that comes now finds nobody */
}

static void
loss_of_the_engine_is_told_to_who_waits(void **state)
{
	struct room *room = *state;
	AUTO_CLOSE int fd = knock(room);
	room->silent = true;
	say(fd, "x\n");
	int64_t until_ms = clock_mono_now().ms + PATIENCE_MS;
	while (room->line_count == 0 && clock_mono_now().ms < until_ms)
		turn(room);
	assert_ptr_equal(server_find(room->server, 1), room->waiting);
	server_fail(room->server, ROLE_WATCH, "not asked");
	assert_ptr_equal(server_find(room->server, 1), room->waiting);
	server_fail(room->server, ROLE_ENGINE, "gone");
	assert_hears(room, fd, "{\"error\":\"gone\",\"reason\":\"unavailable\"}\n");
}

static void
client_who_leaves_while_he_waits_is_forgotten(void **state)
{
	struct room *room = *state;
	int fd = knock(room);
	room->silent = true;
	say(fd, "x\n");
	int64_t until_ms = clock_mono_now().ms + PATIENCE_MS;
	while (room->line_count == 0 && clock_mono_now().ms < until_ms)
		turn(room);
	close(fd);
	client_answer(room->waiting, json_object());
	room->silent = false;
	assert_serves(room);
	assert_null(server_find(room->server, 1));
}

static void
root_is_an_operator(void **state)
{
	struct room *room = *state;
	struct peer peer;
	int fds[2];
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
	assert_int_equal(peer_identify(fds[0], PEER_NO_GROUP, &peer), 0);
	assert_int_equal(peer.uid, geteuid());
	assert_int_equal(peer.is_operator, geteuid() == 0);
	/* a member of the group is one whoever he is */
	assert_int_equal(peer_identify(fds[0], getegid(), &peer), 0);
	assert_true(peer.is_operator);
	close(fds[0]);
	close(fds[1]);
	(void)room;
}

static void
socket_is_replaced_and_private(void **state)
{
	struct room *room = *state;
	struct stat before, after;
	int fd;
	assert_int_equal(stat(room->path, &before), 0);
	assert_int_equal(before.st_mode & 07777, 0660);
	assert_int_equal(peer_listen(room->path, PEER_NO_GROUP, &fd), 0); /* one is there already */
	assert_int_equal(stat(room->path, &after), 0);
	assert_int_not_equal(before.st_ino, after.st_ino);
	close(fd);
}

int
main(void)
{
#define IN_ROOM(test) cmocka_unit_test_setup_teardown(test, enter_room, leave_room)
	const struct CMUnitTest tests[] = {
	    IN_ROOM(line_in_pieces_is_one_line),
	    IN_ROOM(lines_at_once_are_answered_in_turn),
	    IN_ROOM(many_lines_of_one_do_not_stop_another),
	    IN_ROOM(ten_megabytes_without_a_line_break_end_the_connection),
	    IN_ROOM(line_that_is_too_long_is_told),
	    IN_ROOM(dripping_client_ends_at_the_deadline),
	    IN_ROOM(client_who_does_not_read_ends_at_the_deadline),
	    IN_ROOM(answer_that_is_too_long_is_told),
	    IN_ROOM(answers_that_nobody_reads_are_bounded_together),
	    IN_ROOM(hundred_clients_are_served_and_one_more_is_told),
	    IN_ROOM(answer_that_does_not_come_is_told_late),
	    IN_ROOM(loss_of_the_engine_is_told_to_who_waits),
	    IN_ROOM(client_who_leaves_while_he_waits_is_forgotten),
	    IN_ROOM(root_is_an_operator),
	    IN_ROOM(socket_is_replaced_and_private),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
