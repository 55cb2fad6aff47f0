/* SPDX-License-Identifier: ISC
 *
 * waiting.c - when a spool is looked at, and what of; see waiting.h.
 */
#include "watchdogd/watch/waiting.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/log.h"

#define NAMES_A_TICK 10000u /* looked at, as a mean: some percent of a core at most */
#define RESTART_TICKS 30 /* at least between two starts of the role for a spool */
#define KINDS \
	(INOTIFY_MOVED_IN | INOTIFY_MOVED_OUT | INOTIFY_DELETED | INOTIFY_CREATED | INOTIFY_WRITTEN)

static struct waiting_place
place_of(const struct stat *st)
{
	return (struct waiting_place){.device = st->st_dev, .inode = st->st_ino};
}

static bool
place_is(struct waiting_place one, struct waiting_place other)
{
	return one.device == other.device && one.inode == other.inode;
}

/* What is at the path; landlock does not keep us from asking. */
static struct waiting_place
place_find(const char *path)
{
	struct stat st;
	if (stat(path, &st) < 0)
		return (struct waiting_place){0};
	return place_of(&st);
}

void
waiting_init(struct waiting *waiting, const struct settings *settings, struct inotify *inotify)
{
	*waiting = (struct waiting){
	    .inotify = inotify,
	    .count = (unsigned)settings->spool_count,
	    .look = {.level = -1},
	    .reconcile_ticks = (uint64_t)settings->watch.reconcile_s,
	};
	for (unsigned i = 0; i < waiting->count; i++)
		waiting->spools[i] = (struct waiting_spool){
		    .settings = &settings->spools[i],
		    .first = place_find(settings->spools[i].path),
		};
}

void
waiting_done(struct waiting *waiting)
{
	for (; waiting->look.level >= 0; waiting->look.level--)
		closedir(waiting->look.levels[waiting->look.level]);
	*waiting = (struct waiting){.look = {.level = -1}};
}

/* ---- events ---- */

/* All of a spool's directories have its slot: which one has gone is not known. */
static void
forget_watches(struct waiting_spool *spool)
{
	spool->watch_count = 0;
	spool->dirty = true;
}

void
waiting_forget_watches(struct waiting *waiting)
{
	for (unsigned i = 0; i < waiting->count; i++)
		forget_watches(&waiting->spools[i]);
}

bool
waiting_on_change(struct waiting *waiting, const struct inotify_change *change)
{
	if (change->kind == INOTIFY_OVERFLOW) {
		for (unsigned i = 0; i < waiting->count; i++)
			waiting->spools[i].dirty = true;
		return false;
	}
	if (change->slot < WAITING_SLOT || change->slot - WAITING_SLOT >= (int)waiting->count)
		return false;
	struct waiting_spool *spool = &waiting->spools[change->slot - WAITING_SLOT];
	spool->dirty = true;
	if (change->kind == INOTIFY_GONE)
		forget_watches(spool);
	return true;
}

static bool
is_polled(const struct waiting_spool *spool)
{
	return spool->deaf || spool->settings->count == SPOOL_COUNT_DIRECTORIES;
}

/* Where a directory is a message, what happens in it is seen by looking only. */
static void
watch_directory(struct waiting *waiting, int fd)
{
	struct waiting_look *look = &waiting->look;
	struct waiting_spool *spool = look->spool;
	struct stat st;
	if (is_polled(spool) || fstat(fd, &st) < 0)
		return;
	for (unsigned i = 0; i < spool->watch_count; i++)
		if (place_is(spool->watched[i], place_of(&st)))
			return;
	uint16_t slot = (uint16_t)(WAITING_SLOT + (spool - waiting->spools));
	int r = spool->watch_count == WAITING_WATCHES
	    ? -ENOSPC
	    : inotify_add(waiting->inotify, look->path, KINDS, slot);
	if (r == 0)
		spool->watched[spool->watch_count++] = place_of(&st);
	else if (r != -ENOENT && r != -ENOTDIR) {
		log_info("spool %s: it cannot be watched, so it is looked at on a timer: %s",
		    spool->settings->name, log_errno(-r));
		spool->deaf = true;
	}
}

