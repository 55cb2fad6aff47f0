/* SPDX-License-Identifier: ISC
 *
 * secret.c - a file with one line.
 */
#include "watchdogd/alert/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "lib/log.h"

static int
read_line(const char *path, char text[SECRET_MAX + 2])
{
	AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return -errno;
	ssize_t length = read(fd, text, SECRET_MAX + 1);
	if (length < 0)
		return -errno;
	while (length > 0 && (text[length - 1] == '\n' || text[length - 1] == '\r'))
		length--;
	text[length] = '\0';
	for (ssize_t i = 0; i < length; i++)
		if ((unsigned char)text[i] < ' ' || text[i] == '\x7f')
			return -EINVAL;
	return length == 0 ? -ENODATA : length > SECRET_MAX ? -E2BIG : 0;
}

void
secret_load(const char *path, struct secret *ret_secret)
{
	*ret_secret = (struct secret){0};
	int r = read_line(path, ret_secret->text);
	if (r == 0)
		return;
	ret_secret->text[0] = '\0';
	snprintf(ret_secret->problem, sizeof(ret_secret->problem), "password file %s: %s", path,
	    r == -EINVAL        ? "has more than one line or control characters"
		: r == -ENODATA ? "is empty"
				: log_errno(-r));
	log_error("%s", ret_secret->problem);
}
