/* SPDX-License-Identifier: ISC
 *
 * outbox.h - notices wait in the store until a relay has said 250. Engine.
 *
 * Each notice that is due is given to the alert role together with the write end of a pipe; the
 * process that talks to the relay writes the result there itself, so the result arrives whether
 * or not alert lives. No result (the pipe closes) means: again. The Message-ID is the same at every
 * try.
 */
#ifndef WATCHDOGD_ENGINE_OUTBOX_H
#define WATCHDOGD_ENGINE_OUTBOX_H

#include <event2/event.h>

#include "schema/store.h"
#include "watchdogd/engine/notice.h"
#include "watchdogd/role.h"

#define OUTBOX_UNDER_WAY_MAX 4

struct outbox;

struct outbox_parts {
	struct role *role;
	struct store *store;
	const char *host; /* our name, for Message-IDs */
	const struct window *window; /* what a digest says of good mail */
	int64_t (*now)(void); /* asked when a result arrives */
};

/* All parts are borrowed. */
struct outbox *outbox_new(const struct outbox_parts *parts);
void outbox_free(struct outbox *outbox);

struct outbox_letter {
	const struct row_incident *incident;
	enum notice_kind kind;
	int64_t asks; /* about which action, of one that asks */
	char subjects[LANGUAGE_COUNT][512];
	char *bodies[LANGUAGE_COUNT]; /* letters (letter.h) */
};

/* Puts one notice for each recipient of the settings into the store, inside the caller's
 * transaction. The later ones of an incident refer to the Message-ID of its first. News of one that
 * goes on is left out where an earlier mail about it still waits. */
int outbox_add(struct outbox *outbox, const struct outbox_letter *letter, int64_t now_s) MUST_CHECK;

/* Gives what is due to alert. Outside of transactions. */
void outbox_step(struct outbox *outbox, int64_t now_s);

#endif