/* ---- the look ---- */

static void
close_level(struct waiting_look *look)
{
	closedir(look->levels[look->level--]);
	if (look->level >= 0)
		look->path[look->ends[look->level]] = '\0';
}

/* Takes a directory that was opened, whose path is in look->path; the one at `depth` levels below
 * that of the spool is a message's own. */
static bool
open_level(struct waiting *waiting, int fd)
{
	struct waiting_look *look = &waiting->look;
	if (look->level + 1 <= look->spool->settings->depth)
		watch_directory(waiting, fd); /* before it is read: nothing is missed between */
	DIR *directory = fdopendir(fd);
	if (directory == NULL) {
		close(fd);
		return false;
	}
	look->levels[++look->level] = directory;
	look->ends[look->level] = strlen(look->path);
	return true;
}

static void
add_file(struct waiting_counts *counts, const struct stat *st)
{
	counts->bytes += (uint64_t)st->st_size;
	if (counts->oldest_s == 0 || st->st_ctim.tv_sec < counts->oldest_s)
		counts->oldest_s = st->st_ctim.tv_sec;
}

static bool
is_inside_message(const struct waiting_look *look)
{
	return look->spool->settings->count == SPOOL_COUNT_DIRECTORIES &&
	    look->level > look->spool->settings->depth;
}

static void
take_file(struct waiting_look *look, const struct stat *st)
{
	if (is_inside_message(look)) {
		if (st->st_size > 0) /* an empty one may be left over for the next message */
			add_file(&look->message, st);
	} else if (look->spool->settings->count == SPOOL_COUNT_FILES) {
		look->counts.messages++;
		add_file(&look->counts, st);
	}
}

static int64_t
last_level(const struct settings_spool *settings)
{
	return settings->count == SPOOL_COUNT_DIRECTORIES ? settings->depth + 1 + WAITING_INSIDE
							  : settings->depth;
}

static void
take_directory(struct waiting *waiting, const char *name)
{
	struct waiting_look *look = &waiting->look;
	size_t end = look->ends[look->level];
	if (look->level + 1 > last_level(look->spool->settings))
		return;
	int length = snprintf(look->path + end, sizeof(look->path) - end, "/%s", name);
	int fd = -1;
	if ((size_t)length < sizeof(look->path) - end)
		fd = openat(dirfd(look->levels[look->level]), name,
		    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || !open_level(waiting, fd))
		look->path[end] = '\0';
}

