/* SPDX-License-Identifier: ISC
 *
 * sandbox_test.c - what a process can no longer do after it has entered. Each row enters in a
 * child and tries one thing there. Run as root the user changes as well; otherwise that is left
 * out, as sandbox.h says.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/guard.h"
#include "lib/log.h"
#include "lib/sandbox.h"
#include "lib/spawn.h"

#define USER "nobody"

/* A directory that the user owns, one file in it and one beside it. */
static char place[] = "/tmp/sandbox-test-XXXXXX";
static char inside[64], inside_file[96], outside_file[64];
static int listener = -1;

/* ---- what is tried: 0 or -errno ---- */

static int
or_errno(long result)
{
	return result < 0 ? -errno : 0;
}

static int
open_and_close(const char *path, int flags)
{
	AUTO_CLOSE int fd = open(path, flags | O_CLOEXEC, 0600);
	return or_errno(fd);
}

static int
read_inside(void)
{
	return open_and_close(inside_file, O_RDONLY);
}

static int
write_inside(void)
{
	return open_and_close(inside_file, O_WRONLY | O_APPEND);
}

static int
create_inside(void)
{
	char path[128];
	snprintf(path, sizeof(path), "%s/new", inside);
	int r = open_and_close(path, O_WRONLY | O_CREAT | O_EXCL);
	return r < 0 ? r : or_errno(unlink(path));
}

static int
read_outside(void)
{
	return open_and_close(outside_file, O_RDONLY);
}

static int
read_passwd(void)
{
	return open_and_close("/etc/passwd", O_RDONLY);
}

static int
write_outside(void)
{
	return open_and_close(outside_file, O_WRONLY);
}

static int
create_outside(void)
{
	char path[128];
	snprintf(path, sizeof(path), "%s/new", place);
	return open_and_close(path, O_WRONLY | O_CREAT);
}

static int
make_socket(void)
{
	AUTO_CLOSE int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	return or_errno(fd);
}

static int
make_packet_socket(void)
{
	AUTO_CLOSE int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	return or_errno(fd);
}

static int
accept_client(void)
{
	AUTO_CLOSE int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	return or_errno(fd);
}

static int
run_true(void)
{
	const char *const argv[] = {"/bin/true", NULL};
	const struct spawn spawn = {.path = argv[0], .argv = argv};
	struct spawn_result result;
	int r = spawn_run(&spawn, NULL, 0, 100, 5000, &result);
	if (r < 0)
		return r;
	free(result.output);
	return result.status == 0 ? 0 : -EIO;
}

static int
exec_true(void)
{
	char *const argv[] = {(char *)(uintptr_t)"true", NULL};
	execv("/bin/true", argv);
	return -errno;
}

static int
fork_child(void)
{
	pid_t pid = fork();
	if (pid == 0)
		_exit(0);
	return pid < 0 ? -errno : or_errno(waitpid(pid, NULL, 0));
}

static int
trace_parent(void)
{
	return or_errno(ptrace(PTRACE_ATTACH, getppid(), NULL, NULL));
}

static int
signal_parent(void)
{
	return or_errno(kill(getppid(), SIGCONT));
}

static int
change_mode(void)
{
	return or_errno(chmod(inside_file, 0640));
}

