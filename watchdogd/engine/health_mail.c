/* SPDX-License-Identifier: ISC
 *
 * health_mail.c - when, and to whom.
 */
#include "watchdogd/engine/health_mail.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/channel.h"
#include "lib/log.h"
#include "lib/mem.h"
#include "proto/schedule.h"
#include "watchdogd/engine/command_reply.h"
#include "watchdogd/engine/health.h"
#include "watchdogd/engine/post.h"

#define DAY 86400
#define MISSED_MAX_S (31 * DAY) /* what is longer ago is not reported any more */
#define SUBJECT_SIZE 512
#define ANSWER_MAX (CHANNEL_PAYLOAD_MAX - 1024)

/* ---- to whom ---- */

static const struct settings_recipient *
list_recipients(const struct settings *settings, int *ret_count)
{
	bool own = settings->report.recipient_count > 0;
	*ret_count = own ? settings->report.recipient_count : settings->alert.recipient_count;
	return own ? settings->report.recipients : settings->alert.recipients;
}

struct letters {
	char *bodies[LANGUAGE_COUNT];
	char subjects[LANGUAGE_COUNT][SUBJECT_SIZE];
};

static void
letters_done(struct letters *letters)
{
	for (int i = 0; i < LANGUAGE_COUNT; i++)
		free(letters->bodies[i]);
}

static int
add_mail(struct store *store, const struct settings *settings, const char *host,
    const struct letters *letters, int index, int64_t due_s, int64_t now_s)
{
	int count;
	int64_t id;
	const struct settings_recipient *recipient = &list_recipients(settings, &count)[index];
	AUTO_FREE char *body = mem_text(letters->bodies[recipient->language]);
	const struct post post = {
	    .about = ABOUT_REPORT,
	    .recipient = recipient->address,
	    .subject = letters->subjects[recipient->language],
	    .body = body,
	    .now_s = now_s,
	};
	return post_add(
	    store, settings, &post, &id, "report-%" PRId64 ".%d@%s", due_s, index, host);
}

/* ---- when ---- */

static int64_t
find_due(const struct settings *settings, int64_t now_s)
{
	int64_t due_s = 0;
	for (int i = 0; i < settings->report.time_count; i++) {
		struct schedule schedule;
		int64_t last_s = schedule_parse(settings->report.times[i], &schedule)
		    ? schedule_last(&schedule, now_s)
		    : 0;
		due_s = last_s > due_s ? last_s : due_s;
	}
	return due_s;
}

/* Inside the transaction. */
static int
write_report(struct store *store, const struct settings *settings, const char *host,
    int64_t since_s, int64_t due_s, int64_t now_s)
{
	AUTO_FREE struct health *health = NULL;
	struct letters letters = {0};
	int count, r = health_load(store, since_s, due_s, &health);
	if (r < 0)
		return r;
	for (int i = 0; i < LANGUAGE_COUNT; i++)
		letters.bodies[i] = health_compose(
		    health, (enum language)i, host, letters.subjects[i], SUBJECT_SIZE);
	(void)list_recipients(settings, &count);
	for (int i = 0; r == 0 && i < count; i++)
		r = add_mail(store, settings, host, &letters, i, due_s, now_s);
	letters_done(&letters);
	return r;
}

int
health_mail_step(
    struct store *store, const struct settings *settings, const char *host, int64_t now_s)
{
	int64_t reported_s, due_s = find_due(settings, now_s);
	if (due_s == 0 || settings->alert.relay_count == 0)
		return 0;
	int r = store_load_counter(store, STORE_REPORTED, &reported_s);
	if (r < 0 || due_s <= reported_s)
		return r;
	r = store_begin(store);
	/* the first time ever: what was before was not watched */
	if (r == 0 && reported_s > 0)
		r = write_report(store, settings, host,
		    due_s - reported_s < MISSED_MAX_S ? reported_s : due_s - MISSED_MAX_S, due_s,
		    now_s);
	if (r == 0)
		r = store_save_counter(store, STORE_REPORTED, due_s);
	if (r == 0)
		r = store_commit(store, true);
	if (r < 0)
		store_rollback(store);
	else if (reported_s > 0)
		log_info("report: written, of %" PRId64 " s", due_s - reported_s);
	return r;
}

/* ---- asked for ---- */

void
health_mail_command(
    const struct command_parts *parts, const struct message_command *command, int64_t now_s)
{
	AUTO_FREE struct health *health = NULL;
	char subject[SUBJECT_SIZE];
	int language = names_find(&names_language, command->text);
	int64_t until_s = command->until_s > 0 ? (int64_t)command->until_s : now_s;
	int64_t since_s = command->since_s > 0 ? (int64_t)command->since_s : until_s - DAY;
	if (command->text[0] != '\0' && language < 0) {
		command_decline(parts, command, "the language is en or ja");
		return;
	}
	if (since_s >= until_s || until_s - since_s > MISSED_MAX_S) {
		command_decline(parts, command, "a report is of a time of up to 31 days");
		return;
	}
	int r = health_load(parts->store, since_s, until_s, &health);
	if (r < 0) {
		command_decline(
		    parts, command, "the store cannot be read: %s", store_problem(parts->store));
		return;
	}
	AUTO_FREE char *letter =
	    health_compose(health, language < 0 ? LANGUAGE_EN : (enum language)language,
		parts->telling->host, subject, sizeof(subject));
	json_t *document = health_document(health);
	json_object_set_new(document, "letter", json_string(letter));
	if (json_dumpb(document, NULL, 0, JSON_COMPACT) > ANSWER_MAX)
		json_object_del(document, "steps"); /* of many instances; the letter has them */
	if (json_dumpb(document, NULL, 0, JSON_COMPACT) > ANSWER_MAX) {
		json_decref(document);
		command_decline(parts, command, "there is too much to tell: ask for less time");
		return;
	}
	command_reply(parts, command->request, true, document);
}
