/* SPDX-License-Identifier: ISC
 *
 * copies.c - directories by day, files by message. The directory above belongs to the service user, who
 * may put anything in our place: it is used only if it is root's and closed to all others.
 */
#include "remedies/copies.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/log.h"
#include "lib/mem.h"
#include "remedies/copy_file.h"

#define TEMPORARY "new" /* no message's name has no dot */
#define DAY_S (24 * 3600)
#define SWEEP_S 3600
#define DAY_NAME_SIZE 24
#define MEGABYTE 1000000
#define BLOCK 4096 /* what a file takes is a multiple of this */

static const char *const suffixes[] = {".gz", ".going", ".back"};

/* ---- the directory ---- */

static int
check_private(int fd)
{
	struct stat st;
	if (fstat(fd, &st) < 0)
		return -errno;
	return st.st_uid == 0 && (st.st_mode & 07777) == 0700 ? 0 : -EPERM;
}

static int
open_directory(int at, const char *name)
{
	return openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

void
copies_open(struct copies *copies, const struct settings *settings, int64_t now_s)
{
	const char *path = settings->state_directory;
	*copies = (struct copies){
	    .directory = -1,
	    .keep_s = settings->store.keep_messages_s,
	    .max_bytes = settings->store.max_copies_mb * MEGABYTE,
	};
	AUTO_CLOSE int state = open_directory(AT_FDCWD, path);
	AUTO_CLOSE int fd = state >= 0 ? open_directory(state, SETTINGS_COPIES_DIRECTORY) : -1;
	int r = fd < 0 ? -errno : check_private(fd);
	if (r < 0) {
		log_error("%s/" SETTINGS_COPIES_DIRECTORY ": %s: no message is deleted", path,
		    r == -EPERM ? "is not root's with mode 0700" : log_errno(-r));
		return;
	}
	copies->directory = TAKE_FD(fd);
	copies_sweep(copies, now_s);
}

/* ---- the sweep ---- */

static int64_t
size_on_disk(int64_t size)
{
	return (size + BLOCK - 1) / BLOCK * BLOCK;
}

/* Days in their order; anything else that lies there is not ours. */
static int
is_day(const struct dirent *entry)
{
	return entry->d_name[strspn(entry->d_name, "0123456789")] == '\0';
}

static int
compare_days(const struct dirent **a, const struct dirent **b)
{
	int64_t day_a = strtoll((*a)->d_name, NULL, 10), day_b = strtoll((*b)->d_name, NULL, 10);
	return (day_a > day_b) - (day_a < day_b);
}

struct days {
	struct dirent **list;
	int count;
};

#define AUTO_DAYS __attribute__((cleanup(days_done)))

static void
days_done(struct days *days)
{
	for (int i = 0; i < days->count; i++)
		free(days->list[i]);
	free(days->list);
}

static struct days
list_days(const struct copies *copies)
{
	struct days days = {NULL, 0};
	int count = scandirat(copies->directory, ".", &days.list, is_day, compare_days);
	days.count = count > 0 ? count : 0;
	return days;
}

/* Its message lies beside the maildrop queue: without the copy nobody would know. */
static bool
is_going(const char *file)
{
	size_t length = strlen(file), end = strlen(suffixes[COPY_GOING]);
	return length > end && strcmp(file + length - end, suffixes[COPY_GOING]) == 0;
}

/* Removes files of a day for as long as more than `keep_bytes` are in all copies together; returns the
 * bytes that are left in this day. */
static int64_t
thin_day(struct copies *copies, const char *day, int64_t keep_bytes)
{
	struct stat st;
	int64_t left = 0;
	const struct dirent *entry;
	int fd = open_directory(copies->directory, day);
	DIR *directory = fd >= 0 ? fdopendir(fd) : NULL;
	if (directory == NULL) {
		guard_close(&fd);
		return 0;
	}
	while ((entry = readdir(directory)) != NULL) {
		if (fstatat(fd, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
		    !S_ISREG(st.st_mode))
			continue;
		int64_t size = size_on_disk(st.st_size);
		if (copies->bytes > keep_bytes && !is_going(entry->d_name) &&
		    unlinkat(fd, entry->d_name, 0) == 0)
			copies->bytes -= size;
		else
			left += size;
	}
	closedir(directory);
	if (keep_bytes < 0) /* all of it is to go */
		(void)unlinkat(copies->directory, day, AT_REMOVEDIR);
	return left;
}

/* The oldest go until there is room again; a tenth more, so that not every message brings this. */
static void
make_room(struct copies *copies, int64_t wanted)
{
	AUTO_DAYS struct days days = list_days(copies);
	int64_t before = copies->bytes;
	int64_t keep = copies->max_bytes - copies->max_bytes / 10 - wanted;
	for (int i = 0; i < days.count && copies->bytes > keep; i++)
		(void)thin_day(copies, days.list[i]->d_name, keep > 0 ? keep : 0);
	log_warning("copies: the oldest were removed, %" PRId64 " MB: store.max_copies_mb is "
		    "reached; their messages cannot be restored",
	    (before - copies->bytes) / MEGABYTE);
}

void
copies_sweep(struct copies *copies, int64_t now_s)
{
	bool is_due = now_s < copies->swept_s || now_s >= copies->swept_s + SWEEP_S;
	if (copies->directory < 0 || !is_due)
		return;
	AUTO_DAYS struct days days = list_days(copies);
	int64_t sum = 0;
	copies->swept_s = now_s;
	copies->bytes = INT64_MAX / 2; /* not known before all is counted */
	for (int i = 0; i < days.count; i++) {
		int64_t day = strtoll(days.list[i]->d_name, NULL, 10);
		bool is_old = (day + 1) * DAY_S < now_s - copies->keep_s;
		sum += thin_day(copies, days.list[i]->d_name, is_old ? -1 : INT64_MAX);
	}
	copies->bytes = sum;
	if (sum > copies->max_bytes)
		make_room(copies, 0);
}

/* ---- one copy ---- */

void
copies_format_name(char name[COPY_NAME_SIZE], const char *instance, const char *queue_id,
    uint64_t inode, uint64_t ctime_ns)
{
	snprintf(name, COPY_NAME_SIZE, "%s.%s.%" PRIx64 ".%" PRIx64, instance, queue_id, inode,
	    ctime_ns);
	for (char *at = name; *at != '\0'; at++)
		if (*at == '/')
			*at = '_';
}

void
copy_done(struct copy *copy)
{
	guard_close(&copy->day);
}

static void
format_file(char file[COPY_NAME_SIZE + 8], const char *name, enum copy_state state)
{
	snprintf(file, COPY_NAME_SIZE + 8, "%s%s", name, suffixes[state]);
}

static bool
has_file(int day, const char *name, enum copy_state *ret_state)
{
	char file[COPY_NAME_SIZE + 8];
	for (size_t i = 0; i < ARRAY_LENGTH(suffixes); i++) {
		format_file(file, name, (enum copy_state)i);
		if (faccessat(day, file, F_OK, AT_SYMLINK_NOFOLLOW) < 0)
			continue;
		*ret_state = (enum copy_state)i;
		return true;
	}
	return false;
}

int
copies_find(const struct copies *copies, const char *name, struct copy *ret_copy)
{
	*ret_copy = (struct copy){.day = -1};
	if (copies->directory < 0)
		return -ENOTDIR;
	AUTO_DAYS struct days days = list_days(copies);
	snprintf(ret_copy->name, sizeof(ret_copy->name), "%s", name);
	for (int i = days.count - 1; i >= 0; i--) {
		AUTO_CLOSE int day = open_directory(copies->directory, days.list[i]->d_name);
		if (day >= 0 && has_file(day, name, &ret_copy->state)) {
			ret_copy->day = TAKE_FD(day);
			return 0;
		}
	}
	return -ENOENT;
}

static int
open_day(const struct copies *copies, int64_t now_s)
{
	char name[DAY_NAME_SIZE];
	snprintf(name, sizeof(name), "%" PRId64, now_s / DAY_S);
	if (mkdirat(copies->directory, name, 0700) < 0 && errno != EEXIST)
		return -errno;
	int fd = open_directory(copies->directory, name);
	return fd < 0 ? -errno : fd;
}

/* Room for it as it is: how small it becomes is known too late. */
static int
find_room(struct copies *copies, int fd)
{
	struct stat st;
	if (fstat(fd, &st) < 0)
		return -errno;
	int64_t size = size_on_disk(st.st_size) + BLOCK;
	if (size > copies->max_bytes)
		return -EFBIG;
	if (copies->bytes + size > copies->max_bytes)
		make_room(copies, size);
	return 0;
}

static int
pack(struct copies *copies, int day, const char *name, int fd)
{
	char file[COPY_NAME_SIZE + 8];
	struct stat st;
	AUTO_CLOSE int to =
	    openat(day, TEMPORARY, O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (to < 0)
		return -errno;
	int r = copy_file_pack(fd, to);
	format_file(file, name, COPY_KEPT);
	if (r == 0 && (fstat(to, &st) < 0 || renameat(day, TEMPORARY, day, file) < 0))
		r = -errno;
	if (r == 0)
		copies->bytes += size_on_disk(st.st_size);
	return r;
}

int
copies_keep(struct copies *copies, const char *name, int fd, int64_t now_s)
{
	enum copy_state state;
	int r = copies->directory < 0 ? -ENOTDIR : find_room(copies, fd);
	if (r < 0)
		return r;
	AUTO_CLOSE int day = open_day(copies, now_s);
	if (day < 0)
		return day;
	return has_file(day, name, &state) ? 0 : pack(copies, day, name, fd);
}

int
copies_sync(const struct copies *copies)
{
	/* One commit for a whole batch; an fsync() each would be one a message. */
	return syncfs(copies->directory) < 0 ? -errno : 0;
}

int
copy_unpack(const struct copy *copy, int fd)
{
	char file[COPY_NAME_SIZE + 8];
	format_file(file, copy->name, copy->state);
	AUTO_CLOSE int from = openat(copy->day, file, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	return from < 0 ? -errno : copy_file_unpack(from, fd);
}

int
copy_set_state(struct copy *copy, enum copy_state state)
{
	char from[COPY_NAME_SIZE + 8], to[COPY_NAME_SIZE + 8];
	format_file(from, copy->name, copy->state);
	format_file(to, copy->name, state);
	AUTO_CLOSE int fd = openat(copy->day, from, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || renameat(copy->day, from, copy->day, to) < 0 ||
	    (state == COPY_BACK && ftruncate(fd, 0) < 0) || fsync(copy->day) < 0)
		return -errno;
	copy->state = state;
	return 0;
}
