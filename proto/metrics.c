/* SPDX-License-Identifier: ISC
 *
 * metrics.c - the table of families, the walk over a status that fills them, and the two formats.
 *
 * An instance of Postfix is "postfix_instance": "instance" is Prometheus' own label of whom it asked.
 * Names follow https://prometheus.io/docs/practices/naming/: base units, _total for what only
 * grows. A family's name is the contract with dashboards and alert rules: it is never given another
 * meaning.
 */
#include "proto/metrics.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "lib/guard.h"
#include "lib/log.h"
#include "lib/mem.h"
#include "proto/document.h"

#define NAME_PREFIX "postfix_watchdog_"
#define PATH_PARTS_MAX 3

/* What a family has a sample of each of, with which labels. */
enum scope {
	SCOPE_STATUS, /* the daemon: none */
	SCOPE_WORD, /* a text of the daemon, which is the label's value; the sample is 1 */
	SCOPE_ROLE, /* role */
	SCOPE_INCIDENTS, /* postfix_instance, kind; the sample is how many are open */
	SCOPE_INSTANCE, /* postfix_instance */
	SCOPE_QUEUE, /* postfix_instance, queue */
	SCOPE_CLASS, /* postfix_instance, queue, class */
	SCOPE_SPOOL, /* spool */
};

/* X(scope, "name", "type", "unit", "path in the scope's object", "help"). A counter's name is written
 * with _total; a unit is the end of the name. */
/* clang-format off */
#define FAMILIES(X) \
X(WORD, "build_info", "gauge", "", "daemon.version", "The version of watchdogd.") \
X(WORD, "mode_info", "gauge", "", "mode", "Whether remedies act: observe or act.") \
X(STATUS, "paused", "gauge", "", "paused", "Whether an operator has stopped acting.") \
X(STATUS, "start_time_seconds", "gauge", "seconds", "daemon.since", \
	"When the daemon was started, in seconds since 1970.") \
X(STATUS, "last_tick_timestamp_seconds", "gauge", "seconds", "daemon.last_tick", \
	"When the queues were seen last, in seconds since 1970.") \
X(STATUS, "open_incidents", "gauge", "", "open_incidents", "Incidents that are open.") \
X(INCIDENTS, "incidents", "gauge", "", "", "Incidents that are open, by rule.") \
X(STATUS, "alerts_waiting", "gauge", "", "alerts.waiting", \
	"Mails about incidents that no relay has accepted yet.") \
X(STATUS, "alerts_refused", "gauge", "", "alerts.refused", \
	"Mails about incidents that were refused for good and are kept in the history.") \
X(ROLE, "role_up", "gauge", "", "running", "Whether the process of a role runs.") \
X(ROLE, "role_restarts", "counter", "", "restarts", "How often a role ended and was started again.") \
X(STATUS, "last_reconcile_timestamp_seconds", "gauge", "seconds", "watch.last_full_reconcile", \
	"When the counts were compared with the disk last, in seconds since 1970.") \
X(STATUS, "reconcile_corrections", "counter", "", "watch.drift", \
	"Corrections that comparisons with the disk made since the watcher started.") \
X(STATUS, "event_overflows", "counter", "", "watch.overflows", \
	"How often the kernel's queue of events overflowed since the watcher started.") \
X(STATUS, "watched_directories", "gauge", "", "watch.watches", "Directories that are watched.") \
X(INSTANCE, "instance_present", "gauge", "", "present", "Whether the queue directory is there.") \
X(CLASS, "queue_messages", "gauge", "", "", "Messages in a queue, by class.") \
X(QUEUE, "queue_size_bytes", "gauge", "bytes", "bytes", "Size of the messages in a queue.") \
X(QUEUE, "queue_oldest_age_seconds", "gauge", "seconds", "oldest_age_s", \
	"Age of the oldest message in a queue, 0 when it is empty.") \
X(INSTANCE, "good_mail_flows", "gauge", "", "good_mail.flows", \
	"0 while mail with a sender waits for a minute and more and nothing is delivered.") \
X(INSTANCE, "good_mail_waiting", "gauge", "", "good_mail.waiting", \
	"Messages with a sender in incoming and active.") \
