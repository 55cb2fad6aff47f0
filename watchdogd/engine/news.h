/* SPDX-License-Identifier: ISC
 *
 * news.h - what one tick opened and closed, and so what people are to be told. Engine.
 */
#ifndef WATCHDOGD_ENGINE_NEWS_H
#define WATCHDOGD_ENGINE_NEWS_H

#include "watchdogd/engine/incident.h"
#include "watchdogd/engine/notice.h"
#include "watchdogd/engine/outbox.h"

#define NEWS_MAX (SETTINGS_RULES_MAX * INSTANCES_MAX)

struct news {
	struct {
		enum notice_kind kind;
		struct incident *incident;
	} list[NEWS_MAX];
	int count;
	char host[65]; /* HOST_NAME_MAX + 1 */
};

struct news_telling {
	struct store *store;
	struct outbox *outbox;
	const struct window *window;
	const char *subject_prefix;
	bool paused;
};

void news_init(struct news *news);
void news_clear(struct news *news);
void news_add(struct news *news, enum notice_kind kind, struct incident *incident);
/* Puts the notices into the outbox, inside the tick's transaction. 0 or -errno. */
int news_save(
    const struct news *news, const struct news_telling *telling, int64_t now_s) MUST_CHECK;
/* After the commit: closed incidents make room for the next ones. */
void news_told(struct news *news);

#endif
