/* SPDX-License-Identifier: ISC
 *
 * waiting.h - mail that waits outside Postfix: directories of the settings' `spools`, each counted
 * by file or by directory. Queues of Postfix are spool.h's.
 *
 * Runs in watch. Trusts no name and no time but the kernel's: files are looked at by fstatat() and
 * never opened, links below a spool's path are not followed, an age is that of the last change of
 * the file's inode, which no archive sets.
 *
 * A spool is counted by looking at all of it, in portions. Events only say that a look is due, so
 * what they miss is made good by the next one. Looks are as rare as the spool is large.
 */
#ifndef WATCHDOGD_WATCH_WAITING_H
#define WATCHDOGD_WATCH_WAITING_H

#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "config/settings.h"
#include "lib/clock.h"
#include "proto/message.h"
#include "watchdogd/watch/inotify.h"
#include "watchdogd/watch/spool.h"

#define WAITING_SLOT SPOOL_SLOTS_MAX /* of inotify: spool number 0 */
#define WAITING_INSIDE 4 /* levels of directories that are looked at in a message's own */
#define WAITING_LEVELS (SETTINGS_SPOOL_DEPTH_MAX + 1 + WAITING_INSIDE + 1)
#define WAITING_WATCHES 64 /* of one spool; one with more directories is looked at on a timer */

struct waiting_counts {
	uint64_t messages, bytes;
	int64_t oldest_s; /* 0: none */
};

struct waiting_place {
	dev_t device;
	ino_t inode; /* 0: there is none */
};

struct waiting_spool {
	const struct settings_spool *settings; /* borrowed */
	struct waiting_place first; /* what was at its path when we began */
	struct waiting_counts counts; /* of the last look */
	bool known; /* there was one */
	bool present; /* and found the directory */
	bool barred; /* a directory is there that was not when we began, and we may not read it */
	bool dirty; /* something happened in it since the last look began */
	bool deaf; /* no events come: look on a timer */
	bool missed; /* the last look found a change that no event had told of so far */
	int problem; /* -errno that was logged, or 0 */
	uint64_t looked; /* the tick at which the last look began */
	uint64_t names; /* that it took */
	struct waiting_place watched[WAITING_WATCHES];
	unsigned watch_count;
};

/* The look that is under way. */
struct waiting_look {
	struct waiting_spool *spool; /* NULL: none is */
	struct waiting_counts counts;
	struct waiting_counts message; /* of the directory that is one */
	uint64_t names;
	bool told; /* an event had asked for it */
	DIR *levels[WAITING_LEVELS];
	int level; /* of the innermost that is open; -1: none */
	char path[SETTINGS_PATH_SIZE]; /* of that one */
	size_t ends[WAITING_LEVELS]; /* the length of the path of each */
};

struct waiting {
	struct waiting_spool spools[SETTINGS_SPOOLS_MAX];
	unsigned count;
	unsigned next; /* to be asked whether it is due */
	struct waiting_look look;
	struct inotify *inotify;
	uint64_t ticks;
	uint64_t reconcile_ticks;
};

/* Settings and inotify are borrowed. Nothing is read yet. */
void waiting_init(
    struct waiting *waiting, const struct settings *settings, struct inotify *inotify);
void waiting_done(struct waiting *waiting);

/* An event; false: it is none of a spool's. An overflow, which is everybody's, is told also. */
bool waiting_on_change(struct waiting *waiting, const struct inotify_change *change);
/* After inotify_reopen(). */
void waiting_forget_watches(struct waiting *waiting);

/* Once a second. True: a look is due, so waiting_step() has something to do. */
bool waiting_tick(struct waiting *waiting);
/* Looks at up to `names` names. True when there is more to do at once. */
bool waiting_step(struct waiting *waiting, unsigned names);

/* A spool whose directory came after we entered the sandbox, where it cannot be read: only a new
 * start of the role can. NULL: none, or it is too soon to start again for it. */
const struct waiting_spool *waiting_find_barred(const struct waiting *waiting);

/* What the engine is told of spool `number`. False: it was not looked at yet. */
bool waiting_sample(const struct waiting *waiting, unsigned number, struct clock_wall now,
    struct message_tick_spool *ret_tick);

#endif
