/* SPDX-License-Identifier: ISC
 *
 * reader.h - reads the envelope of each message once: new ones first, while they are hot in the
 * cache, then what scans found. In small portions, so that a tick never waits for 100,000 files.
 *
 * Opens read-only, follows no link, never locks, never changes a mode: the mode bits of a queue
 * file are Postfix's state.
 */
#ifndef WATCHDOGD_WATCH_READER_H
#define WATCHDOGD_WATCH_READER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "watchdogd/watch/profile.h"
#include "watchdogd/watch/queue.h"
#include "watchdogd/watch/spool.h"

/* profile NULL: incomplete or nonsense; `st` is of the open file. */
typedef void (*reader_handler)(
    void *owner, uint32_t number, const struct stat *st, const struct profile *profile);

struct reader_list {
	uint32_t first, last;
};

struct reader {
	struct queue *queue;
	const struct spool *spool;
	reader_handler handler;
	void *owner;
	struct reader_list hot, cold;
	struct profile profile;
};

void reader_init(struct reader *reader, struct queue *queue, const struct spool *spool,
    reader_handler handler, void *owner);
/* To be read; nothing happens when it is on a list already. It holds nothing of the census. */
void reader_add(struct reader *reader, uint32_t number, bool hot);
/* Reads up to `files` files. True when more are waiting. */
bool reader_run(struct reader *reader, unsigned files);
bool reader_has_cold(const struct reader *reader);

/* A record_read over a descriptor: `source` is an int *. */
long reader_pread(void *source, uint64_t offset, void *buffer, size_t size);

#endif
