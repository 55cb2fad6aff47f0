/* SPDX-License-Identifier: ISC
 *
 * guard.c - what the scope guards call. errno survives, so that a guard never hides an error.
 */
#include "lib/guard.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void
guard_free(void *pointer_to_pointer)
{
	void *pointer;
	memcpy(&pointer, pointer_to_pointer, sizeof(pointer));
	int saved = errno;
	free(pointer);
	errno = saved;
}

void
guard_close(int *fd)
{
	int saved = errno;
	if (*fd >= 0)
		close(*fd);
	errno = saved;
}

void
guard_fclose(FILE **file)
{
	int saved = errno;
	if (*file != NULL)
		fclose(*file);
	errno = saved;
}
