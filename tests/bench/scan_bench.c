/* SPDX-License-Identifier: ISC
 *
 * scan_bench.c - what it costs the watch role to learn a queue that is there already, against the
 * least that it can cost: a bare loop of readdir, open, fstat, a read of 4 KB.
 *
 *   scan_bench QUEUE_DIRECTORY COUNT ROUNDS
 *
 * The queue holds COUNT messages in deferred/. CPU time is counted, in turns; the cheapest round of each
 * counts, and the quickest, as what else runs on the machine only adds to it. Prints "watch NS bare NS names_ms MS
 * whole_ms MS": CPU an entry; until all names are counted; until all are read.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/log.h"
#include "lib/mem.h"
#include "watchdogd/watch/scan.h"
#include "watchdogd/watch/track.h"

#define HEAD_SIZE 4096
#define NAMES_A_STEP 4096
#define FILES_A_TURN 250

struct bench {
	unsigned count, rounds;
	struct message_instance instance;
	uint64_t watch_us, bare_us; /* of the cheapest round */
	int64_t names_ms, whole_ms; /* of the quickest round */
};

static uint64_t
cpu_us(void)
{
	struct rusage usage;
	if (getrusage(RUSAGE_SELF, &usage) < 0)
		fatal("getrusage: %s", log_errno(errno));
	return (uint64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000 +
	    (uint64_t)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

static void
keep_least(uint64_t *least_us, uint64_t since_us)
{
	uint64_t us = cpu_us() - since_us;
	if (*least_us == 0 || us < *least_us)
		*least_us = us;
}

/* ---- the bare loop ---- */

static unsigned
read_bare(int directory)
{
	static char head[HEAD_SIZE];
	unsigned count = 0;
	DIR *stream = fdopendir(directory);
	const struct dirent *item;
	if (stream == NULL)
		fatal("readdir: %s", log_errno(errno));
	while ((item = readdir(stream)) != NULL) {
		struct stat st;
		if (item->d_name[0] == '.')
			continue;
		int fd = openat(
		    dirfd(stream), item->d_name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
		if (fd < 0)
			fatal("%s: %s", item->d_name, log_errno(errno));
		if (item->d_type == DT_DIR) {
			count += read_bare(fd);
			continue;
		}
		if (fstat(fd, &st) < 0 || pread(fd, head, sizeof(head), 0) < 0)
			fatal("%s: %s", item->d_name, log_errno(errno));
		close(fd);
		count++;
	}
	closedir(stream);
	return count;
}

static void
run_bare(struct bench *bench)
{
	uint64_t before = cpu_us();
	int fd = open("deferred", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || read_bare(fd) != bench->count)
		fatal("bare: deferred is not as it was made");
	keep_least(&bench->bare_us, before);
}

/* ---- the watch role's path ---- */

static uint64_t
count_messages(const struct track *track)
{
	const struct queue_counts *counts = queue_get_counts(track->queue, 0, QUEUE_DEFERRED);
	uint64_t messages = 0;
	for (int class = 0; class < CLASS_COUNT; class ++)
		messages += counts->messages[class];
	return messages;
}

/* As the role does after its start, in the same portions. */
static void
learn(struct bench *bench, struct inotify *inotify, struct track *track, struct scan *scan)
{
	int64_t begin_ms = clock_mono_now().ms, names_ms = 0;
	bool more = true, has_names = false;
	scan_start(scan, SCAN_RESCAN);
	while (more) {
		more = !scan_is_idle(scan) && !scan_step(scan, NAMES_A_STEP);
		if (!has_names && !more) {
			has_names = true;
			names_ms = clock_mono_now().ms - begin_ms;
		}
		more |= has_names && reader_run(&track->reader, FILES_A_TURN);
		if (inotify_drain(inotify, 32, track_on_change, track) != 0)
			fatal("watch: cannot drain");
		track_settle(track);
		more |= !has_names || track->doubts.count > 0;
	}
	int64_t whole_ms = clock_mono_now().ms - begin_ms;
	if (bench->whole_ms == 0 || whole_ms < bench->whole_ms) {
		bench->names_ms = names_ms;
		bench->whole_ms = whole_ms;
	}
}

static void
run_watch(struct bench *bench)
{
	struct inotify *inotify;
	struct track *track = mem_alloc(sizeof(*track));
	struct scan scan;
	uint64_t before = cpu_us();
	int r = inotify_open(&inotify);
	if (r < 0)
		fatal("inotify: %s", log_errno(-r));
	track_init(track, &bench->instance, 1, inotify);
	scan_init(&scan, track);
	track->exact_s = UINT32_MAX; /* what is there already did not just arrive */
	learn(bench, inotify, track, &scan);
	keep_least(&bench->watch_us, before);
	if (count_messages(track) != bench->count || track->drift > 0)
		fatal("watch counts %lu of %u messages", count_messages(track), bench->count);
	if (queue_get_counts(track->queue, 0, QUEUE_DEFERRED)->messages[CLASS_UNREAD] > 0)
		fatal("watch has not read all messages");
	scan_done(&scan);
	track_done(track);
	inotify_close(inotify);
	free(track);
}

int
main(int argc, char *argv[])
{
	struct bench bench = {.instance = {.name = "-"}};
	log_open("scan_bench", LOG_LEVEL_INFO);
	if (argc != 4)
		fatal("usage: scan_bench QUEUE_DIRECTORY COUNT ROUNDS");
	bench.count = (unsigned)atoi(argv[2]);
	bench.rounds = (unsigned)atoi(argv[3]);
	if (chdir(argv[1]) < 0 || getcwd(bench.instance.queue_directory, PATH_TEXT_SIZE) == NULL)
		fatal("%s: %s", argv[1], log_errno(errno));
	run_watch(&bench); /* the caches are warm for both now */
	bench.watch_us = 0;
	for (unsigned round = 0; round < bench.rounds; round++) {
		run_bare(&bench);
		run_watch(&bench);
	}
	double entries = bench.count;
	printf("watch %.0f bare %.0f names_ms %ld whole_ms %ld\n",
	    (double)bench.watch_us * 1000 / entries, (double)bench.bare_us * 1000 / entries,
	    bench.names_ms, bench.whole_ms);
	return 0;
}
