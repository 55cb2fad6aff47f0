/* SPDX-License-Identifier: ISC
 *
 * console.h - what the tests of watchdogctl share: a good and a bad day in a real store, what the
 * engine and watch answer, and a file as text.
 */
#ifndef WATCHDOGD_TESTS_CONSOLE_H
#define WATCHDOGD_TESTS_CONSOLE_H

#include "proto/ctl.h"
#include "tests/unit/store_place.h"

#define CONSOLE_NOW 1780500000 /* 2026-06-03 15:20:00 UTC */
#define CONSOLE_MANUAL_PAGE "watchdogctl/watchdogctl.8"

/* Setups of cmocka; *state is a struct place. */
int console_make_bad_day(void **state); /* a flood on one of two instances, the other one gone */
int console_make_quiet_day(void **state); /* one instance, observed, acting paused */

/* Answers that do not come from the store, as documents. */
struct console_answer {
	const char *name; /* of the text that is made of it */
	enum ctl_verb verb;
	const char *document;
};
extern const struct console_answer console_answers[];
extern const size_t console_answer_count;

/* Empty when there is none; free() it. */
char *console_read_file(const char *path);

#endif
