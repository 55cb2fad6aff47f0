/* SPDX-License-Identifier: ISC
 *
 * pidfile_test.c - one holder at a time, told by its pid, and no lock left by one that was killed.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/guard.h"
#include "watchdogd/parent/pidfile.h"

static char place[] = "/tmp/pidfile-test-XXXXXX";
static char path[64];

static void
test_lock_and_unlock(void **state UNUSED)
{
	char text[32] = "", expected[32];
	int fd = -1;
	pid_t other = 0;
	assert_int_equal(pidfile_lock(path, &fd, &other), 0);
	snprintf(expected, sizeof(expected), "%d\n", (int)getpid());
	AUTO_FCLOSE FILE *file = fopen(path, "re");
	assert_non_null(file);
	assert_non_null(fgets(text, sizeof(text), file));
	assert_string_equal(text, expected);
	pidfile_unlock(path, fd);
	assert_int_equal(access(path, F_OK), -1);
}

static void
test_second_holder_is_told_of_the_first(void **state UNUSED)
{
	int fd = -1, second = -1;
	pid_t other = 0;
	assert_int_equal(pidfile_lock(path, &fd, &other), 0);
	/* flock() is between descriptions, so one process can play both. */
	assert_int_equal(pidfile_lock(path, &second, &other), -EBUSY);
	assert_int_equal(other, getpid());
	assert_int_equal(second, -1);
	pidfile_unlock(path, fd);
	assert_int_equal(pidfile_lock(path, &second, &other), 0);
	pidfile_unlock(path, second);
}

static void
test_longer_old_number_does_not_show(void **state UNUSED)
{
	char text[64] = "", expected[32];
	int fd = -1;
	pid_t other;
	FILE *old = fopen(path, "we");
	assert_non_null(old);
	fputs("99999999999999999999\n", old);
	fclose(old);
	assert_int_equal(pidfile_lock(path, &fd, &other), 0);
	snprintf(expected, sizeof(expected), "%d\n", (int)getpid());
	assert_int_equal(pread(fd, text, sizeof(text) - 1, 0), strlen(expected));
	assert_string_equal(text, expected);
	pidfile_unlock(path, fd);
}

static void
test_killed_holder(void **state UNUSED)
{
	int fds[2], fd = -1;
	char byte;
	pid_t other;
	assert_int_equal(pipe(fds), 0);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		int r = pidfile_lock(path, &fd, &other);
		if (r < 0 || write(fds[1], "x", 1) != 1)
			_exit(1);
		pause();
		_exit(0);
	}
	assert_int_equal(read(fds[0], &byte, 1), 1);
	assert_int_equal(pidfile_lock(path, &fd, &other), -EBUSY);
	assert_int_equal(other, pid);
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_int_equal(pidfile_lock(path, &fd, &other), 0);
	pidfile_unlock(path, fd);
	close(fds[0]);
	close(fds[1]);
}

static void
test_errors(void **state UNUSED)
{
	int fd = -1;
	pid_t other;
	char link[96];
	snprintf(link, sizeof(link), "%s/link", place);
	assert_int_equal(pidfile_lock("/does/not/exist/x.pid", &fd, &other), -ENOENT);
	assert_int_equal(symlink("/does/not/exist", link), 0);
	assert_int_equal(pidfile_lock(link, &fd, &other), -ELOOP); /* is not followed */
	unlink(link);
	assert_int_equal(fd, -1);
}

static int
set_up(void **state UNUSED)
{
	if (mkdtemp(place) == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/watchdogd.pid", place);
	return 0;
}

static int
tear_down(void **state UNUSED)
{
	return rmdir(place); /* fails when a test left something */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_lock_and_unlock),
	    cmocka_unit_test(test_second_holder_is_told_of_the_first),
	    cmocka_unit_test(test_longer_old_number_does_not_show),
	    cmocka_unit_test(test_killed_holder),
	    cmocka_unit_test(test_errors),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
