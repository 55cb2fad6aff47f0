/* SPDX-License-Identifier: ISC
 *
 * digest.c - counts what was sent, gathers what waits.
 */
#include "watchdogd/engine/digest.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/clock.h"
#include "lib/log.h"
#include "lib/mem.h"
#include "proto/letter.h"
#include "watchdogd/engine/notice.h"
#include "watchdogd/engine/post.h"
#include "watchdogd/engine/words.h"

#define FOLD_MAX 200 /* into one mail; the rest into the next */
#define FOLD_BYTES 40000 /* of their list: it goes through a channel */

static bool
is_counted(const struct row_notice *notice)
{
	return (notice->about == ABOUT_INCIDENT || notice->about == ABOUT_DIGEST) &&
	    strcmp(notice->recipient, NOTICE_PROGRAM) != 0;
}

/* How many more the recipient may get within this hour. */
static int
count_left(
    const struct digest_parts *parts, const char *recipient, int64_t now_s, int64_t *ret_left)
{
	int64_t sent;
	int r =
	    store_count_sent_notices(parts->store, recipient, now_s - DIGEST_HOUR_S, now_s, &sent);
	if (r == 0)
		*ret_left = parts->settings->alert.max_per_hour - sent -
		    parts->count_under_way(recipient, parts->owner);
	return r;
}

/* What waits for a recipient and could be folded. */
struct pending {
	const struct digest_parts *parts;
	int64_t ids[FOLD_MAX];
	int count;
	int64_t first_s, last_s;
	FILE *list; /* lines of the letter, or NULL: only counted */
	const char *prefix;
};

static const char *
skip_prefix(const char *subject, const char *prefix)
{
	size_t length = strlen(prefix);
	if (length > 0 && strncmp(subject, prefix, length) == 0 && subject[length] == ' ')
		return subject + length + 1;
	return subject;
}

static int
take_pending(const struct row_notice *row, void *owner)
{
	struct pending *pending = owner;
	char time[CLOCK_TEXT_SIZE], text[CLOCK_TEXT_SIZE + sizeof(row->subject)];
	if (pending->parts->is_under_way(row->id, pending->parts->owner))
		return 0;
	if (pending->list != NULL && ftell(pending->list) > FOLD_BYTES)
		return 0;
	pending->ids[pending->count++] = row->id;
	if (pending->first_s == 0 || row->created_s < pending->first_s)
		pending->first_s = row->created_s;
	if (row->created_s > pending->last_s)
		pending->last_s = row->created_s;
	if (pending->list == NULL)
		return 0;
	snprintf(text, sizeof(text), "%s %s", clock_format_seconds(row->created_s, time),
	    skip_prefix(row->subject, pending->prefix));
	LETTER_WRITE(pending->list, LETTER_ITEM, "", text);
	return 0;
}

static int
look_at(const struct digest_parts *parts, const char *recipient, int64_t now_s,
    struct pending *ret_pending)
{
	*ret_pending = (struct pending){.parts = parts};
	return store_list_foldable_notices(
	    parts->store, recipient, now_s, FOLD_MAX, take_pending, ret_pending);
}

static bool
has_waited(int64_t since_s, int64_t now_s)
{
	return now_s < since_s || now_s - since_s >= DIGEST_WAIT_S;
}

int
digest_allows(const struct digest_parts *parts, const struct row_notice *notice, int64_t now_s)
{
	int64_t left;
	if (!is_counted(notice))
		return 1;
	int r = count_left(parts, notice->recipient, now_s, &left);
	if (r < 0 || left < 1)
		return r;
	if (left > 1 || notice->about == ABOUT_DIGEST)
		return 1;
	AUTO_FREE struct pending *pending = mem_alloc(sizeof(*pending));
	r = look_at(parts, notice->recipient, now_s, pending);
	return r < 0 ? r : pending->count == 1 && has_waited(notice->created_s, now_s);
}

/* ---- the mail ---- */

