/* SPDX-License-Identifier: ISC
 *
 * doctor_facts.c - what watchdogctl sees of the machine. It writes nothing, and runs postconf alone.
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <unistd.h>

#include "lib/mem.h"
#include "lib/sandbox.h"
#include "lib/spawn.h"
#include "watchdogctl/doctor.h"
#include "watchdogctl/text.h"

#define POSTCONF_OUTPUT_MAX 4096
#define POSTCONF_LIMIT_MS 10000

/* ---- Postfix ---- */

/* The value of "name = value", or "". */
static void
copy_value(const char *output, const char *name, char *value, size_t size)
{
	size_t length = strlen(name);
	for (const char *line = output; line != NULL; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, name, length) != 0 || strncmp(line + length, " =", 2) != 0)
			continue;
		line += length + 2;
		line += strspn(line, " ");
		snprintf(value, size, "%.*s", (int)strcspn(line, "\n"), line);
		return;
	}
	value[0] = '\0';
}

static void
ask_postconf(const struct settings *settings, struct doctor_instance *instance)
{
	AUTO_FREE char *path = mem_format("%s/postconf", settings->postfix.command_directory);
	const char *const argv[] = {"postconf", "-c", instance->config_directory, "mail_version",
	    "enable_long_queue_ids", "notify_classes", NULL};
	const struct spawn spawn = {.path = path, .argv = argv};
	struct spawn_result result;
	char long_ids[16];
	if (spawn_run(&spawn, NULL, 0, POSTCONF_OUTPUT_MAX, POSTCONF_LIMIT_MS, &result) < 0)
		return;
	AUTO_FREE char *output = result.output;
	if (result.timed_out || result.status != 0)
		return;
	copy_value(output, "mail_version", instance->version, sizeof(instance->version));
	copy_value(output, "enable_long_queue_ids", long_ids, sizeof(long_ids));
	copy_value(
	    output, "notify_classes", instance->notify_classes, sizeof(instance->notify_classes));
	instance->long_queue_ids = strcmp(long_ids, "yes") == 0;
}

static void
look_at_disk(const char *path, struct doctor_disk *disk)
{
	struct statvfs found;
	snprintf(disk->path, sizeof(disk->path), "%s", path);
	if (statvfs(path, &found) < 0 || found.f_blocks == 0)
		return;
	disk->known = true;
	disk->free_percent = (int)(found.f_bavail * 100 / found.f_blocks);
	disk->free_inodes_percent =
	    found.f_files == 0 ? 100 : (int)(found.f_favail * 100 / found.f_files);
}

static void
look_at_instances(struct doctor_facts *facts)
{
	size_t i;
	const json_t *row;
	json_array_foreach(json_object_get(facts->status, "instances"), i, row)
	{
		if (facts->instance_count == INSTANCES_MAX)
			return;
		struct doctor_instance *instance = &facts->instances[facts->instance_count++];
		snprintf(instance->name, sizeof(instance->name), "%s", text_string(row, "name"));
		snprintf(instance->config_directory, sizeof(instance->config_directory), "%s",
		    text_string(row, "config_directory"));
		instance->polled = text_bool(row, "polled");
		ask_postconf(facts->settings, instance);
		look_at_disk(text_string(row, "queue_directory"), &instance->disk);
	}
}

/* ---- the machine ---- */

static void
look_at_accounts(struct doctor_facts *facts)
{
	const struct settings *settings = facts->settings;
	facts->has_user = getpwnam(settings->user) != NULL;
	facts->has_viewer_group = getgrnam(settings->control.viewer_group) != NULL;
	facts->has_operator_group = getgrnam(settings->control.operator_group) != NULL;
}

static void
look_at_state(struct doctor_facts *facts)
{
	struct stat found;
	const char *path = facts->settings->state_directory;
	facts->has_state_directory = stat(path, &found) == 0 && S_ISDIR(found.st_mode);
	facts->state_is_open = facts->has_state_directory && (found.st_mode & S_IRWXO) != 0;
	look_at_disk(path, &facts->state_disk);
}

/* A file of the kernel, one line; "" where it is not. */
static void
read_line(const char *path, char *line, int size)
{
	AUTO_FCLOSE FILE *file = fopen(path, "re");
	if (file == NULL || fgets(line, size, file) == NULL)
		line[0] = '\0';
}

static void
look_at_kernel(struct doctor_facts *facts)
{
	char line[256];
	struct timex clock = {.modes = 0};
	read_line("/proc/sys/fs/inotify/max_user_watches", line, sizeof(line));
	facts->max_user_watches = strtoll(line, NULL, 10);
	facts->has_landlock = sandbox_has_landlock();
	int state = adjtimex(&clock);
	facts->clock_is_known = state >= 0;
	facts->clock_is_right = state != TIME_ERROR && (clock.status & STA_UNSYNC) == 0;
}

/* ---- what the rules need ---- */

static char *
path_of(const struct settings *settings, const char *remedy)
{
	if (strcmp(remedy, "klms-policy") == 0)
		return mem_text(settings->klms.control);
	if (strcmp(remedy, "rspamd-policy") == 0)
		return mem_format("%s/rspamadm", settings->rspamd.command_directory);
	if (strcmp(remedy, "clamav-milter-policy") == 0)
		return mem_text(settings->clamav_milter.config_file);
	return NULL;
}

static void
look_at_rules(struct doctor_facts *facts)
{
	const struct settings *settings = facts->settings;
	for (int rule = 0; rule < settings->rule_count; rule++)
		for (int step = 0; step < settings->rules[rule].step_count; step++) {
			AUTO_FREE char *path =
			    path_of(settings, settings->rules[rule].steps[step].remedy);
			if (path != NULL && access(path, F_OK) < 0 && errno == ENOENT)
				snprintf(facts->missing, sizeof(facts->missing), "%s", path);
		}
}

void
doctor_gather(const struct settings *settings, bool settings_valid, const json_t *status,
    struct doctor_facts *ret_facts)
{
	*ret_facts = (struct doctor_facts){
	    .settings = settings,
	    .settings_valid = settings_valid,
	    .status = status,
	};
	look_at_accounts(ret_facts);
	look_at_state(ret_facts);
	look_at_kernel(ret_facts);
	look_at_instances(ret_facts);
	look_at_rules(ret_facts);
}
