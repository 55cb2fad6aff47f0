/* SPDX-License-Identifier: ISC
 *
 * random.c - asks the kernel; see random.h.
 */
#include "lib/random.h"

#include <errno.h>
#include <sys/random.h>

#include "lib/log.h"

void
random_fill(void *bytes, size_t size)
{
	if (getrandom(bytes, size, 0) != (ssize_t)size)
		fatal("cannot get random bytes: %s", log_errno(errno));
}
