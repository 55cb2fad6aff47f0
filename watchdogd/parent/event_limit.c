/* SPDX-License-Identifier: ISC
 *
 * event_limit.c - one number in /proc/sys; see event_limit.h.
 */
#include "watchdogd/parent/event_limit.h"

#include <errno.h>
#include <inttypes.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/log.h"

int
event_limit_raise(const char *path, int64_t wanted)
{
	char text[32];
	AUTO_CLOSE int fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	ssize_t got = pread(fd, text, sizeof(text) - 1, 0);
	if (got < 0)
		return -errno;
	text[got] = '\0';
	int64_t present;
	if (sscanf(text, "%" SCNd64, &present) != 1)
		return -EBADMSG;
	if (present >= wanted)
		return 0;
	int length = snprintf(text, sizeof(text), "%" PRId64 "\n", wanted);
	if (pwrite(fd, text, (size_t)length, 0) != length)
		return -errno;
	return 1;
}

void
event_limit_prepare(int64_t wanted)
{
	if (wanted == 0)
		return;
	int r = event_limit_raise(EVENT_LIMIT_PATH, wanted);
	if (r > 0)
		log_info("inotify: fs.inotify.max_queued_events was raised to %" PRId64, wanted);
	if (r < 0)
		log_warning("inotify: fs.inotify.max_queued_events cannot be raised to %" PRId64
			    ": %s; set it by sysctl.d(5)",
		    wanted, log_errno(-r));
}
