/* SPDX-License-Identifier: ISC
 *
 * channel_test.c - frames in order, descriptors, what a peer may do wrong, and the bounded queue.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <dirent.h>
#include <endian.h>
#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/channel.h"
#include "lib/frame.h"
#include "lib/guard.h"
#include "lib/log.h"

#define FRAMES 3000

/* What one end has seen. */
struct end {
	struct channel *channel;
	unsigned frames;
	uint16_t last_type;
	size_t last_length;
	uint8_t first_byte;
	bool in_order;
	bool take_fd, free_at_frame, stop_at_frame;
	int fd;
	unsigned ends;
	bool closed_by_peer;
	char reason[64];
	struct event_base *base;
};

static void
on_frame(struct channel *channel, struct channel_frame *frame, void *owner)
{
	struct end *end = owner;
	uint32_t number = end->frames;
	if (frame->length >= sizeof(number))
		memcpy(&number, frame->payload, sizeof(number));
	end->in_order = end->in_order && number == end->frames;
	end->frames++;
	end->last_type = frame->type;
	end->last_length = frame->length;
	end->first_byte = frame->length > 0 ? frame->payload[0] : 0;
	if (end->take_fd)
		end->fd = TAKE_FD(frame->fd);
	if (end->free_at_frame) {
		channel_free(channel);
		end->channel = NULL;
	}
	if (end->stop_at_frame || end->free_at_frame)
		event_base_loopbreak(end->base);
}

static void
on_end(struct channel *channel, const char *reason, void *owner)
{
	struct end *end = owner;
	end->ends++;
	end->closed_by_peer = channel_is_closed_by_peer(channel);
	strncpy(end->reason, reason, sizeof(end->reason) - 1);
	channel_free(channel);
	end->channel = NULL;
	event_base_loopbreak(end->base);
}

static const struct channel_handlers handlers = {.on_frame = on_frame, .on_end = on_end};

/* One end on a loop, the other a bare descriptor. */
struct bench {
	struct event_base *base;
	struct end end;
	int peer;
};

static void
bench_open(struct bench *bench)
{
	int fds[2];
	memset(bench, 0, sizeof(*bench));
	assert_int_equal(channel_pair(fds), 0);
	bench->base = event_base_new();
	bench->end = (struct end){.base = bench->base, .fd = -1, .in_order = true};
	bench->end.channel = channel_new(bench->base, fds[0], &handlers, &bench->end);
	bench->peer = fds[1];
}

static void
bench_close(struct bench *bench)
{
	channel_free(bench->end.channel);
	guard_close(&bench->peer);
	event_base_free(bench->base);
}

/* Runs the loop until a handler leaves it; two seconds at most. */
static void
bench_run(struct bench *bench)
{
	const struct timeval limit = {.tv_sec = 2};
	event_base_loopexit(bench->base, &limit);
	event_base_dispatch(bench->base);
}

/* Serves what is ready. */
static void
bench_turn(struct bench *bench)
{
	event_base_loop(bench->base, EVLOOP_NONBLOCK);
}

static unsigned
count_fds(void)
{
	unsigned count = 0;
	DIR *directory = opendir("/proc/self/fd");
	assert_non_null(directory);
	while (readdir(directory) != NULL)
		count++;
	closedir(directory);
	return count;
}

static void
test_many_frames_in_order(void **state UNUSED)
{
	struct bench bench;
	bench_open(&bench);
	uint8_t *buffer = malloc(CHANNEL_PAYLOAD_MAX);
	/* More than the socket holds, so that most of them are queued. */
	for (uint32_t i = 0; i < FRAMES; i++) {
		uint32_t payload[256] = {i};
		channel_send(bench.end.channel, 7, payload, sizeof(payload), -1);
	}
	assert_true(channel_queued(bench.end.channel) > 0);
	for (uint32_t i = 0; i < FRAMES; i++) {
		struct channel_frame frame;
		uint32_t number;
		bench_turn(&bench);
		assert_int_equal(channel_read(bench.peer, buffer, &frame), 0);
		assert_int_equal(frame.type, 7);
		assert_int_equal(frame.length, 1024);
		assert_int_equal(frame.fd, -1);
		memcpy(&number, frame.payload, sizeof(number));
		assert_int_equal(number, i);
	}
	assert_int_equal(channel_queued(bench.end.channel), 0);
	free(buffer);
	bench_close(&bench);
}

