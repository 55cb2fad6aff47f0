/* SPDX-License-Identifier: ISC
 *
 * desk_test.c - what control asks watch, and what becomes of the answers: gathered into documents,
 * too late, lost in the middle, too many, malformed. The real desk, server and socket in one loop;
 * the frames are the test's.
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
#include <sys/un.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/mem.h"
#include "proto/ctl.h"
#include "watchdogd/control/desk.h"
#include "watchdogd/control/inquiry.h"

#define PATIENCE_MS 5000

static const struct server_limits limits = {
    .clients = 100,
    .viewers = 80,
    .client =
	{
	    .line_ms = 5000,
	    .answer_ms = 300,
	    .write_ms = 5000,
	    .line_max = CTL_REQUEST_MAX,
	    .answer_max = CTL_ANSWER_MAX,
	    .answers_max = 4 * CTL_ANSWER_MAX,
	},
};

struct room {
	char directory[64], path[96];
	int fd;
	struct event_base *base;
	struct server *server;
	struct desk *desk;
	bool is_deaf; /* watch is not linked */
	unsigned question_count;
	struct message_question question; /* the last */
};

static bool
send_command(const struct message_command *command UNUSED, void *room UNUSED)
{
	return true;
}

static bool
send_question(const struct message_question *question, void *room_)
{
	struct room *room = room_;
	room->question = *question;
	room->question_count++;
	return !room->is_deaf;
}

static void
on_line(struct client *client, const char *line, size_t length, void *room_)
{
	struct room *room = room_;
	desk_take_line(room->desk, client, line, length);
}

static void
on_late(struct client *client, void *room_)
{
	struct room *room = room_;
	desk_give_up(room->desk, client);
}

static int64_t
now_s(void)
{
	return 1780500000;
}

static int
enter(void **state)
{
	struct room *room = *state = mem_alloc(sizeof(*room));
	snprintf(room->directory, sizeof(room->directory), "/tmp/desk_test.XXXXXX");
	assert_non_null(mkdtemp(room->directory));
	snprintf(room->path, sizeof(room->path), "%s/%s", room->directory, CTL_SOCKET_NAME);
	assert_int_equal(peer_listen(room->path, PEER_NO_GROUP, &room->fd), 0);
	room->base = event_base_new();
	room->desk = desk_new(&(struct desk_settings){
	    .state_directory = room->directory,
	    .operator_group = "staff",
	    .now_s = now_s,
	    .send_command = send_command,
	    .send_question = send_question,
	    .owner = room,
	});
	room->server = server_new(room->base,
	    &(struct server_settings){
		.fd = room->fd,
		.operators = getegid(), /* whoever runs this is one */
		.limits = &limits,
		.handlers = {.on_line = on_line, .on_late = on_late},
		.owner = room,
	    });
	return 0;
}

static int
leave(void **state)
{
	struct room *room = *state;
	server_free(room->server);
	desk_free(room->desk);
	event_base_free(room->base);
	close(room->fd);
	unlink(room->path);
	rmdir(room->directory);
	free(room);
	return 0;
}

static int
say(struct room *room, const char *line)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", room->path);
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(send(fd, line, strlen(line), MSG_NOSIGNAL), (ssize_t)strlen(line));
	return fd;
}

/* The same, until watch is asked. */
static int
ask(struct room *room, const char *line)
{
	unsigned before = room->question_count;
	int fd = say(room, line);
	int64_t until_ms = clock_mono_now().ms + PATIENCE_MS;
	while (room->question_count == before && clock_mono_now().ms < until_ms)
		event_base_loop(room->base, EVLOOP_NONBLOCK);
	assert_int_equal(room->question_count, before + 1);
	return fd;
}

/* The document that comes; json_decref() it. */
static json_t *
hear(struct room *room, int fd)
{
	size_t length = 0, size = 16u * 1024 * 1024;
	AUTO_FREE char *text = mem_alloc(size);
	int64_t until_ms = clock_mono_now().ms + PATIENCE_MS;
	while (memchr(text, '\n', length) == NULL && clock_mono_now().ms < until_ms) {
		event_base_loop(room->base, EVLOOP_NONBLOCK);
		ssize_t got = recv(fd, text + length, size - length, 0);
		length += got > 0 ? (size_t)got : 0;
	}
	json_t *document = json_loadb(text, length, 0, NULL);
	assert_non_null(document);
	return document;
}

