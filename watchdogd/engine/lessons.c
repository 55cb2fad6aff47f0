/* SPDX-License-Identifier: ISC
 *
 * lessons.c - loading, catching up, keeping.
 */
#include "watchdogd/engine/lessons.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/clock.h"
#include "lib/log.h"
#include "lib/mem.h"

#define KEEP_S 300
#define OLDEST_S \
	(28 * 86400) /* four weeks teach all there is: hours of the week, and their spread */
#define PIECE_S (4 * 3600) /* learned with one tick of an instance: some 80 ms */
#define PIECE_ROWS 3600
#define OPEN_MAX 1000 /* incidents that are looked at */

/* When an incident was open. */
struct open_time {
	int64_t from_s, until_s;
};

struct lesson {
	const char *name; /* of the instance */
	struct baseline_instance baseline;
	bool is_old; /* what it is to learn next is in the store */
	/* while that is so */
	int64_t ticks_s; /* from when on there are ticks; minutes before */
	int64_t whole_s; /* from when on senders are told of */
	struct open_time *open;
	int open_count;
};

struct lessons {
	struct lesson *list;
	int count;
	bool is_loaded;
	int64_t kept_s; /* when they were kept last */
	int64_t piece_s; /* the tick that a piece of old times was learned with */
};

struct lessons *
lessons_new(const struct message_instance *instances, int count)
{
	struct lessons *lessons = mem_alloc(sizeof(*lessons));
	lessons->list = mem_array((size_t)count + 1, sizeof(*lessons->list));
	lessons->count = count;
	for (int i = 0; i < count; i++) {
		lessons->list[i].name = instances[i].name;
		baseline_init(&lessons->list[i].baseline);
	}
	return lessons;
}

void
lessons_free(struct lessons *lessons)
{
	if (lessons == NULL)
		return;
	for (int i = 0; i < lessons->count; i++)
		free(lessons->list[i].open);
	free(lessons->list);
	free(lessons);
}

/* ---- loading ---- */

struct loading {
	struct baseline_instance *into;
	int found; /* series and fuses */
	int64_t time_s; /* of all of them */
	bool is_bad;
};

static bool
load_state(struct loading *loading, const struct row_learned *row)
{
	for (int i = 0; i < BASELINE_SERIES_COUNT; i++)
		if (strcmp(row->series, baseline_series_name((enum baseline_series)i)) == 0)
			return series_decode(row->state, row->length, &loading->into->series[i]) ==
			    0;
	for (int i = 0; i < BASELINE_TROUBLE_COUNT; i++)
		if (strcmp(row->series, baseline_trouble_name((enum baseline_trouble)i)) == 0)
			return fuse_decode(row->state, row->length, &loading->into->fuses[i]) == 0;
	return false;
}

static int
take_state(const struct row_learned *row, void *owner)
{
	struct loading *loading = owner;
	if (!load_state(loading, row) || (loading->found > 0 && row->time_s != loading->time_s))
		loading->is_bad = true;
	loading->time_s = row->time_s;
	loading->found++;
	return 0;
}

/* All of it, or nothing. */
static int
load_baseline(struct lesson *lesson, struct store *store)
{
	AUTO_FREE struct baseline_instance *into = mem_alloc(sizeof(*into));
	struct loading loading = {.into = into};
	baseline_init(into);
	int r = store_list_learned(store, lesson->name, take_state, &loading);
	if (r < 0)
		return r;
	bool is_whole = loading.found == BASELINE_SERIES_COUNT + (int)BASELINE_TROUBLE_COUNT;
	if (loading.found > 0 && (loading.is_bad || !is_whole))
		log_warning("learning: what was kept of instance %s cannot be read, it is learned "
			    "anew from history",
		    lesson->name);
	if (loading.is_bad || !is_whole)
		return 0;
	into->until_s = loading.time_s;
	lesson->baseline = *into;
	return 0;
}

static int
take_incident(const struct row_incident *row, void *owner)
{
	struct lesson *lesson = owner;
	if (strcmp(row->instance, lesson->name) != 0)
		return 0;
	lesson->open =
	    mem_resize(lesson->open, (size_t)lesson->open_count + 1, sizeof(*lesson->open));
	lesson->open[lesson->open_count++] = (struct open_time){
	    .from_s = row->opened_s,
	    .until_s = row->state == INCIDENT_CLOSED ? row->closed_s : INT64_MAX,
	};
	return 0;
}

static int
load_lesson(struct lesson *lesson, struct store *store, int64_t now_s)
{
	int64_t senders_s = 0;
	int r = load_baseline(lesson, store);
	if (r == 0)
		r = store_load_sample_begin(store, lesson->name, &lesson->ticks_s, &senders_s);
	if (r == -ENOENT)
		r = 0;
	if (r == 0)
		r = store_list_incidents(store, false, OPEN_MAX, take_incident, lesson);
	lesson->is_old = true;
	/* who kept a state told of senders */
	lesson->whole_s = lesson->baseline.until_s != 0 ? 0 : senders_s;
	if (lesson->ticks_s == 0)
		lesson->ticks_s = now_s;
	return r;
}

