/* SPDX-License-Identifier: ISC
 *
 * status.c - the whole picture: does it run, is something wrong, does good mail flow; then the
 * queues, the incidents, the watcher's own health, and what to do next.
 */
#include <inttypes.h>
#include <string.h>

#include "lib/mem.h"
#include "watchdogctl/incidents.h"
#include "watchdogctl/queues.h"
#include "watchdogctl/render.h"
#include "watchdogctl/status.h"

/* ---- the daemon ---- */

bool
status_is_stale(const json_t *document)
{
	const json_t *daemon = json_object_get(document, "daemon");
	return text_bool(daemon, "running") &&
	    (!text_has(daemon, "age_s") || text_number(daemon, "age_s") > STATUS_STALE_S);
}

static void
print_absent(struct text *text, const json_t *daemon)
{
	char span[CLOCK_SPAN_SIZE];
	if (!text_has(daemon, "age_s"))
		text_alarm(text, "watchdogd is NOT RUNNING, and has not seen a queue yet");
	else if (text_number(daemon, "age_s") > STATUS_STALE_S)
		text_alarm(text,
		    "watchdogd is NOT RUNNING; what follows is what it last saw, %s ago",
		    clock_format_span(text_number(daemon, "age_s"), span));
	else /* perhaps only the control role is being restarted */
		text_alarm(text, "watchdogd does NOT ANSWER; what follows is what it saw %s ago",
		    clock_format_span(text_number(daemon, "age_s"), span));
	text_print(text, "\n");
}

void
status_print_daemon(struct text *text, const json_t *document)
{
	const json_t *daemon = json_object_get(document, "daemon");
	char time[CLOCK_TEXT_SIZE], span[CLOCK_SPAN_SIZE];
	int64_t since_s = text_number(daemon, "since");
	if (!text_bool(daemon, "running")) {
		print_absent(text, daemon);
		return;
	}
	text_print(text, "watchdogd %s is running since %s (%s)\n", text_string(daemon, "version"),
	    text_time(since_s, time), text_since(text, since_s, span));
	if (!status_is_stale(document))
		return;
	if (text_has(daemon, "age_s"))
		text_alarm(text, "STALE: it last saw the queues %s ago, what follows is as old",
		    clock_format_span(text_number(daemon, "age_s"), span));
	else
		text_alarm(text, "STALE: it has not seen the queues yet");
	text_print(text, "\n");
}

static void
print_mode(struct text *text, const json_t *document)
{
	bool acts = strcmp(text_string(document, "mode"), "act") == 0;
	text_item(text, 0, "Mode", "%s: %s", text_string(document, "mode"),
	    acts ? "rules run their remedies" : "rules only say what they would do");
	if (text_bool(document, "paused"))
		text_item(text, 0, NULL, "PAUSED: no remedy acts by itself until resume");
}

/* ---- is something wrong, does good mail flow ---- */

static void
print_wrong(struct text *text, const json_t *document)
{
	size_t i;
	const json_t *incident;
	const json_t *incidents = json_object_get(document, "incidents");
	char span[CLOCK_SPAN_SIZE];
	if (json_array_size(incidents) == 0)
		text_item(text, 0, "Wrong", "nothing");
	json_array_foreach(incidents, i, incident) text_item(text, 0, i == 0 ? "Wrong" : NULL,
	    "incident %" PRId64 ": %s on %s, %s, for %s%s%s", text_number(incident, "id"),
	    text_string(incident, "kind"), text_string(incident, "instance"),
	    text_string(incident, "state"), text_since(text, text_number(incident, "began"), span),
	    text_has(incident, "acknowledged") ? ", seen by " : "",
	    text_string(incident, "acknowledged_by"));
}

