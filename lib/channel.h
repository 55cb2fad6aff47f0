/* SPDX-License-Identifier: ISC
 *
 * channel.h - framed messages over one end of a SOCK_SEQPACKET socketpair, on a libevent loop.
 *
 * A frame is a header {magic, version, type, length} and a payload of at most
 * CHANNEL_PAYLOAD_MAX bytes, and may carry one descriptor. What the payload means is proto/'s
 * business. The peer is another of our processes, but it may have been taken over: a frame that
 * is malformed, truncated or carries an unexpected descriptor ends the channel.
 *
 * Frames that the socket does not take at once are queued; a peer that leaves more than
 * CHANNEL_QUEUE_MAX bytes unread is given up, as if it had closed. Order is kept. After the end
 * (peer closed, gave up, malformed) on_end is called once, from the loop, never from inside
 * channel_send(); the owner then calls channel_free().
 */
#ifndef WATCHDOGD_LIB_CHANNEL_H
#define WATCHDOGD_LIB_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/guard.h"

#define CHANNEL_PAYLOAD_MAX (128u * 1024)
#define CHANNEL_QUEUE_MAX (32u * 1024 * 1024)

struct channel;
struct event_base;

struct channel_frame {
	uint16_t type;
	size_t length; /* of payload, in bytes */
	const uint8_t *payload; /* borrowed: valid during the callback only */
	int fd; /* the descriptor that came along, or -1; the callback takes it with
				 * TAKE_FD(frame->fd), otherwise it is closed after the callback */
};

struct channel_handlers {
	void (*on_frame)(struct channel *channel, struct channel_frame *frame, void *owner);
	void (*on_end)(struct channel *channel, const char *reason, void *owner);
};

/* Takes fd over and makes it non-blocking and close-on-exec. `handlers` must outlive the channel. */
struct channel *channel_new(
    struct event_base *base, int fd, const struct channel_handlers *handlers, void *owner);
/* Closes the descriptor; frames still queued are lost. NULL is fine. May be called in a handler. */
void channel_free(struct channel *channel);

/* Queues one frame. fd (or -1) is duplicated: the caller keeps his. Payload is copied.
 * A channel that has ended drops the frame silently: its end is told by on_end. */
void channel_send(
    struct channel *channel, uint16_t type, const void *payload, size_t length, int fd);

/* Bytes queued and not yet taken by the peer: for back-pressure. */
size_t channel_queued(const struct channel *channel);

/* In on_end: the peer closed (it ended, or gave us up); false: we gave the peer up. */
bool channel_is_closed_by_peer(const struct channel *channel);

/* A pair of connected sockets, close-on-exec. 0 or -errno. */
int channel_pair(int ret_fds[2]) MUST_CHECK;

/* The blocking side, for the remedy role, which has no event loop. Sends at once or waits.
 * 0 or -errno (-EPIPE: the peer is gone). */
int channel_write(
    int fd, uint16_t type, const void *payload, size_t length, int pass_fd) MUST_CHECK;
/* Waits for one frame. The payload is put into buffer (CHANNEL_PAYLOAD_MAX bytes) and ret_frame
 * points into it; a descriptor that came along is the caller's. 0; -EPIPE: peer closed;
 * -EBADMSG: malformed. */
int channel_read(int fd, uint8_t *buffer, struct channel_frame *ret_frame) MUST_CHECK;

#endif
