/* SPDX-License-Identifier: ISC
 *
 * owned_file.c - temporary file, fsync, rename; and the line by which we know our own.
 */
#include "remedies/owned_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/log.h"
#include "lib/mem.h"
#include "remedies/file.h"

#define FIRST_LINE "# kept by watchdogd: changes are lost\n"
#define MODE 0644 /* Postfix's own programs read it as whom they please */

static int
fail(const char *path, int r, char problem[REASON_TEXT_SIZE])
{
	if (r == -EPERM)
		snprintf(problem, REASON_TEXT_SIZE, "%.900s is not ours: not touched", path);
	else if (r < 0)
		snprintf(problem, REASON_TEXT_SIZE, "%.900s: %s", path, log_errno(-r));
	return r;
}

/* 0: it is ours; -ENOENT: it is not there; -EPERM: it is somebody else's. */
static int
check_owner(const char *path)
{
	char line[sizeof(FIRST_LINE)] = "";
	struct stat st;
	AUTO_CLOSE int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return errno == ELOOP ? -EPERM : -errno;
	if (fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode) || read(fd, line, sizeof(line) - 1) != sizeof(line) - 1)
		return -EPERM;
	return strcmp(line, FIRST_LINE) == 0 ? 0 : -EPERM;
}

/* The name in its directory must be on the disk, too. */
static int
sync_directory(const char *path)
{
	AUTO_FREE char *directory = mem_text(path);
	*strrchr(directory, '/') = '\0';
	AUTO_CLOSE int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 || fsync(fd) < 0 ? -errno : 0;
}

static int
replace(const char *path, const char *temporary, const char *text)
{
	AUTO_CLOSE int fd =
	    open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	int r = file_write(fd, FIRST_LINE, strlen(FIRST_LINE));
	if (r == 0)
		r = file_write(fd, text, strlen(text));
	if (r == 0 && (fchmod(fd, MODE) < 0 || fsync(fd) < 0 || rename(temporary, path) < 0))
		r = -errno;
	if (r < 0)
		unlink(temporary);
	return r;
}

int
owned_file_write(const char *path, const char *text, char problem[REASON_TEXT_SIZE])
{
	AUTO_FREE char *temporary = mem_format("%s.watchdogd.tmp", path);
	int r = check_owner(path);
	if (r == 0 || r == -ENOENT)
		r = replace(path, temporary, text);
	if (r == 0)
		r = sync_directory(path);
	return fail(path, r, problem);
}

int
owned_file_look(const char *path, bool *ret_there, char problem[REASON_TEXT_SIZE])
{
	int r = check_owner(path);
	*ret_there = r == 0;
	return r == -ENOENT ? 0 : fail(path, r, problem);
}

int
owned_file_remove(const char *path, const char *const *suffixes, char problem[REASON_TEXT_SIZE])
{
	int r = check_owner(path);
	if (r == -ENOENT)
		return 0;
	for (; r == 0 && *suffixes != NULL; suffixes++) {
		AUTO_FREE char *made = mem_format("%s%s", path, *suffixes);
		if (unlink(made) < 0 && errno != ENOENT)
			r = -errno;
	}
	if (r == 0 && unlink(path) < 0) /* the last, since it says whose the others are */
		r = -errno;
	return fail(path, r, problem);
}
