/* SPDX-License-Identifier: ISC
 *
 * doctor.c - what the facts mean, and how to mend what is wrong. Each thing that is looked at has a
 * finding, a good one too: who asks sees what was looked at.
 */
#include "watchdogctl/doctor.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "lib/log.h"
#include "lib/mem.h"
#include "proto/document.h"
#include "watchdogctl/render.h"
#include "watchdogctl/status.h"

#define DISK_WARNING 10 /* percent free */
#define DISK_CRITICAL 2
#define EVENT_LIMIT_DEFAULT 16384 /* fs.inotify.max_queued_events of the kernel */
#define POSTFIX_OLDEST 3 /* major version that watchdogd is tried on */

enum state {
	STATE_OK,
	STATE_WARNING,
	STATE_CRITICAL,
};
static const char *const state_names[] = {"ok", "warning", "critical"};

struct judge {
	const struct doctor_facts *facts;
	json_t *findings;
	enum state worst;
};

/* mend: NULL where all is well. */
static void PRINTF_LIKE(5, 6) find(struct judge *judge, const char *about, enum state state,
    const char *mend, const char *format, ...)
{
	AUTO_FREE char *text = NULL;
	va_list arguments;
	va_start(arguments, format);
	int length = vasprintf(&text, format, arguments);
	va_end(arguments);
	if (length < 0)
		fatal("no memory");
	json_t *finding = json_object();
	document_put_text(finding, "about", about);
	document_put_text(finding, "state", state_names[state]);
	document_put_text(finding, "text", text);
	if (mend != NULL)
		document_put_text(finding, "mend", mend);
	else
		document_put(finding, "mend", json_null());
	json_array_append_new(judge->findings, finding);
	judge->worst = state > judge->worst ? state : judge->worst;
}

/* ---- the daemon ---- */

static void
judge_settings(struct judge *judge)
{
	if (judge->facts->settings_valid)
		find(judge, "settings", STATE_OK, NULL, "have no errors");
	else
		find(judge, "settings", STATE_CRITICAL, "watchdogctl config check says which",
		    "have errors: neither a start nor a reload takes them");
}

static void
judge_daemon(struct judge *judge)
{
	const char *name;
	json_t *role;
	const json_t *status = judge->facts->status;
	if (status == NULL) {
		find(judge, "daemon", STATE_CRITICAL,
		    "systemctl start postfix-watchdog; its log says why it ended",
		    "watchdogd does not answer: nobody watches the queues");
		return;
	}
	if (status_is_stale(status))
		find(judge, "daemon", STATE_CRITICAL, "the log of watch and engine says why",
		    "watchdogd runs, and does not see the queues");
	else
		find(judge, "daemon", STATE_OK, NULL, "watchdogd runs and sees the queues");
	json_object_foreach(json_object_get(json_object_get(status, "daemon"), "roles"), name, role)
	{
		if (!text_bool(role, "running"))
			find(judge, "daemon", STATE_WARNING, "the log says why it ends",
			    "the role %s is down", name);
	}
}

static void
judge_accounts(struct judge *judge)
{
	const struct doctor_facts *facts = judge->facts;
	const struct settings *settings = facts->settings;
	const char *operators = settings->control.operator_group;
	if (!facts->has_user)
		find(judge, "accounts", STATE_CRITICAL,
		    "systemd-sysusers, or useradd --system; see the README",
		    "there is no user %s: the roles cannot be started", settings->user);
	if (!facts->has_viewer_group)
		find(judge, "accounts", STATE_WARNING, "groupadd, or set control.viewer_group",
		    "there is no group %s: only root can ask", settings->control.viewer_group);
	if (operators[0] != '\0' && !facts->has_operator_group)
		find(judge, "accounts", STATE_WARNING, "groupadd, or set control.operator_group",
		    "there is no group %s: only root can act", operators);
	if (facts->has_user && facts->has_viewer_group &&
	    (operators[0] == '\0' || facts->has_operator_group))
		find(judge, "accounts", STATE_OK, NULL, "the user and the groups are there");
}

