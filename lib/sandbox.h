/* SPDX-License-Identifier: ISC
 *
 * sandbox.h - gives privilege up for good: user, capabilities, paths (landlock), system calls
 * (seccomp). Every role enters it once, after it has opened what needs privilege.
 *
 * A step that the kernel does not know (no landlock before 5.13) is logged and left out; a step
 * that fails otherwise is fatal(): no role runs with more than its row says.
 */
#ifndef WATCHDOGD_LIB_SANDBOX_H
#define WATCHDOGD_LIB_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum sandbox_access {
	SANDBOX_READ = 1, /* files and directories below */
	SANDBOX_WRITE = 2, /* read, write, create and remove files below */
	SANDBOX_EXECUTE = 4, /* read and execute: a file, or files below */
};

struct sandbox_path {
	const char *path; /* one that does not exist is left out */
	unsigned access; /* enum sandbox_access, or-ed */
};

enum sandbox_calls {
	SANDBOX_CALLS_ANY, /* no seccomp filter (remedy, parent) */
	SANDBOX_CALLS_FILES, /* no sockets of its own, no exec: watch, engine */
	SANDBOX_CALLS_UNIX, /* as FILES, and accept() on sockets that are open: control */
	SANDBOX_CALLS_SPAWN, /* as FILES, and fork, exec, wait: alert */
	SANDBOX_CALLS_NETWORK, /* as FILES, and client sockets; no exec: send */
};

struct sandbox {
	const char *user; /* NULL: stay who we are; else drop to this user and his groups */
	bool dac_read_search; /* keep CAP_DAC_READ_SEARCH, and nothing else, ever */
	bool landlock; /* restrict the file system to `paths` */
	const struct sandbox_path *paths;
	size_t path_count;
	enum sandbox_calls calls;
};

/* Enters. Also sets no_new_privs, umask 077 and PR_SET_DUMPABLE 0 (except when user is NULL).
 * When we are not root, `user` and capabilities are left as they are, with a debug line: unit
 * tests and trials run as anybody. */
void sandbox_enter(const struct sandbox *sandbox);

#endif
