/* SPDX-License-Identifier: ISC
 *
 * inotify.c - watches through libinotifytools, events by a read loop of our own; see inotify.h.
 */
#include "watchdogd/watch/inotify.h"

#include <errno.h>
#include <fcntl.h>
#include <inotifytools/inotifytools.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "lib/log.h"
#include "lib/mem.h"

#define READ_SIZE 65536u /* larger ones gain nothing */
#define WD_MAX 1000000 /* an absurd number is not made into an array */

/* What watch descriptor number i stands for. */
struct watch {
	uint16_t slot;
	bool alive;
};

struct inotify {
	int fd;
	struct watch *watches; /* by watch descriptor */
	size_t watch_count;
	unsigned alive, dead;
	int event_limit;
	char buffer[READ_SIZE] __attribute__((aligned(__alignof__(struct inotify_event))));
};

static const struct {
	enum inotify_kind kind;
	uint32_t mask;
} kinds_to_masks[] = {
    {INOTIFY_MOVED_IN, IN_MOVED_TO},
    {INOTIFY_MOVED_OUT, IN_MOVED_FROM},
    {INOTIFY_DELETED, IN_DELETE},
    {INOTIFY_ATTRIBUTES, IN_ATTRIB},
    {INOTIFY_CREATED, IN_CREATE},
    {INOTIFY_WRITTEN, IN_CLOSE_WRITE},
};

/* The library hides its descriptor, which is the lowest free number at that time: prove that what
 * has this number afterwards is an inotify instance, and make it ours: its own flags would leak it
 * into every child and block us. */
static int
adopt(int *ret_fd)
{
	int fd = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	close(fd);
	if (!inotifytools_initialize())
		return inotifytools_error() > 0 ? -inotifytools_error() : -EIO;
	char path[64], target[64] = "";
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	ssize_t length = readlink(path, target, sizeof(target) - 1);
	if (length < 0 || strcmp(target, "anon_inode:inotify") != 0) {
		inotifytools_cleanup();
		return -ENOTSUP;
	}
	if (fcntl(fd, F_SETFD, FD_CLOEXEC) < 0 || fcntl(fd, F_SETFL, O_NONBLOCK) < 0)
		return -errno;
	*ret_fd = fd;
	return 0;
}

/* inotifytools_get_max_queued_events() looks for the file under another name and always fails. */
static int
read_event_limit(void)
{
	int limit;
	AUTO_FCLOSE FILE *file = fopen("/proc/sys/fs/inotify/max_queued_events", "re");
	return file != NULL && fscanf(file, "%d", &limit) == 1 ? limit : 0;
}

int
inotify_open(struct inotify **ret_inotify)
{
	int fd;
	int r = adopt(&fd);
	if (r < 0)
		return r;
	struct inotify *inotify = mem_alloc(sizeof(*inotify));
	inotify->fd = fd;
	inotify->event_limit = read_event_limit();
	*ret_inotify = inotify;
	return 0;
}

static void
forget(struct inotify *inotify)
{
	inotifytools_cleanup(); /* closes the descriptor, too */
	free(inotify->watches);
	inotify->watches = NULL;
	inotify->watch_count = 0;
	inotify->alive = inotify->dead = 0;
	inotify->fd = -1;
}

void
inotify_close(struct inotify *inotify)
{
	if (inotify == NULL)
		return;
	forget(inotify);
	free(inotify);
}

int
inotify_reopen(struct inotify *inotify)
{
	forget(inotify);
	return adopt(&inotify->fd);
}

int
inotify_fd(const struct inotify *inotify)
{
	return inotify->fd;
}

unsigned
inotify_watches(const struct inotify *inotify)
{
	return inotify->alive;
}

uint64_t
inotify_event_limit(const struct inotify *inotify)
{
	return inotify->event_limit > 0 ? (uint64_t)inotify->event_limit : 0;
}

unsigned
inotify_dead(const struct inotify *inotify)
{
	return inotify->dead;
}

