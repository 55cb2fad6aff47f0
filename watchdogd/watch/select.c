/* SPDX-License-Identifier: ISC
 *
 * select.c - chooses messages for a remedy; see select.h. What is sent was true of the file at the
 * ctime that goes with it: a message whose file differs from the live set, or changes while it is
 * read, is left out, and the engine asks again later.
 */
#include "watchdogd/watch/select.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/log.h"
#include "lib/mem.h"
#include "proto/selector.h"

/* One request may cost so many opened files, whatever becomes of them. */
#define TRIES_MAX (SELECT_LIMIT_MAX * 4)
/* The engine takes the rest at its next request when it reads slower than we write. */
#define QUEUED_MAX (8u * 1024 * 1024)

void
select_init(struct select *select)
{
	select->listed = NULL;
	select->listed_count = select->listed_room = 0;
}

void
select_done(struct select *select)
{
	free(select->listed);
	select_init(select);
}

void
select_reset(struct select *select)
{
	select->listed_count = 0;
}

void
select_take_id(struct select *select, const struct message_select_id *message)
{
	if (select->listed_count > 0 && select->listed[0].request != message->request)
		select->listed_count = 0;
	if (select->listed_count == SELECT_LIMIT_MAX)
		return; /* SELECT's count will not agree */
	if (select->listed_count == select->listed_room) {
		select->listed_room = select->listed_room == 0 ? 64 : select->listed_room * 2;
		select->listed =
		    mem_resize(select->listed, select->listed_room, sizeof(*select->listed));
	}
	select->listed[select->listed_count++] = *message;
}

/* What one request has come to. */
struct answer {
	struct select *select;
	const struct track *track;
	const struct message_select *message;
	struct channel *engine;
	unsigned instance;
	unsigned tries;
	struct filter filter;
	bool is_filtered; /* by more than queue and class */
	struct message_select_end end;
};

static bool
has_conditions(const struct message_select *message)
{
	struct selector selector;
	SELECTOR_COPY(&selector, message);
	selector.queues = selector.classes = 0;
	return !selector_is_empty(&selector);
}

static bool
is_wanted(const struct answer *answer, const struct queue_entry *entry)
{
	const struct queue *queue = answer->track->queue;
	return queue_is_live(entry) && entry->ready &&
	    queue_instance(queue, entry) == answer->instance &&
	    (answer->message->queues >> queue_name(queue, entry) & 1) != 0 &&
	    (answer->message->classes >> entry->class & 1) != 0 &&
	    (!answer->is_filtered ||
		filter_may(&answer->filter, queue, answer->track->census, entry));
}

/* Whether the message that was just read is one by the conditions that only its file can tell. */
static bool
is_meant(struct answer *answer, const struct queue_entry *entry)
{
	const struct track *track = answer->track;
	struct select *select = answer->select;
	char id[QUEUE_ID_SIZE];
	if (!answer->is_filtered)
		return true;
	if (!filter_is(&answer->filter, &select->inspection.letter))
		return false;
	size_t length = answer->filter.reason[0] == '\0'
	    ? 0
	    : spool_read_defer_log(&track->spool, entry->slot,
		  queue_id_text(track->queue, entry, id), select->log, sizeof(select->log));
	return filter_has_reason(&answer->filter, select->log, length);
}

static uint64_t
ctime_ns(const struct stat *st)
{
	return (uint64_t)st->st_ctim.tv_sec * UINT64_C(1000000000) + (uint64_t)st->st_ctim.tv_nsec;
}

static void
send_selected(struct answer *answer, const struct queue_entry *entry, const struct stat *st)
{
	const struct inspection *inspection = &answer->select->inspection;
	struct message_selected selected = {
	    .request = answer->message->request,
	    .queue = queue_name(answer->track->queue, entry),
	    .class = inspection->letter.envelope.class,
	    .inode = st->st_ino,
	    .ctime_ns = ctime_ns(st),
	    .arrival_s = entry->arrival_s,
	    .size_bytes = (uint64_t)st->st_size,
	    .copy = {(const uint8_t *)inspection->copy, inspection->copy_length},
	};
	queue_id_text(answer->track->queue, entry, selected.queue_id);
	memcpy(selected.sender, inspection->sender, sizeof(selected.sender));
	memcpy(selected.recipient, inspection->recipient, sizeof(selected.recipient));
	message_send(answer->engine, MESSAGE_TYPE_SELECTED, &selected, -1);
	answer->end.selected++;
}

/* Reads a candidate anew and sends it if it still is what the live set says. inode 0: any. */
static void
try_entry(struct answer *answer, const struct queue_entry *entry, uint64_t inode)
{
	const struct track *track = answer->track;
	struct inspection *inspection = &answer->select->inspection;
	char id[QUEUE_ID_SIZE];
	struct stat st;
	answer->tries++;
	AUTO_CLOSE int fd =
	    spool_open(&track->spool, entry->slot, queue_id_text(track->queue, entry, id));
	if (fd < 0 || inspect_file(inspection, fd, answer->message->copy_bytes, &st) < 0)
		return;
	bool is_other = inspection->letter.envelope.class != entry->class ||
	    (inode != 0 && st.st_ino != inode) || queue_fold_inode(st.st_ino) != entry->inode ||
	    (inspection->letter.envelope.arrival_s > 0 &&
		inspection->letter.envelope.arrival_s != entry->arrival_s);
	if (!is_other && is_meant(answer, entry))
		send_selected(answer, entry, &st);
}

