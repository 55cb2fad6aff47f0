/* SPDX-License-Identifier: ISC
 *
 * log_test.c - lines as they come out of a process of their own: format, level, escaping, folding,
 * and how fatal() and panic() end.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/guard.h"
#include "lib/log.h"

static char said[65536];

/* Runs `act` in a child whose stderr is read into `said`. Returns the child's status. */
static int
run(void (*act)(void))
{
	int fds[2], status;
	size_t length = 0;
	ssize_t n;
	assert_int_equal(pipe(fds), 0);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		const struct rlimit none = {0, 0};
		setrlimit(RLIMIT_CORE, &none);
		signal(SIGABRT, SIG_DFL);
		dup2(fds[1], STDERR_FILENO);
		close(fds[0]);
		act();
		exit(0);
	}
	close(fds[1]);
	while ((n = read(fds[0], said + length, sizeof(said) - 1 - length)) > 0)
		length += (size_t)n;
	said[length] = '\0';
	close(fds[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

/* The text of line `number` after "time role[pid]: "; the line ends there. */
static const char *
line(unsigned number)
{
	static char text[8192];
	const char *at = said;
	while (number-- > 0 && (at = strchr(at, '\n')) != NULL)
		at++;
	assert_non_null(at);
	snprintf(text, sizeof(text), "%.*s", (int)strcspn(at, "\n"), at);
	const char *after = strstr(text, "]: ");
	return after != NULL ? after + 3 : text;
}

static void
say_levels(void)
{
	log_open("role", LOG_LEVEL_WARNING);
	log_error("one %d", 1);
	log_warning("two");
	log_info("three");
	log_debug("four");
	log_set_level(LOG_LEVEL_DEBUG);
	log_debug("five");
}

static void
test_levels(void **state UNUSED)
{
	assert_int_equal(run(say_levels), 0);
	assert_string_equal(line(0), "error: one 1");
	assert_string_equal(line(1), "warning: two");
	assert_string_equal(line(2), "debug: five");
	assert_string_equal(line(3), "");
	assert_non_null(strstr(said, " role["));
}

static void
say_hostile(void)
{
	log_open("role", LOG_LEVEL_INFO);
	log_info("sender %s", "x\n2026-01-01 00:00:00 +0000 role[1]: error: forged\x1b[2J");
	log_info("escaped before: \\x0a, Gr\xc3\xbc\xc3\x9f"
		 "e, broken \xff");
}

static void
test_escaping(void **state UNUSED)
{
	assert_int_equal(run(say_hostile), 0);
	assert_non_null(strstr(line(0), "info: sender x\\x0a2026"));
	assert_non_null(strstr(line(0), "forged\\x1b[2J"));
	assert_string_equal(line(1),
	    "info: escaped before: \\x0a, Gr\xc3\xbc\xc3\x9f"
	    "e, broken \\xff");
	assert_string_equal(line(2), "");
}

static void
say_repeats(void)
{
	log_open("role", LOG_LEVEL_INFO);
	for (int i = 0; i < 13; i++)
		log_info("again");
	log_warning("again");
	log_info("other");
	log_info("other");
}

static void
test_folding(void **state UNUSED)
{
	assert_int_equal(run(say_repeats), 0);
	assert_string_equal(line(0), "info: again");
	assert_string_equal(line(1), "info: last line repeated 12 times");
	assert_string_equal(line(2), "warning: again");
	assert_string_equal(line(3), "info: other");
	assert_string_equal(line(4), "info: last line repeated once");
	assert_string_equal(line(5), "");
}

static void
say_long(void)
{
	char text[20000];
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	log_open("role", LOG_LEVEL_INFO);
	log_info("%s", text);
}

static void
test_long_line_is_one_line(void **state UNUSED)
{
	assert_int_equal(run(say_long), 0);
	assert_ptr_equal(strchr(said, '\n'), said + strlen(said) - 1);
	assert_true(strlen(said) > 4000);
}

static void
say_to_journal(void)
{
	struct stat status;
	char stream[64];
	fstat(STDERR_FILENO, &status);
	snprintf(stream, sizeof(stream), "%llu:%llu", (unsigned long long)status.st_dev,
	    (unsigned long long)status.st_ino);
	setenv("JOURNAL_STREAM", stream, 1);
	log_open("role", LOG_LEVEL_DEBUG);
	log_error("a");
	log_warning("b");
	log_info("c");
	log_debug("d");
}

static void
test_journal(void **state UNUSED)
{
	assert_int_equal(run(say_to_journal), 0);
	assert_string_equal(said, "<3>role: a\n<4>role: b\n<6>role: c\n<7>role: d\n");
}

static void
die(void)
{
	log_open("role", LOG_LEVEL_ERROR);
	fatal("store %s: %s", "x", log_errno(28));
}

static void
blame_us(void)
{
	log_open("role", LOG_LEVEL_ERROR);
	panic("cannot be");
}

static void
test_two_ends(void **state UNUSED)
{
	int status = run(die);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 1);
	assert_string_equal(line(0), "error: store x: No space left on device");
	status = run(blame_us);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGABRT);
	assert_string_equal(line(0), "error: cannot be");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_levels),
	    cmocka_unit_test(test_escaping),
	    cmocka_unit_test(test_folding),
	    cmocka_unit_test(test_long_line_is_one_line),
	    cmocka_unit_test(test_journal),
	    cmocka_unit_test(test_two_ends),
	};
	unsetenv("JOURNAL_STREAM");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
