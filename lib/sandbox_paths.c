/* SPDX-License-Identifier: ISC
 *
 * sandbox_paths.c - landlock by its three system calls. The kernel's headers of Debian 12 stop at
 * the second version of the interface, so the bits are written down here; the kernel is asked
 * which of them it knows.
 */
#include "lib/sandbox_paths.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/log.h"

#define ASK_VERSION 1U
#define RULE_PATH_BENEATH 1

/* linux/landlock.h, LANDLOCK_ACCESS_FS_*, _NET_*, LANDLOCK_SCOPE_* */
#define FS_EXECUTE (1ULL << 0)
#define FS_WRITE_FILE (1ULL << 1)
#define FS_READ_FILE (1ULL << 2)
#define FS_READ_DIR (1ULL << 3)
#define FS_REMOVE_FILE (1ULL << 5)
#define FS_MAKE_REG (1ULL << 8)
#define FS_TRUNCATE (1ULL << 14)
#define FS_ALL_1 ((1ULL << 13) - 1)
#define FS_ALL_2 ((1ULL << 14) - 1) /* and linking between directories */
#define FS_ALL_3 ((1ULL << 15) - 1) /* and truncation */
#define FS_ALL_5 ((1ULL << 16) - 1) /* and ioctl() on devices */
#define NET_ALL_4 3ULL /* TCP bind and connect */
#define SCOPE_ALL_6 3ULL /* abstract sockets and signals of others */

/* What a rule about a file, no directory, may hold. */
#define FS_OF_FILE (FS_EXECUTE | FS_WRITE_FILE | FS_READ_FILE | FS_TRUNCATE)

struct ruleset_attributes {
	uint64_t fs, net, scoped;
};

struct path_rule {
	uint64_t access;
	int32_t parent_fd;
} __attribute__((packed));

/* What a program needs that is started below: its loader and libraries, and /dev/null. */
static const struct sandbox_path loader_paths[] = {
    {"/lib64/ld-linux-x86-64.so.2", SANDBOX_EXECUTE},
    {"/lib/ld-linux.so.2", SANDBOX_EXECUTE},
    {"/lib/ld-linux-aarch64.so.1", SANDBOX_EXECUTE},
    {"/lib/ld-linux-armhf.so.3", SANDBOX_EXECUTE},
    {"/lib/ld-linux-riscv64-lp64d.so.1", SANDBOX_EXECUTE},
    {"/lib64/ld64.so.2", SANDBOX_EXECUTE},
    {"/lib/ld64.so.1", SANDBOX_EXECUTE},
    {"/lib", SANDBOX_READ},
    {"/lib64", SANDBOX_READ},
    {"/usr/lib", SANDBOX_READ},
    {"/etc/ld.so.cache", SANDBOX_READ},
    {"/dev/null", SANDBOX_READ | SANDBOX_WRITE},
};

static uint64_t
fs_known(int version)
{
	return version >= 5 ? FS_ALL_5
	    : version >= 3  ? FS_ALL_3
	    : version == 2  ? FS_ALL_2
			    : FS_ALL_1;
}

static uint64_t
fs_of_access(unsigned access)
{
	uint64_t fs = 0;
	if ((access & SANDBOX_READ) != 0)
		fs |= FS_READ_FILE | FS_READ_DIR;
	if ((access & SANDBOX_WRITE) != 0)
		fs |= FS_READ_FILE | FS_READ_DIR | FS_WRITE_FILE | FS_MAKE_REG | FS_REMOVE_FILE |
		    FS_TRUNCATE;
	if ((access & SANDBOX_EXECUTE) != 0)
		fs |= FS_EXECUTE | FS_READ_FILE;
	return fs;
}

static void
add_path(int ruleset, const struct sandbox_path *path, uint64_t known)
{
	struct stat status;
	AUTO_CLOSE int fd = open(path->path, O_PATH | O_CLOEXEC);
	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR)) {
		log_debug("sandbox: %s: absent, left out", path->path);
		return;
	}
	if (fd < 0 || fstat(fd, &status) < 0)
		fatal("sandbox: %s: %s", path->path, log_errno(errno));
	struct path_rule rule = {
	    .access = fs_of_access(path->access) & known,
	    .parent_fd = fd,
	};
	if (!S_ISDIR(status.st_mode))
		rule.access &= FS_OF_FILE;
	if (syscall(SYS_landlock_add_rule, ruleset, RULE_PATH_BENEATH, &rule, 0) < 0)
		fatal("sandbox: %s: %s", path->path, log_errno(errno));
}

static bool
uses_network(const struct sandbox *sandbox)
{
	return sandbox->calls == SANDBOX_CALLS_NETWORK || sandbox->calls == SANDBOX_CALLS_SPAWN ||
	    sandbox->calls == SANDBOX_CALLS_ANY;
}

static long
ask_version(void)
{
	return syscall(SYS_landlock_create_ruleset, NULL, 0, ASK_VERSION);
}

bool
sandbox_has_landlock(void)
{
	return ask_version() > 0;
}

int
sandbox_open_paths(const struct sandbox *sandbox)
{
	long version = ask_version();
	if (version < 1) {
		log_warning("sandbox: the kernel has no landlock, paths are not restricted");
		return -1;
	}
	struct ruleset_attributes attributes = {
	    .fs = fs_known((int)version),
	    .net = version >= 4 && !uses_network(sandbox) ? NET_ALL_4 : 0,
	    .scoped = version >= 6 && !uses_network(sandbox) ? SCOPE_ALL_6 : 0,
	};
	int ruleset = (int)syscall(SYS_landlock_create_ruleset, &attributes, sizeof(attributes), 0);
	if (ruleset < 0)
		fatal("sandbox: landlock: %s", log_errno(errno));
	for (size_t i = 0; i < sandbox->path_count; i++)
		add_path(ruleset, &sandbox->paths[i], attributes.fs);
	if (sandbox->calls == SANDBOX_CALLS_SPAWN)
		for (size_t i = 0; i < ARRAY_LENGTH(loader_paths); i++)
			add_path(ruleset, &loader_paths[i], attributes.fs);
	return ruleset;
}

void
sandbox_restrict_paths(int ruleset)
{
	if (ruleset < 0)
		return;
	if (syscall(SYS_landlock_restrict_self, ruleset, 0) < 0)
		fatal("sandbox: landlock: %s", log_errno(errno));
	close(ruleset);
}