static void
print_planned(struct text *text, const json_t *planned)
{
	size_t i;
	const json_t *row;
	char time[CLOCK_TEXT_SIZE];
	json_array_foreach(planned, i, row)
	{
		const char *said = text_string(row, "text");
		text_item(text, 0, i == 0 ? "Planned" : NULL,
		    "much mail on %s until %s (uid %" PRId64 "%s%s)", text_string(row, "instance"),
		    text_time(text_number(row, "until"), time), text_number(row, "uid"),
		    said[0] != '\0' ? ": " : "", said);
	}
}

static void
print_delay(struct text *text, const char *what, const char *word, const json_t *delay)
{
	char p50[CLOCK_SPAN_SIZE], p95[CLOCK_SPAN_SIZE];
	text_item(text, 0, NULL, "%s: half %s %s, 95 %% %s %s", what, word,
	    clock_format_span(text_number(delay, "p50_s"), p50), word,
	    clock_format_span(text_number(delay, "p95_s"), p95));
}

static void
print_delays(struct text *text, const json_t *good)
{
	if (text_has(good, "delay"))
		print_delay(
		    text, "delay in the last minute", "within", json_object_get(good, "delay"));
	if (text_number(json_object_get(good, "waiting_age"), "p95_s") > 0)
		print_delay(text, "what waits, deferred too", "under",
		    json_object_get(good, "waiting_age"));
}

static void
print_good_mail(struct text *text, const json_t *document)
{
	size_t i;
	const json_t *instance;
	const json_t *instances = json_object_get(document, "instances");
	char span[CLOCK_SPAN_SIZE];
	if (json_array_size(instances) == 0)
		text_item(text, 0, "Good mail", "no Postfix instance is watched");
	json_array_foreach(instances, i, instance)
	{
		const json_t *good = json_object_get(instance, "good_mail");
		int64_t waiting = text_number(good, "waiting");
		if (text_number(instance, "last_tick") == 0) {
			text_item(text, 0, i == 0 ? "Good mail" : NULL, "not known yet on %s",
			    text_string(instance, "name"));
			continue;
		}
		text_item(text, 0, i == 0 ? "Good mail" : NULL,
		    "%s on %s: %" PRId64 " delivered in the last minute, %" PRId64
		    " wait in incoming and active%s%s",
		    text_bool(good, "flows") ? "flows" : "STANDS STILL",
		    text_string(instance, "name"),
		    text_number(json_object_get(instance, "rates"), "deliveries_per_min"), waiting,
		    waiting > 0 ? ", the oldest there for " : "",
		    waiting > 0 ? clock_format_span(text_number(good, "oldest_age_s"), span) : "");
		print_delays(text, good);
	}
}

/* ---- the watcher's own health ---- */

/* "1 (at 16384 events)" */
static const char *
format_overflows(const json_t *watch, char text[64])
{
	int64_t limit = text_number(watch, "event_limit");
	int n = snprintf(text, 64, "%" PRId64, text_number(watch, "overflows"));
	if (limit > 0)
		snprintf(text + n, 64 - (size_t)n, " (at %" PRId64 " events)", limit);
	return text;
}

static void
print_watch(struct text *text, const json_t *watch)
{
	char span[CLOCK_SPAN_SIZE], overflows[64];
	text_item(text, 0, "Watcher",
	    "%s%s%s; drift %" PRId64 ", overflows %s, unread %" PRId64 ", %" PRId64
	    " directories watched",
	    text_has(watch, "last_full_reconcile") ? "compared with the disk "
						   : "not compared with the disk yet",
	    text_has(watch, "last_full_reconcile")
		? text_since(text, text_number(watch, "last_full_reconcile"), span)
		: "",
	    text_has(watch, "last_full_reconcile") ? " ago" : "", text_number(watch, "drift"),
	    format_overflows(watch, overflows), text_number(watch, "unread"),
	    text_number(watch, "watches"));
}

static void
print_polled(struct text *text, const json_t *instances)
{
	size_t i;
	const json_t *instance;
	json_array_foreach(instances, i, instance)
	{
		if (text_bool(instance, "polled"))
			text_item(text, 0, NULL,
			    "POLLED: the kernel gives no events of %s, it is looked at on a timer",
			    text_string(instance, "queue_directory"));
	}
}

