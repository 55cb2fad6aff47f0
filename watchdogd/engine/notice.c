/* SPDX-License-Identifier: ISC
 *
 * notice.c - the opening mail and the all-clear, section by section, in any language.
 */
#include "watchdogd/engine/notice.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/clock.h"
#include "lib/log.h"
#include "proto/asking.h"
#include "proto/catalogue.h"
#include "proto/letter.h"
#include "proto/undo.h"
#include "watchdogd/engine/said.h"

/* A letter that is being written. */
struct writing {
	FILE *out;
	enum notice_kind kind;
	enum language language;
	const struct notice_facts *facts;
	int64_t now_s;
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
write_gap(const struct writing *writing)
{
	letter_write(writing->out, LETTER_GAP, NULL, 0);
}

/* ---- what it is ---- */

static void
write_subject(const struct writing *writing, char *subject, size_t size)
{
	const struct notice_facts *facts = writing->facts;
	const struct row_incident *incident = facts->incident;
	bool is_over = writing->kind == NOTICE_ALL_CLEAR;
	int64_t value =
	    is_over || writing->kind == NOTICE_UPDATE ? incident->peak : incident->value;
	enum word word = is_over                ? WORD_SUBJECT_CLOSED
	    : writing->kind == NOTICE_REOPENING ? WORD_SUBJECT_REOPENED
	    : writing->kind == NOTICE_ASKING    ? WORD_SUBJECT_ASKING
	    : writing->kind == NOTICE_UPDATE    ? WORD_SUBJECT_UPDATE
						: WORD_SUBJECT_OPENED;
	char text[WORDS_SIZE], signal[WORDS_SIZE], number[WORDS_NUMBER_SIZE];
	WORDS_FILL(text, writing->language, word, incident->rule, facts->host,
	    names_get(&names_signal, (int)incident->signal), words_number(value, number),
	    words_signal(writing->language, incident->signal, value, signal));
	snprintf(subject, size, "%s%s%s", facts->subject_prefix,
	    facts->subject_prefix[0] != '\0' ? " " : "", text);
}

/* Whether the detector's words say no more than the signal's value and level. */
static bool
is_plain_finding(const struct row_incident *incident)
{
	const char *signal = names_get(&names_signal, (int)incident->signal);
	size_t length = strlen(signal);
	return strncmp(incident->text, signal, length) == 0 && incident->text[length] == ' ' &&
	    strchr(incident->text, ';') == NULL && strchr(incident->text, ':') == NULL;
}

static void
write_what(const struct writing *writing)
{
	const struct row_incident *incident = writing->facts->incident;
	char text[WORDS_SIZE], signal[WORDS_SIZE], level[WORDS_NUMBER_SIZE];
	words_signal(writing->language, incident->signal, incident->value, signal);
	WORDS_FILL(text, writing->language, WORD_WHAT, incident->rule, incident->text, signal,
	    words_number(incident->level, level));
	write_fact(writing, WORD_LABEL_WHAT, text);
	if (writing->language != LANGUAGE_EN && !is_plain_finding(incident))
		write_fact(writing, WORD_LABEL_RECORD,
		    said_translate(writing->language, incident->text, text));
}

static void
write_since(const struct writing *writing)
{
	const struct row_incident *incident = writing->facts->incident;
	char text[WORDS_SIZE], time[CLOCK_TEXT_SIZE], span[WORDS_SPAN_SIZE];
	WORDS_FILL(text, writing->language, WORD_SINCE,
	    clock_format_seconds(incident->began_s, time),
	    words_span(writing->language, writing->now_s - incident->began_s, span));
	write_fact(writing, WORD_LABEL_SINCE, text);
}

static void
write_back(const struct writing *writing)
{
	const struct row_incident *incident = writing->facts->incident;
	char text[WORDS_SIZE], time[CLOCK_TEXT_SIZE], times[WORDS_NUMBER_SIZE];
	if (incident->reopened == 0)
		return;
	WORDS_FILL(text, writing->language, incident->reopened == 1 ? WORD_BACK_ONCE : WORD_BACK,
	    clock_format_seconds(incident->reopened_s, time),
	    words_number(incident->reopened, times));
	write_fact(writing, WORD_LABEL_BACK, text);
}

/* What has happened since the mail before. */
static void
write_news(const struct writing *writing)
{
	const struct row_incident *incident = writing->facts->incident;
	int64_t before = writing->facts->peak_before;
	char text[WORDS_SIZE], old[WORDS_NUMBER_SIZE], now[WORDS_NUMBER_SIZE],
	    time[CLOCK_TEXT_SIZE];
	if (before > 0)
		write_fact(writing, WORD_LABEL_NEWS,
		    WORDS_FILL(text, writing->language, WORD_NEWS_PEAK, words_number(before, old),
			words_number(incident->peak, now),
			clock_format_seconds(incident->peak_s, time)));
	else
		write_fact(writing, WORD_LABEL_NEWS, say(writing, WORD_NEWS_REMEDY));
}

static void
write_end(const struct writing *writing)
{
	const struct row_incident *incident = writing->facts->incident;
	char text[WORDS_SIZE], signal[WORDS_SIZE], time[CLOCK_TEXT_SIZE], number[WORDS_NUMBER_SIZE];
	if (incident->closed_by[0] != '\0') {
		WORDS_FILL(text, writing->language, WORD_CLOSED_BY,
		    clock_format_seconds(incident->closed_s, time), incident->closed_by);
		write_fact(writing, WORD_LABEL_CLOSED, text);
	} else if (incident->clearing_s != 0) {
		write_fact(
		    writing, WORD_LABEL_OVER, clock_format_seconds(incident->clearing_s, time));
	} else {
		write_fact(
		    writing, WORD_LABEL_CLOSED, clock_format_seconds(incident->closed_s, time));
	}
	WORDS_FILL(text, writing->language, WORD_PEAK, words_number(incident->peak, number),
	    clock_format_seconds(incident->peak_s, time),
	    words_signal(writing->language, incident->signal, incident->peak, signal));
	write_fact(writing, WORD_LABEL_PEAK, text);
}

/* ---- who started it ---- */

static void
describe_top(
    const struct writing *writing, const struct message_tick_top *row, char text[WORDS_SIZE])
{
	bool has_example = row->example[0] != '\0' && strcmp(row->example, row->key) != 0;
	bool is_of_deferrals =
	    row->dimension == DIMENSION_REASON || row->dimension == DIMENSION_NEXT_HOP;
	enum word word = row->dimension == DIMENSION_CAUSE ? WORD_WHO_CAUSE
	    : is_of_deferrals                              ? WORD_WHO_DEFERRAL
	    : has_example                                  ? WORD_WHO_EXAMPLE
							   : WORD_WHO;
	char said[WORDS_SIZE], english[TOP_TEXT_SIZE], key[WORDS_SIZE], share[WORDS_NUMBER_SIZE],
	    total[WORDS_NUMBER_SIZE];
	WORDS_FILL(key, writing->language, WORD_DIMENSION_SENDER + (enum word)row->dimension,
	    said_translate(writing->language, row->key, said));
	WORDS_FILL(text, writing->language, word, top_describe(row, english), key,
	    say(writing, WORD_CLASS_UNREAD + (enum word)row->class),
	    words_number(top_share(row), share), words_number((int64_t)row->total, total),
	    row->example);
}

static void
write_who(const struct writing *writing)
{
	const struct tops *tops = writing->facts->tops;
	const char *label = say(writing, WORD_LABEL_WHO);
	for (int i = 0; tops != NULL && i < tops->count; i++) {
		char text[WORDS_SIZE];
		if (!top_is_telling(&tops->rows[i]))
			continue;
		describe_top(writing, &tops->rows[i], text);
		LETTER_WRITE(writing->out, LETTER_FACT, label, text);
		label = "";
	}
}

/* What else lit up meanwhile. */
static void
write_also(const struct writing *writing)
{
	const char *label = say(writing, WORD_LABEL_ALSO);
	for (int i = 0; i < writing->facts->beside_count; i++) {
		const struct row_incident *row = &writing->facts->beside[i];
		char text[WORDS_SIZE], number[WORDS_NUMBER_SIZE];
		WORDS_FILL(text, writing->language, WORD_ALSO, row->rule,
		    words_number(row->id, number), row->text);
		LETTER_WRITE(writing->out, LETTER_FACT, label, text);
		label = "";
	}
}

/* ---- the queues ---- */

static char *
describe_good_mail(enum language language, const struct window_instance *instance, char *text)
{
	const struct message_tick_queue *incoming = &instance->last.queues[QUEUE_INCOMING];
	const struct message_tick_queue *active = &instance->last.queues[QUEUE_ACTIVE];
	bool is_empty = incoming->messages + active->messages == 0;
	char left[WORDS_NUMBER_SIZE], waiting[WORDS_NUMBER_SIZE], span[WORDS_SPAN_SIZE];
	return WORDS_FILL(text, language, is_empty ? WORD_GOOD : WORD_GOOD_OLDEST,
	    words_number(window_deliveries(instance), left),
	    words_number((int64_t)(incoming->normal + active->normal), waiting),
	    words_span(language, window_signal(instance, SIGNAL_OLDEST_AGE), span));
}

void
notice_write_good_mail(FILE *out, enum language language, const struct window *window)
{
	for (int i = 0; i < window->count; i++) {
		const struct window_instance *instance = &window->instances[i];
		char text[WORDS_SIZE], named[WORDS_SIZE + INSTANCE_NAME_SIZE + 4];
		describe_good_mail(language, instance, text);
		snprintf(named, sizeof(named), "%s: %s", instance->last.name, text);
		LETTER_WRITE(out, LETTER_FACT, i == 0 ? words_get(language, WORD_LABEL_GOOD) : "",
		    window->count > 1 ? named : text);
	}
}

static void
write_good_mail(const struct writing *writing)
{
	char text[WORDS_SIZE];
	write_fact(writing, WORD_LABEL_GOOD,
	    describe_good_mail(writing->language, writing->facts->instance, text));
}

void
notice_write_queues(
    FILE *out, enum language language, const struct message_tick_queue queues[QUEUE_COUNT])
{
	letter_write(out, LETTER_GAP, NULL, 0);
	LETTER_WRITE(out, LETTER_COLUMNS, words_get(language, WORD_COLUMN_QUEUE),
	    words_get(language, WORD_COLUMN_MESSAGES), words_get(language, WORD_COLUMN_NORMAL),
	    words_get(language, WORD_COLUMN_BOUNCES), words_get(language, WORD_COLUMN_DSN),
	    words_get(language, WORD_COLUMN_OLDEST));
	for (int queue = 0; queue < QUEUE_COUNT; queue++) {
		const struct message_tick_queue *counts = &queues[queue];
		char numbers[4][WORDS_NUMBER_SIZE], span[WORDS_SPAN_SIZE];
		words_span(language, (int64_t)counts->oldest_age_s, span);
		LETTER_WRITE(out, LETTER_ROW, names_get(&names_queue, queue),
		    words_number((int64_t)counts->messages, numbers[0]),
		    words_number((int64_t)counts->normal, numbers[1]),
		    words_number((int64_t)counts->bounces, numbers[2]),
		    words_number((int64_t)counts->dsn, numbers[3]),
		    counts->messages > 0 ? span : "-");
	}
}

/* ---- what is done ---- */

static void
write_note(const struct writing *writing, const char *text)
{
	LETTER_WRITE(writing->out, LETTER_NOTE, text);
}

/* Nothing of it is there, nor will be. */
static bool
is_left(const struct row_action *action)
{
	return action->state == ACTION_UNDONE || action->state == ACTION_SKIPPED ||
	    action->state == ACTION_REJECTED;
}

/* The two answers to an action that asks. */
static void
write_answers(const struct writing *writing, const struct row_action *action)
{
	char command[WORDS_SIZE];
	snprintf(command, sizeof(command), "watchdogctl confirm %" PRId64, action->id);
	LETTER_WRITE(writing->out, LETTER_COMMAND, say(writing, WORD_CONFIRM), command);
	snprintf(command, sizeof(command), "watchdogctl reject %" PRId64, action->id);
	LETTER_WRITE(writing->out, LETTER_COMMAND, say(writing, WORD_REJECT), command);
}

/* The line with which an operator does, or takes back, what the action is about. */
static void
write_next(const struct writing *writing, const struct row_action *action, bool is_spent)
{
	const struct catalogue_remedy *remedy = catalogue_find(action->remedy);
	const char *equals = action->setting[0] != '\0' ? "=" : "";
	char command[WORDS_SIZE];
	if (action->state == ACTION_WOULD) {
		snprintf(command, sizeof(command),
		    "watchdogctl remedy run %s --instance %s%s%s%s%s", action->remedy,
		    action->instance, equals[0] != '\0' ? " --set " : "", action->setting, equals,
		    action->value);
		LETTER_WRITE(writing->out, LETTER_COMMAND, say(writing, WORD_DO_IT), command);
	} else if (asking_is(action)) {
		write_answers(writing, action);
	} else if (remedy == NULL || action->undo_of > 0 || is_spent || is_left(action)) {
		return;
	} else if (action->revert == REVERT_WHEN_CLEAR) {
		write_note(writing, say(writing, WORD_PUT_BACK));
	} else if (remedy->undo != NULL) {
		snprintf(command, sizeof(command), "watchdogctl remedy undo %" PRId64, action->id);
		LETTER_WRITE(writing->out, LETTER_COMMAND, say(writing, WORD_UNDO), command);
	} else {
		write_note(writing, say(writing, WORD_NO_UNDO));
	}
}

/* What still runs when its incident is over ends with its next look. */
static const char *
describe_state(const struct writing *writing, const struct row_action *action)
{
	if (writing->kind == NOTICE_ALL_CLEAR && action->state == ACTION_RUNNING)
		return say(writing, WORD_STATE_ENDING);
	return say(writing, WORD_STATE_WAITING + (enum word)action->state);
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
write_actions(const struct writing *writing)
{
	const struct notice_facts *facts = writing->facts;
	write_gap(writing);
	if (facts->action_count == 0) {
		write_fact(writing, WORD_LABEL_REMEDIES, say(writing, WORD_REMEDIES_NONE));
		return;
	}
	LETTER_WRITE(writing->out, LETTER_SECTION, say(writing, WORD_LABEL_REMEDIES));
	for (int i = 0; i < facts->action_count; i++) {
		const struct row_action *action = &facts->actions[i];
		char label[WORDS_SIZE], text[WORDS_SIZE], said[WORDS_SIZE],
		    number[WORDS_NUMBER_SIZE];
		WORDS_FILL(label, writing->language, WORD_ACTION, words_number(action->id, number));
		WORDS_FILL(text, writing->language, WORD_ACTION_TEXT, action->remedy,
		    describe_state(writing, action),
		    said_translate(writing->language, action->text, said));
		LETTER_WRITE(writing->out, LETTER_ITEM, label, text);
		write_next(writing, action, is_spent(writing->kind, facts, i));
	}
	if (facts->paused)
		LETTER_WRITE(writing->out, LETTER_ITEM, "", say(writing, WORD_PAUSED));
}

static void
write_example(const struct writing *writing)
{
	const struct row_incident *incident = writing->facts->incident;
	if (incident->example[0] == '\0')
		return;
	write_gap(writing);
	write_fact(writing, WORD_LABEL_EXAMPLE, incident->example);
}

/* ---- the whole ---- */

static void
write_head(const struct writing *writing)
{
	static const char *const kinds[] = {
	    [NOTICE_OPENING] = "opened",
	    [NOTICE_REOPENING] = "reopened",
	    [NOTICE_ASKING] = "asking",
	    [NOTICE_UPDATE] = "update",
	    [NOTICE_ALL_CLEAR] = "closed",
	};
	char number[WORDS_NUMBER_SIZE];
	LETTER_WRITE(writing->out, LETTER_HEAD, names_get(&names_language, (int)writing->language),
	    words_number(writing->facts->incident->id, number), kinds[writing->kind]);
}

static void
write_foot(const struct writing *writing)
{
	const struct row_incident *incident = writing->facts->incident;
	char text[WORDS_SIZE], number[WORDS_NUMBER_SIZE];
	words_number(incident->id, number);
	snprintf(text, sizeof(text), "watchdogctl incidents %s", number);
	write_gap(writing);
	write_fact(writing, WORD_LABEL_LOOK, "watchdogctl status");
	LETTER_WRITE(writing->out, LETTER_FACT, "", text);
	if (writing->kind != NOTICE_ALL_CLEAR)
		write_fact(writing, WORD_LABEL_STOP, say(writing, WORD_STOP));
	WORDS_FILL(
	    text, writing->language, WORD_FOOT, writing->facts->host, number, incident->instance);
	LETTER_WRITE(writing->out, LETTER_FOOT, text);
}

char *
notice_compose(enum notice_kind kind, enum language language, const struct notice_facts *facts,
    int64_t now_s, char *subject, size_t subject_size)
{
	char *letter = NULL;
	size_t length = 0;
	struct writing writing = {
	    .out = open_memstream(&letter, &length),
	    .kind = kind,
	    .language = language,
	    .facts = facts,
	    .now_s = now_s,
	};
	if (writing.out == NULL)
		fatal("notice: no memory");
	write_subject(&writing, subject, subject_size);
	write_head(&writing);
	write_what(&writing);
	write_since(&writing);
	if (facts->instance != NULL)
		write_good_mail(&writing);
	write_back(&writing);
	if (kind == NOTICE_UPDATE)
		write_news(&writing);
	if (kind == NOTICE_ALL_CLEAR)
		write_end(&writing);
	write_who(&writing);
	write_also(&writing);
	write_actions(&writing);
	write_example(&writing);
	if (facts->instance != NULL)
		notice_write_queues(writing.out, language, facts->instance->last.queues);
	write_foot(&writing);
	if (fclose(writing.out) != 0)
		fatal("notice: no memory");
	return letter;
}
