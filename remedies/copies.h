/* SPDX-License-Identifier: ISC
 *
 * copies.h - the copies of messages that were deleted: a directory a day below state_directory, a file
 * a message, owner root and mode 0600. Remedy role alone. They go after store.keep_messages, and the
 * oldest go when all together would be larger than store.max_copies_mb.
 *
 * What became of a copy is in its name, so that a role that is killed finds out by looking:
 *   NAME.gz     kept
 *   NAME.going  its message lies beside the maildrop queue, about to be let in
 *   NAME.back   the message is back; the file is empty
 */
#ifndef WATCHDOGD_REMEDIES_COPIES_H
#define WATCHDOGD_REMEDIES_COPIES_H

#include <stdbool.h>
#include <stdint.h>

#include "config/settings.h"
#include "lib/guard.h"
#include "proto/message.h"

#define COPY_NAME_SIZE (INSTANCE_NAME_SIZE + QUEUE_ID_SIZE + 48)

enum copy_state {
	COPY_KEPT,
	COPY_GOING,
	COPY_BACK,
};

struct copies {
	int directory; /* -1: it cannot be used */
	int64_t keep_s;
	int64_t max_bytes; /* 0: none are kept */
	int64_t bytes; /* on the disk */
	int64_t swept_s; /* last */
};

struct copy {
	char name[COPY_NAME_SIZE];
	enum copy_state state;
	int day; /* descriptor of its directory; copy_done() */
};

#define AUTO_COPY __attribute__((cleanup(copy_done)))

/* Opens the directory, which the parent has made, and sweeps. On failure, which is logged, copies_keep()
 * will say -ENOTDIR. */
void copies_open(struct copies *copies, const struct settings *settings, int64_t now_s);
/* Once an hour, whenever it is called: removes what is too old, or too much, and counts what is left. */
void copies_sweep(struct copies *copies, int64_t now_s);

/* "-.7E0A212F4C1.1f4c1.18a5c2d9e0": one message of one instance, as it was at one time. */
void copies_format_name(char name[COPY_NAME_SIZE], const char *instance, const char *queue_id,
    uint64_t inode, uint64_t ctime_ns);

/* Keeps a copy of an open queue file, if there is none yet. Not durable before copies_sync().
 * -EFBIG: it alone is larger than all copies may be; -ENOTDIR; or -errno. */
int copies_keep(struct copies *copies, const char *name, int fd, int64_t now_s) MUST_CHECK;
/* All that were kept are on the disk. */
int copies_sync(const struct copies *copies) MUST_CHECK;

/* 0; -ENOENT: there is none, or none any more; or -errno. copy_done() in any case. */
int copies_find(const struct copies *copies, const char *name, struct copy *ret_copy) MUST_CHECK;
void copy_done(struct copy *copy);
/* Writes the message into `fd`. 0, -EIO: the copy is damaged; or -errno. */
int copy_unpack(const struct copy *copy, int fd) MUST_CHECK;
/* Durably. A copy whose message is back is emptied. */
int copy_set_state(struct copy *copy, enum copy_state state) MUST_CHECK;

#endif
