/* SPDX-License-Identifier: ISC
 *
 * log.h - one line an event, and the two ends. Every role; the caller that decides logs, once.
 *
 * A line reads "object: event, values, reason". Lines go to stderr as "<N>role: text" when the
 * journal reads us (JOURNAL_STREAM) or as "time role[pid]: level: text" otherwise. A line that
 * repeats is folded: "last line repeated 12 times". Bytes outside printable ASCII and UTF-8 are
 * escaped as \xHH, so that no log line can be forged by a message's contents.
 */
#ifndef WATCHDOGD_LIB_LOG_H
#define WATCHDOGD_LIB_LOG_H

#include "lib/guard.h"

enum log_level {
	LOG_LEVEL_ERROR,
	LOG_LEVEL_WARNING,
	LOG_LEVEL_INFO,
	LOG_LEVEL_DEBUG,
};

/* Names this process in its lines and takes the lowest level that is written. Copies `role`. */
void log_open(const char *role, enum log_level level);
void log_set_level(enum log_level level);

void log_error(const char *format, ...) PRINTF_LIKE(1, 2);
void log_warning(const char *format, ...) PRINTF_LIKE(1, 2);
void log_info(const char *format, ...) PRINTF_LIKE(1, 2);
void log_debug(const char *format, ...) PRINTF_LIKE(1, 2);

/* The world is wrong: logs and exits with 1. The parent starts the role again, with back-off. */
NORETURN void fatal(const char *format, ...) PRINTF_LIKE(1, 2);
/* We are wrong: logs and aborts, leaving a core. */
NORETURN void panic(const char *format, ...) PRINTF_LIKE(1, 2);

/* errno's text without touching errno's meaning: log_errno(-r) for a function that returned r. */
const char *log_errno(int error);

#endif
