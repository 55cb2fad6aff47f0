/* SPDX-License-Identifier: ISC
 *
 * health_letter.c - a report in words, in any language.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/clock.h"
#include "lib/log.h"
#include "proto/letter.h"
#include "watchdogd/engine/health.h"
#include "watchdogd/engine/notice.h"
#include "watchdogd/engine/said.h"

#define BAR_COLUMNS 24
#define MEGABYTE 1000000

struct writing {
	FILE *out;
	enum language language;
	const struct health *health;
};

static const char *
say(const struct writing *writing, enum word word)
{
	return words_get(writing->language, word);
}

static void
write_fact(const struct writing *writing, enum word label, const char *text)
{
	LETTER_WRITE(writing->out, LETTER_FACT, say(writing, label), text);
}

static void
write_section(const struct writing *writing, const char *title)
{
	letter_write(writing->out, LETTER_GAP, NULL, 0);
	LETTER_WRITE(writing->out, LETTER_SECTION, title);
}

/* ---- in short ---- */

static void
write_state(const struct writing *writing)
{
	const struct health *health = writing->health;
	char text[WORDS_SIZE], count[WORDS_NUMBER_SIZE], open[WORDS_NUMBER_SIZE];
	char since[CLOCK_TEXT_SIZE], until[CLOCK_TEXT_SIZE], span[WORDS_SPAN_SIZE];
	WORDS_FILL(text, writing->language,
	    health->incident_count == 0 ? WORD_REPORT_CALM : WORD_REPORT_INCIDENTS,
	    words_number(health->incident_count, count), words_number(health->open_count, open));
	write_fact(writing, WORD_LABEL_WHAT, text);
	WORDS_FILL(text, writing->language, WORD_REPORT_TIME,
	    clock_format_seconds(health->since_s, since),
	    clock_format_seconds(health->until_s, until),
	    words_span(writing->language, health->until_s - health->since_s, span));
	write_fact(writing, WORD_LABEL_TIME, text);
}

static void
write_good_mail(const struct writing *writing)
{
	for (int i = 0; i < writing->health->instance_count; i++) {
		const struct health_instance *instance = &writing->health->instances[i];
		const struct health_flow *flow = &instance->periods[HEALTH_NOW];
		char text[WORDS_SIZE], left[WORDS_NUMBER_SIZE];
		char p50[WORDS_SPAN_SIZE], p95[WORDS_SPAN_SIZE];
		WORDS_FILL(text, writing->language,
		    flow->left_normal > 0 ? WORD_REPORT_GOOD : WORD_REPORT_NO_GOOD,
		    words_number(flow->left_normal, left),
		    words_span(writing->language, health_p50(flow), p50),
		    words_span(writing->language, flow->p95_s, p95), instance->row.name);
		LETTER_WRITE(
		    writing->out, LETTER_FACT, i == 0 ? say(writing, WORD_LABEL_GOOD) : "", text);
	}
}

/* ---- an instance ---- */

/* A row of the comparison: what it is, then each period's number. */
struct comparison {
	enum word label;
	int64_t (*number)(const struct health_flow *flow);
	bool is_span, of_good_mail;
};

#define FIELD_(name)                                               \
	static int64_t take_##name(const struct health_flow *flow) \
	{                                                          \
		return flow->name;                                 \
	}
FIELD_(arrivals)
FIELD_(deliveries)
FIELD_(deferrals)
FIELD_(bounces_made)
FIELD_(removed)
FIELD_(bounces_max)
FIELD_(oldest_age_s)
FIELD_(p95_s)
#undef FIELD_

static const struct comparison comparisons[] = {
    {WORD_ROW_ARRIVALS, take_arrivals, false, false},
    {WORD_ROW_DELIVERIES, take_deliveries, false, false},
    {WORD_ROW_DEFERRALS, take_deferrals, false, false},
    {WORD_ROW_BOUNCES, take_bounces_made, false, false},
    {WORD_ROW_REMOVED, take_removed, false, false},
    {WORD_ROW_BOUNCES_MAX, take_bounces_max, false, false},
    {WORD_ROW_OLDEST, take_oldest_age_s, true, false},
    {WORD_ROW_P50, health_p50, true, true},
    {WORD_ROW_P95, take_p95_s, true, true},
};