static void
test_sizes(void **state UNUSED)
{
	static const size_t sizes[] = {0, 1, 4096, CHANNEL_PAYLOAD_MAX};
	uint8_t *payload = calloc(1, CHANNEL_PAYLOAD_MAX);
	payload[0] = 42;
	for (size_t i = 0; i < ARRAY_LENGTH(sizes); i++) {
		struct bench bench;
		bench_open(&bench);
		bench.end.stop_at_frame = true;
		assert_int_equal(channel_write(bench.peer, 9, payload, sizes[i], -1), 0);
		bench_run(&bench);
		assert_int_equal(bench.end.frames, 1);
		assert_int_equal(bench.end.last_type, 9);
		assert_int_equal(bench.end.last_length, sizes[i]);
		assert_int_equal(bench.end.first_byte, sizes[i] > 0 ? 42 : 0);
		bench_close(&bench);
	}
	free(payload);
}

static void
test_descriptor_goes_along(void **state UNUSED)
{
	struct bench bench;
	struct stat sent, got;
	bench_open(&bench);
	bench.end.take_fd = bench.end.stop_at_frame = true;
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	assert_int_equal(channel_write(bench.peer, 1, "x", 1, fd), 0);
	bench_run(&bench);
	assert_true(bench.end.fd >= 0);
	assert_int_equal(fstat(fd, &sent), 0);
	assert_int_equal(fstat(bench.end.fd, &got), 0);
	assert_int_equal(sent.st_ino, got.st_ino);
	assert_int_equal(fcntl(bench.end.fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	close(bench.end.fd);
	close(fd);
	bench_close(&bench);
}

static void
test_descriptor_of_a_queued_frame(void **state UNUSED)
{
	struct bench bench;
	struct channel_frame frame;
	uint8_t *buffer = malloc(CHANNEL_PAYLOAD_MAX);
	bench_open(&bench);
	unsigned fds = count_fds();
	unsigned sent = 0;
	while (channel_queued(bench.end.channel) == 0) {
		channel_send(bench.end.channel, 1, buffer, CHANNEL_PAYLOAD_MAX, -1);
		sent++;
	}
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	channel_send(bench.end.channel, 2, "x", 1, fd);
	close(fd); /* ours is no longer needed */
	for (unsigned i = 0; i <= sent; i++) {
		bench_turn(&bench);
		assert_int_equal(channel_read(bench.peer, buffer, &frame), 0);
		assert_int_equal(frame.type, i < sent ? 1 : 2);
		assert_int_equal(frame.fd >= 0, i == sent);
	}
	close(frame.fd);
	assert_int_equal(count_fds(), fds);
	free(buffer);
	bench_close(&bench);
}

static void
test_descriptor_not_taken_is_closed(void **state UNUSED)
{
	struct bench bench;
	bench_open(&bench);
	unsigned fds = count_fds();
	bench.end.stop_at_frame = true;
	assert_int_equal(channel_write(bench.peer, 1, "x", 1, STDERR_FILENO), 0);
	bench_run(&bench);
	assert_int_equal(bench.end.frames, 1);
	assert_int_equal(count_fds(), fds);
	bench_close(&bench);
}

static void
test_end_comes_once_after_the_frames(void **state UNUSED)
{
	struct bench bench;
	bench_open(&bench);
	for (uint32_t i = 0; i < 20; i++)
		assert_int_equal(channel_write(bench.peer, 1, &i, sizeof(i), -1), 0);
	close(TAKE_FD(bench.peer));
	channel_send(bench.end.channel, 1, "x", 1, -1); /* finds the peer gone: no end from here */
	assert_int_equal(bench.end.ends, 0);
	bench_run(&bench);
	assert_int_equal(bench.end.frames, 20);
	assert_true(bench.end.in_order);
	assert_int_equal(bench.end.ends, 1);
	assert_true(bench.end.closed_by_peer);
	bench_turn(&bench);
	assert_int_equal(bench.end.ends, 1);
	bench_close(&bench);
}

/* A peer that closes with our frames unread resets the connection; what it said still counts. */
static void
test_frames_before_a_reset(void **state UNUSED)
{
	struct bench bench;
	bench_open(&bench);
	channel_send(bench.end.channel, 1, "unread", 6, -1);
	uint32_t number = 0;
	assert_int_equal(channel_write(bench.peer, 1, &number, sizeof(number), -1), 0);
	close(TAKE_FD(bench.peer));
	bench_run(&bench);
	assert_int_equal(bench.end.frames, 1);
	assert_int_equal(bench.end.ends, 1);
	assert_true(bench.end.closed_by_peer);
	bench_close(&bench);
}

static void
test_freed_inside_a_handler(void **state UNUSED)
{
	struct bench bench;
	bench_open(&bench);
	bench.end.free_at_frame = true;
	for (uint32_t i = 0; i < 3; i++)
		assert_int_equal(channel_write(bench.peer, 1, &i, sizeof(i), -1), 0);
	bench_run(&bench);
	assert_int_equal(bench.end.frames, 1);
	assert_int_equal(bench.end.ends, 0);
	bench_close(&bench);
}

static void
test_peer_that_does_not_read(void **state UNUSED)
{
	struct bench bench;
	uint8_t *payload = calloc(1, CHANNEL_PAYLOAD_MAX);
	bench_open(&bench);
	for (unsigned i = 0; i < 2 * CHANNEL_QUEUE_MAX / CHANNEL_PAYLOAD_MAX; i++) {
		channel_send(bench.end.channel, 1, payload, CHANNEL_PAYLOAD_MAX, -1);
		assert_true(channel_queued(bench.end.channel) <= CHANNEL_QUEUE_MAX);
	}
	assert_int_equal(bench.end.ends, 0); /* never from inside channel_send() */
	bench_run(&bench);
	assert_int_equal(bench.end.ends, 1);
	assert_false(bench.end.closed_by_peer);
	assert_string_equal(bench.end.reason, "the peer does not read");
	free(payload);
	bench_close(&bench);
}

/* ---- malformed frames ---- */

struct raw_header {
	uint32_t magic;
	uint16_t version, type;
	uint32_t length;
};

/* A frame as the other side would make it, to be spoilt. */
static struct raw_header
take_good_header(void)
{
	struct raw_header header;
	int fds[2];
	assert_int_equal(channel_pair(fds), 0);
	assert_int_equal(channel_write(fds[0], 3, "abcd", 4, -1), 0);
	assert_int_equal(recv(fds[1], &header, sizeof(header), MSG_TRUNC), sizeof(header) + 4);
	close(fds[0]);
	close(fds[1]);
	assert_int_equal(le32toh(header.length), 4);
	return header;
}

static void
send_raw(int fd, const struct raw_header *header, size_t header_length, size_t payload_length)
{
	uint8_t *packet = calloc(1, sizeof(*header) + payload_length);
	memcpy(packet, header, sizeof(*header));
	size_t length =
	    header_length < sizeof(*header) ? header_length : sizeof(*header) + payload_length;
	assert_int_equal(send(fd, packet, length, 0), length);
	free(packet);
}

static void
test_malformed_frames(void **state UNUSED)
{
	static const struct {
		uint32_t magic_xor;
		uint16_t version_add;
		uint32_t length_add;
		size_t header_length, payload_length;
	} rows[] = {
	    {1, 0, 0, sizeof(struct raw_header), 4}, /* not ours */
	    {0, 1, 0, sizeof(struct raw_header), 4}, /* another version */
	    {0, 0, 1, sizeof(struct raw_header), 4}, /* says more than comes */
	    {0, 0, 0, sizeof(struct raw_header), 5}, /* more comes than it says */
	    {0, 0, 0, sizeof(struct raw_header), 0}, /* nothing comes */
	    {0, 0, 0, 3, 0}, /* half a header */
	    {0, 0, CHANNEL_PAYLOAD_MAX - 3, sizeof(struct raw_header),
		CHANNEL_PAYLOAD_MAX + 1}, /* longer than a frame may be */
	};
	const struct raw_header good = take_good_header();
	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		struct bench bench;
		struct raw_header header = good;
		header.magic ^= rows[i].magic_xor;
		header.version = (uint16_t)(header.version + rows[i].version_add);
		header.length += rows[i].length_add;
		bench_open(&bench);
		send_raw(bench.peer, &header, rows[i].header_length, rows[i].payload_length);
		bench_run(&bench);
		assert_int_equal(bench.end.frames, 0);
		assert_int_equal(bench.end.ends, 1);
		assert_false(bench.end.closed_by_peer);
		assert_string_equal(bench.end.reason, "malformed frame");
		bench_close(&bench);
	}
}

static void
test_two_descriptors(void **state UNUSED)
{
	struct bench bench;
	struct raw_header header = take_good_header();
	uint8_t packet[sizeof(header) + 4] = {0};
	char control[CMSG_SPACE(2 * sizeof(int))] __attribute__((aligned(8))) = {0};
	const int two[] = {STDIN_FILENO, STDERR_FILENO};
	struct iovec part = {packet, sizeof(packet)};
	struct msghdr message = {.msg_iov = &part,
	    .msg_iovlen = 1,
	    .msg_control = control,
	    .msg_controllen = sizeof(control)};
	struct cmsghdr *rights = CMSG_FIRSTHDR(&message);
	rights->cmsg_level = SOL_SOCKET;
	rights->cmsg_type = SCM_RIGHTS;
	rights->cmsg_len = CMSG_LEN(sizeof(two));
	memcpy(CMSG_DATA(rights), two, sizeof(two));
	memcpy(packet, &header, sizeof(header));
	bench_open(&bench);
	unsigned fds = count_fds();
	assert_int_equal(sendmsg(bench.peer, &message, 0), sizeof(packet));
	bench_run(&bench);
	assert_int_equal(bench.end.frames, 0);
	assert_string_equal(bench.end.reason, "malformed frame");
	assert_int_equal(count_fds(), fds - 1); /* the channel's own */
	bench_close(&bench);
}

/* ---- blocking ---- */

static void
test_blocking_ends(void **state UNUSED)
{
	struct channel_frame frame;
	uint8_t *buffer = malloc(CHANNEL_PAYLOAD_MAX);
	int fds[2];
	assert_int_equal(channel_pair(fds), 0);
	assert_int_equal(send(fds[0], "junk", 4, 0), 4);
	assert_int_equal(channel_read(fds[1], buffer, &frame), -EBADMSG);
	assert_int_equal(channel_write(fds[0], 1, buffer, CHANNEL_PAYLOAD_MAX + 1, -1), -EMSGSIZE);
	close(fds[0]);
	assert_int_equal(channel_read(fds[1], buffer, &frame), -EPIPE);
	assert_int_equal(channel_write(fds[1], 1, "x", 1, -1), -EPIPE);
	close(fds[1]);
	free(buffer);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_many_frames_in_order),
	    cmocka_unit_test(test_sizes),
	    cmocka_unit_test(test_descriptor_goes_along),
	    cmocka_unit_test(test_descriptor_of_a_queued_frame),
	    cmocka_unit_test(test_descriptor_not_taken_is_closed),
	    cmocka_unit_test(test_end_comes_once_after_the_frames),
	    cmocka_unit_test(test_frames_before_a_reset),
	    cmocka_unit_test(test_freed_inside_a_handler),
	    cmocka_unit_test(test_peer_that_does_not_read),
	    cmocka_unit_test(test_malformed_frames),
	    cmocka_unit_test(test_two_descriptors),
	    cmocka_unit_test(test_blocking_ends),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
