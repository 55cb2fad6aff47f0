/* SPDX-License-Identifier: ISC
 *
 * target.c - queue file names as Postfix makes them (mail_queue_dir() in its
 * src/global/mail_queue.c): queue, then one directory a level of hashing, named by the digits of
 * the microseconds in hexadecimal, then the id.
 */
#include "remedies/target.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "proto/queue_id.h"

#define HASH_DEPTH_MAX 5 /* the microseconds have five digits */
#define LONG_SECONDS_MIN 6 /* digits of a long id before its microseconds */
#define LONG_MICROSECONDS 4 /* digits in base 52 */
#define NANOSECONDS 1000000000u
#define TRIES 2
#define TARGET_PATH_SIZE (sizeof("maildrop/") + 2 * HASH_DEPTH_MAX + QUEUE_ID_SIZE)

static const char base_52[] = "0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz";

/* The digits by which Postfix hashes an id: a short id begins with them, a long one ("seconds
 * microseconds z inode") has them in base 52. */
static void
format_hash(const char *queue_id, char hash[HASH_DEPTH_MAX + 1])
{
	const char *separator = strrchr(queue_id, 'z');
	unsigned microseconds = 0;
	if (separator == NULL || separator - queue_id < LONG_SECONDS_MIN + LONG_MICROSECONDS) {
		snprintf(hash, HASH_DEPTH_MAX + 1, "%.*s", HASH_DEPTH_MAX, queue_id);
		return;
	}
	for (const char *at = separator - LONG_MICROSECONDS; at < separator; at++) {
		const char *digit = strchr(base_52, *at);
		if (digit != NULL)
			microseconds = microseconds * 52 + (unsigned)(digit - base_52);
	}
	snprintf(hash, HASH_DEPTH_MAX + 1, "%05X", microseconds & 0xfffff);
}

/* "deferred/A/B/AB123..." at depth 2. A short id that ends early is padded with '_'. */
static void
format_path(char *path, size_t size, enum queue_name queue, const char *queue_id, const char *hash,
    int depth)
{
	int used = snprintf(path, size, "%s/", names_get(&names_queue, queue));
	bool ended = false;
	for (int i = 0; i < depth; i++) {
		ended = ended || hash[i] == '\0';
		used += snprintf(path + used, size - (size_t)used, "%c/", ended ? '_' : hash[i]);
	}
	snprintf(path + used, size - (size_t)used, "%s", queue_id);
}

static uint64_t
ctime_of(const struct stat *st)
{
	return (uint64_t)st->st_ctim.tv_sec * NANOSECONDS + (uint64_t)st->st_ctim.tv_nsec;
}

/* The path of a file that is there. */
static int
find_path(int directory, enum queue_name queue, const char *queue_id, char path[TARGET_PATH_SIZE],
    struct stat *ret_st)
{
	char hash[HASH_DEPTH_MAX + 1];
	format_hash(queue_id, hash);
	for (int depth = 0; depth <= HASH_DEPTH_MAX; depth++) {
		format_path(path, TARGET_PATH_SIZE, queue, queue_id, hash, depth);
		if (fstatat(directory, path, ret_st, AT_SYMLINK_NOFOLLOW) == 0)
			return 0;
		if (errno != ENOENT && errno != ENOTDIR)
			return -errno;
	}
	return -ENOENT;
}

int
target_look(
    int directory, enum queue_name queue, const char *queue_id, struct target_place *ret_place)
{
	char path[TARGET_PATH_SIZE];
	struct stat st;
	int r = find_path(directory, queue, queue_id, path, &st);
	if (r == 0)
		*ret_place = (struct target_place){
		    .queue = queue,
		    .inode = st.st_ino,
		    .ctime_ns = ctime_of(&st),
		    .expires = (st.st_mode & S_IXGRP) != 0,
		    .ready = S_ISREG(st.st_mode) && (st.st_mode & S_IRWXU) == S_IRWXU,
		};
	return r;
}

static int
find_once(int directory, enum queue_name first, const char *queue_id, uint64_t inode,
    struct target_place *ret_place)
{
	struct target_place place;
	for (int i = 0; i < QUEUE_COUNT; i++) {
		int r = target_look(
		    directory, (enum queue_name)(((int)first + i) % QUEUE_COUNT), queue_id, &place);
		if (r < 0 && r != -ENOENT)
			return r;
		if (r == 0 && place.inode == inode) {
			*ret_place = place;
			return 0;
		}
	}
	return -ENOENT;
}

int
target_find(int directory, enum queue_name first, const char *queue_id, uint64_t inode,
    struct target_place *ret_place)
{
	int r = -ENOENT;
	for (int i = 0; i < TRIES && r == -ENOENT; i++)
		r = find_once(directory, first, queue_id, inode, ret_place);
	return r;
}

bool
target_is_unchanged(int fd, uint64_t inode, uint64_t ctime_ns)
{
	struct stat st;
	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_ino == inode &&
	    ctime_of(&st) == ctime_ns;
}

int
target_open(
    int directory, enum queue_name queue, const char *queue_id, uint64_t inode, uint64_t ctime_ns)
{
	char path[TARGET_PATH_SIZE];
	struct stat st;
	int r = find_path(directory, queue, queue_id, path, &st);
	if (r < 0)
		return r;
	AUTO_CLOSE int fd = openat(directory, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	return target_is_unchanged(fd, inode, ctime_ns) ? TAKE_FD(fd) : -ENOENT;
}