static int
change_mode_of_fd(void)
{
	AUTO_CLOSE int fd = open(inside_file, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? -errno : or_errno(fchmod(fd, 0640));
}

static int
remove_file(void)
{
	return or_errno(unlink(inside_file));
}

static int
rename_file(void)
{
	char path[128];
	snprintf(path, sizeof(path), "%s/renamed", inside);
	int r = or_errno(rename(inside_file, path));
	return r < 0 ? r : or_errno(rename(path, inside_file));
}

static int
truncate_file(void)
{
	AUTO_CLOSE int fd = open(inside_file, O_RDWR | O_CLOEXEC);
	return fd < 0 ? -errno : or_errno(ftruncate(fd, 0));
}

static int
list_inside(void)
{
	return open_and_close(inside, O_RDONLY | O_DIRECTORY);
}

static int
become_root(void)
{
	return or_errno(setuid(0));
}

static int
map_memory(void)
{
	void *memory = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return memory == MAP_FAILED ? -errno : or_errno(munmap(memory, 4096));
}

static int
load_module(void)
{
	return or_errno(syscall(SYS_init_module, NULL, 0UL, ""));
}

/* ---- rows ---- */

#define ALLOWED 0
#define REFUSED 1 /* EPERM or EACCES */

static const struct row {
	enum sandbox_calls calls;
	unsigned access;
	int (*attempt)(void);
	const char *what;
	int expected;
} rows[] = {
    {SANDBOX_CALLS_READ, SANDBOX_READ, read_inside, "read inside", ALLOWED},
    {SANDBOX_CALLS_READ, SANDBOX_READ, list_inside, "list inside", ALLOWED},
    {SANDBOX_CALLS_READ, SANDBOX_READ, map_memory, "map memory", ALLOWED},
    {SANDBOX_CALLS_READ, SANDBOX_READ, write_inside, "write inside", REFUSED},
    {SANDBOX_CALLS_READ, SANDBOX_READ, create_inside, "create inside", REFUSED},
    {SANDBOX_CALLS_READ, SANDBOX_READ, read_outside, "read outside", REFUSED},
    {SANDBOX_CALLS_READ, SANDBOX_READ, read_passwd, "read /etc/passwd", REFUSED},
    {SANDBOX_CALLS_READ, SANDBOX_WRITE, change_mode, "chmod", REFUSED},
    {SANDBOX_CALLS_READ, SANDBOX_WRITE, change_mode_of_fd, "fchmod", REFUSED},
    {SANDBOX_CALLS_READ, SANDBOX_WRITE, remove_file, "unlink", REFUSED},
    {SANDBOX_CALLS_READ, SANDBOX_WRITE, rename_file, "rename", REFUSED},
    {SANDBOX_CALLS_READ, SANDBOX_WRITE, truncate_file, "ftruncate", REFUSED},
    {SANDBOX_CALLS_READ, SANDBOX_READ, make_socket, "socket", REFUSED},
    {SANDBOX_CALLS_READ, SANDBOX_READ, exec_true, "exec", REFUSED},
    {SANDBOX_CALLS_READ, SANDBOX_READ, fork_child, "fork", REFUSED},
    {SANDBOX_CALLS_READ, SANDBOX_READ, trace_parent, "ptrace", REFUSED},
    {SANDBOX_CALLS_READ, SANDBOX_READ, signal_parent, "kill", REFUSED},
    {SANDBOX_CALLS_READ, SANDBOX_READ, load_module, "init_module", REFUSED},

    {SANDBOX_CALLS_FILES, SANDBOX_WRITE, write_inside, "write inside", ALLOWED},
    {SANDBOX_CALLS_FILES, SANDBOX_WRITE, create_inside, "create inside", ALLOWED},
    {SANDBOX_CALLS_FILES, SANDBOX_WRITE, rename_file, "rename", ALLOWED},
    {SANDBOX_CALLS_FILES, SANDBOX_WRITE, truncate_file, "ftruncate", ALLOWED},
    {SANDBOX_CALLS_FILES, SANDBOX_WRITE, read_outside, "read outside", REFUSED},
    {SANDBOX_CALLS_FILES, SANDBOX_WRITE, write_outside, "write outside", REFUSED},
    {SANDBOX_CALLS_FILES, SANDBOX_WRITE, create_outside, "create outside", REFUSED},
    {SANDBOX_CALLS_FILES, SANDBOX_WRITE, make_socket, "socket", REFUSED},
    {SANDBOX_CALLS_FILES, SANDBOX_WRITE, accept_client, "accept", REFUSED},
    {SANDBOX_CALLS_FILES, SANDBOX_WRITE, exec_true, "exec", REFUSED},
    {SANDBOX_CALLS_FILES, SANDBOX_WRITE, fork_child, "fork", REFUSED},

    {SANDBOX_CALLS_UNIX, SANDBOX_READ, accept_client, "accept", ALLOWED},
    {SANDBOX_CALLS_UNIX, SANDBOX_READ, make_socket, "socket", REFUSED},
    {SANDBOX_CALLS_UNIX, SANDBOX_READ, exec_true, "exec", REFUSED},

    {SANDBOX_CALLS_NETWORK, SANDBOX_READ, make_socket, "socket", ALLOWED},
    {SANDBOX_CALLS_NETWORK, SANDBOX_READ, make_packet_socket, "packet socket", REFUSED},
    {SANDBOX_CALLS_NETWORK, SANDBOX_READ, accept_client, "accept", REFUSED},
    {SANDBOX_CALLS_NETWORK, SANDBOX_READ, exec_true, "exec", REFUSED},
    {SANDBOX_CALLS_NETWORK, SANDBOX_READ, fork_child, "fork", REFUSED},
    {SANDBOX_CALLS_NETWORK, SANDBOX_READ, read_outside, "read outside", REFUSED},

    {SANDBOX_CALLS_SPAWN, SANDBOX_READ, run_true, "run a program that is not listed", REFUSED},
    {SANDBOX_CALLS_SPAWN, SANDBOX_READ, fork_child, "fork", ALLOWED},
    {SANDBOX_CALLS_SPAWN, SANDBOX_READ, read_outside, "read outside", REFUSED},
    {SANDBOX_CALLS_SPAWN, SANDBOX_READ, trace_parent, "ptrace", REFUSED},
};

/* The child's end: what the attempt gave, as an exit status. */
#define STATUS_ALLOWED 10
#define STATUS_REFUSED 11
#define STATUS_OTHER 12

static NORETURN void
attempt_in_sandbox(const struct sandbox *sandbox, int (*attempt)(void))
{
	log_open("sandbox-test", LOG_LEVEL_ERROR);
	sandbox_enter(sandbox);
	int r = attempt();
	if (r != 0 && r != -EPERM && r != -EACCES)
		log_error("attempt: %s", log_errno(-r));
	_exit(r == 0                          ? STATUS_ALLOWED
		: r == -EPERM || r == -EACCES ? STATUS_REFUSED
					      : STATUS_OTHER);
}

static int
status_in_sandbox(const struct sandbox *sandbox, int (*attempt)(void))
{
	int status;
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		attempt_in_sandbox(sandbox, attempt);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void
check(const struct row *row, bool change_user)
{
	const struct sandbox_path paths[] = {
	    {inside, row->access},
	    {"/does/not/exist", SANDBOX_READ},
	};
	const struct sandbox sandbox = {
	    .user = change_user ? USER : NULL,
	    .landlock = true,
	    .paths = paths,
	    .path_count = ARRAY_LENGTH(paths),
	    .calls = row->calls,
	};
	int expected = row->expected == ALLOWED ? STATUS_ALLOWED : STATUS_REFUSED;
	int status = status_in_sandbox(&sandbox, row->attempt);
	if (status != expected)
		print_error("level %d, %s: status %d\n", (int)row->calls, row->what, status);
	assert_int_equal(status, expected);
}

static void
test_rows(void **state UNUSED)
{
	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		check(&rows[i], true);
		check(&rows[i],
		    false); /* the same without a change of user: no power of root helps */
	}
}

static void
test_listed_program_runs(void **state UNUSED)
{
	const struct sandbox_path paths[] = {{"/bin/true", SANDBOX_EXECUTE}};
	const struct sandbox sandbox = {
	    .user = USER,
	    .landlock = true,
	    .paths = paths,
	    .path_count = ARRAY_LENGTH(paths),
	    .calls = SANDBOX_CALLS_SPAWN,
	};
	assert_int_equal(status_in_sandbox(&sandbox, run_true), STATUS_ALLOWED);
}

static int
has_only_dac_read_search(void)
{
	char line[256];
	unsigned long long effective = 0, permitted = 0, bounding = 1;
	AUTO_FCLOSE FILE *status = fopen("/proc/self/status", "re");
	while (status != NULL && fgets(line, sizeof(line), status) != NULL) {
		sscanf(line, "CapEff: %llx", &effective);
		sscanf(line, "CapPrm: %llx", &permitted);
		sscanf(line, "CapBnd: %llx", &bounding);
	}
	return effective == 4 && permitted == 4 && bounding == 0 ? 0 : -EIO;
}

static void
test_capability(void **state UNUSED)
{
	struct sandbox sandbox = {.user = USER, .dac_read_search = true};
	if (geteuid() != 0)
		return; /* nobody else can be given it */
	assert_int_equal(status_in_sandbox(&sandbox, has_only_dac_read_search), STATUS_ALLOWED);
	assert_int_equal(status_in_sandbox(&sandbox, become_root), STATUS_REFUSED);
	assert_int_equal(status_in_sandbox(&sandbox, read_outside), STATUS_ALLOWED);
	assert_int_equal(status_in_sandbox(&sandbox, write_outside), STATUS_REFUSED);
	sandbox.dac_read_search = false;
	assert_int_equal(status_in_sandbox(&sandbox, read_outside), STATUS_REFUSED);
	assert_int_equal(status_in_sandbox(&sandbox, become_root), STATUS_REFUSED);
}

static int
nothing(void)
{
	return 0;
}

static void
test_unknown_user_is_fatal(void **state UNUSED)
{
	const struct sandbox sandbox = {.user = "no-such-user-here"};
	if (geteuid() == 0)
		assert_int_equal(status_in_sandbox(&sandbox, nothing), 1);
}

/* ---- the place ---- */

static int
write_file(const char *path, mode_t mode)
{
	AUTO_CLOSE int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	return fd < 0 || write(fd, "x", 1) != 1 ? -1 : 0;
}

static int
set_up(void **state UNUSED)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	if (mkdtemp(place) == NULL || chmod(place, 0711) < 0)
		return -1;
	snprintf(inside, sizeof(inside), "%s/inside", place);
	snprintf(inside_file, sizeof(inside_file), "%s/file", inside);
	snprintf(outside_file, sizeof(outside_file), "%s/outside", place);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s/socket", place);
	if (mkdir(inside, 0700) < 0 || write_file(inside_file, 0600) < 0 ||
	    write_file(outside_file, 0600) < 0)
		return -1;
	if (geteuid() == 0 &&
	    (chown(inside, 65534, 65534) < 0 || chown(inside_file, 65534, 65534) < 0))
		return -1;
	/* Two clients wait at the listener for each attempt that accepts. */
	listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (bind(listener, (struct sockaddr *)&address, sizeof(address)) < 0 ||
	    listen(listener, 8) < 0)
		return -1;
	for (int i = 0; i < 4; i++) {
		int client = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
		if (connect(client, (struct sockaddr *)&address, sizeof(address)) < 0)
			return -1;
	}
	return 0;
}

static int
tear_down(void **state UNUSED)
{
	char path[128];
	snprintf(path, sizeof(path), "%s/socket", place);
	unlink(path);
	unlink(inside_file);
	unlink(outside_file);
	rmdir(inside);
	return rmdir(place);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_listed_program_runs),
	    cmocka_unit_test(test_capability),
	    cmocka_unit_test(test_unknown_user_is_fatal),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
