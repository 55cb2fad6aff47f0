/* SPDX-License-Identifier: ISC
 *
 * doctor.h - is this machine as watchdogd needs it? Facts are gathered by one file and judged by
 * another, so that each finding can be tried. watchdogctl; as whoever calls it.
 */
#ifndef WATCHDOGD_WATCHDOGCTL_DOCTOR_H
#define WATCHDOGD_WATCHDOGCTL_DOCTOR_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "config/settings.h"
#include "proto/message.h"

struct doctor_disk {
	char path[PATH_TEXT_SIZE];
	bool known;
	int free_percent, free_inodes_percent; /* 100 where a file system does not count inodes */
};

struct doctor_instance {
	char name[INSTANCE_NAME_SIZE], config_directory[PATH_TEXT_SIZE];
	char version[32]; /* empty: postconf could not be asked */
	bool long_queue_ids, polled;
	char notify_classes[256];
	struct doctor_disk disk;
};

struct doctor_facts {
	const struct settings *settings; /* the defaults where the file has errors */
	bool settings_valid;
	const json_t *status; /* NULL: the daemon does not answer */
	bool has_user, has_viewer_group, has_operator_group;
	bool has_state_directory, state_is_open; /* to anybody */
	struct doctor_disk state_disk;
	struct doctor_instance instances[INSTANCES_MAX];
	int instance_count;
	int64_t max_user_watches; /* 0: not known */
	bool clock_is_known, clock_is_right;
	bool has_landlock;
	char missing[PATH_TEXT_SIZE]; /* what a remedy of a rule needs and is not there; or empty */
};

/* What watchdogctl can see. The settings and the status stay the caller's. */
void doctor_gather(const struct settings *settings, bool settings_valid, const json_t *status,
    struct doctor_facts *ret_facts);

/* {"state", "findings": [{"about", "state", "text", "mend"}]}; mend is null where all is well. */
json_t *doctor_judge(const struct doctor_facts *facts);

#endif
