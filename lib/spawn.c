/* SPDX-License-Identifier: ISC
 *
 * spawn.c - the only fork and exec. Parent, remedy and alert. Between the two nothing is
 * allocated and nothing is logged: what fails is an errno through a pipe that exec closes.
 */
#include "lib/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/mem.h"

#define FDS_MAX 16
#define FD_ABOVE 64 /* above every number that a child is given */
#define STANDARD_FDS 3

static const char *const clean_environment[] = {
    "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
    "LANG=C",
    "LC_ALL=C",
};

/* The child's environment; the array is the caller's, its texts are borrowed. */
static char **
build_environment(const struct spawn *spawn)
{
	size_t clean = ARRAY_LENGTH(clean_environment), extra = 0;
	while (spawn->env != NULL && spawn->env[extra] != NULL)
		extra++;
	const char **all = mem_array(clean + extra + 1, sizeof(*all));
	memcpy(all, clean_environment, sizeof(clean_environment));
	if (extra > 0)
		memcpy(all + clean, spawn->env, extra * sizeof(*all));
	return (char **)(uintptr_t)all;
}

/* ---- in the child ---- */

static int
reset_signals(void)
{
	sigset_t none;
	const struct sigaction standard = {.sa_handler = SIG_DFL};
	for (int number = 1; number < NSIG; number++)
		if (number != SIGKILL && number != SIGSTOP)
			sigaction(number, &standard, NULL);
	sigemptyset(&none);
	return sigprocmask(SIG_SETMASK, &none, NULL) < 0 ? -errno : 0;
}

static bool
is_listed(const struct spawn *spawn, int number)
{
	for (size_t i = 0; i < spawn->fd_count; i++)
		if (spawn->fds[i].to == number)
			return true;
	return false;
}

/* Everything is moved out of the way first, so that no number is overwritten before it is used;
 * then all is marked close-on-exec, and only what dup2() puts back survives. */
static int
place_fds(const struct spawn *spawn)
{
	int moved[FDS_MAX];
	for (size_t i = 0; i < spawn->fd_count; i++) {
		moved[i] = fcntl(spawn->fds[i].from, F_DUPFD_CLOEXEC, FD_ABOVE);
		if (moved[i] < 0)
			return -errno;
	}
	int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (nothing < 0 || (nothing = fcntl(nothing, F_DUPFD_CLOEXEC, FD_ABOVE)) < 0)
		return -errno;
	if (close_range(STANDARD_FDS, ~0U, CLOSE_RANGE_CLOEXEC) < 0)
		return -errno;
	for (int number = 0; number < STANDARD_FDS - 1; number++)
		if (!is_listed(spawn, number) && dup2(nothing, number) < 0)
			return -errno;
	for (size_t i = 0; i < spawn->fd_count; i++)
		if (dup2(moved[i], spawn->fds[i].to) < 0)
			return -errno;
	return 0;
}

static int
change_user(const struct spawn *spawn)
{
	if (spawn->uid == 0)
		return 0;
	if (setgroups(1, &spawn->gid) < 0 || setresgid(spawn->gid, spawn->gid, spawn->gid) < 0 ||
	    setresuid(spawn->uid, spawn->uid, spawn->uid) < 0)
		return -errno;
	return 0;
}

/* After change_user(): a change of user clears the setting (prctl(2)). */
static int
die_with(pid_t parent)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
		return -errno;
	return getppid() == parent ? 0 : -ESRCH; /* it may have died before the prctl() */
}

static int
child_set_up(const struct spawn *spawn, pid_t parent)
{
	int r = reset_signals();
	if (r == 0 && !spawn->keeps_group && setpgid(0, 0) < 0)
		r = -errno;
	if (r == 0)
		r = place_fds(spawn);
	if (r == 0)
		r = change_user(spawn);
	if (r == 0 && spawn->dies_with_us)
		r = die_with(parent);
	return r;
}

static NORETURN void
child_run(const struct spawn *spawn, char **environment, pid_t parent, int error_pipe)
{
	int r = child_set_up(spawn, parent);
	if (r == 0) {
		execve(spawn->path, (char **)(uintptr_t)spawn->argv, environment);
		r = -errno;
	}
	/* Nobody hears of it when this fails; the status says 127. */
	if (write(error_pipe, &r, sizeof(r)) < 0)
		_exit(126);
	_exit(127);
}

/* ---- in the parent ---- */

static bool
fds_are_sane(const struct spawn *spawn)
{
	if (spawn->fd_count > FDS_MAX)
		return false;
	for (size_t i = 0; i < spawn->fd_count; i++)
		if (spawn->fds[i].from < 0 || spawn->fds[i].to < 0 || spawn->fds[i].to >= FD_ABOVE)
			return false;
	return true;
}

/* Blocks every signal, so that none is handled in the child before its handlers are reset. */
static pid_t
fork_child(const struct spawn *spawn, char **environment, int error_pipe)
{
	sigset_t all, old;
	pid_t parent = getpid();
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &old);
	pid_t pid = fork();
	int saved = errno;
	if (pid == 0)
		child_run(spawn, environment, parent, error_pipe);
	sigprocmask(SIG_SETMASK, &old, NULL);
	errno = saved;
	return pid;
}

/* The error of set-up or exec, 0 when exec closed the pipe. */
static int
read_child_error(int fd)
{
	int error;
	ssize_t length;
	do
		length = read(fd, &error, sizeof(error));
	while (length < 0 && errno == EINTR);
	return length == (ssize_t)sizeof(error) ? error : 0;
}

static void
reap(pid_t pid)
{
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		continue;
}

int
spawn_start(const struct spawn *spawn, pid_t *ret_pid, int *ret_pidfd)
{
	int pipe_fds[2];
	if (!fds_are_sane(spawn))
		return -EINVAL;
	if (pipe2(pipe_fds, O_CLOEXEC) < 0)
		return -errno;
	AUTO_CLOSE int read_end = pipe_fds[0];
	AUTO_CLOSE int write_end = fcntl(pipe_fds[1], F_DUPFD_CLOEXEC, FD_ABOVE);
	close(pipe_fds[1]);
	if (write_end < 0)
		return -EMFILE;
	AUTO_FREE char **environment = build_environment(spawn);
	pid_t pid = fork_child(spawn, environment, write_end);
	if (pid < 0)
		return -errno;
	close(TAKE_FD(write_end));
	int r = read_child_error(read_end);
	int pidfd = -1;
	if (r == 0 && ret_pidfd != NULL && (pidfd = pidfd_open(pid, 0)) < 0) {
		r = -errno;
		kill(pid, SIGKILL);
	}
	if (r < 0) {
		reap(pid);
		return r;
	}
	if (ret_pidfd != NULL)
		*ret_pidfd = pidfd;
	*ret_pid = pid;
	return 0;
}