/* The list is made by then. */
static char *
compose(const struct digest_parts *parts, enum language language, const struct pending *pending,
    const char *list)
{
	char *letter = NULL;
	size_t length = 0;
	char text[WORDS_SIZE], count[24], limit[24], first[CLOCK_TEXT_SIZE], last[CLOCK_TEXT_SIZE];
	FILE *out = open_memstream(&letter, &length);
	if (out == NULL)
		fatal("digest: no memory");
	snprintf(count, sizeof(count), "%d", pending->count);
	snprintf(limit, sizeof(limit), "%" PRId64, parts->settings->alert.max_per_hour);
	clock_format_seconds(pending->first_s, first);
	clock_format_seconds(pending->last_s, last);
	LETTER_WRITE(out, LETTER_HEAD, names_get(&names_language, (int)language), "0", "digest");
	LETTER_WRITE(out, LETTER_FACT, words_get(language, WORD_LABEL_WHAT),
	    WORDS_FILL(text, language, WORD_DIGEST_WHAT, count, limit));
	LETTER_WRITE(out, LETTER_FACT, words_get(language, WORD_LABEL_SINCE),
	    WORDS_FILL(text, language, WORD_DIGEST_SINCE, first, last));
	notice_write_good_mail(out, language, parts->window);
	letter_write(out, LETTER_GAP, NULL, 0);
	LETTER_WRITE(out, LETTER_SECTION, words_get(language, WORD_DIGEST_LIST));
	fputs(list, out);
	letter_write(out, LETTER_GAP, NULL, 0);
	LETTER_WRITE(out, LETTER_FACT, words_get(language, WORD_LABEL_LOOK), "watchdogctl status");
	LETTER_WRITE(out, LETTER_FACT, "", "watchdogctl incidents");
	LETTER_WRITE(out, LETTER_FOOT, WORDS_FILL(text, language, WORD_DIGEST_FOOT, parts->host));
	if (fclose(out) != 0)
		fatal("digest: no memory");
	return letter;
}

static int
add_digest(const struct digest_parts *parts, const struct settings_recipient *recipient,
    const struct pending *pending, const char *list, int64_t now_s)
{
	char subject[WORDS_SIZE], count[24];
	int64_t number, id;
	int r = store_next_order(parts->store, &number);
	if (r < 0)
		return r;
	AUTO_FREE char *body = compose(parts, recipient->language, pending, list);
	snprintf(count, sizeof(count), "%d", pending->count);
	const struct post post = {
	    .about = ABOUT_DIGEST,
	    .recipient = recipient->address,
	    .subject =
		WORDS_FILL(subject, recipient->language, WORD_DIGEST_SUBJECT, parts->host, count),
	    .body = body,
	    .now_s = now_s,
	};
	return post_add(parts->store, parts->settings, &post, &id,
	    "digest-%" PRId64 ".%" PRId64 "@%s", number, now_s, parts->host);
}

/* ---- folding ---- */

static int
fold(const struct digest_parts *parts, const struct settings_recipient *recipient, int64_t now_s)
{
	char *list = NULL;
	size_t length = 0;
	AUTO_FREE struct pending *pending = mem_alloc(sizeof(*pending));
	*pending = (struct pending){
	    .parts = parts,
	    .list = open_memstream(&list, &length),
	    .prefix = parts->settings->alert.subject_prefix,
	};
	if (pending->list == NULL)
		fatal("digest: no memory");
	int r = store_list_foldable_notices(
	    parts->store, recipient->address, now_s, FOLD_MAX, take_pending, pending);
	if (fclose(pending->list) != 0)
		fatal("digest: no memory");
	for (int i = 0; r == 0 && i < pending->count; i++)
		r = store_fold_notice(parts->store, pending->ids[i], now_s);
	if (r == 0)
		r = add_digest(parts, recipient, pending, list, now_s);
	free(list);
	if (r == 0)
		log_info("notices: %d folded into one for %s, whose mails of this hour end",
		    pending->count, recipient->address);
	return r;
}

/* 1: his mails of this hour end, and several wait. */
static int
is_to_be_folded(
    const struct digest_parts *parts, const struct settings_recipient *recipient, int64_t now_s)
{
	int64_t left;
	int r = count_left(parts, recipient->address, now_s, &left);
	if (r < 0 || left > 1)
		return r;
	AUTO_FREE struct pending *pending = mem_alloc(sizeof(*pending));
	r = look_at(parts, recipient->address, now_s, pending);
	return r < 0 ? r : left == 1 && pending->count > 1 && has_waited(pending->first_s, now_s);
}

int
digest_step(const struct digest_parts *parts, int64_t now_s)
{
	for (int i = 0; i < parts->settings->alert.recipient_count; i++) {
		const struct settings_recipient *recipient = &parts->settings->alert.recipients[i];
		int r = is_to_be_folded(parts, recipient, now_s);
		if (r > 0)
			r = store_begin(parts->store);
		else if (r == 0)
			continue;
		if (r == 0)
			r = fold(parts, recipient, now_s);
		if (r == 0)
			r = store_commit(parts->store, true);
		if (r < 0) {
			store_rollback(parts->store);
			return r;
		}
	}
	return 0;
}
