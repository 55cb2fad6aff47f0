/* SPDX-License-Identifier: ISC
 *
 * polling.c - who is deaf; see polling.h.
 */
#include "watchdogd/watch/polling.h"

#include <errno.h>
#include <sys/vfs.h>

#include "lib/log.h"

/* statfs(2); linux/magic.h has not all of them. */
static const uint64_t remote_types[] = {
    0x6969, /* NFS */
    0xff534d42, /* CIFS */
    0xfe534d42, /* SMB2 */
    0x517b, /* SMB */
    0x01021997, /* 9P */
    0x00c36400, /* Ceph */
    0x5346414f, /* OpenAFS */
    0x6b414653, /* AFS */
    0x73757245, /* Coda */
    0x0bd00bd0, /* Lustre */
    0x786f4256, /* VirtualBox shared folders */
    0xbacbacbc, /* VMware shared folders */
    0x01161970, /* GFS2 */
    0x7461636f, /* OCFS2 */
};

bool
polling_is_remote(uint64_t type)
{
	for (size_t i = 0; i < ARRAY_LENGTH(remote_types); i++)
		if (remote_types[i] == type)
			return true;
	return false;
}

void
polling_init(struct track *track)
{
	for (unsigned i = 0; i < track->spool.instance_count; i++) {
		struct spool_instance *instance = &track->spool.instances[i];
		struct statfs fs;
		instance->look_s = UINT32_MAX; /* what the first look finds is not new */
		if (instance->fd < 0 || fstatfs(instance->fd, &fs) < 0)
			continue;
		instance->is_remote = polling_is_remote((uint64_t)fs.f_type & UINT32_MAX);
		instance->polled = instance->is_remote;
		if (instance->polled)
			log_warning("instance %s: %s is on a network file system: it may change "
				    "without an event, so it is looked at on a timer",
			    instance->names->name, instance->names->queue_directory);
	}
}

void
polling_begin_look(struct track *track, uint32_t now_s)
{
	for (unsigned i = 0; i < track->spool.instance_count; i++) {
		struct spool_instance *instance = &track->spool.instances[i];
		instance->looked_s = instance->look_s;
		instance->look_s = now_s;
		instance->drift_before = instance->drift;
	}
}

static void
judge(struct spool_instance *instance)
{
	const char *name = instance->names->name;
	bool has_news = instance->drift > instance->drift_before || instance->directories_found > 0;
	if (!instance->polled && has_news && instance->events == 0) {
		instance->polled = true;
		log_warning("instance %s: its queues change without an event (a container's or a "
			    "network's file system?): they are looked at on a timer",
		    name);
	} else if (instance->polled && !instance->is_remote && instance->events > 0) {
		instance->polled = false;
		log_info("instance %s: events come again", name);
	}
	instance->events = 0;
	instance->directories_found = 0;
}

void
polling_end_look(struct track *track)
{
	for (unsigned i = 0; i < track->spool.instance_count; i++)
		judge(&track->spool.instances[i]);
}

bool
polling_is_on(const struct track *track)
{
	for (unsigned i = 0; i < track->spool.instance_count; i++)
		if (track->spool.instances[i].polled)
			return true;
	return false;
}
