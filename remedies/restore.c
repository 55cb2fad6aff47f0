/* SPDX-License-Identifier: ISC
 *
 * restore.c - deleted messages come back from their copies through the maildrop queue, as postsuper -r
 * would bring them: the queue file itself, with its arrival time and without the recipients that had
 * it. pickup(8) takes it within a minute, under a new queue id; content_filter and the rules for mail
 * from there hold, milters of SMTP do not.
 *
 * Exactly once, wherever we are killed: the file lies beside the queue under a name that no queue id
 * has, then the copy's name says so, then one rename lets it in. If the name says so and the file is
 * not there, it was let in.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/log.h"
#include "remedies/copies.h"
#include "remedies/remedy.h"

#define WAITING_NAME_SIZE (COPY_NAME_SIZE + 16)
#define READY 0700 /* of a queue file that is whole */

struct door {
	int maildrop;
	uid_t owner;
	gid_t group;
};

#define AUTO_DOOR __attribute__((cleanup(door_done)))

static void
door_done(struct door *door)
{
	guard_close(&door->maildrop);
}

static int
open_door(const struct remedy_order *order, struct door *ret_door)
{
	const struct passwd *owner = getpwnam(order->instance->mail_owner);
	if (owner == NULL || owner->pw_uid == 0)
		return -EPERM;
	int fd =
	    openat(order->directory, "maildrop", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	*ret_door = (struct door){.maildrop = fd, .owner = owner->pw_uid, .group = owner->pw_gid};
	return 0;
}

static int
find_copy(
    const struct remedy_order *order, const struct remedy_message *message, struct copy *ret_copy)
{
	char name[COPY_NAME_SIZE];
	copies_format_name(
	    name, order->instance->name, message->queue_id, message->inode, message->ctime_ns);
	return copies_find(order->copies, name, ret_copy);
}

/* A queue id has no dot: neither pickup(8) nor anybody else takes it. */
static void
format_waiting(char waiting[WAITING_NAME_SIZE], const struct copy *copy)
{
	snprintf(waiting, WAITING_NAME_SIZE, "watchdogd.%s", copy->name);
}

/* Maildrop is the mail owner's, and under systemd root has no right to write there: for files we are the
 * mail owner meanwhile. */
static void
become_owner(const struct door *door)
{
	setfsgid(door->group);
	setfsuid(door->owner);
}

static void
become_root(void)
{
	setfsuid(0);
	setfsgid(0);
}

static int
make_waiting(const struct door *door, const char *waiting)
{
	int fd = -1;
	become_owner(door);
	/* half of it, from one who was killed */
	if (unlinkat(door->maildrop, waiting, 0) == 0 || errno == ENOENT)
		fd = openat(door->maildrop, waiting,
		    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	int r = fd < 0 ? -errno : fd;
	become_root();
	return r;
}

/* The whole message, on the disk, under its waiting name. */
static int
put_beside(const struct door *door, const struct copy *copy)
{
	char waiting[WAITING_NAME_SIZE];
	format_waiting(waiting, copy);
	AUTO_CLOSE int fd = make_waiting(door, waiting);
	if (fd < 0)
		return fd;
	int r = copy_unpack(copy, fd);
	if (r == 0 && (fchmod(fd, READY) < 0 || fsync(fd) < 0 || fsync(door->maildrop) < 0))
		r = -errno;
	if (r < 0) {
		become_owner(door);
		unlinkat(door->maildrop, waiting, 0);
		become_root();
	}
	return r;
}

/* One rename, to a name as Postfix makes them (mail_queue_enter() in its src/global/mail_queue.c):
 * microseconds and inode in hexadecimal. -ENOENT: it was let in before. */
static int
let_in(const struct door *door, const struct copy *copy)
{
	char waiting[WAITING_NAME_SIZE], queue_id[QUEUE_ID_SIZE];
	struct stat st;
	format_waiting(waiting, copy);
	if (fstatat(door->maildrop, waiting, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	snprintf(queue_id, sizeof(queue_id), "%05X%" PRIX64, (unsigned)(st.st_ctim.tv_nsec / 1000),
	    (uint64_t)st.st_ino);
	become_owner(door);
	int r = renameat2(door->maildrop, waiting, door->maildrop, queue_id, RENAME_NOREPLACE) < 0
	    ? -errno
	    : 0;
	become_root();
	return r == 0 && fsync(door->maildrop) < 0 ? -errno : r;
}

static int
bring_back(
    const struct door *door, const struct remedy_order *order, const struct remedy_message *message)
{
	AUTO_COPY struct copy copy;
	int r = find_copy(order, message, &copy);
	if (r == 0 && copy.state == COPY_KEPT) {
		r = put_beside(door, &copy);
		if (r == 0)
			r = copy_set_state(&copy, COPY_GOING);
	}
	if (r == 0 && copy.state == COPY_GOING) {
		r = let_in(door, &copy);
		if (r == 0 || r == -ENOENT)
			r = copy_set_state(&copy, COPY_BACK);
	}
	return r;
}

static int
apply(const struct remedy_order *order, enum queue_name queue, char problem[REASON_TEXT_SIZE])
{
	AUTO_DOOR struct door door = {.maildrop = -1};
	int worst = 0, r = open_door(order, &door);
	if (r < 0) {
		snprintf(problem, REASON_TEXT_SIZE, "maildrop: %s", log_errno(-r));
		return r;
	}
	for (size_t i = 0; i < order->count; i++) {
		const struct remedy_message *message = &order->messages[i];
		if (message->queue != queue || message->outcome != OUTCOME_PLANNED)
			continue;
		r = bring_back(&door, order, message);
		if (r == 0)
			continue;
		worst = r;
		snprintf(problem, REASON_TEXT_SIZE, "copy of %s: %s", message->queue_id,
		    r == -EIO ? "damaged" : log_errno(-r));
	}
	return worst;
}

/* What came back at an earlier order is gone for this one. */
static enum target_outcome
judge(const struct remedy_order *order, const struct remedy_message *message, bool after)
{
	AUTO_COPY struct copy copy;
	int r = find_copy(order, message, &copy);
	if (r < 0)
		return r == -ENOENT ? OUTCOME_GONE : OUTCOME_FAILED;
	if (copy.state == COPY_BACK)
		return after || order->repeat ? OUTCOME_DONE : OUTCOME_GONE;
	return after ? OUTCOME_FAILED : OUTCOME_PLANNED;
}

const struct remedy remedy_restore = {
    .name = "restore",
    .privilege = AS_ROOT,
    .apply = apply,
    .judge = judge,
};
