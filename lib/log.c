/* SPDX-License-Identifier: ISC
 *
 * log.c - one line an event, written with one write(2) so that the lines of several roles on one
 * stderr do not mix. Its state is the project's only global state beside signal pipes: who we
 * are, what is written, and the last line for folding.
 */
#include "lib/log.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/escape.h"

#define LINE_SIZE 4096

static struct {
	char role[32];
	enum log_level level;
	bool journal; /* the journal reads our stderr */
	bool opened;
	char last[LINE_SIZE];
	enum log_level last_level;
	unsigned long repeats; /* of last, not told yet */
} state = {.role = "watchdogd", .level = LOG_LEVEL_INFO};

static const struct {
	const char *name;
	int priority; /* syslog's, for the journal */
} levels[] = {
    [LOG_LEVEL_ERROR] = {"error", 3},
    [LOG_LEVEL_WARNING] = {"warning", 4},
    [LOG_LEVEL_INFO] = {"info", 6},
    [LOG_LEVEL_DEBUG] = {"debug", 7},
};

/* JOURNAL_STREAM names the device and inode of the journal's socket (systemd.exec(5)). */
static bool
stderr_is_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	struct stat status;
	unsigned long long device, inode;
	return stream != NULL && fstat(STDERR_FILENO, &status) == 0 &&
	    sscanf(stream, "%llu:%llu", &device, &inode) == 2 && status.st_dev == device &&
	    status.st_ino == inode;
}

static void
write_line(enum log_level level, const char *text)
{
	char line[LINE_SIZE + 128], when[CLOCK_TEXT_SIZE];
	int length;
	if (state.journal)
		length = snprintf(
		    line, sizeof(line), "<%d>%s: %s\n", levels[level].priority, state.role, text);
	else
		length = snprintf(line, sizeof(line), "%s %s[%d]: %s: %s\n",
		    clock_format(clock_wall_now(), when), state.role, (int)getpid(),
		    levels[level].name, text);
	/* Nobody is left to be told when stderr is gone. */
	if (write(STDERR_FILENO, line, (size_t)length) < 0)
		return;
}

static void
tell_repeats(void)
{
	char text[64];
	if (state.repeats == 0)
		return;
	if (state.repeats == 1)
		snprintf(text, sizeof(text), "last line repeated once");
	else
		snprintf(text, sizeof(text), "last line repeated %lu times", state.repeats);
	state.repeats = 0;
	write_line(state.last_level, text);
}

static void PRINTF_LIKE(2, 0) log_line(enum log_level level, const char *format, va_list arguments)
{
	char raw[LINE_SIZE], text[LINE_SIZE];
	if (level > state.level)
		return;
	int length = vsnprintf(raw, sizeof(raw), format, arguments);
	if (length < 0)
		return;
	if ((size_t)length >= sizeof(raw))
		length = sizeof(raw) - 1;
	escape_line(raw, (size_t)length, text, sizeof(text));
	if (level == state.last_level && strcmp(text, state.last) == 0) {
		state.repeats++;
		return;
	}
	tell_repeats();
	memcpy(state.last, text, strlen(text) + 1);
	state.last_level = level;
	write_line(level, text);
}

void
log_open(const char *role, enum log_level level)
{
	/* Reads the time zone now: after the sandbox /etc/localtime cannot be opened. */
	tzset();
	snprintf(state.role, sizeof(state.role), "%s", role);
	state.level = level;
	state.journal = stderr_is_journal();
	if (!state.opened)
		atexit(tell_repeats);
	state.opened = true;
}

void
log_set_level(enum log_level level)
{
	state.level = level;
}

#define LOG_AT(level)                               \
	do {                                        \
		va_list arguments;                  \
		va_start(arguments, format);        \
		log_line(level, format, arguments); \
		va_end(arguments);                  \
	} while (0)

void
log_error(const char *format, ...)
{
	LOG_AT(LOG_LEVEL_ERROR);
}

void
log_warning(const char *format, ...)
{
	LOG_AT(LOG_LEVEL_WARNING);
}

void
log_info(const char *format, ...)
{
	LOG_AT(LOG_LEVEL_INFO);
}

void
log_debug(const char *format, ...)
{
	LOG_AT(LOG_LEVEL_DEBUG);
}

void
fatal(const char *format, ...)
{
	LOG_AT(LOG_LEVEL_ERROR);
	exit(1);
}

void
panic(const char *format, ...)
{
	LOG_AT(LOG_LEVEL_ERROR);
	tell_repeats();
	abort();
}

const char *
log_errno(int error)
{
	const char *text = strerrordesc_np(error);
	return text != NULL ? text : "unknown error";
}
