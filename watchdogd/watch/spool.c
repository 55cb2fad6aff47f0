/* SPDX-License-Identifier: ISC
 *
 * spool.c - queue directories and their slots; see spool.h.
 */
#include "watchdogd/watch/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/log.h"
#include "lib/mem.h"

/* What to ask the kernel for. Nothing leaves incoming and active but by a move into a sibling,
 * which is told there, so their moves out are not asked for: half the events of a busy gateway.
 * Modes change where a message becomes complete. Files are made by renaming, so that in most
 * places only a directory can be created; in incoming each temporary file is told, too. maildrop
 * is flat, and local users can flood it. */
static const unsigned root_kinds[SPOOL_ROOTS] = {
    [QUEUE_MAILDROP] = INOTIFY_MOVED_IN | INOTIFY_MOVED_OUT | INOTIFY_DELETED | INOTIFY_ATTRIBUTES,
    [QUEUE_INCOMING] = INOTIFY_MOVED_IN | INOTIFY_DELETED | INOTIFY_ATTRIBUTES | INOTIFY_CREATED,
    [QUEUE_ACTIVE] = INOTIFY_MOVED_IN | INOTIFY_DELETED | INOTIFY_CREATED,
    [QUEUE_DEFERRED] = INOTIFY_MOVED_IN | INOTIFY_MOVED_OUT | INOTIFY_DELETED | INOTIFY_CREATED,
    [QUEUE_HOLD] = INOTIFY_MOVED_IN | INOTIFY_MOVED_OUT | INOTIFY_DELETED | INOTIFY_ATTRIBUTES |
	INOTIFY_CREATED,
    [QUEUE_CORRUPT] = INOTIFY_MOVED_IN | INOTIFY_MOVED_OUT | INOTIFY_DELETED | INOTIFY_CREATED,
    [SPOOL_BOUNCE] = INOTIFY_CREATED,
};

#define SPOOL_HASH_DEPTH 2u /* of logs, as far as they are looked for */

static const char *
root_name(unsigned root)
{
	return root == SPOOL_BOUNCE ? "bounce" : names_get(&names_queue, (int)root);
}

uint16_t
spool_root(unsigned instance, unsigned root)
{
	return (uint16_t)(instance * SPOOL_ROOTS + root);
}

static uint16_t
add_slot(struct spool *spool, unsigned instance, unsigned root, const char *path)
{
	uint16_t number = spool->slot_count;
	spool->slots = mem_resize(spool->slots, (size_t)number + 1, sizeof(*spool->slots));
	struct spool_slot *slot = &spool->slots[number];
	*slot = (struct spool_slot){.instance = (uint8_t)instance, .root = (uint8_t)root};
	snprintf(slot->path, sizeof(slot->path), "%s", path);
	if (root != SPOOL_BOUNCE)
		queue_place_slot(spool->queue, number, instance, (enum queue_name)root);
	spool->slot_count++;
	return number;
}

