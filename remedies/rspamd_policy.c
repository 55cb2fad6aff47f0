/* SPDX-License-Identifier: ISC
 *
 * rspamd_policy.c - what Rspamd would reject it accepts and discards: no server behind a relay has to
 * make a bounce of it. A file of ours in override.d sets discard_on_reject of the milter's worker;
 * what holds is what Rspamd itself says of its settings (rspamadm configdump).
 *
 * rspamadm runs as nobody: it reads files that Rspamd has written.
 */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"
#include "lib/spawn.h"
#include "remedies/owned_file.h"
#include "remedies/privilege.h"
#include "remedies/process.h"
#include "remedies/program.h"
#include "remedies/setting.h"

#define LIMIT_MS (2 * 60 * 1000) /* it looks up the names of servers in its settings */
#define WORKER "rspamd_proxy"
#define OPTION "discard_on_reject"
#define SERVICE "rspamd.service"

static const char *const no_suffixes[] = {NULL};

static char *
format_path(const struct setting_order *order)
{
	return mem_format(
	    "%s/override.d/worker-proxy.inc", order->settings->rspamd.config_directory);
}

static int
check(const struct setting_order *order, char problem[REASON_TEXT_SIZE])
{
	if (order->step == CHANGE_PLAN ||
	    (order->old.set && strcmp(order->old.text, "reject") == 0))
		return 0;
	snprintf(problem, REASON_TEXT_SIZE, "order refused: the policy was never %.300s",
	    order->old.text);
	return -EPERM;
}

/* ---- read ---- */

static int
dump_workers(const struct setting_order *order, char **ret_output, char problem[REASON_TEXT_SIZE])
{
	const char *directory = order->settings->rspamd.config_directory;
	AUTO_FREE char *path = mem_format("%s/rspamadm", order->settings->rspamd.command_directory);
	AUTO_FREE char *config = mem_format("%s/rspamd.conf", directory);
	AUTO_FREE char *base = mem_format("--var=CONFDIR=%s", directory);
	AUTO_FREE char *local = mem_format("--var=LOCAL_CONFDIR=%s", directory);
	const char *const argv[] = {
	    path, base, local, "configdump", "-j", "-c", config, "worker", NULL};
	struct spawn spawn = {.path = path, .argv = argv};
	const struct program program = {.what = "rspamadm configdump", .limit_ms = LIMIT_MS};
	int r = privilege_set(AS_NOBODY, order->instance, &spawn);
	if (r < 0) {
		snprintf(problem, REASON_TEXT_SIZE, "there is no user nobody");
		return r;
	}
	return program_run(&spawn, &program, ret_output, problem);
}

/* The milter's worker among the objects that were printed, one after the other and between warnings;
 * json_decref() it. */
static json_t *
find_worker(const char *output)
{
	while (*output != '\0') {
		json_error_t error;
		json_t *object =
		    *output == '{' ? json_loads(output, JSON_DISABLE_EOF_CHECK, &error) : NULL;
		json_t *worker = json_incref(json_object_get(object, WORKER));
		json_decref(object);
		if (worker != NULL)
			return worker;
		output += object != NULL ? (size_t)error.position : strcspn(output, "\n");
		output += strspn(output, "\n");
	}
	return NULL;
}

/* An undo is about our own file: what somebody else has set beside it is his. */
static int
read_own(const struct setting_order *order, struct setting_value *ret_value,
    char problem[REASON_TEXT_SIZE])
{
	AUTO_FREE char *path = format_path(order);
	bool there;
	int r = owned_file_look(path, &there, problem);
	if (r < 0)
		return r;
	*ret_value = (struct setting_value){.set = true};
	snprintf(ret_value->text, sizeof(ret_value->text), "%s", there ? "discard" : "reject");
	return 0;
}

static int
read_policy(const struct setting_order *order, struct setting_value *ret_value,
    char problem[REASON_TEXT_SIZE])
{
	AUTO_FREE char *output = NULL;
	if (order->step == CHANGE_UNDO)
		return read_own(order, ret_value, problem);
	int r = dump_workers(order, &output, problem);
	if (r < 0)
		return r;
	json_t *worker = find_worker(output);
	const json_t *option = json_object_get(worker, OPTION);
	bool discards = json_is_true(option), is_known = option == NULL || json_is_boolean(option);
	bool found = json_is_object(worker);
	json_decref(worker);
	if (!found || !is_known) {
		snprintf(problem, REASON_TEXT_SIZE,
		    "Rspamd's settings have not one worker \"" WORKER "\" with a plain " OPTION);
		return -EPERM;
	}
	*ret_value = (struct setting_value){.set = true};
	snprintf(ret_value->text, sizeof(ret_value->text), "%s", discards ? "discard" : "reject");
	return 0;
}

/* ---- write ---- */

static int
write_policy(const struct setting_order *order, const struct setting_value *value,
    char problem[REASON_TEXT_SIZE])
{
	AUTO_FREE char *path = format_path(order);
	if (strcmp(value->text, "discard") == 0)
		return owned_file_write(path, OPTION " = true;\n", problem);
	return owned_file_remove(path, no_suffixes, problem);
}

static bool
needs_reload(const struct setting_order *order UNUSED)
{
	return true;
}

static int
reload(const struct setting_order *order, bool *ret_told, char problem[REASON_TEXT_SIZE])
{
	const char *pid_file = order->settings->rspamd.pid_file;
	AUTO_FREE char *program =
	    mem_format("%s/rspamd", order->settings->rspamd.command_directory);
	return pid_file[0] != '\0' ? process_reload(pid_file, program, ret_told, problem)
				   : process_reload_service(SERVICE, ret_told, problem);
}

static const char *
needs(const struct settings *settings)
{
	return settings->rspamd.config_directory;
}

const struct setting_remedy setting_rspamd_policy = {
    .name = "rspamd-policy",
    .needs = needs,
    .check = check,
    .read = read_policy,
    .write = write_policy,
    .needs_reload = needs_reload,
    .reload = reload,
};
