/* SPDX-License-Identifier: ISC
 *
 * pidfile.c - the lock is flock(2)'s, so that the kernel gives it back whatever ends us; the
 * number in the file is for people.
 */
#include "watchdogd/parent/pidfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static pid_t
read_pid(int fd)
{
	char text[32] = "";
	ssize_t length = pread(fd, text, sizeof(text) - 1, 0);
	return length > 0 ? (pid_t)strtol(text, NULL, 10) : 0;
}

/* Whether the file that we locked is still the one of that name: its last owner may have removed
 * it between our open and our lock. */
static bool
is_same_file(int fd, const char *path)
{
	struct stat ours, named;
	return fstat(fd, &ours) == 0 && stat(path, &named) == 0 && ours.st_dev == named.st_dev &&
	    ours.st_ino == named.st_ino;
}

static int
write_pid(int fd)
{
	if (ftruncate(fd, 0) < 0 || dprintf(fd, "%d\n", (int)getpid()) < 0)
		return -errno;
	return 0;
}

int
pidfile_lock(const char *path, int *ret_fd, pid_t *ret_other)
{
	for (;;) {
		AUTO_CLOSE int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
		if (fd < 0)
			return -errno;
		if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
			if (errno != EWOULDBLOCK)
				return -errno;
			*ret_other = read_pid(fd);
			return -EBUSY;
		}
		if (!is_same_file(fd, path))
			continue;
		int r = write_pid(fd);
		if (r == 0)
			*ret_fd = TAKE_FD(fd);
		return r;
	}
}

void
pidfile_unlock(const char *path, int fd)
{
	unlink(path);
	close(fd);
}
