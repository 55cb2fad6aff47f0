/* SPDX-License-Identifier: ISC
 *
 * spawn_run.c - a child from start to end: input, capped output, time limit. Remedy and parent.
 * What the child prints is not trusted: it is kept as bytes, up to the cap, and the rest is read
 * and dropped so that the child never waits for us.
 */
#include "lib/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/mem.h"

#define CHUNK 16384
#define ERROR_FD STDERR_FILENO

struct run {
	pid_t pid;
	int pidfd;
	int input_fd; /* our end of its stdin; -1 when all is written */
	int output_fd; /* our end of its stdout and stderr; -1 when it is closed */
	const char *input;
	size_t input_left;
	size_t output_max;
	struct spawn_result *result;
};

static void
shut(int *fd)
{
	guard_close(fd);
	*fd = -1;
}

static void
feed(struct run *run)
{
	/* A socket, not a pipe: a child that does not read must not cost us a SIGPIPE. */
	ssize_t n = send(run->input_fd, run->input, run->input_left, MSG_NOSIGNAL);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n > 0) {
		run->input += n;
		run->input_left -= (size_t)n;
	}
	if (n < 0 || run->input_left == 0)
		shut(&run->input_fd);
}

static void
keep(struct run *run, const char *bytes, size_t length)
{
	struct spawn_result *result = run->result;
	size_t room = run->output_max - result->output_length;
	if (length > room) {
		result->output_capped = true;
		length = room;
	}
	result->output = mem_resize(result->output, result->output_length + length + 1, 1);
	memcpy(result->output + result->output_length, bytes, length);
	result->output_length += length;
	result->output[result->output_length] = '\0';
}

/* Reads what is there. */
static void
collect(struct run *run)
{
	char chunk[CHUNK];
	while (run->output_fd >= 0) {
		ssize_t n = read(run->output_fd, chunk, sizeof(chunk));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return;
		if (n <= 0)
			shut(&run->output_fd);
		else
			keep(run, chunk, (size_t)n);
	}
}

/* Serves the child until it has ended or the time is up. True: it has ended. */
static bool
serve(struct run *run, int64_t deadline_ms)
{
	for (;;) {
		struct pollfd waiting[] = {
		    {.fd = run->pidfd, .events = POLLIN},
		    {.fd = run->input_fd, .events = POLLOUT},
		    {.fd = run->output_fd, .events = POLLIN},
		};
		int64_t left_ms = deadline_ms - clock_mono_now().ms;
		if (left_ms <= 0)
			return false;
		if (poll(waiting, ARRAY_LENGTH(waiting), (int)left_ms) < 0 && errno != EINTR)
			return false;
		if (waiting[1].revents != 0)
			feed(run);
		if (waiting[2].revents != 0)
			collect(run);
		if (waiting[0].revents != 0)
			return true;
	}
}

static int
start(const struct spawn *spawn, struct run *run)
{
	int in[2], out[2];
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, in) < 0)
		return -errno;
	AUTO_CLOSE int child_in = in[0];
	AUTO_CLOSE int our_in = in[1];
	if (pipe2(out, O_CLOEXEC) < 0)
		return -errno;
	AUTO_CLOSE int our_out = out[0];
	AUTO_CLOSE int child_out = out[1];
	if (fcntl(our_in, F_SETFL, O_NONBLOCK) < 0 || fcntl(our_out, F_SETFL, O_NONBLOCK) < 0)
		return -errno;
	const struct spawn_fd fds[] = {
	    {child_in, STDIN_FILENO},
	    {child_out, STDOUT_FILENO},
	    {child_out, ERROR_FD},
	};
	struct spawn wired = *spawn;
	wired.fds = fds;
	wired.fd_count = ARRAY_LENGTH(fds);
	int r = spawn_start(&wired, &run->pid, &run->pidfd);
	if (r < 0)
		return r;
	run->input_fd = TAKE_FD(our_in);
	run->output_fd = TAKE_FD(our_out);
	return 0;
}

static int
wait_for_end(pid_t pid)
{
	int status = 0;
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	return status;
}

int
spawn_run(const struct spawn *spawn, const void *input, size_t input_length, size_t output_max,
    int limit_ms, struct spawn_result *ret_result)
{
	struct spawn_result result = {.output = NULL};
	struct run run = {
	    .input = input,
	    .input_left = input_length,
	    .output_max = output_max,
	    .result = &result,
	};
	if (spawn->fd_count != 0)
		return -EINVAL;
	int r = start(spawn, &run);
	if (r < 0)
		return r;
	if (input_length == 0)
		shut(&run.input_fd);
	if (!serve(&run, clock_mono_now().ms + limit_ms)) {
		result.timed_out = true;
		kill(spawn->keeps_group ? run.pid : -run.pid, SIGKILL);
	}
	result.status = wait_for_end(run.pid);
	collect(&run);
	shut(&run.input_fd);
	shut(&run.output_fd);
	shut(&run.pidfd);
	if (result.output == NULL)
		result.output = mem_text("");
	*ret_result = result;
	return 0;
}

char *
spawn_describe(int status, bool timed_out, char *text, size_t size)
{
	if (timed_out)
		snprintf(text, size, "time limit");
	else if (WIFSIGNALED(status))
		snprintf(text, size, "signal %d (%s)", WTERMSIG(status),
		    sigdescr_np(WTERMSIG(status)) != NULL ? sigdescr_np(WTERMSIG(status)) : "?");
	else
		snprintf(text, size, "exit %d", WEXITSTATUS(status));
	return text;
}
