/* SPDX-License-Identifier: ISC
 *
 * event_fuzz.c - inotify records of any bytes, applied to the live set. The queue directory does
 * not exist, so that every look at the disk finds nothing.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/guard.h"
#include "lib/log.h"
#include "watchdogd/watch/track.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Watches that never fire, so that watch descriptors 1 to 7 stand for the roots. */
static struct inotify *
open_watches(void)
{
	static const char *const paths[] = {"/", "/tmp", "/usr", "/etc", "/var", "/proc", "/sys"};
	static struct inotify *inotify;
	if (inotify == NULL && inotify_open(&inotify) < 0)
		abort();
	if (inotify_dead(inotify) > 0 && inotify_reopen(inotify) < 0)
		abort();
	for (size_t i = 0; inotify_watches(inotify) < ARRAY_LENGTH(paths); i++)
		if (inotify_add(inotify, paths[i], 0, (uint16_t)i) < 0)
			abort();
	return inotify;
}

static void
check(const struct track *track)
{
	uint64_t sum = 0;
	for (unsigned name = 0; name < QUEUE_COUNT; name++) {
		const struct queue_counts *counts =
		    queue_get_counts(track->queue, 0, (enum queue_name)name);
		for (int class = 0; class < CLASS_COUNT; class ++)
			sum += counts->messages[class];
	}
	if (sum > queue_size(track->queue))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct message_instance instance = {.name = "-", .queue_directory = "/nonexistent"};
	static struct track track;
	struct inotify *inotify = open_watches();
	log_set_level(LOG_LEVEL_ERROR);
	track_init(&track, &instance, 1, inotify);
	/* the kernel's records are aligned; copied so that the end of the bytes is guarded */
	char *bytes = malloc(size + 1);
	memcpy(bytes, data, size);
	inotify_decode(inotify, bytes, size, track_on_change, &track);
	for (int i = 0; i < 3; i++) {
		track_settle(&track);
		reader_run(&track.reader, 1000);
		check(&track);
	}
	free(bytes);
	track_done(&track);
	return 0;
}