X(INSTANCE, "good_mail_oldest_age_seconds", "gauge", "seconds", "good_mail.oldest_age_s", \
	"Age of the oldest message in incoming and active, where one has a sender.") \
X(INSTANCE, "good_mail_delay_median_seconds", "gauge", "seconds", "good_mail.delay.p50_s", \
	"Time in the queues of messages with a sender that left in the last minute: of half, at most.") \
X(INSTANCE, "good_mail_delay_p95_seconds", "gauge", "seconds", "good_mail.delay.p95_s", \
	"Time in the queues of messages with a sender that left in the last minute: of 95 %, at most.") \
X(INSTANCE, "good_mail_waiting_age_median_seconds", "gauge", "seconds", \
	"good_mail.waiting_age.p50_s", \
	"Age of messages with a sender in incoming, active and deferred: of half, at most.") \
X(INSTANCE, "good_mail_waiting_age_p95_seconds", "gauge", "seconds", \
	"good_mail.waiting_age.p95_s", \
	"Age of messages with a sender in incoming, active and deferred: of 95 %, at most.") \
X(INSTANCE, "arrivals", "counter", "", "totals.arrivals", \
	"Messages accepted, bounces made here included.") \
X(INSTANCE, "deliveries", "counter", "", "totals.deliveries", \
	"Messages that left the active queue and made no bounce.") \
X(INSTANCE, "deferrals", "counter", "", "totals.deferrals", \
	"Messages that went to the deferred queue.") \
X(INSTANCE, "bounces_made", "counter", "", "totals.bounces_made", \
	"Bounces that this Postfix made.") \
X(INSTANCE, "bounced", "counter", "", "totals.bounced", \
	"Messages that left the active queue as undeliverable.") \
X(INSTANCE, "removed", "counter", "", "totals.removed", \
	"Messages removed from any queue but active.") \
X(SPOOL, "spool_present", "gauge", "", "present", "Whether the spool's directory is there.") \
X(SPOOL, "spool_messages", "gauge", "", "messages", "Messages in a spool outside Postfix.") \
X(SPOOL, "spool_size_bytes", "gauge", "bytes", "bytes", "Size of what is in a spool.") \
X(SPOOL, "spool_oldest_age_seconds", "gauge", "seconds", "oldest_age_s", \
	"Age of the oldest in a spool, 0 when it is empty.")
/* clang-format on */

