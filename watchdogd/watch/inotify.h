/* SPDX-License-Identifier: ISC
 *
 * inotify.h - what changes in the watched directories, decoded. The only file that knows
 * libinotifytools and inotify(7).
 *
 * The library adds and names the watches; its readers are not used: they spin, walk the kernel's
 * queue at every refill (quadratic in its length), block, and do not notice dead watches. Its
 * descriptor is adopted and read here. The caller drains it in batches, some 20 ms after it became
 * readable: a reader that is woken for each event slows Postfix down by a third.
 *
 * The library is global to the process, so there is one of these. Event names are file names that
 * others chose: bytes without '/' and NUL, nothing else is promised.
 */
#ifndef WATCHDOGD_WATCH_INOTIFY_H
#define WATCHDOGD_WATCH_INOTIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/guard.h"

enum inotify_kind {
	INOTIFY_MOVED_IN = 1,
	INOTIFY_MOVED_OUT = 2,
	INOTIFY_DELETED = 4,
	INOTIFY_ATTRIBUTES = 8,
	INOTIFY_CREATED = 16,
	INOTIFY_WRITTEN = 128, /* closed by one who could write */
	/* told without being asked for: */
	INOTIFY_GONE = 32, /* the directory is not watched any more: removed, moved or unmounted */
	INOTIFY_OVERFLOW = 64, /* events were lost; slot means nothing */
};

struct inotify_change {
	enum inotify_kind kind;
	uint16_t slot; /* the number that the directory was added with */
	bool is_directory;
	const char *name; /* of the file, in that directory; "" for GONE and OVERFLOW */
};

typedef void (*inotify_handler)(const struct inotify_change *change, void *owner);

struct inotify;

/* 0 or -errno (-EMFILE: fs.inotify.max_user_instances). */
int inotify_open(struct inotify **ret_inotify) MUST_CHECK;
void inotify_close(struct inotify *inotify);

/* Forgets all watches and begins anew, on a new descriptor: after many dead watches, because the
 * library never frees one. 0 or -errno; on failure it can only be closed. */
int inotify_reopen(struct inotify *inotify) MUST_CHECK;

/* Non-blocking, readable when there is something; owned by us. */
int inotify_fd(const struct inotify *inotify);

/* Watches a directory for `kinds` (or-ed). The same directory again only changes its slot.
 * 0; -ENOENT, -ENOTDIR; -ENOSPC: fs.inotify.max_user_watches. */
int inotify_add(
    struct inotify *inotify, const char *path, unsigned kinds, uint16_t slot) MUST_CHECK;

unsigned inotify_watches(const struct inotify *inotify); /* alive */
unsigned inotify_dead(const struct inotify *inotify); /* since it was opened */
/* fs.inotify.max_queued_events as it was when this was opened first; 0: not known. */
uint64_t inotify_event_limit(const struct inotify *inotify);

/* Takes what is queued, at most `reads` times 64 KiB, and calls the handler for each event that
 * somebody asked for. 1: there may be more; 0: drained; -errno. */
int inotify_drain(
    struct inotify *inotify, unsigned reads, inotify_handler handler, void *owner) MUST_CHECK;

/* Decodes the bytes of one read. Split from inotify_drain() for tests and fuzzers: a record that
 * is cut off or whose name has no end is dropped with all behind it. */
void inotify_decode(struct inotify *inotify, const void *bytes, size_t length,
    inotify_handler handler, void *owner);

#endif
