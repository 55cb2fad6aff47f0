/* SPDX-License-Identifier: ISC
 *
 * spool_place.h - queue directories of the tests of remedies on messages, below /tmp, that no Postfix
 * runs on; messages in them, and an order that lists them. Needs root, as postsuper does.
 */
#ifndef WATCHDOGD_TESTS_UNIT_SPOOL_PLACE_H
#define WATCHDOGD_TESTS_UNIT_SPOOL_PLACE_H

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/mem.h"
#include "remedies/copies.h"
#include "remedies/run.h"

#define MESSAGES_MAX 8
#define NOW_S 1780000000

static struct spool {
	char root[64];
	uid_t owner;
	gid_t group;
	struct message_instance instance;
	struct remedy_message messages[MESSAGES_MAX];
	struct remedy_order order;
	struct copies copies; /* of deleted messages, below state */
} spool;

static inline void PRINTF_LIKE(2, 3) path_below(char path[1024], const char *format, ...)
{
	va_list arguments;
	int used = snprintf(path, 1024, "%s/", spool.root);
	va_start(arguments, format);
	vsnprintf(path + used, 1024 - (size_t)used, format, arguments);
	va_end(arguments);
}

static inline void
make_directory(const char *name)
{
	char path[1024];
	path_below(path, "spool/%s", name);
	assert_true(mkdir(path, 0700) == 0 || errno == EEXIST);
	assert_int_equal(chown(path, spool.owner, spool.group), 0);
}

static inline void
write_main_cf(int hash_depth)
{
	char path[1024];
	path_below(path, "etc/main.cf");
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fprintf(file,
	    "queue_directory = %s/spool\ndata_directory = %s/spool\nmail_owner = postfix\n"
	    "compatibility_level = 3.6\nhash_queue_names = deferred, defer\n"
	    "hash_queue_depth = %d\n",
	    spool.root, spool.root, hash_depth);
	assert_int_equal(fclose(file), 0);
}

static inline void
open_copies(int64_t max_mb)
{
	static struct settings settings;
	char path[1024];
	settings_defaults(&settings);
	settings.store.max_copies_mb = max_mb;
	path_below(path, "state");
	assert_true(mkdir(path, 0700) == 0 || errno == EEXIST);
	memcpy(settings.state_directory, path, strlen(path) + 1);
	path_below(path, "state/copies");
	assert_true(mkdir(path, 0700) == 0 || errno == EEXIST);
	copies_open(&spool.copies, &settings, NOW_S);
	assert_true(spool.copies.directory >= 0);
}

static inline int
set_up(void **state UNUSED)
{
	static const char *const directories[] = {"maildrop", "incoming", "active", "deferred",
	    "hold", "corrupt", "defer", "bounce", "trace", "flush", "pid", "saved", "private",
	    "public"};
	char path[1024];
	const struct passwd *owner = getpwnam("postfix");
	assert_non_null(owner);
	assert_int_equal(geteuid(), 0);
	spool = (struct spool){.root = "/tmp/watchdogd-remedy.XXXXXX"};
	spool.owner = owner->pw_uid;
	spool.group = owner->pw_gid;
	assert_non_null(mkdtemp(spool.root));
	assert_int_equal(chmod(spool.root, 0755), 0);
	path_below(path, "etc");
	assert_int_equal(mkdir(path, 0755), 0);
	memcpy(spool.instance.config_directory, path, strlen(path) + 1);
	path_below(path, "spool");
	assert_int_equal(mkdir(path, 0755), 0);
	memcpy(spool.instance.queue_directory, path, strlen(path) + 1);
	for (size_t i = 0; i < ARRAY_LENGTH(directories); i++)
		make_directory(directories[i]);
	write_main_cf(1);
	open_copies(1);
	return 0;
}

static inline int
remove_one(const char *path, const struct stat *st UNUSED, int type UNUSED, struct FTW *ftw UNUSED)
{
	return remove(path);
}

static inline int
tear_down(void **state UNUSED)
{
	guard_close(&spool.copies.directory);
	return nftw(spool.root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* ---- messages ---- */

static inline void
make_file(const char *name, mode_t mode)
{
	char path[1024];
	path_below(path, "spool/%s", name);
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
	assert_true(fd >= 0);
	assert_int_equal(fchown(fd, spool.owner, spool.group), 0);
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

/* Makes "deferred/A/AB12" and lists it in the order, as it is now. */
static inline struct remedy_message *
add_message(const char *name, mode_t mode)
{
	char path[1024];
	struct stat st;
	struct remedy_message *message = &spool.messages[spool.order.count++];
	char queue[16];
	make_file(name, mode);
	path_below(path, "spool/%s", name);
	assert_int_equal(stat(path, &st), 0);
	snprintf(queue, sizeof(queue), "%.*s", (int)strcspn(name, "/"), name);
	*message = (struct remedy_message){
	    .queue = (enum queue_name)names_find(&names_queue, queue),
	    .inode = st.st_ino,
	    .ctime_ns = (uint64_t)st.st_ctim.tv_sec * 1000000000u + (uint64_t)st.st_ctim.tv_nsec,
	    .outcome = OUTCOME_PLANNED,
	};
	snprintf(message->queue_id, sizeof(message->queue_id), "%s", strrchr(name, '/') + 1);
	return message;
}

static inline bool
exists(const char *name)
{
	char path[1024];
	struct stat st;
	path_below(path, "spool/%s", name);
	return lstat(path, &st) == 0;
}

static inline void
remove_file(const char *name)
{
	char path[1024];
	path_below(path, "spool/%s", name);
	assert_int_equal(unlink(path), 0);
}

static inline struct message_outcome
run(const char *remedy, bool repeat)
{
	struct message_outcome outcome;
	spool.order.number = 42;
	spool.order.remedy = remedy_find(remedy);
	spool.order.row = catalogue_find(remedy);
	spool.order.instance = &spool.instance;
	if (spool.order.command_directory == NULL)
		spool.order.command_directory = "/usr/sbin";
	spool.order.repeat = repeat;
	spool.order.copies = &spool.copies;
	spool.order.now_s = NOW_S;
	spool.order.messages = spool.messages;
	for (size_t i = 0; i < spool.order.count; i++)
		spool.messages[i].outcome = OUTCOME_PLANNED;
	run_order(&spool.order, &outcome);
	assert_int_equal(outcome.order, 42);
	assert_int_equal(outcome.messages, spool.order.count);
	return outcome;
}

#endif
