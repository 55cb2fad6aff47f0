/* SPDX-License-Identifier: ISC
 *
 * channel.c - frames on a libevent loop, with a bounded queue; and the blocking side. Every role.
 * Invariant: on_end is called at most once, from the loop, and nothing is called after
 * channel_free(), which may come from inside a handler.
 */
#include "lib/channel.h"

#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/frame.h"
#include "lib/log.h"
#include "lib/mem.h"

#define FRAMES_AT_ONCE 64 /* then the loop serves others */
#define SOCKET_BUFFER (4 * (int)CHANNEL_PAYLOAD_MAX)

struct waiting_frame {
	STAILQ_ENTRY(waiting_frame) next;
	int fd;
	uint16_t type;
	size_t length;
	uint8_t payload[];
};

struct channel {
	int fd;
	struct event *readable, *writable, *end;
	const struct channel_handlers *handlers;
	void *owner;
	STAILQ_HEAD(, waiting_frame) queue;
	size_t queued; /* bytes */
	bool deaf; /* the peer takes no more frames; what it had sent is still read */
	bool closed; /* by the peer */
	const char *end_reason; /* set: on_end is due or done, nothing is sent or read any more */
	bool serving; /* inside a handler */
	bool freed; /* to be released when the handler returns */
	uint8_t buffer[CHANNEL_PAYLOAD_MAX];
};

static void
drop_first(struct channel *channel)
{
	struct waiting_frame *frame = STAILQ_FIRST(&channel->queue);
	STAILQ_REMOVE_HEAD(&channel->queue, next);
	channel->queued -= frame->length + FRAME_HEADER_SIZE;
	if (frame->fd >= 0)
		close(frame->fd);
	free(frame);
}

static void
drop_all(struct channel *channel)
{
	while (!STAILQ_EMPTY(&channel->queue))
		drop_first(channel);
	event_del(channel->writable);
}

static void
release(struct channel *channel)
{
	drop_all(channel);
	event_free(channel->readable);
	event_free(channel->writable);
	event_free(channel->end);
	if (channel->fd >= 0)
		close(channel->fd);
	free(channel);
}

void
channel_free(struct channel *channel)
{
	if (channel == NULL)
		return;
	if (channel->serving)
		channel->freed = true;
	else
		release(channel);
}

/* Ends the channel; on_end follows from the loop. */
static void
end_soon(struct channel *channel, const char *reason)
{
	if (channel->end_reason != NULL)
		return;
	channel->end_reason = reason;
	event_del(channel->readable);
	drop_all(channel);
	event_active(channel->end, EV_TIMEOUT, 0);
}

static void
on_end(evutil_socket_t fd UNUSED, short what UNUSED, void *owner)
{
	struct channel *channel = owner;
	channel->serving = true;
	channel->handlers->on_end(channel, channel->end_reason, channel->owner);
	channel->serving = false;
	if (channel->freed)
		release(channel);
}

/* Hands one frame on. False: nothing more is to be read now. */
static bool
serve_frame(struct channel *channel)
{
	struct channel_frame frame;
	int r = frame_receive(channel->fd, channel->buffer, &frame);
	if (r == -EAGAIN)
		return false;
	if (r < 0) {
		channel->closed = r == -EPIPE;
		end_soon(channel,
		    r == -EPIPE         ? "the peer closed"
			: r == -EBADMSG ? "malformed frame"
					: log_errno(-r));
		return false;
	}
	channel->handlers->on_frame(channel, &frame, channel->owner);
	guard_close(&frame.fd);
	return !channel->freed && channel->end_reason == NULL;
}

static void
on_readable(evutil_socket_t fd UNUSED, short what UNUSED, void *owner)
{
	struct channel *channel = owner;
	channel->serving = true;
	for (int i = 0; i < FRAMES_AT_ONCE && serve_frame(channel); i++)
		continue;
	channel->serving = false;
	if (channel->freed)
		release(channel);
}

/* Sends now. 0; -EAGAIN: keep it; any other error was dealt with. */
static int
try_send(struct channel *channel, uint16_t type, const void *payload, size_t length, int fd)
{
	int r = frame_send(channel->fd, type, payload, length, fd);
	if (r == 0 || r == -EAGAIN || r == -ENOBUFS)
		return r == 0 ? 0 : -EAGAIN;
	if (r == -EPIPE) /* the reading side will find the end, after the frames before it */
		channel->deaf = true;
	else
		end_soon(channel, log_errno(-r));
	return r;
}

