/* SPDX-License-Identifier: ISC
 *
 * check.c - what is critical, what is a warning: critical is what harms good mail or blinds us.
 *
 * The line goes into other programs' configuration, mails and graphs: nothing that mail said is in
 * it, and its labels do not change with what is in the queues.
 */
#include "watchdogctl/check.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "lib/log.h"
#include "lib/mem.h"
#include "watchdogctl/render.h"
#include "watchdogctl/status.h"

#define WARNING_S (15 * 60) /* of the delay of good mail */
#define CRITICAL_S (60 * 60)
#define LABEL_SIZE 128

static const char *const state_names[] = {
    [CHECK_OK] = "ok",
    [CHECK_WARNING] = "warning",
    [CHECK_CRITICAL] = "critical",
    [CHECK_UNKNOWN] = "unknown",
};

struct check {
	json_t *problems, *performance;
	enum check_state worst;
	int64_t warning_s, critical_s;
	bool many; /* instances: labels have their names */
};

/* ---- problems and figures ---- */

static void PRINTF_LIKE(3, 4)
    add_problem(struct check *check, enum check_state state, const char *format, ...)
{
	AUTO_FREE char *text = NULL;
	va_list arguments;
	va_start(arguments, format);
	int length = vasprintf(&text, format, arguments);
	va_end(arguments);
	if (length < 0)
		fatal("no memory");
	json_t *problem = json_pack("{s:s, s:s}", "state", state_names[state], "text", text);
	if (state >= CHECK_CRITICAL) /* the worst is read first */
		json_array_insert_new(check->problems, 0, problem);
	else
		json_array_append_new(check->problems, problem);
	if (state > check->worst)
		check->worst = state;
}

/* Limits below 0: there are none. */
static void
add_figure(struct check *check, const char *label, const char *unit, int64_t value, int64_t warning,
    int64_t critical)
{
	json_t *figure =
	    json_pack("{s:s, s:s, s:I}", "label", label, "unit", unit, "value", (json_int_t)value);
	json_object_set_new(figure, "warning", warning >= 0 ? json_integer(warning) : json_null());
	json_object_set_new(
	    figure, "critical", critical >= 0 ? json_integer(critical) : json_null());
	json_array_append_new(check->performance, figure);
}

static void
add_count(struct check *check, const char *instance, const char *what, int64_t value)
{
	char label[LABEL_SIZE];
	snprintf(label, sizeof(label), "%s%s%s", check->many ? instance : "",
	    check->many ? "_" : "", what);
	add_figure(check, label, "", value, -1, -1);
}

/* ---- what is looked at ---- */

static int64_t
find_delay(const json_t *good)
{
	int64_t left_s = text_number(json_object_get(good, "delay"), "p95_s");
	int64_t oldest_s = text_number(good, "oldest_age_s");
	return left_s > oldest_s ? left_s : oldest_s;
}

static void
judge_delay(struct check *check, const char *name, const json_t *good)
{
	char label[LABEL_SIZE], span[CLOCK_SPAN_SIZE];
	int64_t delay_s = find_delay(good);
	snprintf(
	    label, sizeof(label), "%s%sdelay", check->many ? name : "", check->many ? "_" : "");
	add_figure(check, label, "s", delay_s, check->warning_s, check->critical_s);
	if (!text_bool(good, "flows"))
		add_problem(check, CHECK_CRITICAL, "good mail stands still on %s for %s", name,
		    clock_format_span(text_number(good, "oldest_age_s"), span));
	else if (delay_s > check->warning_s)
		add_problem(check, delay_s > check->critical_s ? CHECK_CRITICAL : CHECK_WARNING,
		    "good mail on %s is late by %s", name, clock_format_span(delay_s, span));
}

static void
judge_instance(struct check *check, const json_t *instance)
{
	static const char *const queues[] = {"incoming", "active", "deferred", "hold"};
	const char *name = text_string(instance, "name");
	const json_t *good = json_object_get(instance, "good_mail");
	int64_t bounces = 0;
	if (text_number(instance, "last_tick") == 0)
		add_problem(check, CHECK_WARNING, "%s is not counted yet", name);
	else if (!text_bool(instance, "present"))
		add_problem(check, CHECK_WARNING, "there is no queue directory of %s", name);
	judge_delay(check, name, good);
	add_count(check, name, "waiting", text_number(good, "waiting"));
	for (size_t i = 0; i < ARRAY_LENGTH(queues); i++) {
		const json_t *queue =
		    json_object_get(json_object_get(instance, "queues"), queues[i]);
		add_count(check, name, queues[i], text_number(queue, "messages"));
		bounces += text_number(queue, "bounces");
	}
	add_count(check, name, "bounces", bounces);
}

