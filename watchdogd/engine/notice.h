/* SPDX-License-Identifier: ISC
 *
 * notice.h - what the operators are told, in words. Engine; pure: rows in, a letter out.
 *
 * The first lines answer what is wrong, since when, and whether good mail still flows. Everything
 * that came from a message is escaped already when it gets here.
 */
#ifndef WATCHDOGD_ENGINE_NOTICE_H
#define WATCHDOGD_ENGINE_NOTICE_H

#include "proto/rows.h"
#include "watchdogd/engine/window.h"

struct notice_facts {
	const char *host;
	const char *subject_prefix;
	const struct row_incident *incident;
	const struct row_action *actions; /* of this incident, oldest first */
	int action_count;
	const struct row_incident *beside; /* that were open at the same time, oldest first */
	int beside_count;
	const struct tops *tops; /* who the mail was from, as it opened or at its peak; or NULL */
	const struct window_instance *instance; /* or NULL */
	bool paused;
	int64_t
	    peak_before; /* of an update: the peak that was told before, if it has doubled, or 0 */
};

enum notice_kind {
	NOTICE_OPENING,
	NOTICE_REOPENING,
	NOTICE_ASKING, /* a remedy waits for a yes */
	NOTICE_UPDATE, /* it goes on, and there is news */
	NOTICE_ALL_CLEAR,
};

/* Whether good mail flows, a fact for each instance, into a letter. */
void notice_write_good_mail(FILE *out, enum language language, const struct window *window);

/* The table of an instance's queues, into a letter. */
void notice_write_queues(
    FILE *out, enum language language, const struct message_tick_queue queues[QUEUE_COUNT]);

/* Fills subject (size bytes) and returns the letter (letter.h); free() it. */
char *notice_compose(enum notice_kind kind, enum language language,
    const struct notice_facts *facts, int64_t now_s, char *subject, size_t subject_size);

#endif
