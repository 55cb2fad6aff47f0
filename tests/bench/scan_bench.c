/* SPDX-License-Identifier: ISC
 *
 * scan_bench.c - what it costs the watch role to learn a queue that is there already, against the
 * least that it can cost: a bare loop of readdir, open, fstat, a read of 4 KB. And how much memory
 * the whole role takes for it.
 *
 *   scan_bench QUEUE_DIRECTORY COUNT DEPTH ROUNDS
 *
 * The queue holds COUNT messages. Or it holds nothing, and there are a few in QUEUE_DIRECTORY/files:
 * deferred/ is filled with COUNT names of them (hard links), hashed DEPTH times. CPU time is counted,
 * in turns; the cheapest round of each counts, as what else runs on the machine only adds to it.
 * Prints "watch NS bare NS names_ms MS whole_ms MS rss BYTES": CPU an entry; until all names are
 * counted; until all are read.
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

#define LINKS_MAX 60000u /* of one file; ext4 has 65000 */
#define HEAD_SIZE 4096
#define NAMES_A_STEP 4096
#define FILES_A_TURN 250
#define PATH_SIZE 128

struct bench {
	unsigned count, depth, rounds;
	struct message_instance instance;
	uint64_t watch_us, bare_us; /* of the cheapest round */
	int64_t names_ms, whole_ms; /* of the last round */
	uint64_t rss;
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

static uint64_t
resident_bytes(void)
{
	unsigned long pages, resident;
	FILE *file = fopen("/proc/self/statm", "r");
	if (file == NULL || fscanf(file, "%lu %lu", &pages, &resident) != 2)
		fatal("/proc/self/statm: %s", log_errno(errno));
	fclose(file);
	return (uint64_t)resident * (uint64_t)sysconf(_SC_PAGESIZE);
}

/* ---- the queue ---- */

/* deferred/A/B/ABxxx...: the first digits of the name are the directories. */
static void
make_path(const struct bench *bench, unsigned number, char path[PATH_SIZE])
{
	char id[32];
	int length = snprintf(path, PATH_SIZE, "deferred");
	snprintf(id, sizeof(id), "%05X%X", number * 7919u % 1000000, number + 0x100000);
	for (unsigned i = 0; i < bench->depth; i++) {
		length += snprintf(path + length, PATH_SIZE - (size_t)length, "/%c", id[i]);
		if (number < 100000 && mkdir(path, 0700) < 0 && errno != EEXIST)
			fatal("%s: %s", path, log_errno(errno));
	}
	snprintf(path + length, PATH_SIZE - (size_t)length, "/%s", id);
}

static void
copy(const char *from, const char *to)
{
	char bytes[65536];
	AUTO_CLOSE int in = open(from, O_RDONLY | O_CLOEXEC);
	AUTO_CLOSE int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0700);
	ssize_t length = in < 0 ? -1 : read(in, bytes, sizeof(bytes));
	if (length < 0 || out < 0 || write(out, bytes, (size_t)length) != length)
		fatal("%s to %s: %s", from, to, log_errno(errno));
	if (fchmod(out, 0700) < 0)
		fatal("%s: %s", to, log_errno(errno));
}

/* Each file in turn, a copy of it each LINKS_MAX names. */
static void
fill(const struct bench *bench)
{
	char files[64][PATH_SIZE], path[PATH_SIZE];
	unsigned file_count = 0;
	DIR *stream = opendir("files");
	const struct dirent *item;
	while (stream != NULL && (item = readdir(stream)) != NULL && file_count < 64)
		if (item->d_type == DT_REG)
			snprintf(files[file_count++], PATH_SIZE, "files/%.64s", item->d_name);
	if (stream == NULL || file_count == 0)
		fatal("files: there are none");
	closedir(stream);
	for (unsigned number = 0; number < bench->count; number++) {
		unsigned file = number % file_count, turn = number / file_count;
		char source[PATH_SIZE + 16];
		snprintf(source, sizeof(source), "%s.%u", files[file], turn / LINKS_MAX);
		if (turn % LINKS_MAX == 0)
			copy(files[file], source);
		make_path(bench, number, path);
		if (link(source, path) < 0)
			fatal("%s: %s", path, log_errno(errno));
	}
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
	int64_t begin_ms = clock_mono_now().ms;
	bool more = true, has_names = false;
	scan_start(scan, SCAN_RESCAN);
	while (more) {
		more = !scan_is_idle(scan) && !scan_step(scan, NAMES_A_STEP);
		if (!has_names && !more) {
			has_names = true;
			bench->names_ms = clock_mono_now().ms - begin_ms;
		}
		more |= has_names && reader_run(&track->reader, FILES_A_TURN);
		if (inotify_drain(inotify, 32, track_on_change, track) != 0)
			fatal("watch: cannot drain");
		track_settle(track);
		more |= !has_names || track->doubts.count > 0;
	}
	bench->whole_ms = clock_mono_now().ms - begin_ms;
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
	bench->rss = resident_bytes();
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
	if (argc != 5)
		fatal("usage: scan_bench QUEUE_DIRECTORY COUNT DEPTH ROUNDS");
	bench.count = (unsigned)atoi(argv[2]);
	bench.depth = (unsigned)atoi(argv[3]);
	bench.rounds = (unsigned)atoi(argv[4]);
	if (chdir(argv[1]) < 0 || getcwd(bench.instance.queue_directory, PATH_TEXT_SIZE) == NULL)
		fatal("%s: %s", argv[1], log_errno(errno));
	if (access("files", F_OK) == 0)
		fill(&bench);
	run_watch(&bench); /* the caches are warm for both now */
	bench.watch_us = 0;
	for (unsigned round = 0; round < bench.rounds; round++) {
		run_bare(&bench);
		run_watch(&bench);
	}
	double entries = bench.count;
	printf("watch %.0f bare %.0f names_ms %ld whole_ms %ld rss %lu\n",
	    (double)bench.watch_us * 1000 / entries, (double)bench.bare_us * 1000 / entries,
	    bench.names_ms, bench.whole_ms, bench.rss);
	return 0;
}