static const char *
format_cell(const struct writing *writing, const struct comparison *comparison,
    const struct health_flow *flow, char text[WORDS_SPAN_SIZE])
{
	if (flow->steps == 0 || (comparison->of_good_mail && flow->left_normal == 0))
		return "-";
	if (comparison->is_span)
		return words_span(writing->language, comparison->number(flow), text);
	snprintf(text, WORDS_SPAN_SIZE, "%" PRId64, comparison->number(flow));
	return text;
}

static void
write_comparison(const struct writing *writing, const struct health_instance *instance)
{
	letter_write(writing->out, LETTER_GAP, NULL, 0);
	LETTER_WRITE(writing->out, LETTER_COLUMNS, say(writing, WORD_COLUMN_FLOW),
	    say(writing, WORD_COLUMN_NOW), say(writing, WORD_COLUMN_DAY),
	    say(writing, WORD_COLUMN_WEEK), "");
	for (size_t i = 0; i < ARRAY_LENGTH(comparisons); i++) {
		char cells[HEALTH_PERIOD_COUNT][WORDS_SPAN_SIZE];
		const char *shown[HEALTH_PERIOD_COUNT];
		for (int period = 0; period < HEALTH_PERIOD_COUNT; period++)
			shown[period] = format_cell(
			    writing, &comparisons[i], &instance->periods[period], cells[period]);
		LETTER_WRITE(writing->out, LETTER_ROW, say(writing, comparisons[i].label),
		    shown[HEALTH_NOW], shown[HEALTH_DAY_BEFORE], shown[HEALTH_WEEK_BEFORE], "");
	}
}

/* The day, an hour a line, with a bar of what arrived. */
static void
write_chart(const struct writing *writing, const struct health_instance *instance)
{
	const struct health *health = writing->health;
	int64_t most = 1;
	for (int i = 0; i < health->bucket_count; i++)
		if (instance->buckets[i].arrivals > most)
			most = instance->buckets[i].arrivals;
	letter_write(writing->out, LETTER_GAP, NULL, 0);
	LETTER_WRITE(writing->out, LETTER_COLUMNS, say(writing, WORD_COLUMN_TIME),
	    say(writing, WORD_ROW_ARRIVALS), say(writing, WORD_ROW_DELIVERIES),
	    say(writing, WORD_ROW_BOUNCES), "");
	for (int i = 0; i < health->bucket_count; i++) {
		const struct health_flow *flow = &instance->buckets[i];
		char time[CLOCK_TEXT_SIZE], numbers[3][WORDS_NUMBER_SIZE], bar[BAR_COLUMNS + 1];
		size_t length = (size_t)(flow->arrivals * BAR_COLUMNS / most);
		memset(bar, '#', length);
		bar[length] = '\0';
		if (flow->steps == 0)
			continue;
		clock_format_seconds(health->since_s + i * health->bucket_s, time);
		time[strlen("2026-06-03 14:05")] = '\0';
		LETTER_WRITE(writing->out, LETTER_ROW, time + strlen("2026-"),
		    words_number(flow->arrivals, numbers[0]),
		    words_number(flow->deliveries, numbers[1]),
		    words_number(flow->bounces_made, numbers[2]), bar);
	}
}

static void
write_instance(const struct writing *writing, const struct health_instance *instance)
{
	char text[WORDS_SIZE];
	write_section(
	    writing, WORDS_FILL(text, writing->language, WORD_REPORT_INSTANCE, instance->row.name));
	notice_write_queues(writing->out, writing->language, instance->row.queues);
	write_comparison(writing, instance);
	write_chart(writing, instance);
}

/* ---- the rest ---- */

static void
write_spools(const struct writing *writing)
{
	const struct health *health = writing->health;
	if (health->spool_count == 0)
		return;
	letter_write(writing->out, LETTER_GAP, NULL, 0);
	LETTER_WRITE(writing->out, LETTER_COLUMNS, say(writing, WORD_COLUMN_SPOOL),
	    say(writing, WORD_COLUMN_MESSAGES), "MB", say(writing, WORD_COLUMN_OLDEST));
	for (int i = 0; i < health->spool_count; i++) {
		const struct row_spool *spool = &health->spools[i];
		char messages[WORDS_NUMBER_SIZE], size[WORDS_NUMBER_SIZE], span[WORDS_SPAN_SIZE];
		LETTER_WRITE(writing->out, LETTER_ROW, spool->name,
		    words_number((int64_t)spool->messages, messages),
		    words_number((int64_t)(spool->bytes / MEGABYTE), size),
		    spool->messages > 0
			? words_span(writing->language, (int64_t)spool->oldest_age_s, span)
			: "-");
	}
}

