/* SPDX-License-Identifier: ISC
 *
 * file.c - write() until all is written.
 */
#include "remedies/file.h"

#include <errno.h>
#include <unistd.h>

int
file_write(int fd, const char *bytes, size_t length)
{
	while (length > 0) {
		ssize_t n = write(fd, bytes, length);
		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0) {
			bytes += n;
			length -= (size_t)n;
		}
	}
	return 0;
}
