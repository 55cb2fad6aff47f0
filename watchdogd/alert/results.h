/* SPDX-License-Identifier: ISC
 *
 * results.h - what became of the latest notices: for an engine that was killed between a relay's
 * answer and writing it down, and asks again. Only final answers are kept; one that says "try
 * again" must be tried again. Alert; lost when alert itself is restarted, when nothing is lost with
 * it: send has told the engine by then.
 */
#ifndef WATCHDOGD_ALERT_RESULTS_H
#define WATCHDOGD_ALERT_RESULTS_H

#define RESULTS_COUNT 256
#define RESULTS_LINE_SIZE 1024

struct results;

struct results *results_new(void);
void results_free(struct results *results);

/* Keeps a line "NNN text\n" of relay number `relay` if it is 2xx or 5xx. A mail is known by its
 * message id, which the store never gives twice, unlike the number of a notice when a store is
 * begun anew. */
void results_add(struct results *results, const char *message_id, int relay, const char *line);
/* NULL when it is not known (any more). A mail that one relay has is sent; that one has refused it
 * says nothing of another. */
const char *results_find(const struct results *results, const char *message_id, int relay);

#endif