static void
open_instance(struct spool_instance *instance, const struct message_instance *names)
{
	struct stat st;
	instance->names = names;
	instance->fd = open(names->queue_directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (instance->fd < 0) {
		log_warning("instance %s: queue directory %s: %s; waiting for it", names->name,
		    names->queue_directory, log_errno(errno));
		return;
	}
	if (fstat(instance->fd, &st) < 0)
		fatal("cannot look at %s: %s", names->queue_directory, log_errno(errno));
	instance->device = st.st_dev;
	instance->inode = st.st_ino;
	instance->owner = st.st_uid;
	if (fstatat(instance->fd, "incoming", &st, AT_SYMLINK_NOFOLLOW) == 0)
		instance->owner = st.st_uid;
}

void
spool_init(struct spool *spool, const struct message_instance *instances, unsigned count,
    struct queue *queue, struct inotify *inotify)
{
	*spool = (struct spool){.instance_count = count, .queue = queue, .inotify = inotify};
	for (unsigned i = 0; i < count; i++) {
		open_instance(&spool->instances[i], &instances[i]);
		for (unsigned root = 0; root < SPOOL_ROOTS; root++)
			add_slot(spool, i, root, root_name(root));
	}
}

void
spool_done(struct spool *spool)
{
	for (unsigned i = 0; i < spool->instance_count; i++)
		guard_close(&spool->instances[i].fd);
	free(spool->slots);
	*spool = (struct spool){0};
}

bool
spool_is_same(const struct spool_instance *instance)
{
	struct stat st;
	if (stat(instance->names->queue_directory, &st) < 0 || !S_ISDIR(st.st_mode))
		return instance->fd < 0;
	return instance->fd >= 0 && st.st_dev == instance->device && st.st_ino == instance->inode;
}

bool
spool_is_hash_name(const char *name)
{
	return name[0] != '\0' && name[1] == '\0' && queue_id_is(name);
}

static void
tell_full(struct spool *spool, const char *what)
{
	if (!spool->told_full)
		log_error("%s; messages in further directories are not counted", what);
	spool->told_full = true;
}

uint16_t
spool_get_child(struct spool *spool, uint16_t parent, const char *name)
{
	const struct spool_slot *up = &spool->slots[parent];
	char path[SPOOL_PATH_SIZE];
	if (!spool_is_hash_name(name) || up->root == QUEUE_MAILDROP)
		return SPOOL_NONE;
	int length = snprintf(path, sizeof(path), "%s/%s", up->path, name);
	if (length >= (int)sizeof(path))
		return SPOOL_NONE;
	for (uint16_t i = 0; i < spool->slot_count; i++)
		if (spool->slots[i].instance == up->instance &&
		    strcmp(spool->slots[i].path, path) == 0)
			return i;
	if (spool->slot_count == SPOOL_SLOTS_MAX) {
		tell_full(spool, "too many queue directories");
		return SPOOL_NONE;
	}
	return add_slot(spool, up->instance, up->root, path);
}

int
spool_watch(struct spool *spool, uint16_t slot)
{
	struct spool_slot *at = &spool->slots[slot];
	const struct spool_instance *instance = &spool->instances[at->instance];
	char path[PATH_TEXT_SIZE + SPOOL_PATH_SIZE];
	struct stat st;
	if (at->watched)
		return 0;
	if (instance->fd < 0)
		return -ENOENT;
	if (fstatat(instance->fd, at->path, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	snprintf(path, sizeof(path), "%s/%s", instance->names->queue_directory, at->path);
	int r = inotify_add(spool->inotify, path, root_kinds[at->root], slot);
	if (r == -ENOSPC)
		tell_full(spool, "fs.inotify.max_user_watches is used up");
	if (r == 0)
		at->watched = true;
	return r;
}

void
spool_forget_watches(struct spool *spool)
{
	for (uint16_t i = 0; i < spool->slot_count; i++)
		spool->slots[i].watched = false;
}

static void
make_path(
    const struct spool_slot *slot, const char *name, char path[SPOOL_PATH_SIZE + QUEUE_ID_SIZE])
{
	size_t length = strlen(slot->path);
	size_t name_length = strnlen(name, QUEUE_ID_MAX);
	memcpy(path, slot->path, length);
	path[length] = '/';
	memcpy(path + length + 1, name, name_length);
	path[length + 1 + name_length] = '\0';
}

int
spool_stat(const struct spool *spool, uint16_t slot, const char *name, struct stat *ret_stat)
{
	const struct spool_slot *at = &spool->slots[slot];
	char path[SPOOL_PATH_SIZE + QUEUE_ID_SIZE];
	make_path(at, name, path);
	struct stat st;
	if (fstatat(spool->instances[at->instance].fd, path, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	/* An overlay keeps the name of what was removed below it. */
	if (st.st_nlink == 0)
		return -ENOENT;
	*ret_stat = st;
	return 0;
}

static int
open_file(int directory, const char *path)
{
	int fd = openat(directory, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int
spool_open(const struct spool *spool, uint16_t slot, const char *name)
{
	const struct spool_slot *at = &spool->slots[slot];
	char path[SPOOL_PATH_SIZE + QUEUE_ID_SIZE];
	make_path(at, name, path);
	return open_file(spool->instances[at->instance].fd, path);
}

int
spool_open_near(const struct spool *spool, struct spool_near *near, uint16_t slot, const char *name)
{
	const struct spool_slot *at = &spool->slots[slot];
	if (near->slot != slot) {
		spool_leave(near);
		near->slot = slot;
		return spool_open(spool, slot, name);
	}
	if (near->fd < 0)
		near->fd = openat(spool->instances[at->instance].fd, at->path,
		    O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return near->fd < 0 ? -errno : open_file(near->fd, name);
}

void
spool_leave(struct spool_near *near)
{
	guard_close(&near->fd);
	*near = SPOOL_NOWHERE;
}

static int
open_log(const struct spool *spool, unsigned instance, const char *hash, const char *id)
{
	char path[SPOOL_PATH_SIZE + QUEUE_ID_SIZE];
	snprintf(path, sizeof(path), "defer%s/%s", hash, id);
	return open_file(spool->instances[instance].fd, path);
}

/* Of a message that is elsewhere now, the hash directory is that of its id: the first characters,
 * of a short one. */
static int
open_defer_log(const struct spool *spool, uint16_t slot, const char *id)
{
	const struct spool_slot *at = &spool->slots[slot];
	if (at->root == QUEUE_DEFERRED)
		return open_log(spool, at->instance, at->path + strlen("deferred"), id);
	char hash[2 * SPOOL_HASH_DEPTH + 1] = "";
	int fd = -ENOENT;
	for (size_t depth = 0; depth <= SPOOL_HASH_DEPTH && fd == -ENOENT; depth++) {
		if (strlen(id) < depth)
			break;
		if (depth > 0)
			snprintf(hash + 2 * (depth - 1), 3, "/%c", id[depth - 1]);
		fd = open_log(spool, at->instance, hash, id);
	}
	return fd;
}

size_t
spool_read_defer_log(
    const struct spool *spool, uint16_t slot, const char *id, void *buffer, size_t size)
{
	AUTO_CLOSE int fd = open_defer_log(spool, slot, id);
	ssize_t length = fd < 0 ? -1 : pread(fd, buffer, size, 0);
	return length > 0 ? (size_t)length : 0;
}

int
spool_open_directory(const struct spool *spool, uint16_t slot)
{
	const struct spool_slot *at = &spool->slots[slot];
	int fd = openat(spool->instances[at->instance].fd, at->path,
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}