static int
give(struct room *room, enum message_type type, const void *message)
{
	static uint8_t bytes[CHANNEL_PAYLOAD_MAX];
	long length = wire_encode(message_layout(type), message, bytes, sizeof(bytes));
	assert_true(length > 0);
	const struct channel_frame frame = {
	    .type = (uint16_t)type, .length = (size_t)length, .payload = bytes, .fd = -1};
	return desk_take_answer(room->desk, room->server, &frame);
}

static int
give_end(struct room *room, uint64_t request, const char *error)
{
	struct message_answer_end end = {.request = request, .matching = 7, .total = 9};
	snprintf(end.error, sizeof(end.error), "%s", error);
	snprintf(end.instance, sizeof(end.instance), "mx");
	return give(room, MESSAGE_TYPE_ANSWER_END, &end);
}

static void
assert_error(json_t *document, const char *word, const char *reason)
{
	const char *error = ctl_get_error(document, NULL);
	assert_non_null(error);
	if (strstr(error, word) == NULL)
		fail_msg("\"%s\" is not in: %s", word, error);
	assert_string_equal(json_string_value(json_object_get(document, "reason")), reason);
	json_decref(document);
}

/* ---- tests ---- */

static void
request_becomes_a_question(void **state)
{
	struct room *room = *state;
	AUTO_CLOSE int fd = ask(room,
	    "{\"command\":\"list\",\"queues\":\"hold,deferred\",\"class\":\"dsn\",\"sender\":\"<>"
	    "\","
	    "\"domain\":\"a.example\",\"client\":\"203.0.113.0/24\",\"older\":60,\"younger\":3600,"
	    "\"larger\":10,\"smaller\":1000,\"instance\":\"mx\"}\n");
	const struct message_question *question = &room->question;
	assert_int_equal(question->kind, QUESTION_LIST);
	assert_int_equal(question->queues, 1 << QUEUE_HOLD | 1 << QUEUE_DEFERRED);
	assert_int_equal(question->classes, 1 << CLASS_DSN);
	assert_string_equal(question->sender, "<>");
	assert_string_equal(question->domain, "a.example");
	assert_string_equal(question->client, "203.0.113.0/24");
	assert_int_equal(question->older_s, 60);
	assert_int_equal(question->younger_s, 3600);
	assert_int_equal(question->larger_bytes, 10);
	assert_int_equal(question->smaller_bytes, 1000);
	assert_string_equal(question->instance, "mx");
	assert_int_equal(question->limit, 20);
}

static void
commands_differ_in_what_they_ask(void **state)
{
	struct room *room = *state;
	const struct message_question *question = &room->question;
	AUTO_CLOSE int qshape = ask(room, "{\"command\":\"qshape\"}\n");
	assert_int_equal(question->kind, QUESTION_QSHAPE);
	assert_int_equal(question->queues, 1 << QUEUE_INCOMING | 1 << QUEUE_ACTIVE);
	assert_int_equal(question->buckets, 10);
	assert_int_equal(question->bucket_s, 300);
	assert_int_equal(question->subdomains, 5);
	AUTO_CLOSE int top =
	    ask(room, "{\"command\":\"top\",\"by\":\"client\",\"class\":\"dsn\"}\n");
	assert_int_equal(question->kind, QUESTION_TOP);
	assert_int_equal(question->dimensions, 1 << DIMENSION_CLIENT);
	assert_int_equal(question->classes, 1 << CLASS_DSN);
	AUTO_CLOSE int all = ask(room, "{\"command\":\"top\"}\n");
	assert_int_equal(question->dimensions, (1 << DIMENSION_COUNT) - 1);
	AUTO_CLOSE int shapes = ask(room, "{\"command\":\"shapes\"}\n");
	assert_int_equal(question->dimensions, 1 << DIMENSION_SHAPE | 1 << DIMENSION_SUBJECT);
	AUTO_CLOSE int causes = ask(room, "{\"command\":\"causes\",\"limit\":3}\n");
	assert_int_equal(question->dimensions, 1 << DIMENSION_CAUSE);
	assert_int_equal(question->limit, 3);
}

