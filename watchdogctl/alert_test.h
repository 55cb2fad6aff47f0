/* SPDX-License-Identifier: ISC
 *
 * alert_test.h - waits for what becomes of the mails of `alert test`. watchdogctl.
 */
#ifndef WATCHDOGD_WATCHDOGCTL_ALERT_TEST_H
#define WATCHDOGD_WATCHDOGCTL_ALERT_TEST_H

#include <jansson.h>
#include <stdbool.h>

/* Takes the engine's answer, which says what it has put into the outbox, and asks the daemon at
 * `socket` until each mail has its result or the time is over; fills in what became of each, and
 * whether its relay is a watched Postfix. */
void alert_test_finish(const char *socket, const char *command_directory, json_t *document);

/* Whether each got there, through a relay that is not watched. */
bool alert_test_is_good(const json_t *document);

#endif
