/* SPDX-License-Identifier: ISC
 *
 * sandbox_calls.c - which system calls each level allows. A list of names, so that one that this
 * architecture or this libseccomp does not know is left out; several names stand for one thing
 * because C libraries differ in which of them they use. Opens are landlock's business, not ours.
 */
#include "lib/sandbox_calls.h"

#include <asm/termbits.h>
#include <errno.h>
#include <linux/sockios.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "lib/log.h"

/* Every level: memory, time, events, reading, and messages on descriptors that are open. */
static const char *const calls_read[] = {
    /* memory */
    "brk", "madvise", "membarrier", "mmap", "mmap2", "mprotect", "mremap", "msync", "munmap",
    /* the process itself */
    "arch_prctl", "exit", "exit_group", "futex", "futex_time64", "get_robust_list", "getcpu",
    "getcwd", "getegid", "getegid32", "geteuid", "geteuid32", "getgid", "getgid32", "getgroups",
    "getgroups32", "getpgrp", "getpid", "getppid", "getpriority", "getrandom", "getresgid",
    "getresgid32", "getresuid", "getresuid32", "getrlimit", "getrusage", "gettid", "getuid",
    "getuid32", "prlimit64", "restart_syscall", "rseq", "sched_getaffinity", "sched_yield",
    "set_robust_list", "set_tid_address", "sysinfo", "times", "ugetrlimit", "umask", "uname",
    /* signals; tgkill for abort(), which the kernel confines by user */
    "rt_sigaction", "rt_sigpending", "rt_sigprocmask", "rt_sigreturn", "rt_sigtimedwait",
    "sigaltstack", "sigreturn", "tgkill",
    /* time */
    "clock_getres", "clock_getres_time64", "clock_gettime", "clock_gettime64", "clock_nanosleep",
    "clock_nanosleep_time64", "gettimeofday", "nanosleep", "time", "timerfd_create",
    "timerfd_gettime", "timerfd_settime", "timerfd_settime64",
    /* events */
    "_newselect", "epoll_create", "epoll_create1", "epoll_ctl", "epoll_pwait", "epoll_pwait2",
    "epoll_wait", "eventfd2", "inotify_add_watch", "inotify_init", "inotify_init1",
    "inotify_rm_watch", "poll", "ppoll", "ppoll_time64", "pselect6", "select",
    /* files, to be read */
    "_llseek", "access", "close", "close_range", "dup", "dup2", "dup3", "faccessat", "faccessat2",
    "fadvise64", "fadvise64_64", "fcntl", "fcntl64", "flock", "fstat", "fstat64", "fstatat64",
    "fstatfs", "fstatfs64", "getdents", "getdents64", "lseek", "lstat", "lstat64", "newfstatat",
    "open", "openat", "openat2", "pipe", "pipe2", "pread64", "preadv", "read", "readlink",
    "readlinkat", "readv", "stat", "stat64", "statfs", "statfs64", "statx",
    /* descriptors that are open: pipes, stderr, channels */
    "getpeername", "getsockname", "getsockopt", "recvfrom", "recvmsg", "sendmsg", "sendto",
    "shutdown", "write", "writev"};

/* What SQLite does to a database, its journal and its lock. */
static const char *const calls_files[] = {"chmod", "fallocate", "fchmod", "fchmodat", "fchown",
    "fchown32", "fdatasync", "fsync", "ftruncate", "ftruncate64", "mkdir", "mkdirat", "pwrite64",
    "pwritev", "rename", "renameat", "renameat2", "rmdir", "sync_file_range", "unlink", "unlinkat",
    "utimensat"};

static const char *const calls_unix[] = {"accept", "accept4", "setsockopt"};

/* socket() itself is restricted to families below. */
static const char *const calls_network[] = {"alarm", "bind", "connect", "recvmmsg",
    "recvmmsg_time64", "sendmmsg", "setitimer", "setsockopt"};

/* A child, and what the child does before it enters its own sandbox. */
static const char *const calls_spawn[] = {"capget", "capset", "clone", "clone3", "execve",
    "execveat", "fork", "getpgid", "kill", "landlock_add_rule", "landlock_create_ruleset",
    "landlock_restrict_self", "memfd_create", "pidfd_open", "pidfd_send_signal", "prctl", "seccomp",
    "setgid", "setgid32", "setgroups", "setgroups32", "setpgid", "setresgid", "setresgid32",
    "setresuid", "setresuid32", "setsid", "setuid", "setuid32", "vfork", "wait4", "waitid"};

static const int socket_families[] = {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK};

/* What libc and the loop ask of a descriptor; no terminal can be typed into (TIOCSTI). */
static const unsigned long ioctls[] = {FIONREAD, FIONBIO, FIOCLEX, TCGETS};

static void
allow(scmp_filter_ctx filter, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		int number = seccomp_syscall_resolve_name(names[i]);
		if (number == __NR_SCMP_ERROR)
			continue;
		int r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, number, 0);
		if (r < 0)
			fatal("sandbox: system call %s: %s", names[i], log_errno(-r));
	}
}

/* Allows a call when its argument `at` is `value`. */
static void
allow_with(scmp_filter_ctx filter, int number, unsigned at, uint64_t value)
{
	const struct scmp_arg_cmp argument = {.arg = at, .op = SCMP_CMP_EQ, .datum_a = value};
	int r = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, number, 1, &argument);
	if (r < 0)
		fatal("sandbox: system call %d: %s", number, log_errno(-r));
}

static void
allow_network(scmp_filter_ctx filter)
{
	allow(filter, calls_network, ARRAY_LENGTH(calls_network));
	for (size_t i = 0; i < ARRAY_LENGTH(socket_families); i++)
		allow_with(filter, SCMP_SYS(socket), 0, (uint64_t)socket_families[i]);
}

static void
allow_level(scmp_filter_ctx filter, enum sandbox_calls level)
{
	allow(filter, calls_read, ARRAY_LENGTH(calls_read));
	for (size_t i = 0; i < ARRAY_LENGTH(ioctls); i++)
		allow_with(filter, SCMP_SYS(ioctl), 1, ioctls[i]);
	if (level != SANDBOX_CALLS_READ)
		allow(filter, calls_files, ARRAY_LENGTH(calls_files));
	if (level == SANDBOX_CALLS_UNIX)
		allow(filter, calls_unix, ARRAY_LENGTH(calls_unix));
	if (level == SANDBOX_CALLS_NETWORK || level == SANDBOX_CALLS_SPAWN)
		allow_network(filter);
	if (level == SANDBOX_CALLS_SPAWN) {
		allow(filter, calls_spawn, ARRAY_LENGTH(calls_spawn));
		/* spawn_run()'s stdin for its child */
		allow_with(filter, SCMP_SYS(socketpair), 0, AF_UNIX);
	}
}

void
sandbox_restrict_calls(enum sandbox_calls level)
{
	if (level == SANDBOX_CALLS_ANY)
		return;
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	if (filter == NULL)
		fatal("sandbox: no filter for system calls");
	allow_level(filter, level);
	int r = seccomp_load(filter);
	if (r < 0)
		fatal("sandbox: system calls: %s", log_errno(-r));
	seccomp_release(filter);
}