static void
judge_state(struct judge *judge)
{
	const char *path = judge->facts->settings->state_directory;
	AUTO_FREE char *close = mem_format("chmod o-rwx %s", path);
	if (!judge->facts->has_state_directory)
		find(judge, "history", STATE_CRITICAL,
		    "start watchdogd, or systemd-tmpfiles --create", "there is no directory %s",
		    path);
	else if (judge->facts->state_is_open)
		find(judge, "history", STATE_WARNING, close,
		    "anybody may look into %s, where addresses and headers are", path);
	else
		find(judge, "history", STATE_OK, NULL, "%s is closed to others", path);
}

static void
judge_sandbox(struct judge *judge)
{
	if (judge->facts->has_landlock)
		find(judge, "sandbox", STATE_OK, NULL, "the kernel has landlock");
	else
		find(judge, "sandbox", STATE_WARNING,
		    "a kernel of 5.13 or newer, with landlock in its lsm= list",
		    "the kernel has no landlock: roles are kept from calls, not from files");
}

/* ---- the watcher ---- */

static void
judge_events(struct judge *judge)
{
	const json_t *watch = json_object_get(judge->facts->status, "watch");
	int64_t limit = text_number(watch, "event_limit"), watches = text_number(watch, "watches");
	int64_t most = judge->facts->max_user_watches;
	AUTO_FREE char *raise =
	    mem_format("sysctl fs.inotify.max_user_watches=%" PRId64, 4 * watches);
	if (watch == NULL)
		return;
	bool overflows = text_number(watch, "overflows") > 0 && limit <= EVENT_LIMIT_DEFAULT;
	if (overflows)
		find(judge, "inotify", STATE_WARNING, "set watch.max_queued_events, such as 131072",
		    "the kernel's queue of %" PRId64
		    " events has overflowed: all is read anew then",
		    limit);
	if (most > 0 && watches > most / 2)
		find(judge, "inotify", STATE_WARNING, raise,
		    "%" PRId64 " directories are watched, of %" PRId64 " that a user may", watches,
		    most);
	else if (!overflows)
		find(judge, "inotify", STATE_OK, NULL, "%" PRId64 " directories are watched",
		    watches);
}

static void
judge_disk(struct judge *judge, const struct doctor_disk *disk)
{
	int left = disk->free_percent < disk->free_inodes_percent ? disk->free_percent
								  : disk->free_inodes_percent;
	if (!disk->known)
		find(judge, "disk", STATE_WARNING, "look whether it is there, and ask as root",
		    "%s cannot be looked at", disk->path);
	else if (left < DISK_WARNING)
		find(judge, "disk", left < DISK_CRITICAL ? STATE_CRITICAL : STATE_WARNING,
		    "make room, or give it a file system of its own",
		    "%s has %d %% of its space and %d %% of its inodes left", disk->path,
		    disk->free_percent, disk->free_inodes_percent);
	else
		find(judge, "disk", STATE_OK, NULL, "%s has %d %% left", disk->path, left);
}

static void
judge_clock(struct judge *judge)
{
	if (!judge->facts->clock_is_known)
		return;
	if (judge->facts->clock_is_right)
		find(judge, "clock", STATE_OK, NULL, "is synchronised");
	else
		find(judge, "clock", STATE_WARNING, "timedatectl set-ntp true, or install chrony",
		    "is not synchronised: ages and the history go by it");
}

/* ---- Postfix ---- */

/* Whether a class that makes a mail of each bounce is in the list. */
static bool
notifies_of_bounces(const char *classes)
{
	static const char *const loud[] = {"bounce", "2bounce", "delay"};
	while (*(classes += strspn(classes, ", \t")) != '\0') {
		size_t length = strcspn(classes, ", \t");
		for (size_t i = 0; i < ARRAY_LENGTH(loud); i++)
			if (strlen(loud[i]) == length && strncmp(loud[i], classes, length) == 0)
				return true;
		classes += length;
	}
	return false;
}