static void
counts_of_a_table_are_checked(void **state)
{
	static const char *const bad[] = {"", "1  2", "1 ", " 1", "1,2", "-1", "x"};
	struct room *room = *state;
	AUTO_CLOSE int fd =
	    ask(room, "{\"command\":\"qshape\",\"buckets\":3,\"linear\":true,\"minutes\":2}\n");
	struct message_answer_domain row = {
	    .request = room->question.request, .domain = "TOTAL", .counts = "7 0 7 0"};
	for (size_t i = 0; i < ARRAY_LENGTH(bad); i++) {
		struct message_answer_domain wrong = row;
		snprintf(wrong.counts, sizeof(wrong.counts), "%s", bad[i]);
		assert_int_equal(give(room, MESSAGE_TYPE_ANSWER_DOMAIN, &wrong), -EBADMSG);
	}
	assert_int_equal(give(room, MESSAGE_TYPE_ANSWER_DOMAIN, &row), 0);
	assert_int_equal(give_end(room, row.request, ""), 0);
	json_t *document = hear(room, fd);
	const json_t *domain = json_array_get(json_object_get(document, "domains"), 0);
	AUTO_FREE char *counts = json_dumps(json_object_get(domain, "counts"), JSON_COMPACT);
	AUTO_FREE char *bounds = json_dumps(json_object_get(document, "bounds_s"), JSON_COMPACT);
	assert_string_equal(counts, "[7,0,7,0]");
	assert_string_equal(bounds, "[120,240]");
	json_decref(document);
}

static void
ranks_have_their_examples(void **state)
{
	struct room *room = *state;
	AUTO_CLOSE int fd = ask(room, "{\"command\":\"shapes\"}\n");
	struct message_answer_top row = {.request = room->question.request,
	    .dimension = DIMENSION_SHAPE,
	    .class = CLASS_NORMAL,
	    .rank = 1,
	    .key = "{letters}@a.example",
	    .count = 30,
	    .error = 10,
	    .total = 40,
	    .example = "ava@a.example",
	    .example2 = "gr\xc3"};
	assert_int_equal(give(room, MESSAGE_TYPE_ANSWER_TOP, &row), 0);
	assert_int_equal(give_end(room, row.request, ""), 0);
	json_t *document = hear(room, fd);
	const json_t *rank = json_array_get(json_object_get(document, "ranks"), 0);
	AUTO_FREE char *examples = json_dumps(json_object_get(rank, "examples"), JSON_COMPACT);
	assert_string_equal(examples, "[\"ava@a.example\",\"gr\\\\xc3\"]");
	assert_int_equal(json_integer_value(json_object_get(rank, "share")), 50);
	assert_null(json_object_get(document, "matching"));
	json_decref(document);
}

static void
rows_become_a_document(void **state)
{
	struct room *room = *state;
	AUTO_CLOSE int fd = ask(room, "{\"command\":\"list\",\"limit\":2}\n");
	struct message_answer_message row = {.request = room->question.request};
	assert_int_equal(room->question.limit, 2);
	for (int i = 0; i < 2; i++) {
		snprintf(row.queue_id, sizeof(row.queue_id), "9C1F2%d", i);
		assert_int_equal(give(room, MESSAGE_TYPE_ANSWER_MESSAGE, &row), 0);
	}
	assert_int_equal(give_end(room, row.request, ""), 0);
	json_t *document = hear(room, fd);
	const json_t *messages = json_object_get(document, "messages");
	assert_int_equal(json_array_size(messages), 2);
	assert_string_equal(
	    json_string_value(json_object_get(json_array_get(messages, 1), "queue_id")), "9C1F21");
	assert_int_equal(json_integer_value(json_object_get(document, "matching")), 7);
	assert_string_equal(json_string_value(json_object_get(document, "instance")), "mx");
	assert_true(json_is_true(json_object_get(document, "complete")));
	json_decref(document);
}

static void
two_at_once_get_each_his_own(void **state)
{
	struct room *room = *state;
	AUTO_CLOSE int a = ask(room, "{\"command\":\"list\"}\n");
	struct message_answer_message row = {.request = room->question.request};
	AUTO_CLOSE int b = ask(room, "{\"command\":\"show\",\"queue_id\":\"9C1F2A\"}\n");
	struct message_answer_recipient recipient = {.request = room->question.request};
	assert_int_equal(give(room, MESSAGE_TYPE_ANSWER_RECIPIENT, &recipient), 0);
	assert_int_equal(give(room, MESSAGE_TYPE_ANSWER_MESSAGE, &row), 0);
	assert_int_equal(give_end(room, recipient.request, ""), 0);
	assert_int_equal(give_end(room, row.request, ""), 0);
	json_t *shown = hear(room, b), *listed = hear(room, a);
	assert_int_equal(json_array_size(json_object_get(shown, "recipients")), 1);
	assert_true(json_is_null(json_object_get(shown, "message")));
	assert_int_equal(json_array_size(json_object_get(listed, "messages")), 1);
	json_decref(shown);
	json_decref(listed);
}

static void
error_of_watch_is_told(void **state)
{
	struct room *room = *state;
	AUTO_CLOSE int fd = ask(room, "{\"command\":\"list\",\"client\":\"x\"}\n");
	assert_int_equal(give_end(room, room->question.request, "client: x is no address"), 0);
	assert_error(hear(room, fd), "no address", "refused");
}

