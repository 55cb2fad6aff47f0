/* SPDX-License-Identifier: ISC
 *
 * inotify_bench.c - what an event costs the watch role, against the least that it can cost: a bare
 * loop that reads the same events and looks at each. Both watch the same directories and are given
 * the same renames; CPU time of the draining alone is counted, in turns, so that both see the same
 * machine.
 *
 *   inotify_bench QUEUE_DIRECTORY
 *
 * The directory holds complete files in deferred/ and its hash directories, an incoming/ and an
 * active/. Prints "watch NS bare NS events N": nanoseconds of CPU an event, of files that move; then
 * "watch NS bare NS messages N": a message that arrives as cleanup(8) and qmgr(8) do it and is read, by
 * the bare loop with no more than an open, an fstat and a read of 4 KB.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/log.h"
#include "lib/mem.h"
#include "watchdogd/watch/scan.h"
#include "watchdogd/watch/track.h"

#define FILES_MAX 4000u /* two events each stay below fs.inotify.max_queued_events, 16384 */
#define ROUNDS 60
#define READ_SIZE 65536u
#define ARRIVALS 2000u /* a round, of four events each */
#define ARRIVAL_ROUNDS 30
#define CONTENTS_MAX 5u /* that messages have in turn */
#define CONTENT_SIZE 4096u
#define READS_MAX 1000000u

struct file {
	char deferred[64], active[64]; /* paths */
};

struct content {
	char bytes[CONTENT_SIZE];
	size_t length;
};

struct bench {
	struct inotify *inotify;
	struct track track;
	struct scan scan;
	int bare; /* its inotify descriptor */
	int active, active_watch; /* directory, and the bare loop's watch of it */
	bool reads;
	struct file files[FILES_MAX];
	unsigned file_count;
	struct content contents[CONTENTS_MAX];
	unsigned content_count;
	uint64_t reads_done; /* by the bare loop */
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
	while (bench->reads && reader_run(&bench->track.reader, FILES_MAX))
		;
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

static int
watch_bare(struct bench *bench, const char *path, uint32_t mask)
{
	mask |= IN_DELETE | IN_CREATE | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;
	int watch = inotify_add_watch(bench->bare, path, mask);
	if (watch < 0)
		fatal("%s: %s", path, log_errno(errno));
	return watch;
}

static void
read_bare(struct bench *bench, const char *name)
{
	static char head[CONTENT_SIZE];
	struct stat st;
	int fd = openat(bench->active, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0 || pread(fd, head, sizeof(head), 0) <= 0)
		fatal("%s: %s", name, log_errno(errno));
	close(fd);
	bench->reads_done++;
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
			if (bench->reads && event->wd == bench->active_watch &&
			    (event->mask & IN_MOVED_TO) != 0)
				read_bare(bench, event->name);
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

/* ---- messages that arrive ---- */

static void
take_contents(struct bench *bench)
{
	while (bench->content_count < CONTENTS_MAX) {
		struct content *content = &bench->contents[bench->content_count];
		AUTO_CLOSE int fd = open(bench->files[bench->content_count++].deferred, O_RDONLY);
		ssize_t got = fd < 0 ? -1 : read(fd, content->bytes, CONTENT_SIZE);
		if (got <= 0)
			fatal("deferred: a file cannot be read");
		content->length = (size_t)got;
	}
}

/* A name of its own, renamed to the queue id; the contents; whole by its mode; into active. */
static void
arrive(struct bench *bench, unsigned number)
{
	const struct content *content = &bench->contents[number % CONTENTS_MAX];
	struct file *file = &bench->files[number];
	struct stat st;
	char temporary[64], incoming[64];
	snprintf(temporary, sizeof(temporary), "incoming/%u.1", number);
	AUTO_CLOSE int fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0 || fstat(fd, &st) < 0)
		fatal("%s: %s", temporary, log_errno(errno));
	snprintf(incoming, sizeof(incoming), "incoming/%05X%lX", number, (unsigned long)st.st_ino);
	snprintf(
	    file->active, sizeof(file->active), "active/%05X%lX", number, (unsigned long)st.st_ino);
	move(temporary, incoming);
	if (write(fd, content->bytes, content->length) != (ssize_t)content->length ||
	    fchmod(fd, 0700) < 0)
		fatal("%s: %s", incoming, log_errno(errno));
	move(incoming, file->active);
}

static uint64_t
count_read(const struct bench *bench)
{
	const struct queue_counts *counts = queue_get_counts(bench->track.queue, 0, QUEUE_ACTIVE);
	uint64_t messages = 0;
	for (int class = 0; class < CLASS_COUNT; class ++)
		messages += class == CLASS_UNREAD ? 0 : counts->messages[class];
	return messages;
}

/* That they leave is not counted. */
static void
run_arrivals(struct bench *bench, int round)
{
	for (unsigned i = 0; i < ARRIVALS; i++)
		arrive(bench, i);
	drain_both(bench, round);
	if (count_read(bench) != ARRIVALS)
		fatal("watch has read %lu of %u messages", count_read(bench), ARRIVALS);
	uint64_t watch_us = bench->watch_us, bare_us = bench->bare_us;
	for (unsigned i = 0; i < ARRIVALS; i++)
		if (unlink(bench->files[i].active) < 0)
			fatal("%s: %s", bench->files[i].active, log_errno(errno));
	drain_both(bench, round);
	bench->watch_us = watch_us;
	bench->bare_us = bare_us;
}

static void
measure_arrivals(struct bench *bench)
{
	bench->reads = true;
	bench->watch_us = bench->bare_us = 0;
	for (int round = 0; round < ARRIVAL_ROUNDS; round++)
		run_arrivals(bench, round);
	if (bench->reads_done != (uint64_t)ARRIVALS * ARRIVAL_ROUNDS)
		fatal("the bare loop has read %lu messages", bench->reads_done);
	double messages = (double)bench->reads_done;
	printf("watch %.1f bare %.1f messages %.0f\n", (double)bench->watch_us * 1000 / messages,
	    (double)bench->bare_us * 1000 / messages, messages);
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
	bench->active_watch = watch_bare(bench, "active", IN_MOVED_TO);
	bench->active = open("active", O_PATH | O_DIRECTORY | O_CLOEXEC);
	watch_bare(bench, "incoming", IN_MOVED_TO | IN_ATTRIB);
	take_files(bench, "deferred");
	for (const char *digit = "0123456789ABCDEF"; *digit != '\0'; digit++) {
		path[sizeof(path) - 2] = *digit;
		take_files(bench, path);
	}
	take_contents(bench);
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
	measure_arrivals(bench);
	track_done(&bench->track);
	inotify_close(bench->inotify);
	close(bench->bare);
	close(bench->active);
	free(bench);
	return 0;
}
