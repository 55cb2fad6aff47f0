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
#include "watchdogd/role.h"

#define OUTBOX_UNDER_WAY_MAX 4

struct outbox;

struct outbox_parts {
	struct role *role;
	struct store *store;
	const char *host; /* our name, for Message-IDs */
	int64_t (*now)(void); /* asked when a result arrives */
};

/* All parts are borrowed. */
struct outbox *outbox_new(const struct outbox_parts *parts);
void outbox_free(struct outbox *outbox);

struct outbox_letter {
	const struct row_incident *incident;
	bool is_over; /* else it has opened, or opened again, or */
	int64_t asks; /* ... asks about this action; 0: it does not */
	char subjects[LANGUAGE_COUNT][512];
	char *bodies[LANGUAGE_COUNT]; /* letters (letter.h) */
};

/* Puts one notice for each recipient of the settings into the store, inside the caller's
 * transaction. The later ones of an incident refer to the Message-ID of its first. */
int outbox_add(struct outbox *outbox, const struct outbox_letter *letter, int64_t now_s) MUST_CHECK;

/* Gives what is due to alert. Outside of transactions. */
void outbox_step(struct outbox *outbox, int64_t now_s);

#endif