/* The engine would take it for a breach. */
static void
what_watchdogctl_does_itself_is_refused(void **state)
{
	AUTO_CLOSE int fd = say(*state, "{\"command\":\"replay\",\"file\":\"/etc/passwd\"}\n");
	assert_error(hear(*state, fd), "does that itself", "usage");
}

static void
answer_that_comes_too_late_is_dropped(void **state)
{
	struct room *room = *state;
	AUTO_CLOSE int fd = ask(room, "{\"command\":\"list\"}\n");
	struct message_answer_message row = {.request = room->question.request};
	assert_int_equal(give(room, MESSAGE_TYPE_ANSWER_MESSAGE, &row), 0);
	assert_error(hear(room, fd), "watch does not answer", "unavailable");
	assert_int_equal(give(room, MESSAGE_TYPE_ANSWER_MESSAGE, &row), 0);
	assert_int_equal(give_end(room, row.request, ""), 0);
}

static void
loss_of_watch_is_told_and_of_the_engine_is_not_its(void **state)
{
	struct room *room = *state;
	AUTO_CLOSE int fd = ask(room, "{\"command\":\"list\"}\n");
	struct message_answer_message row = {.request = room->question.request};
	assert_int_equal(give(room, MESSAGE_TYPE_ANSWER_MESSAGE, &row), 0);
	desk_lose(room->desk, room->server, ROLE_ENGINE);
	desk_lose(room->desk, room->server, ROLE_WATCH);
	assert_error(hear(room, fd), "watch was restarted", "unavailable");
	assert_int_equal(give_end(room, row.request, ""), 0); /* nobody's */
	room->is_deaf = true;
	AUTO_CLOSE int again = ask(room, "{\"command\":\"list\"}\n");
	assert_error(hear(room, again), "watch is not running", "unavailable");
}

static void
too_many_rows_are_cut_and_told(void **state)
{
	struct room *room = *state;
	AUTO_CLOSE int fd = ask(room, "{\"command\":\"list\",\"limit\":5000}\n");
	struct message_answer_message row = {.request = room->question.request};
	memset(row.sender, 'x', sizeof(row.sender) - 1);
	memset(row.reason, 'y', sizeof(row.reason) - 1);
	for (int i = 0; i < INQUIRY_ROWS_MAX; i++)
		assert_int_equal(give(room, MESSAGE_TYPE_ANSWER_MESSAGE, &row), 0);
	assert_int_equal(give_end(room, row.request, ""), 0);
	json_t *document = hear(room, fd);
	size_t count = json_array_size(json_object_get(document, "messages"));
	assert_true(count > 1000 && count < INQUIRY_ROWS_MAX);
	assert_true(json_is_false(json_object_get(document, "complete")));
	json_decref(document);
}

static void
what_is_no_answer_ends_the_link(void **state)
{
	struct room *room = *state;
	AUTO_CLOSE int fd = ask(room, "{\"command\":\"list\"}\n");
	struct message_answer_move move = {.request = room->question.request};
	assert_int_equal(give(room, MESSAGE_TYPE_ANSWER_MOVE, &move), -EBADMSG); /* list has none */
	const struct message_tick tick = {.time_ms = 1};
	assert_int_equal(give(room, MESSAGE_TYPE_TICK, &tick), -EBADMSG);
	const struct channel_frame cut = {
	    .type = MESSAGE_TYPE_ANSWER_END, .length = 3, .payload = (const uint8_t *)"abc"};
	assert_int_equal(desk_take_answer(room->desk, room->server, &cut), -EBADMSG);
}

int
main(void)
{
#define IN_ROOM(test) cmocka_unit_test_setup_teardown(test, enter, leave)
	const struct CMUnitTest tests[] = {
	    IN_ROOM(request_becomes_a_question),
	    IN_ROOM(commands_differ_in_what_they_ask),
	    IN_ROOM(counts_of_a_table_are_checked),
	    IN_ROOM(ranks_have_their_examples),
	    IN_ROOM(rows_become_a_document),
	    IN_ROOM(two_at_once_get_each_his_own),
	    IN_ROOM(error_of_watch_is_told),
	    IN_ROOM(what_watchdogctl_does_itself_is_refused),
	    IN_ROOM(answer_that_comes_too_late_is_dropped),
	    IN_ROOM(loss_of_watch_is_told_and_of_the_engine_is_not_its),
	    IN_ROOM(too_many_rows_are_cut_and_told),
	    IN_ROOM(what_is_no_answer_ends_the_link),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