int
lessons_load(struct lessons *lessons, struct store *store, int64_t now_s)
{
	int r = 0;
	if (lessons->is_loaded)
		return 0;
	for (int i = 0; r == 0 && i < lessons->count; i++) {
		lessons->list[i].open_count = 0;
		r = load_lesson(&lessons->list[i], store, now_s);
	}
	lessons->is_loaded = r == 0;
	lessons->kept_s = now_s;
	return r;
}

/* ---- learning ---- */

/* As the engine had it: the tick that opens is still learned, the one that closes is not. */
static bool
was_open(const struct lesson *lesson, int64_t time_s)
{
	for (int i = 0; i < lesson->open_count; i++)
		if (time_s > lesson->open[i].from_s && time_s <= lesson->open[i].until_s)
			return true;
	return false;
}

struct piece {
	struct lesson *lesson;
	int64_t rows, begin_s;
};

static int
take_sample(const struct row_sample *row, void *owner)
{
	struct piece *piece = owner;
	struct lesson *lesson = piece->lesson;
	bool is_whole = row->time_s >= lesson->whole_s;
	baseline_step(&lesson->baseline, row, clock_week_second(row->time_s),
	    was_open(lesson, row->time_s), is_whole);
	piece->rows++;
	if (piece->begin_s == 0)
		piece->begin_s = row->time_s;
	return row->time_s - piece->begin_s >= PIECE_S ? 1 : 0;
}

static int
learn_piece(struct lesson *lesson, struct store *store, int64_t now_s)
{
	struct piece piece = {.lesson = lesson};
	int64_t after_s = lesson->baseline.until_s;
	if (after_s == 0)
		after_s = now_s - OLDEST_S;
	bool is_fine = after_s >= lesson->ticks_s - 1;
	int r = store_list_samples(store, lesson->name, is_fine ? 1 : 60, after_s,
	    is_fine ? now_s : lesson->ticks_s + 1, PIECE_ROWS, take_sample, &piece);
	if (r != 0 || piece.rows == PIECE_ROWS) /* there is more */
		return r < 0 ? r : 0;
	if (!is_fine) { /* minutes are over */
		lesson->ticks_s = 0;
		return 0;
	}
	lesson->is_old = false;
	free(lesson->open);
	lesson->open = NULL;
	lesson->open_count = 0;
	return 0;
}

static int
keep_progress(const struct lesson *lesson, struct store *store)
{
	int64_t needed_s, learned_s = baseline_learned(&lesson->baseline, &needed_s);
	return store_save_learning(store, lesson->name, learned_s, needed_s);
}

int
lessons_take(struct lessons *lessons, struct store *store, int instance,
    const struct row_sample *tick, bool frozen)
{
	struct lesson *lesson = &lessons->list[instance];
	if (lesson->is_old && lessons->piece_s != tick->time_s) {
		lessons->piece_s = tick->time_s; /* one instance a tick */
		int r = learn_piece(lesson, store, tick->time_s);
		if (r == 0)
			r = keep_progress(lesson, store);
		if (r < 0)
			return r;
	}
	if (!lesson->is_old)
		baseline_step(
		    &lesson->baseline, tick, clock_week_second(tick->time_s), frozen, true);
	return 0;
}

bool
lessons_find(struct lessons *lessons, int instance, enum signal_name signal,
    struct baseline_finding *ret_finding)
{
	struct lesson *lesson = &lessons->list[instance];
	return !lesson->is_old && baseline_find(&lesson->baseline, signal, ret_finding);
}

/* ---- keeping ---- */

static int
keep_states(const struct lesson *lesson, struct store *store)
{
	const struct baseline_instance *baseline = &lesson->baseline;
	uint8_t bytes[SERIES_BYTES_MAX];
	struct row_learned row = {.time_s = baseline->until_s, .state = bytes};
	int r = 0;
	for (int i = 0; r == 0 && i < BASELINE_SERIES_COUNT; i++) {
		snprintf(row.series, sizeof(row.series), "%s",
		    baseline_series_name((enum baseline_series)i));
		row.length = series_encode(&baseline->series[i], bytes);
		r = store_save_learned(store, lesson->name, &row);
	}
	for (int i = 0; r == 0 && i < BASELINE_TROUBLE_COUNT; i++) {
		snprintf(row.series, sizeof(row.series), "%s",
		    baseline_trouble_name((enum baseline_trouble)i));
		row.length = fuse_encode(&baseline->fuses[i], bytes);
		r = store_save_learned(store, lesson->name, &row);
	}
	return r;
}

int
lessons_keep(struct lessons *lessons, struct store *store, int64_t now_s)
{
	if (now_s >= lessons->kept_s && now_s - lessons->kept_s < KEEP_S)
		return 0;
	lessons->kept_s = now_s;
	int r = 0;
	for (int i = 0; r == 0 && i < lessons->count; i++) {
		const struct lesson *lesson = &lessons->list[i];
		r = keep_progress(lesson, store);
		/* half of the old times would pass for all of them */
		if (r == 0 && !lesson->is_old)
			r = keep_states(lesson, store);
	}
	return r;
}
