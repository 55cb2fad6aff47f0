/* SPDX-License-Identifier: ISC
 *
 * spool.h - the directories of each Postfix instance that we look into: the roots of the queues,
 * of the bounce logs, and the hash directories below them, of any depth, found when they come.
 *
 * A directory has a slot for the role's life (hash directories come back under the same name); it
 * is `watched` or not. Trusts names only as far as Postfix does: a directory with a name of one
 * character is a hash directory, anything else is not.
 */
#ifndef WATCHDOGD_WATCH_SPOOL_H
#define WATCHDOGD_WATCH_SPOOL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "lib/guard.h"
#include "proto/message.h"
#include "watchdogd/watch/inotify.h"
#include "watchdogd/watch/queue.h"

#define SPOOL_PATH_SIZE 32 /* "deferred/A/B/..." */
#define SPOOL_NONE UINT16_MAX
#define SPOOL_SLOTS_MAX 0xF000 /* slots from here on are those of waiting.h */
#define SPOOL_BOUNCE QUEUE_COUNT /* the bounce logs: no queue, but they say that one bounced */
#define SPOOL_ROOTS (QUEUE_COUNT + 1)

struct spool_instance {
	const struct message_instance *names; /* borrowed */
	int fd; /* of the queue directory, O_PATH; -1: it was absent when we started */
	dev_t device;
	ino_t inode;
	uid_t owner; /* of the queues: Postfix's mail_owner */
	bool is_remote; /* on a network file system */
	bool polled; /* looked at on a timer, because events do not tell all (polling.h) */
	uint64_t events; /* since the last look was over */
	uint64_t drift, drift_before; /* corrections, of track's; those before this look */
	unsigned directories_found; /* by this look, before an event told of them, if any will */
	uint32_t look_s, looked_s; /* when the last look began, and the one before */
};

struct spool_slot {
	uint8_t instance;
	uint8_t root; /* enum queue_name or SPOOL_BOUNCE */
	bool watched;
	bool fresh; /* watched anew since the last scan began: events before that are missing */
	char path[SPOOL_PATH_SIZE]; /* below the queue directory */
};

struct spool {
	struct spool_instance instances[INSTANCES_MAX];
	unsigned instance_count;
	struct spool_slot *slots;
	uint16_t slot_count;
	struct queue *queue;
	struct inotify *inotify;
	bool told_full; /* logged once: no more watches or slots */
};

/* Opens the queue directories and gives each root a slot; nothing is watched yet. `instances`,
 * `queue` and `inotify` are borrowed. */
void spool_init(struct spool *spool, const struct message_instance *instances, unsigned count,
    struct queue *queue, struct inotify *inotify);
void spool_done(struct spool *spool);

/* Whether the queue directory of an instance is still what was opened: present and the same, or
 * still absent. */
bool spool_is_same(const struct spool_instance *instance);

/* Whether an instance is polled and no event has come since the last look. */
static inline bool
spool_is_deaf(const struct spool_instance *instance)
{
	return instance->polled && instance->events == 0;
}

/* The slot of root `root` of an instance. */
uint16_t spool_root(unsigned instance, unsigned root);
/* The slot of the hash directory `name` in `parent`, made when there is none; SPOOL_NONE when
 * `name` is not that of a hash directory or there is no room. */
uint16_t spool_get_child(struct spool *spool, uint16_t parent, const char *name);
bool spool_is_hash_name(const char *name);

/* Watches a slot's directory. 0 (also when it is watched already) or -errno (-ENOENT). */
int spool_watch(struct spool *spool, uint16_t slot) MUST_CHECK;
/* After inotify_reopen(). */
void spool_forget_watches(struct spool *spool);

/* fstatat() and openat() of a file in a slot, never following a link. 0 or a descriptor, or
 * -errno. */
int spool_stat(
    const struct spool *spool, uint16_t slot, const char *name, struct stat *ret_stat) MUST_CHECK;
int spool_open(const struct spool *spool, uint16_t slot, const char *name) MUST_CHECK;
/* The same of files in a row, most of them in the same directory: from its second file on a directory
 * is kept open, which saves the walk along its path. Begin with SPOOL_NOWHERE, end with
 * spool_leave(). A directory that is replaced meanwhile is not there: -ENOENT. */
struct spool_near {
	uint16_t slot;
	int fd; /* O_PATH; -1: not open */
};
#define SPOOL_NOWHERE ((struct spool_near){.slot = SPOOL_NONE, .fd = -1})
int spool_open_near(
    const struct spool *spool, struct spool_near *near, uint16_t slot, const char *name) MUST_CHECK;
void spool_leave(struct spool_near *near);
/* Reads from the log that says why a message was deferred (deferral.h): it lies in defer/, which
 * Postfix hashes as it does deferred/. Bytes read, at most size; 0: it was not deferred, or is being
 * delivered again. */
size_t spool_read_defer_log(
    const struct spool *spool, uint16_t slot, const char *id, void *buffer, size_t size);
/* Opens the slot's directory for reading. */
int spool_open_directory(const struct spool *spool, uint16_t slot) MUST_CHECK;

#endif