static void
judge_instances(struct check *check, const json_t *instances)
{
	size_t i;
	const json_t *instance;
	check->many = json_array_size(instances) > 1;
	if (json_array_size(instances) == 0)
		add_problem(check, CHECK_CRITICAL, "no Postfix instance is watched");
	json_array_foreach(instances, i, instance) judge_instance(check, instance);
}

static void
judge_incidents(struct check *check, const json_t *status, int64_t now_s)
{
	size_t i;
	const json_t *incident;
	char span[CLOCK_SPAN_SIZE];
	json_array_foreach(json_object_get(status, "incidents"), i, incident)
	{
		int64_t age_s = now_s - text_number(incident, "began");
		add_problem(check, CHECK_WARNING, "incident %" PRId64 ": %s on %s for %s",
		    text_number(incident, "id"), text_string(incident, "kind"),
		    text_string(incident, "instance"),
		    clock_format_span(age_s > 0 ? age_s : 0, span));
	}
	add_figure(check, "incidents", "", text_number(status, "open_incidents"), 0, -1);
}

static void
judge_daemon(struct check *check, const json_t *status)
{
	const char *name;
	json_t *role;
	const json_t *daemon = json_object_get(status, "daemon");
	char span[CLOCK_SPAN_SIZE];
	if (status_is_stale(status))
		add_problem(check, CHECK_CRITICAL, "the queues were not seen %s%s",
		    text_has(daemon, "age_s") ? "for " : "yet",
		    text_has(daemon, "age_s")
			? clock_format_span(text_number(daemon, "age_s"), span)
			: "");
	json_object_foreach(json_object_get(daemon, "roles"), name, role)
	{
		if (!text_bool(role, "running"))
			add_problem(check, CHECK_WARNING, "the role %s is down", name);
	}
}

/* ---- the document ---- */

static json_t *
make_document(const struct check *check)
{
	return json_pack("{s:s, s:i, s:o, s:o}", "state", state_names[check->worst], "exit",
	    (int)check->worst, "problems", check->problems, "performance", check->performance);
}

json_t *
check_make(const json_t *status, const struct ctl_request *request, int64_t now_s)
{
	struct check check = {
	    .problems = json_array(),
	    .performance = json_array(),
	    .warning_s = request->warning_s > 0 ? request->warning_s : WARNING_S,
	    .critical_s = request->critical_s > 0 ? request->critical_s : CRITICAL_S,
	};
	judge_daemon(&check, status);
	judge_incidents(&check, status, now_s);
	judge_instances(&check, json_object_get(status, "instances"));
	return make_document(&check);
}

json_t *
check_make_failed(enum check_state state, const char *text)
{
	struct check check = {.problems = json_array(), .performance = json_array()};
	add_problem(&check, state, "%s", text);
	return make_document(&check);
}

bool
check_is_meant(int argc, char *const *argv)
{
	for (int i = 1; i < argc; i++)
		for (int verb = 0; verb < CTL_COMMAND_COUNT; verb++) {
			const char *name = ctl_commands[verb].name;
			size_t length = strcspn(name, " ");
			if (strncmp(name, argv[i], length) == 0 && argv[i][length] == '\0')
				return verb == CTL_CHECK;
		}
	return false;
}

/* ---- the line ---- */

/* '|' begins the figures, and a label is quoted where it has to be. */
static char *
plain(const char *text)
{
	char *copy = mem_text(text);
	for (char *at = copy; (at = strpbrk(at, "|'=\n")) != NULL; at++)
		*at = '/';
	return copy;
}

static void
print_figure(struct text *text, const json_t *figure, bool first)
{
	AUTO_FREE char *label = plain(text_string(figure, "label"));
	text_print(text, "%s'%s'=%" PRId64 "%s;", first ? "|" : " ", label,
	    text_number(figure, "value"), text_string(figure, "unit"));
	if (text_has(figure, "warning"))
		text_print(text, "%" PRId64, text_number(figure, "warning"));
	text_print(text, ";");
	if (text_has(figure, "critical"))
		text_print(text, "%" PRId64, text_number(figure, "critical"));
	text_print(text, ";0");
}

void
check_render(struct text *text, const json_t *document)
{
	size_t i;
	const json_t *part;
	const json_t *problems = json_object_get(document, "problems");
	const char *state = text_string(document, "state");
	text_print(text, "WATCHDOGD ");
	for (; *state != '\0'; state++)
		text_print(
		    text, "%c", *state >= 'a' && *state <= 'z' ? *state - 'a' + 'A' : *state);
	text_print(text, " - ");
	if (json_array_size(problems) == 0)
		text_print(text, "good mail flows, no incident is open");
	json_array_foreach(problems, i, part)
	{
		AUTO_FREE char *said = plain(text_string(part, "text"));
		text_print(text, "%s%s", i > 0 ? ", " : "", said);
	}
	json_array_foreach(json_object_get(document, "performance"), i, part)
	    print_figure(text, part, i == 0);
	text_print(text, "\n");
}
