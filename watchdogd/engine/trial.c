/* SPDX-License-Identifier: ISC
 *
 * trial.c - the letters of a test, and the command that has them sent.
 */
#include "watchdogd/engine/trial.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/log.h"
#include "proto/letter.h"
#include "watchdogd/engine/command_reply.h"
#include "watchdogd/engine/post.h"
#include "watchdogd/engine/words.h"

#define AT_ONCE 4 /* as many go out at a time */
#define MORE_S 5 /* than the tries themselves may take */
#define RELAY_SIZE (SETTINGS_TEXT_SIZE + 16)

struct trial {
	const struct command_parts *parts;
	const struct message_command *command;
	int64_t number; /* of this test, for its Message-IDs */
	int64_t now_s;
	json_t *tests;
};

static char *
compose(const struct trial *trial, enum language language, const char *relay)
{
	char *letter = NULL, text[WORDS_SIZE], person[64];
	size_t length = 0;
	const char *host = trial->parts->telling->host;
	FILE *out = open_memstream(&letter, &length);
	if (out == NULL)
		fatal("trial: no memory");
	command_format_person(trial->command, person, sizeof(person));
	LETTER_WRITE(out, LETTER_HEAD, names_get(&names_language, (int)language), "0", "test");
	LETTER_WRITE(out, LETTER_FACT, words_get(language, WORD_LABEL_WHAT),
	    WORDS_FILL(text, language, WORD_TRIAL_WHAT, host));
	LETTER_WRITE(out, LETTER_FACT, words_get(language, WORD_LABEL_RELAY), relay);
	LETTER_WRITE(out, LETTER_FACT, words_get(language, WORD_LABEL_BY), person);
	LETTER_WRITE(out, LETTER_FOOT, WORDS_FILL(text, language, WORD_TRIAL_FOOT, host));
	if (fclose(out) != 0)
		fatal("trial: no memory");
	return letter;
}

/* What the operator is told of one that was added. */
static void
note_test(struct trial *trial, int64_t id, const char *recipient, const char *through)
{
	json_array_append_new(trial->tests,
	    json_pack("{s:I, s:s, s:s, s:s}", "notice", (json_int_t)id, "recipient", recipient,
		"relay", through, "state", names_get(&names_notice, NOTICE_WAITING)));
}

/* Through relay number `index` to recipient number `to`. */
static int
add_one(struct trial *trial, int to, int index)
{
	const struct settings *settings = &trial->parts->role->settings;
	const struct settings_recipient *recipient = &settings->alert.recipients[to];
	const struct settings_relay *relay = &settings->alert.relays[index];
	const char *host = trial->parts->telling->host;
	char through[RELAY_SIZE], subject[WORDS_SIZE];
	int64_t id;
	snprintf(through, sizeof(through), "%s:%" PRId64, relay->host, relay->port);
	AUTO_FREE char *body = compose(trial, recipient->language, through);
	const struct post post = {
	    .about = ABOUT_TEST,
	    .recipient = recipient->address,
	    .relay = index,
	    .subject = WORDS_FILL(subject, recipient->language, WORD_TRIAL_SUBJECT, host),
	    .body = body,
	    .now_s = trial->now_s,
	};
	int r = post_add(trial->parts->store, settings, &post, &id,
	    "test-%" PRId64 ".%d.%d.%" PRId64 "@%s", trial->number, to, index, trial->now_s, host);
	if (r == 0)
		note_test(trial, id, recipient->address, through);
	return r;
}

/* The program, as the mails. */
static int
add_program(struct trial *trial)
{
	const struct settings *settings = &trial->parts->role->settings;
	const char *host = trial->parts->telling->host;
	char subject[WORDS_SIZE];
	int64_t id;
	AUTO_FREE char *body = compose(trial, LANGUAGE_EN, settings->alert.exec[0]);
	const struct post post = {
	    .about = ABOUT_TEST,
	    .recipient = NOTICE_PROGRAM,
	    .subject = WORDS_FILL(subject, LANGUAGE_EN, WORD_TRIAL_SUBJECT, host),
	    .body = body,
	    .now_s = trial->now_s,
	};
	int r = post_add(trial->parts->store, settings, &post, &id,
	    "test-%" PRId64 ".exec.%" PRId64 "@%s", trial->number, trial->now_s, host);
	if (r == 0)
		note_test(trial, id, NOTICE_PROGRAM, settings->alert.exec[0]);
	return r;
}

static bool
is_meant(const struct trial *trial, int to)
{
	const char *address = trial->parts->role->settings.alert.recipients[to].address;
	return trial->command->text[0] == '\0' || strcmp(trial->command->text, address) == 0;
}

static int
add_all(struct trial *trial)
{
	const struct settings *settings = &trial->parts->role->settings;
	int r = store_next_order(trial->parts->store, &trial->number);
	for (int to = 0; to < settings->alert.recipient_count; to++)
		for (int i = 0; r == 0 && is_meant(trial, to) && i < settings->alert.relay_count;
		    i++)
			r = add_one(trial, to, i);
	bool program = settings->alert.exec_count > 0 && trial->command->text[0] == '\0';
	return r == 0 && program ? add_program(trial) : r;
}

static const char *
find_problem(const struct trial *trial)
{
	const struct settings *settings = &trial->parts->role->settings;
	if (settings->alert.relay_count == 0 && settings->alert.exec_count == 0)
		return "nothing is mailed: alert.relays names no relay";
	for (int to = 0; to < settings->alert.recipient_count; to++)
		if (is_meant(trial, to))
			return NULL;
	return trial->command->text[0] == '\0' ? NULL : "that is none of alert.recipients";
}

void
trial_command(
    const struct command_parts *parts, const struct message_command *command, int64_t now_s)
{
	struct trial trial = {.parts = parts, .command = command, .now_s = now_s};
	const char *problem = find_problem(&trial);
	if (problem != NULL) {
		command_decline(parts, command, "%s", problem);
		return;
	}
	trial.tests = json_array();
	int r = store_begin(parts->store);
	if (r == 0)
		r = add_all(&trial);
	if (r == 0)
		r = command_note(parts, command, 0, 0, now_s);
	if (!command_end(parts, command, r)) {
		json_decref(trial.tests);
		return;
	}
	size_t count = json_array_size(trial.tests);
	int64_t rounds = (int64_t)(count + AT_ONCE - 1) / AT_ONCE;
	log_info("alert test: %zu mails, asked for by uid %" PRIu64, count, command->uid);
	command_reply(parts, command->request, true,
	    json_pack("{s:o, s:I}", "tests", trial.tests, "limit_s",
		(json_int_t)(rounds * parts->role->settings.alert.timeout_s + MORE_S)));
}