static void
print_roles(struct text *text, const json_t *roles)
{
	const char *name;
	const json_t *role;
	const char *label = "Roles";
	char span[CLOCK_SPAN_SIZE];
	json_object_foreach((json_t *)(uintptr_t)roles, name, role)
	{
		int64_t restarts = text_number(role, "restarts");
		text_item(text, 0, label, "%-9s %s for %s, %" PRId64 " restart%s", name,
		    text_bool(role, "running") ? "runs" : "IS DOWN",
		    text_since(text, text_number(role, "since"), span), restarts,
		    text_plural(restarts));
		label = NULL;
	}
}

static void
print_alerts(struct text *text, const json_t *alerts)
{
	int64_t waiting = text_number(alerts, "waiting"), refused = text_number(alerts, "refused");
	text_item(text, 0, "Alerts",
	    "%" PRId64 " waiting to be sent, %" PRId64 " refused by the relay", waiting, refused);
}

/* ---- what to do next ---- */

/* One suggestion; the first has the label. */
static void
print_step(struct text *text, int *count, const char *command, const char *why)
{
	text_item(text, 0, *count == 0 ? "Next" : NULL, "%s%s%s", command,
	    why[0] != '\0' ? " # " : "", why);
	++*count;
}

static void
print_incident_steps(struct text *text, const json_t *incident, int *count)
{
	size_t i;
	const json_t *action;
	AUTO_FREE char *look =
	    mem_format("watchdogctl incidents %" PRId64, text_number(incident, "id"));
	AUTO_FREE char *ack = mem_format("watchdogctl ack %" PRId64, text_number(incident, "id"));
	print_step(text, count, look, "everything about it");
	if (!text_has(incident, "acknowledged"))
		print_step(text, count, ack, "say that you look after it");
	json_array_foreach(json_object_get(incident, "remedies"), i, action)
	{
		if (text_has(action, "confirm"))
			print_step(text, count, text_string(action, "confirm"), "say yes to it");
		if (text_has(action, "reject"))
			print_step(text, count, text_string(action, "reject"), "say no to it");
		if (text_has(action, "run"))
			print_step(text, count, text_string(action, "run"), "do it");
		if (text_has(action, "undo"))
			print_step(text, count, text_string(action, "undo"), "take it back");
	}
}

static void
print_next(struct text *text, const json_t *document)
{
	size_t i;
	const json_t *incident;
	int count = 0;
	bool running = text_bool(json_object_get(document, "daemon"), "running");
	text_print(text, "\n");
	if (!running)
		print_step(text, &count, "start watchdogd", "its log says why it ended");
	if (running && text_bool(document, "paused"))
		print_step(text, &count, "watchdogctl resume", "remedies act by themselves again");
	json_array_foreach(json_object_get(document, "incidents"), i, incident)
	    print_incident_steps(text, incident, &count);
	if (count == 0)
		print_step(text, &count, "nothing to do; the past: watchdogctl history", "");
}

void
status_render(struct text *text, const json_t *document)
{
	size_t i;
	const json_t *part;
	status_print_daemon(text, document);
	print_mode(text, document);
	print_wrong(text, document);
	print_planned(text, json_object_get(document, "planned"));
	print_good_mail(text, document);
	json_array_foreach(json_object_get(document, "instances"), i, part)
	    queues_print_instance(text, part);
	queues_print_spools(text, json_object_get(document, "spools"));
	json_array_foreach(json_object_get(document, "incidents"), i, part)
	{
		text_print(text, "\n");
		incidents_print_one(text, part);
	}
	text_print(text, "\n");
	print_watch(text, json_object_get(document, "watch"));
	print_polled(text, json_object_get(document, "instances"));
	print_roles(text, json_object_get(json_object_get(document, "daemon"), "roles"));
	print_alerts(text, json_object_get(document, "alerts"));
	print_next(text, document);
}
