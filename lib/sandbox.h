/* SPDX-License-Identifier: ISC
 *
 * sandbox.h - gives privilege up for good: user, capabilities, paths (landlock), system calls
 * (seccomp). Every role enters it once, after it has opened what needs privilege.
 *
 * Landlock restricts opens, not inotify_add_watch() nor stat(): a role that may watch a directory
 * by its mode can do so after the sandbox as well.
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
	SANDBOX_CALLS_READ, /* no sockets of its own, no exec, no change of a file or mode: watch */
	SANDBOX_CALLS_FILES, /* as READ, and the changes of files that SQLite makes: engine */
	SANDBOX_CALLS_UNIX, /* as FILES, and accept() on sockets that are open: control */
	/* As FILES, and client sockets; no exec: send. */
	SANDBOX_CALLS_NETWORK,
	/* As NETWORK, and fork, exec, wait: alert. A child inherits what we forbid, and alert's
	 * child has to reach the relay; so what it needs must be in this list and in `paths`. The
	 * dynamic loader, the system's libraries (to be read) and /dev/null are always allowed. */
	SANDBOX_CALLS_SPAWN,
};

struct sandbox {
	const char *user; /* NULL: stay who we are; else drop to this user and his groups */
	bool dac_read_search; /* keep CAP_DAC_READ_SEARCH, and nothing else, ever */
	bool landlock; /* restrict the file system to `paths` */
	const struct sandbox_path *paths;
	size_t path_count;
	enum sandbox_calls calls;
};

/* Whether the kernel can restrict paths. */
bool sandbox_has_landlock(void);

/* Enters. Also sets no_new_privs and PR_SET_DUMPABLE 0 where anything is restricted, and umask 077
 * with a user.
 * The order: open what `paths` names, drop the user, restrict paths, restrict calls.
 * When we are not root, `user` and capabilities are left as they are, with a debug line: unit
 * tests and trials run as anybody. */
void sandbox_enter(const struct sandbox *sandbox);

#endif
