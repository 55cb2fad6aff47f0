/* SPDX-License-Identifier: ISC
 *
 * inotify_bench.c - what an event costs the watch role, against the least that it can cost: a bare
 * loop that reads the same events and looks at each. Both watch the same directories and are given
 * the same renames; CPU time of the draining alone is counted, in turns, so that both see the same
 * machine.
 *
 *   inotify_bench QUEUE_DIRECTORY
 *
 * The directory holds complete files in deferred/ and its hash directories, and an active/. Prints
 * "watch NS bare NS events N": nanoseconds of CPU an event.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/resource.h>
#include <unistd.h>

#include "lib/log.h"
#include "lib/mem.h"
#include "watchdogd/watch/scan.h"
#include "watchdogd/watch/track.h"

#define FILES_MAX 4000u /* two events each stay below fs.inotify.max_queued_events, 16384 */
#define ROUNDS 60
#define READ_SIZE 65536u
#define READS_MAX 1000000u

struct file {
	char deferred[64], active[64]; /* paths */
};

struct bench {
	struct inotify *inotify;
	struct track track;
	struct scan scan;
	int bare; /* its inotify descriptor */
	struct file files[FILES_MAX];
	unsigned file_count;
	uint64_t watch_events, bare_events, bare_names;
	uint64_t watch_us, bare_us;
};

static uint64_t
cpu_us(void)
{
	struct rusage usage;
	if (getrusage(RUSAGE_THREAD, &usage) < 0)
		fatal("getrusage: %s", log_errno(errno));
	return (uint64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000 +
	    (uint64_t)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

/* ---- the watch role's path ---- */

static void
on_change(const struct inotify_change *change, void *owner)
{
	struct bench *bench = owner;
	bench->watch_events++;
	track_on_change(change, &bench->track);
}

static void
drain_watch(struct bench *bench)
{
	uint64_t before = cpu_us();
	if (inotify_drain(bench->inotify, READS_MAX, on_change, bench) != 0)
		fatal("watch: cannot drain");
	track_settle(&bench->track);
	bench->watch_us += cpu_us() - before;
}

/* As the role does after its start: look at everything, read every envelope. */
static void
learn(struct bench *bench)
{
	bool more = true;
	scan_start(&bench->scan, SCAN_RESCAN);
	while (more) {
		more = !scan_is_idle(&bench->scan) && !scan_step(&bench->scan, READS_MAX);
		more |= reader_run(&bench->track.reader, FILES_MAX);
		drain_watch(bench);
		more |= bench->track.doubts.count > 0;
	}
	if (bench->track.overflows > 0)
		fatal("watch: overflow while learning");
}

/* ---- the bare loop ---- */

static void
watch_bare(struct bench *bench, const char *path, uint32_t mask)
{
	mask |= IN_DELETE | IN_CREATE | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;
	if (inotify_add_watch(bench->bare, path, mask) < 0)
		fatal("%s: %s", path, log_errno(errno));
}

static void
drain_bare(struct bench *bench)
{
	static char buffer[READ_SIZE] __attribute__((aligned(__alignof__(struct inotify_event))));
	uint64_t before = cpu_us();
	ssize_t got;
	while ((got = read(bench->bare, buffer, sizeof(buffer))) > 0) {
		const char *end = buffer + got;
		for (const char *at = buffer; at < end;) {
			const struct inotify_event *event = (const void *)at;
			bench->bare_events++;
			bench->bare_names += event->len > 0 && event->name[0] != '.';
			at += sizeof(*event) + event->len;
		}
	}
	if (got < 0 && errno != EAGAIN)
		fatal("bare: %s", log_errno(errno));
	bench->bare_us += cpu_us() - before;
}

/* ---- the renames ---- */

static void
take_files(struct bench *bench, const char *directory)
{
	DIR *stream = opendir(directory);
	const struct dirent *item;
	if (stream == NULL)
		return; /* a hash directory that nothing is in */
	while ((item = readdir(stream)) != NULL && bench->file_count < FILES_MAX) {
		if (item->d_name[0] == '.' || strlen(item->d_name) < 2)
			continue;
		struct file *file = &bench->files[bench->file_count++];
		snprintf(
		    file->deferred, sizeof(file->deferred), "%s/%.32s", directory, item->d_name);
		snprintf(file->active, sizeof(file->active), "active/%.32s", item->d_name);
	}
	closedir(stream);
	watch_bare(bench, directory, IN_MOVED_TO | IN_MOVED_FROM);
}

static void
move(const char *from, const char *to)
{
	if (rename(from, to) < 0)
		fatal("%s to %s: %s", from, to, log_errno(errno));
}

/* Every second round the bare loop is first: who is second finds warmer caches. */
static void
drain_both(struct bench *bench, int round)
{
	if (round % 2 == 0)
		drain_watch(bench);
	drain_bare(bench);
	if (round % 2 != 0)
		drain_watch(bench);
}

static void
run_round(struct bench *bench, int round)
{
	for (unsigned i = 0; i < bench->file_count; i++)
		move(bench->files[i].deferred, bench->files[i].active);
	drain_both(bench, round);
	for (unsigned i = 0; i < bench->file_count; i++)
		move(bench->files[i].active, bench->files[i].deferred);
	drain_both(bench, round);
}

static void
prepare(struct bench *bench, const char *directory)
{
	static struct message_instance instance = {.name = "-"};
	char path[] = "deferred/0";
	if (chdir(directory) < 0 || getcwd(instance.queue_directory, PATH_TEXT_SIZE) == NULL)
		fatal("%s: %s", directory, log_errno(errno));
	int r = inotify_open(&bench->inotify);
	if (r < 0)
		fatal("inotify: %s", log_errno(-r));
	track_init(&bench->track, &instance, 1, bench->inotify);
	scan_init(&bench->scan, &bench->track);
	bench->bare = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	watch_bare(bench, "active", IN_MOVED_TO);
	take_files(bench, "deferred");
	for (const char *digit = "0123456789ABCDEF"; *digit != '\0'; digit++) {
		path[sizeof(path) - 2] = *digit;
		take_files(bench, path);
	}
	learn(bench);
	bench->watch_events = bench->watch_us = 0;
}

/* Both must have seen the same, and the role must have understood it. */
static void
check(const struct bench *bench)
{
	const struct queue_counts *counts = queue_get_counts(bench->track.queue, 0, QUEUE_DEFERRED);
	uint64_t messages = 0;
	for (int class = 0; class < CLASS_COUNT; class ++)
		messages += counts->messages[class];
	if (bench->watch_events != bench->bare_events)
		fatal("watch saw %lu events, the bare loop %lu", bench->watch_events,
		    bench->bare_events);
	if (messages < bench->file_count || bench->track.overflows > 0 || bench->track.drift > 0)
		fatal("watch counts %lu of %u messages", messages, bench->file_count);
}

int
main(int argc, char *argv[])
{
	struct bench *bench = mem_alloc(sizeof(*bench));
	log_open("inotify_bench", LOG_LEVEL_INFO);
	if (argc != 2)
		fatal("usage: inotify_bench QUEUE_DIRECTORY");
	prepare(bench, argv[1]);
	for (int round = 0; round < ROUNDS; round++)
		run_round(bench, round);
	check(bench);
	printf("watch %.1f bare %.1f events %lu\n",
	    (double)bench->watch_us * 1000 / (double)bench->watch_events,
	    (double)bench->bare_us * 1000 / (double)bench->bare_events, bench->bare_events);
	track_done(&bench->track);
	inotify_close(bench->inotify);
	close(bench->bare);
	free(bench);
	return 0;
}
