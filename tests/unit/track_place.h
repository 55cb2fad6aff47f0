/* SPDX-License-Identifier: ISC
 *
 * track_place.h - queue directories of the tests of watch's track: what Postfix does there, the
 * events and looks that tell of it, and what the counts and flows say then.
 */
#ifndef WATCHDOGD_TESTS_UNIT_TRACK_PLACE_H
#define WATCHDOGD_TESTS_UNIT_TRACK_PLACE_H

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/guard.h"
#include "lib/log.h"
#include "tests/unit/record_build.h"
#include "watchdogd/watch/scan.h"
#include "watchdogd/watch/track.h"

struct fixture {
	char directory[64];
	int fd;
	struct message_instance instance;
	struct inotify *inotify;
	struct track track;
	struct scan scan;
};

static struct file file;

/* ---- what Postfix does ---- */

static inline void
write_message(struct fixture *at, const char *path, const char *sender, mode_t mode)
{
	begin_file(&file);
	if (sender[0] == '\0')
		put_text(&file, 'A', "log_message_origin=local");
	put_text(&file, 'S', sender);
	end_file(&file, "u@v.test");
	AUTO_CLOSE int fd = openat(at->fd, path, O_WRONLY | O_CREAT, 0600);
	assert_int_equal(write(fd, file.bytes, file.length), (ssize_t)file.length);
	assert_int_equal(fchmod(fd, mode), 0);
}

static inline void
move(struct fixture *at, const char *from, const char *to)
{
	if (renameat(at->fd, from, at->fd, to) != 0)
		fail_msg("cannot rename %s to %s", from, to);
}

static inline void
unlink_file(struct fixture *at, const char *path)
{
	assert_int_equal(unlinkat(at->fd, path, 0), 0);
}

static inline void
make_directory(struct fixture *at, const char *path)
{
	assert_int_equal(mkdirat(at->fd, path, 0700), 0);
}

/* cleanup takes a message in: a temporary name, the id, the contents, the mode. */
static inline void
accept_message(struct fixture *at, const char *id, const char *sender)
{
	char path[64];
	snprintf(path, sizeof(path), "incoming/%s", id);
	close(openat(at->fd, "incoming/123.456", O_WRONLY | O_CREAT | O_EXCL, 0600));
	move(at, "incoming/123.456", path);
	write_message(at, path, sender, 0700);
}

/* ---- what the role's loop does ---- */

/* One batch, and what it leaves to be done at once. */
static inline void
pump_once(struct fixture *at)
{
	while (inotify_drain(at->inotify, 1, track_on_change, &at->track) > 0)
		continue;
	track_settle(&at->track);
	while (reader_run(&at->track.reader, 100))
		continue;
}

static inline void
pump(struct fixture *at)
{
	for (int i = 0; i < 4 || at->track.doubts.count > 0; i++)
		pump_once(at);
}

static inline void
look(struct fixture *at, enum scan_kind kind)
{
	scan_start(&at->scan, kind);
	while (!scan_is_idle(&at->scan)) {
		scan_step(&at->scan, 3);
		pump_once(at);
	}
	pump(at);
}

static inline void
set_up(struct fixture *at)
{
	static const char *const queues[] = {
	    "maildrop", "incoming", "active", "deferred", "hold", "corrupt", "bounce"};
	*at = (struct fixture){.directory = "/tmp/track_test.XXXXXX"};
	assert_non_null(mkdtemp(at->directory));
	at->fd = open(at->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	for (size_t i = 0; i < ARRAY_LENGTH(queues); i++)
		make_directory(at, queues[i]);
	snprintf(at->instance.name, sizeof(at->instance.name), "-");
	snprintf(at->instance.queue_directory, sizeof(at->instance.queue_directory), "%s",
	    at->directory);
	assert_int_equal(inotify_open(&at->inotify), 0);
	track_init(&at->track, &at->instance, 1, at->inotify);
	scan_init(&at->scan, &at->track);
	at->track.exact_s = 1795510277; /* what is found later and arrived then is new */
}

static inline void
remove_all(int fd)
{
	DIR *directory = fdopendir(dup(fd));
	rewinddir(directory);
	for (struct dirent *item; (item = readdir(directory)) != NULL;) {
		if (strcmp(item->d_name, ".") == 0 || strcmp(item->d_name, "..") == 0)
			continue;
		if (unlinkat(fd, item->d_name, 0) == 0)
			continue;
		AUTO_CLOSE int child = openat(fd, item->d_name, O_RDONLY | O_DIRECTORY);
		remove_all(child);
		unlinkat(fd, item->d_name, AT_REMOVEDIR);
	}
	closedir(directory);
}

static inline void
tear_down(struct fixture *at)
{
	scan_done(&at->scan);
	track_done(&at->track);
	inotify_close(at->inotify);
	remove_all(at->fd);
	close(at->fd);
	rmdir(at->directory);
}

/* ---- what is seen ---- */

static inline uint64_t
count(const struct fixture *at, enum queue_name queue)
{
	const struct queue_counts *counts = queue_get_counts(at->track.queue, 0, queue);
	uint64_t sum = 0;
	for (int class = 0; class < CLASS_COUNT; class ++)
		sum += counts->messages[class];
	return sum;
}

static inline void
assert_counts(const struct fixture *at, uint64_t maildrop, uint64_t incoming, uint64_t active,
    uint64_t deferred, uint64_t hold)
{
	const uint64_t expected[] = {maildrop, incoming, active, deferred, hold};
	for (int queue = 0; queue < (int)ARRAY_LENGTH(expected); queue++)
		if (count(at, queue) != expected[queue])
			fail_msg("%s holds %d, not %d", names_get(&names_queue, queue),
			    (int)count(at, queue), (int)expected[queue]);
}

struct flows {
	uint64_t arrivals, deliveries, deferrals, bounces_made, bounced, removed;
};

static inline void
assert_flows(const struct fixture *at, struct flows expected)
{
	const struct meter *meter = &at->track.meters[0];
	const struct flows seen = {meter->arrivals, meter->deliveries, meter->deferrals,
	    meter->bounces_made, meter->bounced, meter->removed};
	assert_memory_equal(&seen, &expected, sizeof(seen));
}

/* How long the normal messages had taken that were delivered. */
static inline void
assert_left(const struct fixture *at, uint64_t count, uint64_t median_s)
{
	struct message_tick_flow flow = {0};
	delays_fill(&at->track.delays, 0, &flow);
	assert_int_equal(flow.left_normal, count);
	assert_int_equal(flow.left_p50_s, median_s);
}

/* The disk agrees, and no correction was needed. */
static inline void
assert_exact(struct fixture *at)
{
	uint64_t before[QUEUE_COUNT];
	for (int queue = 0; queue < QUEUE_COUNT; queue++)
		before[queue] = count(at, queue);
	look(at, SCAN_RECONCILE);
	for (int queue = 0; queue < QUEUE_COUNT; queue++)
		assert_int_equal(count(at, queue), before[queue]);
	assert_int_equal(at->track.drift, 0);
}

#endif
