/* SPDX-License-Identifier: ISC
 *
 * reload.c - parse, compare, swap, restart: in this order, and nothing of it when a step before
 * says no. Parent only.
 */
#include "watchdogd/parent/reload.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/log.h"
#include "lib/mem.h"
#include "watchdogd/parent/event_limit.h"
#include "watchdogd/parent/service.h"
#include "watchdogd/parent/supervise.h"

#define ASK_AGAIN_MS 30000
#define ROLES_OF_INSTANCES (1U << ROLE_WATCH | 1U << ROLE_ENGINE | 1U << ROLE_REMEDY)

/* One log line for each line of the text. */
static void
log_lines(char *text)
{
	char *rest = text, *line;
	while ((line = strsep(&rest, "\n")) != NULL)
		if (*line != '\0')
			log_error("config: %s", line);
}

/* 0, or -EINVAL with all errors logged. */
static int
load(const char *path, struct settings *ret_settings)
{
	char *text = NULL;
	size_t size;
	FILE *errors = open_memstream(&text, &size);
	if (errors == NULL)
		fatal("memory: no stream");
	int r = settings_load(path, errors, ret_settings);
	fclose(errors);
	if (r < 0)
		log_lines(text);
	free(text);
	return r;
}

/* Reads the settings anew and puts them into force. 0, and the roles that read what has changed;
 * or -EINVAL, when all stays as it is and the log says why. */
static int
swap_settings(struct daemon *daemon, unsigned *ret_roles)
{
	AUTO_FREE struct settings *settings = mem_alloc(sizeof(*settings));
	char fixed[SETTINGS_TEXT_SIZE];
	const char *path = daemon->options->config_path;
	if (load(path, settings) < 0) {
		log_error("reload: %s has errors; all stays as it is", path);
		return -EINVAL;
	}
	if (daemon->options->debug)
		settings->log_level = LOG_LEVEL_DEBUG;
	unsigned roles = settings_compare(&daemon->settings, settings, fixed);
	if ((roles & 1U << ROLE_PARENT) != 0) {
		log_error(
		    "reload: %s can be changed only by a new start; all stays as it is", fixed);
		return -EINVAL;
	}
	daemon->settings = *settings;
	log_set_level(settings->log_level);
	*ret_roles = roles;
	return 0;
}

static void
log_restarted(const struct daemon *daemon, unsigned roles)
{
	char names[128] = "";
	size_t length = 0;
	for (int role = ROLE_PARENT + 1; role < ROLE_COUNT; role++)
		if ((roles & 1U << role) != 0 && supervise_wants(daemon, (enum role_name)role))
			length += (size_t)snprintf(names + length, sizeof(names) - length, " %s",
			    names_get(&names_role, role));
	log_info("reload: done, started anew:%s", length > 0 ? names : " none");
}

void
reload(struct daemon *daemon, struct clock_mono now)
{
	unsigned roles;
	log_info("reload: reading %s", daemon->options->config_path);
	service_tell_reloading(daemon, now);
	if (swap_settings(daemon, &roles) == 0) {
		event_limit_prepare(daemon->settings.watch.max_queued_events);
		supervise_restart(daemon, roles, now);
		roles |= reload_instances(daemon, now);
		log_restarted(daemon, roles);
	}
	service_tell_reloaded(daemon);
}

unsigned
reload_instances(struct daemon *daemon, struct clock_mono now)
{
	AUTO_FREE struct instances *found = mem_alloc(sizeof(*found));
	int failed = instances_discover(&daemon->settings, &daemon->instances, found);
	daemon->discovery_due = failed > 0;
	daemon->discovery_ms = now.ms + ASK_AGAIN_MS;
	if (instances_are_equal(found, &daemon->instances))
		return 0;
	daemon->instances = *found;
	for (int i = 0; i < found->count; i++)
		log_info("postfix: instance %s, configuration %s, queue %s", found->list[i].name,
		    found->list[i].config_directory, found->list[i].queue_directory);
	if (found->count == 0)
		log_warning("postfix: no instance is known; asking again");
	supervise_restart(daemon, ROLES_OF_INSTANCES, now);
	return ROLES_OF_INSTANCES;
}
