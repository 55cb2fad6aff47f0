/* SPDX-License-Identifier: ISC
 *
 * digest.h - no recipient gets more mails about incidents in an hour than the settings say. The last
 * one that he may get is one that gathers all that waits, so that a storm of incidents is a few mails
 * and nothing is left out. Engine.
 *
 * A notice is folded in the transaction that puts the digest into the outbox: a crash leaves either
 * the one or the others. Tests and the like are no alerts and are not counted.
 */
#ifndef WATCHDOGD_ENGINE_DIGEST_H
#define WATCHDOGD_ENGINE_DIGEST_H

#include "config/settings.h"
#include "schema/store.h"
#include "watchdogd/engine/window.h"

#define DIGEST_WAIT_S 30 /* what comes within that is gathered */
#define DIGEST_HOUR_S 3600

struct digest_parts {
	struct store *store;
	const struct settings *settings;
	const struct window *window;
	const char *host;
	/* mails about incidents to a recipient that are with alert now; they still wait in the store */
	int (*count_under_way)(const char *recipient, void *owner);
	bool (*is_under_way)(int64_t notice, void *owner);
	void *owner;
};

/* Whether this notice, which is due, may go out. 1, 0 or -errno. */
int digest_allows(
    const struct digest_parts *parts, const struct row_notice *notice, int64_t now_s) MUST_CHECK;

/* Folds what waits of each recipient whose last mail of this hour it would be. Outside of
 * transactions. 0 or -errno. */
int digest_step(const struct digest_parts *parts, int64_t now_s) MUST_CHECK;

#endif
