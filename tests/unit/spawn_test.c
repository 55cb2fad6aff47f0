/* SPDX-License-Identifier: ISC
 *
 * spawn_test.c - what a child gets, and what becomes of one that does not behave. The children are
 * the system's small programs.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/guard.h"
#include "lib/spawn.h"

#define OUTPUT_MAX 4096
#define LIMIT_MS 10000

/* Runs argv to its end; fails the test when it cannot be started. */
static struct spawn_result
run(const char *const argv[], const char *const env[], const void *input, size_t length)
{
	struct spawn_result result;
	const struct spawn spawn = {.path = argv[0], .argv = argv, .env = env};
	assert_int_equal(spawn_run(&spawn, input, length, OUTPUT_MAX, LIMIT_MS, &result), 0);
	return result;
}

static void
test_environment_is_clean(void **state UNUSED)
{
	const char *const argv[] = {"/usr/bin/env", NULL};
	const char *const env[] = {"MAIL_CONFIG=/etc/postfix-x", NULL};
	setenv("LD_LIBRARY_PATH", "/nowhere", 1);
	struct spawn_result result = run(argv, env, NULL, 0);
	unsetenv("LD_LIBRARY_PATH");
	assert_string_equal(result.output,
	    "PATH=/usr/sbin:/usr/bin:/sbin:/bin\nLANG=C\nLC_ALL=C\n"
	    "MAIL_CONFIG=/etc/postfix-x\n");
	assert_int_equal(result.status, 0);
	assert_false(result.output_capped);
	free(result.output);
}

static void
test_arguments_are_not_split(void **state UNUSED)
{
	const char *const argv[] = {"/usr/bin/printf", "[%s]", "a b", "$(id)", "*", "", ";x", NULL};
	struct spawn_result result = run(argv, NULL, NULL, 0);
	assert_string_equal(result.output, "[a b][$(id)][*][][;x]");
	free(result.output);
}

static void
test_input_and_output(void **state UNUSED)
{
	const char *const argv[] = {"/bin/cat", NULL};
	struct spawn_result result = run(argv, NULL, "one\ntwo\n", 8);
	assert_string_equal(result.output, "one\ntwo\n");
	assert_int_equal(result.output_length, 8);
	free(result.output);
}

/* More than any pipe holds, both ways at once. */
static void
test_large_input_and_capped_output(void **state UNUSED)
{
	const char *const argv[] = {"/bin/cat", NULL};
	size_t length = 4u << 20;
	char *input = malloc(length);
	memset(input, 'x', length);
	struct spawn_result result = run(argv, NULL, input, length);
	assert_int_equal(result.status, 0);
	assert_true(result.output_capped);
	assert_int_equal(result.output_length, OUTPUT_MAX);
	assert_int_equal(strlen(result.output), OUTPUT_MAX);
	free(result.output);
	free(input);
}

static void
test_child_that_does_not_read(void **state UNUSED)
{
	const char *const argv[] = {"/bin/true", NULL};
	size_t length = 4u << 20;
	char *input = calloc(1, length);
	struct spawn_result result = run(argv, NULL, input, length);
	assert_int_equal(result.status, 0);
	assert_string_equal(result.output, "");
	free(result.output);
	free(input);
}

static void
test_stderr_comes_along(void **state UNUSED)
{
	const char *const argv[] = {"/bin/ls", "/does/not/exist", NULL};
	struct spawn_result result = run(argv, NULL, NULL, 0);
	assert_non_null(strstr(result.output, "/does/not/exist"));
	assert_true(WIFEXITED(result.status));
	assert_int_equal(WEXITSTATUS(result.status), 2);
	free(result.output);
}

static void
test_programs_that_cannot_run(void **state UNUSED)
{
	static const struct {
		const char *path;
		int error;
	} rows[] = {
	    {"/does/not/exist", -ENOENT},
	    {"/etc/passwd", -EACCES},
	    {"/tmp", -EACCES},
	};
	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		const char *const argv[] = {rows[i].path, NULL};
		const struct spawn spawn = {.path = rows[i].path, .argv = argv};
		struct spawn_result result;
		pid_t pid;
		assert_int_equal(
		    spawn_run(&spawn, NULL, 0, OUTPUT_MAX, LIMIT_MS, &result), rows[i].error);
		assert_int_equal(spawn_start(&spawn, &pid, NULL), rows[i].error);
	}
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* nobody is left over */
	assert_int_equal(errno, ECHILD);
}

/* The child's child holds our pipe and lives longer; it is ended with the group. */
static void
test_time_limit_ends_the_group(void **state UNUSED)
{
	const char *const argv[] = {
	    "/bin/sh", "-c", "echo $$; /bin/sleep 60 & /bin/sleep 60", NULL};
	const struct spawn spawn = {.path = argv[0], .argv = argv};
	struct spawn_result result;
	struct clock_mono before = clock_mono_now();
	assert_int_equal(spawn_run(&spawn, NULL, 0, OUTPUT_MAX, 500, &result), 0);
	assert_true(clock_mono_now().ms - before.ms < 5000);
	assert_true(result.timed_out);
	assert_true(WIFSIGNALED(result.status));
	pid_t group = (pid_t)atoi(result.output);
	assert_true(group > 1);
	/* The grandchild's end is soon, not at once. */
	for (int i = 0; i < 200 && kill(-group, 0) == 0; i++)
		poll(NULL, 0, 10);
	assert_int_equal(kill(-group, 0), -1);
	free(result.output);
}

