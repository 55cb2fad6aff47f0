/* SPDX-License-Identifier: ISC
 *
 * talk.c - one connection, one line there, one line back, within one time limit.
 */
#include "watchdogctl/talk.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/mem.h"

#define READ_SIZE (64u * 1024)

/* Waits for `events` until the deadline. 0 or -errno. */
static int
wait_for(int fd, short events, int64_t deadline_ms)
{
	for (;;) {
		struct pollfd poll_fd = {.fd = fd, .events = events};
		int64_t left_ms = deadline_ms - clock_mono_now().ms;
		if (left_ms <= 0)
			return -ETIMEDOUT;
		int r = poll(&poll_fd, 1, (int)left_ms);
		if (r > 0)
			return 0;
		if (r < 0 && errno != EINTR)
			return -errno;
	}
}

static int
open_socket(const char *path, int64_t deadline_ms, int *ret_fd)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	if (strlen(path) >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	memcpy(address.sun_path, path, strlen(path));
	AUTO_CLOSE int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	/* EAGAIN: too many wait to be accepted; there is nothing to poll for then */
	while (connect(fd, (const struct sockaddr *)&address, sizeof(address)) < 0) {
		if (errno != EAGAIN && errno != EINTR)
			return -errno;
		if (clock_mono_now().ms >= deadline_ms)
			return -ETIMEDOUT;
		poll(NULL, 0, 50);
	}
	*ret_fd = TAKE_FD(fd);
	return 0;
}

static int
send_line(int fd, const char *line, int64_t deadline_ms)
{
	size_t length = strlen(line);
	while (length > 0) {
		int r = wait_for(fd, POLLOUT, deadline_ms);
		if (r < 0)
			return r;
		ssize_t sent = send(fd, line, length, MSG_NOSIGNAL);
		/* turned away before we were heard: his reason is there to be read */
		if (sent < 0 && errno == EPIPE)
			return 0;
		if (sent < 0 && errno != EAGAIN && errno != EINTR)
			return -errno;
		line += sent > 0 ? sent : 0;
		length -= sent > 0 ? (size_t)sent : 0;
	}
	return 0;
}

/* Reads up to a LF, which is left out; free() it. */
static int
read_line(int fd, int64_t deadline_ms, char **ret_line)
{
	AUTO_FREE char *line = NULL;
	size_t length = 0, size = 0;
	for (;;) {
		int r = wait_for(fd, POLLIN, deadline_ms);
		if (r < 0)
			return r;
		if (size - length < READ_SIZE) {
			size = size * 2 + READ_SIZE;
			line = mem_resize(line, size, 1);
		}
		ssize_t got = recv(fd, line + length, size - length - 1, 0);
		if (got < 0 && (errno == EAGAIN || errno == EINTR))
			continue;
		if (got <= 0)
			return got == 0 || errno == ECONNRESET ? -EPIPE : -errno;
		char *newline = memchr(line + length, '\n', (size_t)got);
		length += (size_t)got;
		if (newline != NULL) {
			*newline = '\0';
			*ret_line = TAKE(line);
			return 0;
		}
		if (length > CTL_ANSWER_MAX)
			return -EBADMSG;
	}
}

int
talk_ask(const char *path, const struct ctl_request *request, int limit_ms, json_t **ret_document)
{
	AUTO_CLOSE int fd = -1;
	AUTO_FREE char *answer = NULL;
	AUTO_FREE char *line = ctl_format_request(request);
	int64_t deadline_ms = clock_mono_now().ms + limit_ms;
	int r = open_socket(path, deadline_ms, &fd);
	if (r == 0)
		r = send_line(fd, line, deadline_ms);
	if (r == 0)
		r = read_line(fd, deadline_ms, &answer);
	if (r < 0)
		return r;
	json_t *document = json_loads(answer, 0, NULL);
	if (!json_is_object(document)) {
		json_decref(document);
		return -EBADMSG;
	}
	*ret_document = document;
	return 0;
}
