/* SPDX-License-Identifier: ISC
 *
 * notice.c - the opening mail and the all-clear, section by section.
 */
#include "watchdogd/engine/notice.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/clock.h"
#include "lib/log.h"
#include "proto/catalogue.h"
#include "proto/undo.h"

static const char *
format_time(int64_t time_s, char text[CLOCK_TEXT_SIZE])
{
	return clock_format((struct clock_wall){time_s * 1000}, text);
}

static void
write_subject(enum notice_kind kind, const struct notice_facts *facts, char *subject, size_t size)
{
	const struct row_incident *incident = facts->incident;
	const char *signal = names_get(&names_signal, incident->signal);
	const char *space = facts->subject_prefix[0] != '\0' ? " " : "";
	if (kind != NOTICE_ALL_CLEAR)
		snprintf(subject, size, "%s%s%s on %s%s: %s %" PRId64, facts->subject_prefix, space,
		    incident->rule, facts->host, kind == NOTICE_REOPENING ? " is back" : "", signal,
		    incident->value);
	else
		snprintf(subject, size, "%s%s%s on %s is over: peak %" PRId64 " %s",
		    facts->subject_prefix, space, incident->rule, facts->host, incident->peak,
		    signal);
}

static void
write_what(FILE *out, enum notice_kind kind, const struct notice_facts *facts, int64_t now_s)
{
	const struct row_incident *incident = facts->incident;
	char time[CLOCK_TEXT_SIZE], span[CLOCK_SPAN_SIZE];
	fprintf(out, "What       %s: %s\n", incident->rule, incident->text);
	fprintf(out, "Since      %s (%s)\n", format_time(incident->began_s, time),
	    clock_format_span(now_s - incident->began_s, span));
	if (incident->reopened > 0)
		fprintf(out, "Back since %s (it came back %" PRId64 " time%s)\n",
		    format_time(incident->reopened_s, time), incident->reopened,
		    incident->reopened == 1 ? "" : "s");
	if (kind == NOTICE_ALL_CLEAR) {
		bool by_hand = incident->closed_by[0] != '\0';
		bool is_calm = incident->clearing_s != 0 && !by_hand;
		fprintf(out, "%s %s%s%s\n", is_calm ? "Over since" : "Closed    ",
		    format_time(is_calm ? incident->clearing_s : incident->closed_s, time),
		    by_hand ? " by " : "", incident->closed_by);
		fprintf(out, "Peak       %" PRId64 " at %s\n", incident->peak,
		    format_time(incident->peak_s, time));
	}
}

/* Who started it, in the first lines, too. */
static void
write_who(FILE *out, const struct tops *tops)
{
	char text[TOP_TEXT_SIZE];
	const char *label = "Who";
	for (int i = 0; tops != NULL && i < tops->count; i++) {
		if (!top_is_telling(&tops->rows[i]))
			continue;
		fprintf(out, "%-10s %s\n", label, top_describe(&tops->rows[i], text));
		label = "";
	}
}

static void
write_good_mail(FILE *out, const struct window_instance *instance)
{
	const struct message_tick_queue *incoming = &instance->last.queues[QUEUE_INCOMING];
	const struct message_tick_queue *active = &instance->last.queues[QUEUE_ACTIVE];
	char span[CLOCK_SPAN_SIZE];
	fprintf(out,
	    "Good mail  %" PRId64 " messages delivered in the last minute; %" PRIu64
	    " wait in incoming and active",
	    window_deliveries(instance), incoming->normal + active->normal);
	if (incoming->messages + active->messages > 0)
		fprintf(out, ", the oldest message there is %s old",
		    clock_format_span(window_signal(instance, SIGNAL_OLDEST_AGE), span));
	fputs("\n", out);
}

static void
write_queues(FILE *out, const struct window_instance *instance)
{
	char span[CLOCK_SPAN_SIZE];
	fputs("\nQueue       messages    normal   bounces       dsn  oldest\n", out);
	for (int queue = 0; queue < QUEUE_COUNT; queue++) {
		const struct message_tick_queue *counts = &instance->last.queues[queue];
		fprintf(out, "%-10s %9" PRIu64 " %9" PRIu64 " %9" PRIu64 " %9" PRIu64 "  %s\n",
		    names_get(&names_queue, queue), counts->messages, counts->normal,
		    counts->bounces, counts->dsn,
		    counts->messages > 0 ? clock_format_span((int64_t)counts->oldest_age_s, span)
					 : "-");
	}
}