static void
on_writable(evutil_socket_t fd UNUSED, short what UNUSED, void *owner)
{
	struct channel *channel = owner;
	while (!STAILQ_EMPTY(&channel->queue)) {
		struct waiting_frame *first = STAILQ_FIRST(&channel->queue);
		int r = try_send(channel, first->type, first->payload, first->length, first->fd);
		if (r == -EAGAIN)
			return;
		if (r < 0)
			break;
		drop_first(channel);
	}
	drop_all(channel);
}

static void
enqueue(struct channel *channel, uint16_t type, const void *payload, size_t length, int fd)
{
	size_t size = length + FRAME_HEADER_SIZE;
	if (channel->queued + size > CHANNEL_QUEUE_MAX) {
		end_soon(channel, "the peer does not read");
		return;
	}
	struct waiting_frame *frame = mem_alloc(sizeof(*frame) + length);
	frame->type = type;
	frame->length = length;
	frame->fd = -1;
	if (length > 0)
		memcpy(frame->payload, payload, length);
	if (fd >= 0) {
		frame->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
		if (frame->fd < 0) {
			free(frame);
			end_soon(channel, "no descriptor is left");
			return;
		}
	}
	STAILQ_INSERT_TAIL(&channel->queue, frame, next);
	channel->queued += size;
	event_add(channel->writable, NULL);
}

void
channel_send(struct channel *channel, uint16_t type, const void *payload, size_t length, int fd)
{
	if (length > CHANNEL_PAYLOAD_MAX)
		panic("channel: a frame of %zu bytes", length);
	if (channel->deaf || channel->end_reason != NULL)
		return;
	if (STAILQ_EMPTY(&channel->queue) &&
	    try_send(channel, type, payload, length, fd) != -EAGAIN)
		return;
	enqueue(channel, type, payload, length, fd);
}

size_t
channel_queued(const struct channel *channel)
{
	return channel->queued;
}

bool
channel_is_closed_by_peer(const struct channel *channel)
{
	return channel->closed;
}

struct channel *
channel_new(struct event_base *base, int fd, const struct channel_handlers *handlers, void *owner)
{
	struct channel *channel = mem_alloc(sizeof(*channel));
	channel->fd = fd;
	channel->handlers = handlers;
	channel->owner = owner;
	STAILQ_INIT(&channel->queue);
	if (evutil_make_socket_nonblocking(fd) < 0 || evutil_make_socket_closeonexec(fd) < 0)
		fatal("channel: descriptor %d: %s", fd, log_errno(errno));
	channel->readable = event_new(base, fd, EV_READ | EV_PERSIST, on_readable, channel);
	channel->writable = event_new(base, fd, EV_WRITE | EV_PERSIST, on_writable, channel);
	channel->end = event_new(base, -1, 0, on_end, channel);
	if (channel->readable == NULL || channel->writable == NULL || channel->end == NULL ||
	    event_add(channel->readable, NULL) < 0)
		fatal("channel: no event for descriptor %d", fd);
	return channel;
}

int
channel_pair(int ret_fds[2])
{
	int fds[2];
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) < 0)
		return -errno;
	/* A frame must fit into the buffer whole, also where the system's default is small. */
	for (int i = 0; i < 2; i++) {
		int size = SOCKET_BUFFER;
		if (setsockopt(fds[i], SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size)) < 0)
			setsockopt(fds[i], SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	}
	memcpy(ret_fds, fds, sizeof(fds));
	return 0;
}

static int
wait_for(int fd, short events)
{
	struct pollfd waiting = {.fd = fd, .events = events};
	while (poll(&waiting, 1, -1) < 0)
		if (errno != EINTR)
			return -errno;
	return 0;
}

int
channel_write(int fd, uint16_t type, const void *payload, size_t length, int pass_fd)
{
	for (;;) {
		int r = frame_send(fd, type, payload, length, pass_fd);
		if (r != -EAGAIN)
			return r;
		r = wait_for(fd, POLLOUT);
		if (r < 0)
			return r;
	}
}

int
channel_read(int fd, uint8_t *buffer, struct channel_frame *ret_frame)
{
	for (;;) {
		int r = frame_receive(fd, buffer, ret_frame);
		if (r != -EAGAIN)
			return r;
		r = wait_for(fd, POLLIN);
		if (r < 0)
			return r;
	}
}
