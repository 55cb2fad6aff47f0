/* SPDX-License-Identifier: ISC
 *
 * instances.h - which Postfix instances there are, as postmulti(1) and postconf(1) tell.
 */
#ifndef WATCHDOGD_PARENT_INSTANCES_H
#define WATCHDOGD_PARENT_INSTANCES_H

#include <stdbool.h>

#include "config/settings.h"
#include "proto/message.h"

struct instances {
	struct message_instance list[INSTANCES_MAX];
	int count;
};

/* The configuration directories of the instances. */
struct instances_directories {
	char list[INSTANCES_MAX][PATH_TEXT_SIZE];
	int count;
};

/* Asks Postfix; what fails is logged, and what `known` holds of it is kept. Takes up to 10 s when
 * Postfix does not answer. Returns how many things failed: unless it is 0, ask again later. */
int instances_discover(const struct settings *settings, const struct instances *known,
    struct instances *ret_instances);

bool instances_are_equal(const struct instances *a, const struct instances *b);

/* `postmulti -l`: name, group, enabled, directory. Lines that are no such rows (warnings) are
 * passed over. 0, or -ENOENT when there is no row. */
int instances_parse_list(
    const char *output, struct instances_directories *ret_directories) MUST_CHECK;
/* `postconf` of queue_directory, mail_owner, multi_instance_name, qmgr_message_active_limit,
 * queue_minfree, message_size_limit: "name = value" lines. 0, or -EBADMSG when one of the first two
 * is missing, too long or no absolute path. */
int instances_parse_settings(const char *output, const char *config_directory,
    struct message_instance *ret_instance) MUST_CHECK;

#endif