struct family {
	enum scope scope;
	const char *name, *type, *unit, *path, *text;
};
#define FAMILY_(scope, name, type, unit, path, text) \
	{SCOPE_##scope, NAME_PREFIX name, type, unit, path, text},
static const struct family families[] = {FAMILIES(FAMILY_)};

static const struct {
	const char *key, *class;
} classes[] = {
    {"normal", "normal"},
    {"bounces", "bounce"},
    {"dsn", "dsn"},
    {"notices", "notice"},
    {"unread", "unread"},
};

/* ---- samples ---- */

/* "good_mail.delay.p50_s"; NULL where it is not. */
static const json_t *
find_value(const json_t *object, const char *path)
{
	while (object != NULL && *path != '\0') {
		size_t length = strcspn(path, ".");
		AUTO_FREE char *key = mem_text_n(path, length);
		object = json_object_get(object, key);
		path += length + (path[length] == '.');
	}
	return object;
}

static void
add_sample(json_t *samples, json_t *labels, json_int_t value)
{
	json_array_append_new(samples, json_pack("{s:o, s:I}", "labels", labels, "value", value));
}

/* A number, or whether something is so; what is neither has no sample. Consumes the labels. */
static void
add_value(json_t *samples, json_t *labels, const json_t *value)
{
	if (json_is_integer(value) || json_is_boolean(value))
		add_sample(samples, labels,
		    json_is_integer(value) ? json_integer_value(value) : json_is_true(value));
	else
		json_decref(labels);
}

static json_t *
make_label(const char *key, const json_t *value)
{
	json_t *labels = json_object();
	const char *text = json_string_value(value);
	document_put_text(labels, key, text != NULL ? text : "");
	return labels;
}

static json_t *
make_instance_label(const json_t *instance)
{
	return make_label("postfix_instance", json_object_get(instance, "name"));
}

static void
add_word(json_t *samples, const struct family *family, const json_t *status)
{
	const char *dot = strrchr(family->path, '.');
	const json_t *value = find_value(status, family->path);
	if (json_is_string(value))
		add_sample(samples, make_label(dot != NULL ? dot + 1 : family->path, value), 1);
}

static void
add_roles(json_t *samples, const struct family *family, const json_t *status)
{
	const char *name;
	json_t *role, *roles = json_object_get(json_object_get(status, "daemon"), "roles");
	json_object_foreach(roles, name, role)
	{
		json_t *labels = json_object();
		document_put_text(labels, "role", name);
		add_value(samples, labels, find_value(role, family->path));
	}
}

/* The sample of these labels, or NULL. */
static json_t *
find_sample(const json_t *samples, const json_t *labels)
{
	size_t i;
	json_t *sample;
	json_array_foreach(samples, i, sample)
	{
		if (json_equal(json_object_get(sample, "labels"), labels))
			return sample;
	}
	return NULL;
}

/* Two incidents of a rule may be open: one above its level, one clearing. */
static void
add_incidents(json_t *samples, const json_t *status)
{
	size_t i;
	const json_t *incident;
	json_array_foreach(json_object_get(status, "incidents"), i, incident)
	{
		const char *kind = json_string_value(json_object_get(incident, "kind"));
		json_t *labels =
		    make_label("postfix_instance", json_object_get(incident, "instance"));
		document_put_text(labels, "kind", kind != NULL ? kind : "");
		json_t *sample = find_sample(samples, labels);
		json_t *value = json_object_get(sample, "value");
		if (sample == NULL) {
			add_sample(samples, labels, 1);
		} else {
			json_integer_set(value, json_integer_value(value) + 1);
			json_decref(labels);
		}
	}
}

static void
add_queues(json_t *samples, const struct family *family, const json_t *instance)
{
	const char *name;
	json_t *queue;
	size_t count = family->scope == SCOPE_CLASS ? ARRAY_LENGTH(classes) : 1;
	json_object_foreach(json_object_get(instance, "queues"), name, queue)
	{
		for (size_t i = 0; i < count; i++) {
			bool by_class = family->scope == SCOPE_CLASS;
			json_t *labels = make_instance_label(instance);
			document_put_text(labels, "queue", name);
			if (by_class)
				document_put_text(labels, "class", classes[i].class);
			add_value(samples, labels,
			    find_value(queue, by_class ? classes[i].key : family->path));
		}
	}
}

static void
add_instances(json_t *samples, const struct family *family, const json_t *status)
{
	size_t i;
	const json_t *instance;
	json_array_foreach(json_object_get(status, "instances"), i, instance)
	{
		if (family->scope == SCOPE_INSTANCE)
			add_value(samples, make_instance_label(instance),
			    find_value(instance, family->path));
		else
			add_queues(samples, family, instance);
	}
}

static void
add_spools(json_t *samples, const struct family *family, const json_t *status)
{
	size_t i;
	const json_t *spool;
	json_array_foreach(json_object_get(status, "spools"), i, spool) add_value(samples,
	    make_label("spool", json_object_get(spool, "name")), find_value(spool, family->path));
}

static json_t *
make_samples(const struct family *family, const json_t *status)
{
	json_t *samples = json_array();
	switch (family->scope) {
	case SCOPE_STATUS:
		add_value(samples, json_object(), find_value(status, family->path));
		break;
	case SCOPE_WORD:
		add_word(samples, family, status);
		break;
	case SCOPE_ROLE:
		add_roles(samples, family, status);
		break;
	case SCOPE_INCIDENTS:
		add_incidents(samples, status);
		break;
	case SCOPE_INSTANCE:
	case SCOPE_QUEUE:
	case SCOPE_CLASS:
		add_instances(samples, family, status);
		break;
	case SCOPE_SPOOL:
		add_spools(samples, family, status);
		break;
	}
	return samples;
}

json_t *
metrics_make(const json_t *status)
{
	json_t *list = json_array();
	for (size_t i = 0; i < ARRAY_LENGTH(families); i++)
		json_array_append_new(list,
		    json_pack("{s:s, s:s, s:s, s:s, s:o}", "name", families[i].name, "type",
			families[i].type, "unit", families[i].unit, "text", families[i].text,
			"samples", make_samples(&families[i], status)));
	return json_pack("{s:o}", "families", list);
}