static void
judge_instance(struct judge *judge, const struct doctor_instance *instance)
{
	const char *directory = instance->config_directory;
	AUTO_FREE char *ask = mem_format("postconf -c %s says why", directory);
	AUTO_FREE char *longer =
	    mem_format("postconf -c %s -e enable_long_queue_ids=yes", directory);
	AUTO_FREE char *quiet =
	    mem_format("postconf -c %s -e notify_classes=resource,software", directory);
	bool loud = notifies_of_bounces(instance->notify_classes);
	bool old = atoi(instance->version) < POSTFIX_OLDEST;
	if (instance->version[0] == '\0') {
		find(judge, "Postfix", STATE_WARNING, ask, "%s cannot be asked", instance->name);
		return;
	}
	if (old)
		find(judge, "Postfix", STATE_WARNING, "a newer Postfix",
		    "%s is of version %s: watchdogd is tried on 3 and newer", instance->name,
		    instance->version);
	if (!instance->long_queue_ids)
		find(judge, "Postfix", STATE_WARNING, longer,
		    "%s has short queue ids: one comes again soon, for another message",
		    instance->name);
	if (loud)
		find(judge, "Postfix", STATE_WARNING, quiet,
		    "%s sends the postmaster a mail for each bounce: a flood makes twice as many",
		    instance->name);
	if (instance->polled)
		find(judge, "Postfix", STATE_WARNING, "a queue on a local file system",
		    "the kernel gives no events of the queue of %s: it is looked at on a timer",
		    instance->name);
	if (!old && instance->long_queue_ids && !loud && !instance->polled)
		find(judge, "Postfix", STATE_OK, NULL, "%s is of version %s", instance->name,
		    instance->version);
}

static void
judge_instances(struct judge *judge)
{
	const struct doctor_facts *facts = judge->facts;
	if (facts->status != NULL && facts->instance_count == 0)
		find(judge, "Postfix", STATE_CRITICAL,
		    "postmulti -l lists them; or set postfix.config_directories",
		    "no instance is known");
	for (int i = 0; i < facts->instance_count; i++) {
		judge_instance(judge, &facts->instances[i]);
		judge_disk(judge, &facts->instances[i].disk);
	}
}

/* ---- telling and acting ---- */

static void
judge_mail(struct judge *judge)
{
	const struct settings *settings = judge->facts->settings;
	const json_t *alerts = json_object_get(judge->facts->status, "alerts");
	if (settings->alert.relay_count == 0 || settings->alert.recipient_count == 0 ||
	    settings->alert.from[0] == '\0')
		find(judge, "mail", STATE_WARNING,
		    "set alert.relays, alert.from and alert.recipients, then watchdogctl alert "
		    "test",
		    "nobody is told of an incident");
	else if (text_number(alerts, "refused") > 0)
		find(judge, "mail", STATE_WARNING, "watchdogctl alert list says which, and why",
		    "mails about incidents were refused");
	else
		find(judge, "mail", STATE_OK, NULL,
		    "there are relays and recipients; watchdogctl alert test tries them");
}

static void
judge_filter(struct judge *judge)
{
	if (judge->facts->missing[0] != '\0')
		find(judge, "filter", STATE_WARNING, "set its path, or leave the step out",
		    "a step of a rule needs %s, which is not there", judge->facts->missing);
}

json_t *
doctor_judge(const struct doctor_facts *facts)
{
	struct judge judge = {.facts = facts, .findings = json_array()};
	judge_settings(&judge);
	judge_daemon(&judge);
	judge_accounts(&judge);
	judge_state(&judge);
	judge_disk(&judge, &facts->state_disk);
	judge_sandbox(&judge);
	judge_events(&judge);
	judge_clock(&judge);
	judge_instances(&judge);
	judge_filter(&judge);
	judge_mail(&judge);
	return json_pack(
	    "{s:s, s:o}", "state", state_names[judge.worst], "findings", judge.findings);
}

/* ---- printing ---- */

void
doctor_render(struct text *text, const json_t *document)
{
	size_t i;
	const json_t *finding;
	int wrong = 0;
	json_array_foreach(json_object_get(document, "findings"), i, finding)
	{
		bool is_fine = strcmp(text_string(finding, "state"), "ok") == 0;
		bool is_critical = strcmp(text_string(finding, "state"), "critical") == 0;
		text_item(text, 0, text_string(finding, "about"), "%s%s",
		    is_fine           ? ""
			: is_critical ? "CRITICAL: "
				      : "WRONG: ",
		    text_string(finding, "text"));
		if (text_has(finding, "mend"))
			text_item(text, 0, NULL, "mend: %s", text_string(finding, "mend"));
		wrong += !is_fine;
	}
	text_print(text, "\n%d thing%s to mend\n", wrong, text_plural(wrong));
}
