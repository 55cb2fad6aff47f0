/* SPDX-License-Identifier: ISC
 *
 * news.h - what was opened, asked and closed since the last commit: what people are to be told.
 * Engine.
 */
#ifndef WATCHDOGD_ENGINE_NEWS_H
#define WATCHDOGD_ENGINE_NEWS_H

#include "watchdogd/engine/actions.h"
#include "watchdogd/engine/cases.h"
#include "watchdogd/engine/incident.h"
#include "watchdogd/engine/notice.h"
#include "watchdogd/engine/outbox.h"

struct news_item {
	enum notice_kind kind;
	const struct row_incident *row; /* borrowed until news_told() */
	struct incident *incident; /* whose row it is, or NULL */
	int64_t asks; /* the first action that it asks about, or 0 */
	int64_t peak_before; /* see notice.h */
};

struct news {
	struct news_item *list;
	int count;
};

struct news_telling {
	const char *host;
	struct store *store;
	struct outbox *outbox;
	const struct window *window;
	const char *subject_prefix;
	bool paused;
};

void news_done(struct news *news);
void news_clear(struct news *news);
void news_add(struct news *news, enum notice_kind kind, struct incident *incident);
/* Of each action that asks since the last news, unless its incident is in the news already. */
void news_add_questions(
    struct news *news, const struct actions *actions, const struct cases *cases);
/* One that goes on, with news. */
void news_add_update(struct news *news, struct incident *incident, int64_t peak_before);
/* One that was closed because nobody looks after it any more. */
void news_add_orphan(struct news *news, const struct row_incident *row);
/* Puts the notices into the outbox, inside the tick's transaction. 0 or -errno. */
int news_save(
    const struct news *news, const struct news_telling *telling, int64_t now_s) MUST_CHECK;
/* After the commit: closed incidents make room for the next ones, and what they would have done is
 * not counted any more. */
void news_told(struct news *news, struct actions *actions);

#endif
