/* SPDX-License-Identifier: ISC
 *
 * news.c - gathers the facts of each incident that opened or closed and has them written up.
 */
#include "watchdogd/engine/news.h"

#include <stdio.h>
#include <unistd.h>

#include "lib/mem.h"

#define ACTIONS_MAX 32

void
news_init(struct news *news)
{
	if (gethostname(news->host, sizeof(news->host) - 1) < 0)
		snprintf(news->host, sizeof(news->host), "localhost");
}

void
news_clear(struct news *news)
{
	news->count = 0;
}

void
news_add(struct news *news, enum notice_kind kind, struct incident *incident)
{
	news->list[news->count].kind = kind;
	news->list[news->count].incident = incident;
	news->count++;
}

/* Filled from the end: the store lists the newest first, people read the oldest first. */
struct action_list {
	struct row_action rows[ACTIONS_MAX];
	int count;
};

static int
prepend_action(const struct row_action *row, void *owner)
{
	struct action_list *actions = owner;
	actions->count++;
	actions->rows[ACTIONS_MAX - actions->count] = *row;
	return 0;
}

static int
save_one(const struct news *news, int index, const struct news_telling *telling, int64_t now_s)
{
	AUTO_FREE struct action_list *actions = mem_alloc(sizeof(*actions));
	const struct row_incident *incident = &news->list[index].incident->row;
	int r = store_list_actions(
	    telling->store, incident->id, false, ACTIONS_MAX, prepend_action, actions);
	if (r < 0)
		return r;
	struct notice_facts facts = {
	    .host = news->host,
	    .subject_prefix = telling->subject_prefix,
	    .incident = incident,
	    .actions = &actions->rows[ACTIONS_MAX - actions->count],
	    .action_count = actions->count,
	    .instance = window_find(telling->window, incident->instance),
	    .paused = telling->paused,
	};
	enum notice_kind kind = news->list[index].kind;
	char subject[512];
	AUTO_FREE char *body = notice_compose(kind, &facts, now_s, subject, sizeof(subject));
	return outbox_add(
	    telling->outbox, incident->id, subject, body, kind == NOTICE_OPENING, now_s);
}

int
news_save(const struct news *news, const struct news_telling *telling, int64_t now_s)
{
	for (int i = 0; i < news->count; i++) {
		int r = save_one(news, i, telling, now_s);
		if (r < 0)
			return r;
	}
	return 0;
}

void
news_told(struct news *news)
{
	for (int i = 0; i < news->count; i++)
		if (news->list[i].kind == NOTICE_ALL_CLEAR)
			incident_clear(news->list[i].incident);
	news->count = 0;
}
