/* SPDX-License-Identifier: ISC
 *
 * spawn.h - the only fork and exec in the project. Parent, remedy and alert use it.
 *
 * A child gets a fixed argv (no shell, no string is ever split), a clean environment (PATH, LANG=C,
 * plus what the caller lists), chosen descriptors and nothing else, default signal dispositions,
 * and its own process group, so that a time limit ends its children too.
 */
#ifndef WATCHDOGD_LIB_SPAWN_H
#define WATCHDOGD_LIB_SPAWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "lib/guard.h"

struct spawn_fd {
	int from; /* ours */
	int to; /* the child's number */
};

struct spawn {
	const char *path; /* absolute */
	const char *const *argv; /* argv[0] included, NULL at the end */
	const char *const *env; /* added to the clean environment, NULL at the end; or NULL */
	const struct spawn_fd *fds;
	size_t fd_count; /* 0, 1 and 2 that are not listed are /dev/null, except 2: ours */
	uid_t uid; /* 0: stay as we are */
	gid_t gid;
	bool dies_with_us; /* PR_SET_PDEATHSIG SIGKILL */
	bool keeps_group; /* stay in our process group */
};

/* Starts a child. Waits until exec has happened, so that a missing program is an error here.
 * ret_pidfd may be NULL. 0 or -errno (of fork, set-up or exec). */
int spawn_start(const struct spawn *spawn, pid_t *ret_pid, int *ret_pidfd) MUST_CHECK;

struct spawn_result {
	int status; /* as waitpid() gives it */
	bool timed_out; /* killed by us at the time limit */
	bool output_capped; /* more output came than was kept */
	char *output; /* stdout and stderr as they came, NUL-terminated; free() it */
	size_t output_length;
};

/* Runs a child to its end: writes input to its stdin, keeps up to output_max bytes of stdout and
 * stderr, and kills its process group when limit_ms is over. `spawn->fds` must be empty.
 * 0 or -errno; on 0 ret_result is filled and its output is the caller's. */
int spawn_run(const struct spawn *spawn, const void *input, size_t input_length, size_t output_max,
    int limit_ms, struct spawn_result *ret_result) MUST_CHECK;

/* "exit 3", "signal 9 (Killed)", "time limit": into text, which is returned. */
char *spawn_describe(int status, bool timed_out, char *text, size_t size);

#endif
