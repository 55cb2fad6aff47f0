/* SPDX-License-Identifier: ISC
 *
 * process.c - by pidfd, so that what was looked at is what gets the signal; or by systemctl.
 */
#include "remedies/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <unistd.h>

#include "lib/log.h"
#include "remedies/program.h"

#define SETTLE_MS 2000 /* a daemon that cannot live with its new settings has ended by then */
#define PID_TEXT_SIZE 16
#define SYSTEMCTL "/usr/bin/systemctl"
#define SYSTEMCTL_LIMIT_MS (2 * 60 * 1000)
#define SYSTEMCTL_INACTIVE 3 /* exit status of is-active */

/* 0: none is there, or nothing that could be one. */
static pid_t
read_pid(const char *pid_file)
{
	char text[PID_TEXT_SIZE] = "";
	AUTO_CLOSE int fd = open(pid_file, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 || read(fd, text, sizeof(text) - 1) <= 0)
		return 0;
	long pid = strtol(text, NULL, 10);
	return pid > 1 && pid < (1 << 22) ? (pid_t)pid : 0;
}

static bool
runs_program(pid_t pid, const char *program)
{
	char link[64], path[PATH_TEXT_SIZE];
	snprintf(link, sizeof(link), "/proc/%d/exe", (int)pid);
	ssize_t length = readlink(link, path, sizeof(path) - 1);
	if (length < 0)
		return false;
	path[length] = '\0';
	return strcmp(path, program) == 0;
}

int
process_reload(
    const char *pid_file, const char *program, bool *ret_told, char problem[REASON_TEXT_SIZE])
{
	pid_t pid = read_pid(pid_file);
	AUTO_CLOSE int fd = pid > 0 ? pidfd_open(pid, 0) : -1;
	*ret_told = false;
	if (fd < 0 || !runs_program(pid, program))
		return 0;
	if (pidfd_send_signal(fd, SIGHUP, NULL, 0) < 0) {
		int r = -errno;
		snprintf(
		    problem, REASON_TEXT_SIZE, "%.900s: no signal, %s", program, log_errno(-r));
		return r;
	}
	struct pollfd ended = {.fd = fd, .events = POLLIN};
	if (poll(&ended, 1, SETTLE_MS) > 0) {
		snprintf(problem, REASON_TEXT_SIZE, "%.900s ended at its reload", program);
		return -EIO;
	}
	*ret_told = true;
	return 0;
}

static int
run_systemctl(const char *verb, const char *service, int fine_status, char **ret_output,
    char problem[REASON_TEXT_SIZE])
{
	const char *const argv[] = {SYSTEMCTL, verb, service, NULL};
	const struct spawn spawn = {.path = SYSTEMCTL, .argv = argv};
	const struct program program = {
	    .what = "systemctl", .limit_ms = SYSTEMCTL_LIMIT_MS, .fine_status = fine_status};
	return program_run(&spawn, &program, ret_output, problem);
}

/* "reload" or "restart", of a service that runs. */
static int
tell_service(const char *verb, const char *service, bool *ret_told, char problem[REASON_TEXT_SIZE])
{
	AUTO_FREE char *state = NULL;
	int r = run_systemctl("is-active", service, SYSTEMCTL_INACTIVE, &state, problem);
	*ret_told = r == 0 && strcmp(state, "active\n") == 0;
	return r == 0 && *ret_told ? run_systemctl(verb, service, 0, NULL, problem) : r;
}

int
process_reload_service(const char *service, bool *ret_told, char problem[REASON_TEXT_SIZE])
{
	return tell_service("reload", service, ret_told, problem);
}

int
process_restart_service(const char *service, bool *ret_told, char problem[REASON_TEXT_SIZE])
{
	return tell_service("restart", service, ret_told, problem);
}

int
process_restart_by(const char *path, bool *ret_told, char problem[REASON_TEXT_SIZE])
{
	const char *const argv[] = {path, NULL};
	const struct spawn spawn = {.path = path, .argv = argv};
	const struct program program = {.what = path, .limit_ms = SYSTEMCTL_LIMIT_MS};
	int r = program_run(&spawn, &program, NULL, problem);
	*ret_told = r == 0;
	return r;
}
