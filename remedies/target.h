/* SPDX-License-Identifier: ISC
 *
 * target.h - looks where a message is, by its queue id and inode. Remedy role; only fstatat() on
 * names that are queue ids, and no link is followed. What is in a file is nobody's business here.
 */
#ifndef WATCHDOGD_REMEDIES_TARGET_H
#define WATCHDOGD_REMEDIES_TARGET_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/guard.h"
#include "proto/names.h"

struct target_place {
	enum queue_name queue;
	uint64_t inode, ctime_ns;
	bool expires; /* it is given up at its next try */
	bool
	    ready; /* a regular file with u+rwx: others are being written, and postsuper skips them */
};

/* Looks for the id in one queue, at every depth of hashing that Postfix may have (hash_queue_depth,
 * hash_queue_names). `directory` is the queue directory. 0; -ENOENT: not there; or -errno. */
int target_look(int directory, enum queue_name queue, const char *queue_id,
    struct target_place *ret_place) MUST_CHECK;

/* Looks for the file with this id and inode in all queues, in `first` at first; twice, since it may
 * move from one to the other while we look. 0; -ENOENT: in none; or -errno. */
int target_find(int directory, enum queue_name first, const char *queue_id, uint64_t inode,
    struct target_place *ret_place) MUST_CHECK;

/* Opens the file for a copy if it is there, with this inode and ctime. The descriptor, which is the
 * caller's; -ENOENT: it is not, any more; or -errno. */
int target_open(int directory, enum queue_name queue, const char *queue_id, uint64_t inode,
    uint64_t ctime_ns) MUST_CHECK;
/* Whether an open one still is as it was. */
bool target_is_unchanged(int fd, uint64_t inode, uint64_t ctime_ns);

#endif