/* Ends when the child ends, though the pipe is still held open. */
static void
test_end_of_the_child_is_the_end(void **state UNUSED)
{
	const char *const argv[] = {"/bin/sh", "-c", "/bin/sleep 30 & echo $$", NULL};
	struct clock_mono before = clock_mono_now();
	struct spawn_result result = run(argv, NULL, NULL, 0);
	assert_true(clock_mono_now().ms - before.ms < 5000);
	assert_false(result.timed_out);
	pid_t group = (pid_t)atoi(result.output);
	assert_true(group > 1);
	assert_int_equal(kill(-group, SIGKILL), 0);
	free(result.output);
}

static void
test_only_chosen_descriptors(void **state UNUSED)
{
	const char *const argv[] = {"/bin/ls", "/proc/self/fd", NULL};
	int leaky = open("/dev/null", O_RDONLY); /* not close-on-exec */
	int high = fcntl(leaky, F_DUPFD, 200);
	struct spawn_result result = run(argv, NULL, NULL, 0);
	assert_string_equal(result.output, "0\n1\n2\n3\n"); /* 3: the directory itself */
	free(result.output);
	close(leaky);
	close(high);
}

/* Numbers that are exchanged are not overwritten before they are used. */
static void
test_descriptors_can_change_places(void **state UNUSED)
{
	int one[2], two[2];
	char text[16] = "";
	pid_t pid;
	int status;
	assert_int_equal(pipe2(one, O_CLOEXEC), 0);
	assert_int_equal(pipe2(two, O_CLOEXEC), 0);
	int a = fcntl(one[1], F_DUPFD_CLOEXEC, 20), b = fcntl(two[1], F_DUPFD_CLOEXEC, 20);
	const char *const argv[] = {"/bin/sh", "-c", "exec 1>/dev/fd/21; echo first", NULL};
	const struct spawn_fd fds[] = {{a, b}, {b, a}};
	const struct spawn spawn = {
	    .path = argv[0], .argv = argv, .fds = fds, .fd_count = ARRAY_LENGTH(fds)};
	assert_int_equal(a, 20);
	assert_int_equal(b, 21);
	assert_int_equal(spawn_start(&spawn, &pid, NULL), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	close(a);
	close(b);
	close(one[1]);
	close(two[1]);
	assert_int_equal(read(one[0], text, sizeof(text) - 1), 6); /* a became 21 */
	assert_string_equal(text, "first\n");
	assert_int_equal(read(two[0], text, sizeof(text)), 0);
	close(one[0]);
	close(two[0]);
}

static void
test_signals_are_as_usual(void **state UNUSED)
{
	const char *const argv[] = {"/bin/grep", "-E", "^Sig(Blk|Ign):", "/proc/self/status", NULL};
	sigset_t blocked, old;
	void (*before)(int) = signal(SIGPIPE, SIG_IGN);
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGUSR1);
	sigprocmask(SIG_BLOCK, &blocked, &old);
	struct spawn_result result = run(argv, NULL, NULL, 0);
	sigprocmask(SIG_SETMASK, &old, NULL);
	signal(SIGPIPE, before);
	unsigned long long masks[2];
	assert_int_equal(
	    sscanf(result.output, "SigBlk: %llx SigIgn: %llx", &masks[0], &masks[1]), 2);
	/* 32 and 33 are glibc's own: no program can change what it inherited for them. */
	assert_int_equal(masks[0] & ~(3ull << 31), 0);
	assert_int_equal(masks[1] & ~(3ull << 31), 0);
	free(result.output);
}

static void
test_other_user(void **state UNUSED)
{
	const char *const argv[] = {"/usr/bin/id", NULL};
	const struct spawn spawn = {.path = argv[0], .argv = argv, .uid = 65534, .gid = 65533};
	struct spawn_result result;
	int r = spawn_run(&spawn, NULL, 0, OUTPUT_MAX, LIMIT_MS, &result);
	if (geteuid() != 0) {
		assert_int_equal(r, -EPERM);
		return;
	}
	assert_int_equal(r, 0);
	assert_non_null(strstr(result.output, "uid=65534"));
	assert_non_null(strstr(result.output, "gid=65533"));
	assert_null(strstr(result.output, "(root)"));
	free(result.output);
}

static void
test_pidfd_tells_the_end(void **state UNUSED)
{
	const char *const argv[] = {"/bin/cat", NULL};
	const struct spawn spawn = {.path = argv[0], .argv = argv};
	pid_t pid;
	int pidfd, status;
	assert_int_equal(spawn_start(&spawn, &pid, &pidfd), 0); /* its stdin is empty */
	struct pollfd waiting = {.fd = pidfd, .events = POLLIN};
	assert_int_equal(poll(&waiting, 1, LIMIT_MS), 1);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	close(pidfd);
}

static void
test_descriptions(void **state UNUSED)
{
	char text[64];
	assert_string_equal(spawn_describe(3 << 8, false, text, sizeof(text)), "exit 3");
	assert_string_equal(spawn_describe(9, false, text, sizeof(text)), "signal 9 (Killed)");
	assert_string_equal(spawn_describe(9, true, text, sizeof(text)), "time limit");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_environment_is_clean),
	    cmocka_unit_test(test_arguments_are_not_split),
	    cmocka_unit_test(test_input_and_output),
	    cmocka_unit_test(test_large_input_and_capped_output),
	    cmocka_unit_test(test_child_that_does_not_read),
	    cmocka_unit_test(test_stderr_comes_along),
	    cmocka_unit_test(test_programs_that_cannot_run),
	    cmocka_unit_test(test_time_limit_ends_the_group),
	    cmocka_unit_test(test_end_of_the_child_is_the_end),
	    cmocka_unit_test(test_only_chosen_descriptors),
	    cmocka_unit_test(test_descriptors_can_change_places),
	    cmocka_unit_test(test_signals_are_as_usual),
	    cmocka_unit_test(test_other_user),
	    cmocka_unit_test(test_pidfd_tells_the_end),
	    cmocka_unit_test(test_descriptions),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