static void
write_incident(const struct writing *writing, const struct health_incident *incident)
{
	const struct row_incident *row = &incident->row;
	char text[WORDS_SIZE], label[WORDS_SIZE], id[WORDS_NUMBER_SIZE], signal[WORDS_SIZE];
	char began[CLOCK_TEXT_SIZE], closed[CLOCK_TEXT_SIZE], said[WORDS_SIZE];
	WORDS_FILL(label, writing->language, WORD_REPORT_INCIDENT, words_number(row->id, id));
	WORDS_FILL(text, writing->language,
	    row->state == INCIDENT_CLOSED ? WORD_REPORT_CLOSED : WORD_REPORT_OPEN, row->rule,
	    row->instance, clock_format_seconds(row->began_s, began),
	    clock_format_seconds(row->closed_s, closed),
	    words_signal(writing->language, row->signal, row->peak, signal));
	LETTER_WRITE(writing->out, LETTER_ITEM, label, text);
	for (int i = 0; i < incident->action_count; i++) {
		const struct row_action *action = &incident->actions[i];
		LETTER_WRITE(writing->out, LETTER_NOTE,
		    WORDS_FILL(text, writing->language, WORD_ACTION_TEXT, action->remedy,
			say(writing, WORD_STATE_WAITING + (enum word)action->state),
			said_translate(writing->language, action->text, said)));
	}
}

static void
write_incidents(const struct writing *writing)
{
	const struct health *health = writing->health;
	if (health->incident_count == 0)
		return;
	write_section(writing, say(writing, WORD_REPORT_INCIDENT_LIST));
	for (int i = health->incident_count - 1; i >= 0; i--)
		write_incident(writing, &health->incidents[i]);
}

/* The watcher itself, and the mails. */
static void
write_own_health(const struct writing *writing)
{
	const struct health *health = writing->health;
	char text[WORDS_SIZE], drift[WORDS_NUMBER_SIZE], overflows[WORDS_NUMBER_SIZE],
	    unread[WORDS_NUMBER_SIZE];
	char waiting[WORDS_NUMBER_SIZE], refused[WORDS_NUMBER_SIZE];
	uint64_t corrections = 0, lost = 0, unread_count = 0;
	for (int i = 0; i < health->instance_count; i++) {
		const struct row_instance *row = &health->instances[i].row;
		corrections = row->flow.drift > corrections ? row->flow.drift : corrections;
		lost = row->flow.overflows > lost ? row->flow.overflows : lost;
		for (int queue = 0; queue < QUEUE_COUNT; queue++)
			unread_count += row->queues[queue].unread;
	}
	letter_write(writing->out, LETTER_GAP, NULL, 0);
	write_fact(writing, WORD_LABEL_WATCHER,
	    WORDS_FILL(text, writing->language, WORD_REPORT_WATCHER,
		words_number((int64_t)corrections, drift), words_number((int64_t)lost, overflows),
		words_number((int64_t)unread_count, unread)));
	write_fact(writing, WORD_LABEL_MAILS,
	    WORDS_FILL(text, writing->language, WORD_REPORT_MAILS,
		words_number(health->daemon.notices_waiting, waiting),
		words_number(health->daemon.notices_refused, refused)));
	write_fact(writing, WORD_LABEL_LOOK, "watchdogctl report");
}

char *
health_compose(const struct health *health, enum language language, const char *host, char *subject,
    size_t size)
{
	char *letter = NULL, text[WORDS_SIZE], count[WORDS_NUMBER_SIZE];
	size_t length = 0;
	const struct writing writing = {open_memstream(&letter, &length), language, health};
	if (writing.out == NULL)
		fatal("report: no memory");
	WORDS_FILL(text, language,
	    health->incident_count == 0 ? WORD_REPORT_SUBJECT_CALM : WORD_REPORT_SUBJECT, host,
	    words_number(health->incident_count, count));
	snprintf(subject, size, "%s", text);
	LETTER_WRITE(
	    writing.out, LETTER_HEAD, names_get(&names_language, (int)language), "0", "report");
	write_state(&writing);
	write_good_mail(&writing);
	write_incidents(&writing);
	for (int i = 0; i < health->instance_count; i++)
		write_instance(&writing, &health->instances[i]);
	write_spools(&writing);
	write_own_health(&writing);
	LETTER_WRITE(writing.out, LETTER_FOOT, WORDS_FILL(text, language, WORD_DIGEST_FOOT, host));
	if (fclose(writing.out) != 0)
		fatal("report: no memory");
	return letter;
}
