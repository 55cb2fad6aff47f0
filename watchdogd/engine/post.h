/* SPDX-License-Identifier: ISC
 *
 * post.h - puts a notice that is no single incident's into the outbox: a test, a digest, a report, a
 * heartbeat. Engine; inside the caller's transaction.
 */
#ifndef WATCHDOGD_ENGINE_POST_H
#define WATCHDOGD_ENGINE_POST_H

#include "config/settings.h"
#include "schema/store.h"

struct post {
	enum notice_about about;
	const char *recipient; /* an address, or NOTICE_PROGRAM */
	int relay; /* index in the settings: the first to try */
	const char *subject; /* without the settings' prefix */
	char *body; /* a letter (letter.h), borrowed */
	int64_t now_s; /* when it is written, and may go */
};

/* The Message-ID, which is never given twice, is the format's. 0 or -errno. */
int post_add(struct store *store, const struct settings *settings, const struct post *post,
    int64_t *ret_id, const char *id_format, ...) PRINTF_LIKE(5, 6) MUST_CHECK;

#endif
