/* SPDX-License-Identifier: ISC
 *
 * frame.c - a frame is {magic u32, version u16, type u16, length u32}, little-endian, and the
 * payload, in one packet. Every role. Invariant: whatever comes, at most one descriptor is handed
 * on and every other one is closed.
 */
#include "lib/frame.h"

#include <endian.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#define FRAME_MAGIC 0x67644451u
#define FRAME_VERSION 1
#define FRAME_FDS_MAX 8 /* so many are received, in order to be closed */

struct frame_header {
	uint32_t magic;
	uint16_t version;
	uint16_t type;
	uint32_t length;
};

_Static_assert(sizeof(struct frame_header) == FRAME_HEADER_SIZE, "the header has no padding");

int
frame_send(int fd, uint16_t type, const void *payload, size_t length, int pass_fd)
{
	struct frame_header header = {
	    .magic = htole32(FRAME_MAGIC),
	    .version = htole16(FRAME_VERSION),
	    .type = htole16(type),
	    .length = htole32((uint32_t)length),
	};
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = {0};
	struct iovec parts[2] = {
	    {&header, sizeof(header)},
	    {(void *)(uintptr_t)payload, length},
	};
	struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
	if (length > CHANNEL_PAYLOAD_MAX)
		return -EMSGSIZE;
	if (pass_fd >= 0) {
		message.msg_control = control.bytes;
		message.msg_controllen = sizeof(control.bytes);
		struct cmsghdr *rights = CMSG_FIRSTHDR(&message);
		rights->cmsg_level = SOL_SOCKET;
		rights->cmsg_type = SCM_RIGHTS;
		rights->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(rights), &pass_fd, sizeof(int));
	}
	for (;;) {
		if (sendmsg(fd, &message, MSG_NOSIGNAL) >= 0)
			return 0;
		/* ECONNRESET is told once by a peer that closed with frames unread; then EPIPE. */
		if (errno != EINTR && errno != ECONNRESET)
			return -errno;
	}
}

/* Takes the descriptors of a message: the first into *ret_fd, all others are closed. Returns how
 * many there were. */
static size_t
take_fds(struct msghdr *message, int *ret_fd)
{
	size_t count = 0;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c != NULL; c = CMSG_NXTHDR(message, c)) {
		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		size_t fds = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		for (size_t i = 0; i < fds; i++, count++) {
			int fd;
			memcpy(&fd, CMSG_DATA(c) + i * sizeof(int), sizeof(int));
			if (count == 0)
				*ret_fd = fd;
			else
				close(fd);
		}
	}
	return count;
}

static int
receive(int fd, struct msghdr *message, size_t *ret_length)
{
	for (;;) {
		ssize_t length = recvmsg(fd, message, MSG_CMSG_CLOEXEC);
		if (length == 0)
			return -EPIPE;
		if (length > 0) {
			*ret_length = (size_t)length;
			return 0;
		}
		/* After ECONNRESET what the peer had sent before can still be read. */
		if (errno != EINTR && errno != ECONNRESET)
			return -errno;
	}
}

int
frame_receive(int fd, uint8_t *buffer, struct channel_frame *ret_frame)
{
	struct frame_header header;
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(FRAME_FDS_MAX * sizeof(int))];
	} control;
	struct iovec parts[2] = {
	    {&header, sizeof(header)},
	    {buffer, CHANNEL_PAYLOAD_MAX},
	};
	struct msghdr message = {
	    .msg_iov = parts,
	    .msg_iovlen = 2,
	    .msg_control = control.bytes,
	    .msg_controllen = sizeof(control.bytes),
	};
	size_t length = 0;
	int r = receive(fd, &message, &length);
	if (r < 0)
		return r;
	AUTO_CLOSE int came_fd = -1;
	size_t fds = take_fds(&message, &came_fd);
	if ((message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0 || fds > 1 ||
	    length < sizeof(header) || le32toh(header.magic) != FRAME_MAGIC ||
	    le16toh(header.version) != FRAME_VERSION ||
	    le32toh(header.length) != length - sizeof(header))
		return -EBADMSG;
	*ret_frame = (struct channel_frame){
	    .type = le16toh(header.type),
	    .length = length - sizeof(header),
	    .payload = buffer,
	    .fd = TAKE_FD(came_fd),
	};
	return 0;
}