static bool
is_full(const struct answer *answer)
{
	return answer->end.selected >= answer->message->limit ||
	    answer->end.selected >= SELECT_LIMIT_MAX || answer->tries >= TRIES_MAX ||
	    channel_queued(answer->engine) > QUEUED_MAX;
}

static void
answer_listed(struct answer *answer)
{
	const struct select *select = answer->select;
	const struct queue *queue = answer->track->queue;
	for (size_t i = 0; i < select->listed_count && !is_full(answer); i++) {
		const struct message_select_id *listed = &select->listed[i];
		uint32_t number = queue_find(queue, answer->instance, listed->queue_id);
		if (number == QUEUE_NONE)
			continue;
		const struct queue_entry *entry = queue_get(queue, number);
		if (is_wanted(answer, entry) && entry->inode == queue_fold_inode(listed->inode) &&
		    entry->arrival_s == listed->arrival_s)
			try_entry(answer, entry, listed->inode);
	}
}

static void
answer_all(struct answer *answer)
{
	const struct queue *queue = answer->track->queue;
	uint32_t number = answer->message->from > 0 ? (uint32_t)answer->message->from : 1;
	for (; number < queue_end(queue) && !is_full(answer); number++) {
		const struct queue_entry *entry = queue_get(queue, number);
		if (is_wanted(answer, entry))
			try_entry(answer, entry, 0);
	}
	if (number < queue_end(queue))
		answer->end.at = number;
}

/* Of a selection: what may be of the kind, as far as that is known without reading each anew. */
static void
count_candidates(struct answer *answer)
{
	const struct queue *queue = answer->track->queue;
	answer->end.matching = 0;
	for (uint32_t number = 1; number < queue_end(queue); number++)
		answer->end.matching += is_wanted(answer, queue_get(queue, number));
}

static void
count_matching(struct answer *answer)
{
	for (unsigned name = 0; name < QUEUE_COUNT; name++) {
		const struct queue_counts *counts =
		    queue_get_counts(answer->track->queue, answer->instance, (enum queue_name)name);
		if ((answer->message->queues >> name & 1) == 0)
			continue;
		for (unsigned class = 0; class < CLASS_COUNT; class ++) {
			answer->end.total += counts->messages[class];
			if ((answer->message->classes >> class & 1) != 0)
				answer->end.matching += counts->messages[class];
		}
	}
}

/* The reason why the request cannot be answered, or NULL. */
static const char *
find_instance(struct answer *answer)
{
	const struct spool *spool = &answer->track->spool;
	for (unsigned i = 0; i < spool->instance_count; i++)
		if (strcmp(spool->instances[i].names->name, answer->message->instance) == 0) {
			answer->instance = i;
			return spool->instances[i].fd < 0 ? "the queue directory is absent" : NULL;
		}
	return "no such instance";
}

/* The reason why there is no such selection, or NULL. */
static const char *
set_filter(struct answer *answer, int64_t now_s, char *problem, size_t size)
{
	const struct filter_words words = FILTER_WORDS(answer->message);
	answer->is_filtered = has_conditions(answer->message);
	answer->select->inspection.domain = NULL;
	if (!answer->is_filtered)
		return NULL;
	if (filter_init(&answer->filter, &words, now_s, problem, size) < 0)
		return problem;
	answer->select->inspection.domain = filter_wish(&answer->filter).domain;
	return NULL;
}

void
select_answer(struct select *select, const struct track *track,
    const struct message_select *message, int64_t now_s, const char *busy, struct channel *engine)
{
	char problem[REASON_TEXT_SIZE];
	struct answer answer = {.select = select, .track = track, .message = message};
	answer.engine = engine;
	answer.end.request = message->request;
	if (select->listed_count > 0 && select->listed[0].request != message->request)
		select->listed_count = 0;
	const char *error = busy != NULL ? busy : find_instance(&answer);
	if (error == NULL)
		error = set_filter(&answer, now_s, problem, sizeof(problem));
	if (error == NULL && message->listed != 0 && message->listed != select->listed_count)
		error = "not all of the listed ids came";
	if (error != NULL)
		snprintf(answer.end.error, sizeof(answer.end.error), "%s", error);
	else {
		count_matching(&answer);
		if (answer.is_filtered && message->from == 0)
			count_candidates(&answer);
		if (message->listed != 0)
			answer_listed(&answer);
		else
			answer_all(&answer);
	}
	select->listed_count = 0;
	message_send(engine, MESSAGE_TYPE_SELECT_END, &answer.end, -1);
}
