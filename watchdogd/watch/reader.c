/* SPDX-License-Identifier: ISC
 *
 * reader.c - the lists of messages to be read, and the reading; see reader.h.
 */
#include "watchdogd/watch/reader.h"

#include <errno.h>
#include <unistd.h>

#include "lib/log.h"

void
reader_init(struct reader *reader, struct queue *queue, const struct spool *spool,
    reader_handler handler, void *owner)
{
	reader->queue = queue;
	reader->spool = spool;
	reader->handler = handler;
	reader->owner = owner;
	reader->hot = reader->cold = (struct reader_list){QUEUE_NONE, QUEUE_NONE};
}

void
reader_add(struct reader *reader, uint32_t number, bool hot)
{
	struct reader_list *list = hot ? &reader->hot : &reader->cold;
	struct queue_entry *entry = queue_get(reader->queue, number);
	if (entry->listed)
		return;
	if (entry->recipients != 0 || entry->origin != 0)
		panic("a message is to be read that was counted");
	entry->listed = true;
	entry->link = QUEUE_NONE;
	if (list->first == QUEUE_NONE)
		list->first = number;
	else
		queue_get(reader->queue, list->last)->link = number;
	list->last = number;
}

static uint32_t
take(struct reader *reader)
{
	struct reader_list *list = reader->hot.first != QUEUE_NONE ? &reader->hot : &reader->cold;
	uint32_t number = list->first;
	if (number == QUEUE_NONE)
		return QUEUE_NONE;
	struct queue_entry *entry = queue_get(reader->queue, number);
	list->first = entry->link;
	entry->link = QUEUE_NONE;
	entry->listed = false;
	return number;
}

long
reader_pread(void *source, uint64_t offset, void *buffer, size_t size)
{
	const int *fd = source;
	if (offset > INT64_MAX)
		return 0;
	ssize_t got = pread(*fd, buffer, size, (off_t)offset);
	return got < 0 ? -errno : got;
}

/* A file that is not there has moved or is gone: its event is on the way. */
static void
read_file(struct reader *reader, uint32_t number, struct spool_near *near)
{
	char id[QUEUE_ID_SIZE];
	struct queue_entry *entry = queue_get(reader->queue, number);
	AUTO_CLOSE int fd = spool_open_near(
	    reader->spool, near, entry->slot, queue_id_text(reader->queue, entry, id));
	struct stat st;
	if (fd < 0 || fstat(fd, &st) < 0)
		return;
	bool is_whole =
	    S_ISREG(st.st_mode) && profile_parse(&reader->profile, reader_pread, &fd) == 0;
	reader->handler(reader->owner, number, &st, is_whole ? &reader->profile : NULL);
}

bool
reader_run(struct reader *reader, unsigned files)
{
	struct spool_near near = SPOOL_NOWHERE;
	while (files > 0) {
		uint32_t number = take(reader);
		if (number == QUEUE_NONE)
			break;
		if (queue_get(reader->queue, number)->dead) {
			queue_release(reader->queue, number);
			continue;
		}
		read_file(reader, number, &near);
		files--;
	}
	spool_leave(&near);
	return reader->hot.first != QUEUE_NONE || reader->cold.first != QUEUE_NONE;
}

bool
reader_has_cold(const struct reader *reader)
{
	return reader->cold.first != QUEUE_NONE;
}
