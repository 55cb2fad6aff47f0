/* SPDX-License-Identifier: ISC
 *
 * heartbeat.c - when the last one was, and what the next one says.
 */
#include "watchdogd/engine/heartbeat.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/log.h"
#include "lib/mem.h"
#include "proto/letter.h"
#include "watchdogd/engine/notice.h"
#include "watchdogd/engine/post.h"
#include "watchdogd/engine/words.h"

#define INCIDENTS_MAX 1000

static int
count_incident(const struct row_incident *row UNUSED, void *owner)
{
	++*(int64_t *)owner;
	return 0;
}

static char *
compose(const struct heartbeat_parts *parts, enum language language, int64_t open)
{
	char *letter = NULL, text[WORDS_SIZE], count[24], span[WORDS_SPAN_SIZE];
	size_t length = 0;
	FILE *out = open_memstream(&letter, &length);
	if (out == NULL)
		fatal("heartbeat: no memory");
	snprintf(count, sizeof(count), "%" PRId64, open);
	LETTER_WRITE(out, LETTER_HEAD, names_get(&names_language, (int)language), "0", "heartbeat");
	LETTER_WRITE(out, LETTER_FACT, words_get(language, WORD_LABEL_WHAT),
	    WORDS_FILL(
		text, language, open == 0 ? WORD_HEARTBEAT_WELL : WORD_HEARTBEAT_OPEN, count));
	notice_write_good_mail(out, language, parts->window);
	LETTER_WRITE(out, LETTER_FACT, "",
	    WORDS_FILL(text, language, WORD_HEARTBEAT_NEXT,
		words_span(language, parts->settings->alert.heartbeat_s, span)));
	LETTER_WRITE(out, LETTER_FOOT, WORDS_FILL(text, language, WORD_DIGEST_FOOT, parts->host));
	if (fclose(out) != 0)
		fatal("heartbeat: no memory");
	return letter;
}

static int
add_one(const struct heartbeat_parts *parts, const char *recipient, enum language language,
    int64_t open, int64_t now_s)
{
	char subject[WORDS_SIZE];
	int64_t id;
	AUTO_FREE char *body = compose(parts, language, open);
	const struct post post = {
	    .about = ABOUT_HEARTBEAT,
	    .recipient = recipient,
	    .subject = WORDS_FILL(subject, language, WORD_HEARTBEAT_SUBJECT, parts->host),
	    .body = body,
	    .now_s = now_s,
	};
	return post_add(parts->store, parts->settings, &post, &id, "heartbeat-%" PRId64 ".%.100s",
	    now_s, recipient);
}

static int
add_all(const struct heartbeat_parts *parts, int64_t now_s)
{
	int64_t open = 0;
	const struct settings *settings = parts->settings;
	int r = store_list_incidents(parts->store, true, INCIDENTS_MAX, count_incident, &open);
	for (int i = 0; r == 0 && i < settings->alert.recipient_count; i++)
		r = add_one(parts, settings->alert.recipients[i].address,
		    settings->alert.recipients[i].language, open, now_s);
	if (r == 0 && settings->alert.exec_count > 0)
		r = add_one(parts, NOTICE_PROGRAM, LANGUAGE_EN, open, now_s);
	return r;
}

int
heartbeat_step(const struct heartbeat_parts *parts, int64_t now_s)
{
	int64_t last_s;
	if (parts->settings->alert.heartbeat_s == 0)
		return 0;
	int r = store_load_counter(parts->store, STORE_HEARTBEAT, &last_s);
	if (r < 0 || (last_s <= now_s && now_s - last_s < parts->settings->alert.heartbeat_s))
		return r;
	r = store_begin(parts->store);
	/* not when the clock was only set back behind the last one */
	if (r == 0 && last_s <= now_s)
		r = add_all(parts, now_s);
	if (r == 0)
		r = store_save_counter(parts->store, STORE_HEARTBEAT, now_s);
	if (r == 0)
		r = store_commit(parts->store, true);
	if (r < 0)
		store_rollback(parts->store);
	return r;
}