static void
take_name(struct waiting *waiting, const char *name)
{
	struct stat st;
	struct waiting_look *look = &waiting->look;
	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return;
	look->names++;
	if (fstatat(dirfd(look->levels[look->level]), name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return; /* has just gone */
	if (S_ISREG(st.st_mode))
		take_file(look, &st);
	else if (S_ISDIR(st.st_mode))
		take_directory(waiting, name);
}

/* A directory that is a message was read to its end. */
static void
take_message(struct waiting_look *look)
{
	struct waiting_counts *counts = &look->counts, *message = &look->message;
	if (message->bytes > 0) {
		counts->messages++;
		counts->bytes += message->bytes;
		if (counts->oldest_s == 0 || message->oldest_s < counts->oldest_s)
			counts->oldest_s = message->oldest_s;
	}
	*message = (struct waiting_counts){0};
}

static void
leave_level(struct waiting_look *look)
{
	if (is_inside_message(look) && look->level == look->spool->settings->depth + 1)
		take_message(look);
	close_level(look);
}

static void
tell_problem(struct waiting_spool *spool, int problem)
{
	if (spool->problem != problem && problem != 0)
		log_warning("spool %s: %s: %s; waiting for it", spool->settings->name,
		    spool->settings->path, log_errno(-problem));
	else if (spool->problem != problem)
		log_info("spool %s: %s is there", spool->settings->name, spool->settings->path);
	spool->problem = problem;
}

static void
begin_look(struct waiting *waiting, struct waiting_spool *spool)
{
	struct waiting_look *look = &waiting->look;
	look->spool = spool;
	look->counts = look->message = (struct waiting_counts){0};
	look->names = 0;
	look->told = spool->dirty || is_polled(spool) || !spool->known || !spool->present;
	spool->dirty = spool->missed = false;
	spool->looked = waiting->ticks;
	snprintf(look->path, sizeof(look->path), "%s", spool->settings->path);
	int fd = open(look->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int problem = fd < 0 ? -errno : 0;
	spool->present = fd >= 0 && open_level(waiting, fd);
	spool->barred =
	    problem == -EACCES && !place_is(spool->first, place_find(spool->settings->path));
	tell_problem(spool, problem);
}

/* A change that no event tells of: one may still be under way, so that is settled a tick later. */
static void
end_look(struct waiting *waiting)
{
	struct waiting_look *look = &waiting->look;
	struct waiting_spool *spool = look->spool;
	spool->missed =
	    !look->told && !spool->dirty && spool->counts.messages != look->counts.messages;
	spool->counts = look->counts;
	spool->names = look->names;
	spool->known = true;
	look->spool = NULL;
}

static bool
is_due(const struct waiting *waiting, const struct waiting_spool *spool)
{
	uint64_t since = waiting->ticks - spool->looked, pause = spool->names / NAMES_A_TICK + 1;
	if (!spool->known)
		return true;
	if (since < pause)
		return false;
	return spool->dirty || !spool->present || is_polled(spool) ||
	    since >= waiting->reconcile_ticks;
}

/* The next spool that is due, in turn. */
static bool
begin_next(struct waiting *waiting)
{
	for (unsigned i = 0; i < waiting->count; i++) {
		struct waiting_spool *spool = &waiting->spools[waiting->next];
		waiting->next = (waiting->next + 1) % waiting->count;
		if (is_due(waiting, spool)) {
			begin_look(waiting, spool);
			return true;
		}
	}
	return false;
}

bool
waiting_step(struct waiting *waiting, unsigned names)
{
	struct waiting_look *look = &waiting->look;
	for (; names > 0; names--) {
		if (look->spool == NULL && !begin_next(waiting))
			return false;
		if (look->level < 0) {
			end_look(waiting);
			continue;
		}
		const struct dirent *item = readdir(look->levels[look->level]);
		if (item != NULL)
			take_name(waiting, item->d_name);
		else
			leave_level(look);
	}
	return true;
}

/* ---- ticks ---- */

static void
settle_missed(struct waiting_spool *spool)
{
	if (spool->missed && !spool->dirty) {
		log_info(
		    "spool %s: the kernel gives no events of %s, so it is looked at on a timer",
		    spool->settings->name, spool->settings->path);
		spool->deaf = true;
	}
	spool->missed = false;
}

bool
waiting_tick(struct waiting *waiting)
{
	bool due = waiting->look.spool != NULL;
	waiting->ticks++;
	for (unsigned i = 0; i < waiting->count; i++) {
		settle_missed(&waiting->spools[i]);
		due = due || is_due(waiting, &waiting->spools[i]);
	}
	return due;
}

const struct waiting_spool *
waiting_find_barred(const struct waiting *waiting)
{
	for (unsigned i = 0; waiting->ticks >= RESTART_TICKS && i < waiting->count; i++)
		if (waiting->spools[i].barred)
			return &waiting->spools[i];
	return NULL;
}

bool
waiting_sample(const struct waiting *waiting, unsigned number, struct clock_wall now,
    struct message_tick_spool *ret_tick)
{
	const struct waiting_spool *spool = &waiting->spools[number];
	const struct waiting_counts *counts = &spool->counts;
	int64_t now_s = now.ms / 1000;
	if (!spool->known)
		return false;
	*ret_tick = (struct message_tick_spool){
	    .present = spool->present,
	    .polled = is_polled(spool),
	    .messages = counts->messages,
	    .bytes = counts->bytes,
	};
	if (counts->oldest_s != 0 && counts->oldest_s < now_s)
		ret_tick->oldest_age_s = (uint64_t)(now_s - counts->oldest_s);
	snprintf(ret_tick->name, sizeof(ret_tick->name), "%s", spool->settings->name);
	return true;
}
