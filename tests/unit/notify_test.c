/* SPDX-License-Identifier: ISC
 *
 * notify_test.c - what the service manager gets, and how often it wants to hear of us.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/guard.h"
#include "lib/notify.h"

/* Binds a socket to `path` ('@': abstract), sends through it, and compares what comes. */
static void
check_socket(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	char got[64] = "";
	size_t length = strlen(path);
	memcpy(address.sun_path, path, length);
	if (path[0] == '@')
		address.sun_path[0] = '\0';
	AUTO_CLOSE int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&address,
			     (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length)),
	    0);
	setenv("NOTIFY_SOCKET", path, 1);
	notify_send("READY=1\nSTATUS=fine");
	unsetenv("NOTIFY_SOCKET");
	assert_true(recv(fd, got, sizeof(got) - 1, MSG_DONTWAIT) > 0);
	assert_string_equal(got, "READY=1\nSTATUS=fine");
}

static void
test_sockets(void **state UNUSED)
{
	char place[] = "/tmp/notify-test-XXXXXX", path[64];
	assert_non_null(mkdtemp(place));
	snprintf(path, sizeof(path), "%s/socket", place);
	check_socket(path);
	unlink(path);
	rmdir(place);
	snprintf(path, sizeof(path), "@notify-test-%d", (int)getpid());
	check_socket(path);
}

/* Without a service manager, or with one that is gone, nothing happens. */
static void
test_nobody_listens(void **state UNUSED)
{
	char path[300];
	notify_send("READY=1");
	memset(path, 'x', sizeof(path) - 1);
	path[0] = '/';
	path[sizeof(path) - 1] = '\0';
	const char *const paths[] = {"/does/not/exist", "relative", "", path};
	for (size_t i = 0; i < ARRAY_LENGTH(paths); i++) {
		setenv("NOTIFY_SOCKET", paths[i], 1);
		notify_send("READY=1");
	}
	unsetenv("NOTIFY_SOCKET");
}

static void
test_interval(void **state UNUSED)
{
	char own[16], other[16];
	snprintf(own, sizeof(own), "%d", (int)getpid());
	snprintf(other, sizeof(other), "%d", (int)getppid());
	const struct {
		const char *usec, *pid;
		int64_t ms;
	} rows[] = {
	    {NULL, NULL, 0},
	    {"30000000", NULL, 30000},
	    {"30000000", own, 30000},
	    {"30000000", other, 0}, /* meant for somebody else */
	    {"0", own, 0},
	    {"-1", own, 0},
	    {"soon", own, 0},
	};
	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		unsetenv("WATCHDOG_USEC");
		unsetenv("WATCHDOG_PID");
		if (rows[i].usec != NULL)
			setenv("WATCHDOG_USEC", rows[i].usec, 1);
		if (rows[i].pid != NULL)
			setenv("WATCHDOG_PID", rows[i].pid, 1);
		assert_int_equal(notify_watchdog_ms(), rows[i].ms);
	}
	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_sockets),
	    cmocka_unit_test(test_nobody_listens),
	    cmocka_unit_test(test_interval),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
