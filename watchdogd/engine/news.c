/* SPDX-License-Identifier: ISC
 *
 * news.c - gathers the facts of each incident that opened or closed and has them written up.
 */
#include "watchdogd/engine/news.h"

#include <stdlib.h>

#include "lib/mem.h"
#include "watchdogd/engine/evidence.h"

#define ACTIONS_MAX 32
#define BESIDE_MAX 8

void
news_done(struct news *news)
{
	free(news->list);
	*news = (struct news){0};
}

void
news_clear(struct news *news)
{
	news->count = 0;
}

static void
append(struct news *news, struct news_item item)
{
	news->list = mem_resize(news->list, (size_t)news->count + 1, sizeof(*news->list));
	news->list[news->count++] = item;
}

void
news_add(struct news *news, enum notice_kind kind, struct incident *incident)
{
	append(news, (struct news_item){kind, &incident->row, incident, 0, 0});
}

void
news_add_update(struct news *news, struct incident *incident, int64_t peak_before)
{
	append(news, (struct news_item){NOTICE_UPDATE, &incident->row, incident, 0, peak_before});
}

void
news_add_orphan(struct news *news, const struct row_incident *row)
{
	append(news, (struct news_item){NOTICE_ALL_CLEAR, row, NULL, 0, 0});
}

static bool
has_news_of(const struct news *news, int64_t incident)
{
	for (int i = 0; i < news->count; i++)
		if (news->list[i].row->id == incident)
			return true;
	return false;
}

void
news_add_questions(struct news *news, const struct actions *actions, const struct cases *cases)
{
	for (int i = 0; i < actions->count; i++) {
		struct action *action = actions->list[i];
		struct incident *incident = cases_find(cases, action->row.incident);
		if (action->asks_now && incident != NULL && !has_news_of(news, incident->row.id))
			append(news,
			    (struct news_item){
				NOTICE_ASKING, &incident->row, incident, action->row.id, 0});
		action->asks_now = false;
	}
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

struct beside_list {
	struct row_incident rows[BESIDE_MAX];
	int count;
};

static int
append_beside(const struct row_incident *row, void *owner)
{
	struct beside_list *beside = owner;
	beside->rows[beside->count++] = *row;
	return 0;
}

static int
save_one(const struct news_item *item, const struct news_telling *telling, int64_t now_s)
{
	AUTO_FREE struct action_list *actions = mem_alloc(sizeof(*actions));
	const struct row_incident *incident = item->row;
	int r = store_list_actions(
	    telling->store, incident->id, false, ACTIONS_MAX, prepend_action, actions);
	if (r < 0)
		return r;
	AUTO_FREE struct beside_list *beside = mem_alloc(sizeof(*beside));
	r = store_list_incidents_beside(
	    telling->store, incident, BESIDE_MAX, append_beside, beside);
	if (r < 0)
		return r;
	AUTO_TOPS struct tops peak = {0};
	const struct window_instance *instance = window_find(telling->window, incident->instance);
	const struct tops *now = instance != NULL ? window_tops(instance) : NULL;
	if (item->kind == NOTICE_ALL_CLEAR)
		r = evidence_load_peak(telling->store, incident->id, &peak);
	if (r < 0)
		return r;
	struct notice_facts facts = {
	    .host = telling->host,
	    .subject_prefix = telling->subject_prefix,
	    .incident = incident,
	    .actions = &actions->rows[ACTIONS_MAX - actions->count],
	    .action_count = actions->count,
	    .beside = beside->rows,
	    .beside_count = beside->count,
	    .tops = item->kind == NOTICE_ALL_CLEAR ? &peak : now,
	    .instance = instance,
	    .paused = telling->paused,
	    .peak_before = item->peak_before,
	};
	struct outbox_letter letter = {
	    .incident = incident,
	    .kind = item->kind,
	    .asks = item->asks,
	};
	for (int i = 0; i < LANGUAGE_COUNT; i++)
		letter.bodies[i] = notice_compose(item->kind, (enum language)i, &facts, now_s,
		    letter.subjects[i], sizeof(letter.subjects[i]));
	r = outbox_add(telling->outbox, &letter, now_s);
	for (int i = 0; i < LANGUAGE_COUNT; i++)
		free(letter.bodies[i]);
	return r;
}

int
news_save(const struct news *news, const struct news_telling *telling, int64_t now_s)
{
	for (int i = 0; i < news->count; i++) {
		int r = save_one(&news->list[i], telling, now_s);
		if (r < 0)
			return r;
	}
	return 0;
}

void
news_told(struct news *news, struct actions *actions)
{
	for (int i = 0; i < news->count; i++) {
		const struct news_item *item = &news->list[i];
		if (item->kind != NOTICE_ALL_CLEAR)
			continue;
		actions_forget_idle(actions, item->row->id);
		if (item->incident != NULL)
			incident_end(item->incident);
	}
	news->count = 0;
}
