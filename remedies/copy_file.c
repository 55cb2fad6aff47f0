/* SPDX-License-Identifier: ISC
 *
 * copy_file.c - by zlib's file functions, the fastest level: in a flood thousands are packed, and a
 * bounce is text that becomes a third at any level.
 */
#include "remedies/copy_file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>

#include "remedies/file.h"

#define CHUNK 65536

/* gzclose() closes the descriptor that it was given: it gets one of its own. */
static gzFile
open_packed(int fd, const char *mode)
{
	AUTO_CLOSE int own = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	gzFile file = own >= 0 ? gzdopen(own, mode) : NULL;
	if (file != NULL)
		(void)TAKE_FD(own);
	return file;
}

int
copy_file_pack(int from, int to)
{
	char chunk[CHUNK];
	ssize_t n;
	int r = 0;
	gzFile packed = open_packed(to, "wb1");
	if (packed == NULL)
		return -ENOMEM;
	errno = 0; /* zlib leaves it alone where the fault is its own */
	while (r == 0 && (n = read(from, chunk, sizeof(chunk))) != 0)
		if (n < 0 && errno != EINTR)
			r = -errno;
		else if (n > 0 && gzwrite(packed, chunk, (unsigned)n) != (int)n)
			r = errno != 0 ? -errno : -EIO;
	if (gzclose(packed) != Z_OK && r == 0)
		r = errno != 0 ? -errno : -EIO;
	return r;
}

int
copy_file_unpack(int from, int to)
{
	char chunk[CHUNK];
	int n = 0, r = 0;
	gzFile packed = open_packed(from, "rb");
	if (packed == NULL)
		return -ENOMEM;
	while (r == 0 && (n = gzread(packed, chunk, sizeof(chunk))) > 0)
		r = file_write(to, chunk, (size_t)n);
	/* A file that ends too early is told when it is closed. */
	if (gzclose(packed) != Z_OK || n < 0)
		r = r < 0 ? r : -EIO;
	return r;
}