/* The line with which an operator does, or takes back, what the action is about. */
static void
write_next(FILE *out, const struct row_action *action, bool is_spent)
{
	const struct catalogue_remedy *remedy = catalogue_find(action->remedy);
	const char *equals = action->setting[0] != '\0' ? "=" : "";
	if (action->state == ACTION_WOULD)
		fprintf(out,
		    "             do it: watchdogctl remedy run %s --instance %s%s%s%s%s\n",
		    action->remedy, action->instance, equals[0] != '\0' ? " --set " : "",
		    action->setting, equals, action->value);
	else if (remedy == NULL || action->undo_of > 0 || action->state == ACTION_UNDONE ||
	    is_spent)
		return;
	else if (action->revert == REVERT_WHEN_CLEAR)
		fputs("             is put back when the incident is over\n", out);
	else if (remedy->undo != NULL)
		fprintf(
		    out, "             undo:  watchdogctl remedy undo %" PRId64 "\n", action->id);
	else if (action->state == ACTION_WAITING)
		fputs("             cannot be undone; envelope and headers are kept\n", out);
	else
		fprintf(out,
		    "             cannot be undone; copies: watchdogctl remedy show %" PRId64 "\n",
		    action->id);
}

/* What still runs when its incident is over ends with its next look. */
static const char *
describe_state(enum notice_kind kind, const struct row_action *action)
{
	if (kind == NOTICE_ALL_CLEAR && action->state == ACTION_RUNNING)
		return "ending";
	return names_get(&names_action, (int)action->state);
}

/* Whether later actions have deleted all that this one did. */
static bool
is_spent(enum notice_kind kind, const struct notice_facts *facts, int index)
{
	int64_t ended = 0;
	struct row_action action = facts->actions[index];
	if (kind == NOTICE_ALL_CLEAR && action.state == ACTION_RUNNING)
		action.state = ACTION_DONE; /* as good as */
	for (int i = facts->action_count - 1; i > index; i--)
		(void)undo_is_spent(&facts->actions[i], &ended);
	return undo_is_spent(&action, &ended);
}

static void
write_actions(FILE *out, enum notice_kind kind, const struct notice_facts *facts)
{
	if (facts->action_count == 0) {
		fputs("\nRemedies   none: the rule names no remedy\n", out);
		return;
	}
	fputs("\nRemedies\n", out);
	for (int i = 0; i < facts->action_count; i++) {
		const struct row_action *action = &facts->actions[i];
		fprintf(out, "  action %-4" PRId64 "%s, %s: %s\n", action->id, action->remedy,
		    describe_state(kind, action), action->text);
		write_next(out, action, is_spent(kind, facts, i));
	}
	if (facts->paused)
		fputs("  acting is paused: watchdogctl resume\n", out);
}

static void
write_example(FILE *out, const struct row_incident *incident)
{
	if (incident->example[0] != '\0')
		fprintf(out, "\nExample    %s\n", incident->example);
}

static void
write_foot(FILE *out, enum notice_kind kind, const struct notice_facts *facts)
{
	fprintf(out,
	    "\nLook       watchdogctl status\n           watchdogctl incidents %" PRId64 "\n",
	    facts->incident->id);
	if (kind != NOTICE_ALL_CLEAR)
		fputs("Stop       watchdogctl pause (no remedy acts until watchdogctl resume)\n",
		    out);
	fprintf(out, "\nwatchdogd on %s, incident %" PRId64 ", Postfix instance %s\n", facts->host,
	    facts->incident->id, facts->incident->instance);
}

char *
notice_compose(enum notice_kind kind, const struct notice_facts *facts, int64_t now_s,
    char *subject, size_t subject_size)
{
	char *body = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&body, &length);
	if (out == NULL)
		fatal("notice: no memory");
	write_subject(kind, facts, subject, subject_size);
	write_what(out, kind, facts, now_s);
	write_who(out, facts->tops);
	if (facts->instance != NULL)
		write_good_mail(out, facts->instance);
	write_actions(out, kind, facts);
	write_example(out, facts->incident);
	if (facts->instance != NULL)
		write_queues(out, facts->instance);
	write_foot(out, kind, facts);
	if (fclose(out) != 0)
		fatal("notice: no memory");
	return body;
}