static int
set_slot(struct inotify *inotify, int wd, uint16_t slot)
{
	if (wd < 0 || wd > WD_MAX)
		return -EOVERFLOW;
	size_t need = (size_t)wd + 1;
	if (need > inotify->watch_count) {
		size_t count = need + need / 2;
		inotify->watches = mem_resize(inotify->watches, count, sizeof(struct watch));
		memset(inotify->watches + inotify->watch_count, 0,
		    (count - inotify->watch_count) * sizeof(struct watch));
		inotify->watch_count = count;
	}
	struct watch *watch = &inotify->watches[wd];
	if (!watch->alive)
		inotify->alive++;
	*watch = (struct watch){.slot = slot, .alive = true};
	return 0;
}

int
inotify_add(struct inotify *inotify, const char *path, unsigned kinds, uint16_t slot)
{
	uint32_t mask = IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;
	for (size_t i = 0; i < ARRAY_LENGTH(kinds_to_masks); i++)
		if (kinds & kinds_to_masks[i].kind)
			mask |= kinds_to_masks[i].mask;
	if (!inotifytools_watch_file(path, (int)mask))
		return inotifytools_error() > 0 ? -inotifytools_error() : -EIO;
	/* The library's wd_from_filename() still names the dead watch when a directory was removed
	 * and made again. The kernel knows: the same inode again gives the number it has. */
	int wd = inotify_add_watch(inotify->fd, path, mask);
	if (wd < 0)
		return -errno;
	return set_slot(inotify, wd, slot);
}

/* ---- events ---- */

static void
tell_gone(struct inotify *inotify, int wd, inotify_handler handler, void *owner)
{
	struct watch *watch = &inotify->watches[wd];
	struct inotify_change change = {.kind = INOTIFY_GONE, .slot = watch->slot, .name = ""};
	watch->alive = false;
	inotify->alive--;
	inotify->dead++;
	handler(&change, owner);
}

/* One event may carry one kind only; the mask's order in the table does not matter. */
static void
decode_event(struct inotify *inotify, const struct inotify_event *event, inotify_handler handler,
    void *owner)
{
	struct inotify_change change = {.name = event->len > 0 ? event->name : ""};
	if (event->mask & IN_Q_OVERFLOW) {
		change.kind = INOTIFY_OVERFLOW;
		handler(&change, owner);
		return;
	}
	if (event->wd < 0 || (size_t)event->wd >= inotify->watch_count ||
	    !inotify->watches[event->wd].alive)
		return;
	if (event->mask & IN_IGNORED) {
		tell_gone(inotify, event->wd, handler, owner);
		return;
	}
	/* A directory that was moved away would be watched on under its old name. Its IN_IGNORED
	 * follows, as it does by itself after IN_DELETE_SELF. */
	if (event->mask & IN_MOVE_SELF) {
		inotify_rm_watch(inotify->fd, event->wd);
		return;
	}
	change.slot = inotify->watches[event->wd].slot;
	change.is_directory = (event->mask & IN_ISDIR) != 0;
	for (size_t i = 0; i < ARRAY_LENGTH(kinds_to_masks); i++)
		if (event->mask & kinds_to_masks[i].mask) {
			change.kind = kinds_to_masks[i].kind;
			if (change.name[0] != '\0')
				handler(&change, owner);
			return;
		}
}

void
inotify_decode(
    struct inotify *inotify, const void *bytes, size_t length, inotify_handler handler, void *owner)
{
	const char *at = bytes;
	while (length >= sizeof(struct inotify_event)) {
		const struct inotify_event *event = (const void *)at;
		size_t whole = sizeof(*event) + event->len;
		if (event->len > length - sizeof(*event) ||
		    event->len % __alignof__(struct inotify_event) != 0 || /* names are padded */
		    (event->len > 0 && event->name[event->len - 1] != '\0'))
			return;
		decode_event(inotify, event, handler, owner);
		at += whole;
		length -= whole;
	}
}

int
inotify_drain(struct inotify *inotify, unsigned reads, inotify_handler handler, void *owner)
{
	while (reads-- > 0) {
		ssize_t got = read(inotify->fd, inotify->buffer, sizeof(inotify->buffer));
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return errno == EAGAIN ? 0 : -errno;
		inotify_decode(inotify, inotify->buffer, (size_t)got, handler, owner);
	}
	return 1;
}
