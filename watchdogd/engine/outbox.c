/* SPDX-License-Identifier: ISC
 *
 * outbox.c - from the store to the alert role, and the relay's answer back into the store.
 */
#include "watchdogd/engine/outbox.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <unistd.h>

#include "lib/escape.h"
#include "lib/log.h"
#include "lib/mem.h"
#include "watchdogd/engine/attempt.h"
#include "watchdogd/engine/digest.h"

#define LOOKED_AT_MAX 500 /* of those that are due; some may not go out yet */

/* A notice that alert has, and the pipe on which its result comes. */
struct delivery {
	LIST_ENTRY(delivery) entry;
	struct outbox *outbox;
	struct row_notice row; /* without body */
	struct event *event;
	int fd;
	char line[REASON_TEXT_SIZE];
	size_t length;
};

struct outbox {
	struct outbox_parts parts;
	LIST_HEAD(, delivery) under_way;
	int count;
};

struct outbox *
outbox_new(const struct outbox_parts *parts)
{
	struct outbox *outbox = mem_alloc(sizeof(*outbox));
	outbox->parts = *parts;
	LIST_INIT(&outbox->under_way);
	return outbox;
}

static void
delivery_free(struct delivery *delivery)
{
	LIST_REMOVE(delivery, entry);
	delivery->outbox->count--;
	event_free(delivery->event);
	close(delivery->fd);
	free(delivery);
}

void
outbox_free(struct outbox *outbox)
{
	if (outbox == NULL)
		return;
	while (!LIST_EMPTY(&outbox->under_way))
		delivery_free(LIST_FIRST(&outbox->under_way));
	free(outbox);
}

/* ---- into the store ---- */

/* Unique for ever: the incident, what is told of it, how often it was back by then, and the
 * recipient's number, in this store. */
static void
make_message_id(const struct outbox *outbox, const struct outbox_letter *letter, int recipient,
    struct row_notice *notice)
{
	const struct row_incident *incident = letter->incident;
	char kind[32], back[32] = "", tail[128];
	if (letter->kind == NOTICE_ASKING)
		snprintf(kind, sizeof(kind), "asking-%" PRId64, letter->asks);
	else
		snprintf(kind, sizeof(kind), "%s",
		    letter->kind == NOTICE_ALL_CLEAR    ? "closed"
			: letter->kind == NOTICE_UPDATE ? "update"
							: "opened");
	snprintf(tail, sizeof(tail), ".%d.%" PRId64 "@%s", recipient, incident->opened_s,
	    outbox->parts.host);
	if (letter->kind == NOTICE_UPDATE)
		snprintf(back, sizeof(back), "-%" PRId64, incident->updates);
	else if (incident->reopened > 0)
		snprintf(back, sizeof(back), "-%" PRId64, incident->reopened);
	snprintf(notice->message_id, sizeof(notice->message_id), "incident-%" PRId64 ".%s%s%s",
	    incident->id, kind, back, tail);
	if (letter->kind != NOTICE_OPENING)
		snprintf(notice->in_reply_to, sizeof(notice->in_reply_to),
		    "incident-%" PRId64 ".opened%s", incident->id, tail);
}

static int
add_one(struct outbox *outbox, const struct outbox_letter *letter, int index, int64_t now_s)
{
	int64_t id;
	const struct settings_recipient *recipient =
	    &outbox->parts.role->settings.alert.recipients[index];
	AUTO_FREE char *copy = mem_text(letter->bodies[recipient->language]);
	struct row_notice notice = {
	    .incident = letter->incident->id,
	    .state = NOTICE_WAITING,
	    .created_s = now_s,
	    .next_try_s = now_s,
	    .body = copy,
	};
	snprintf(notice.recipient, sizeof(notice.recipient), "%s", recipient->address);
	snprintf(
	    notice.subject, sizeof(notice.subject), "%s", letter->subjects[recipient->language]);
	make_message_id(outbox, letter, index, &notice);
	return store_add_notice(outbox->parts.store, &notice, &id);
}

/* The same for the program, some time later: it may not be needed then. */
static int
add_program(struct outbox *outbox, const struct outbox_letter *letter, int64_t now_s)
{
	int64_t id;
	const struct settings *settings = &outbox->parts.role->settings;
	struct row_notice notice = {
	    .incident = letter->incident->id,
	    .state = NOTICE_WAITING,
	    .created_s = now_s,
	    .next_try_s = now_s + settings->alert.exec_after_s,
	    .recipient = NOTICE_PROGRAM,
	    .body = letter->bodies[LANGUAGE_EN],
	};
	snprintf(notice.subject, sizeof(notice.subject), "%s", letter->subjects[LANGUAGE_EN]);
	make_message_id(outbox, letter, SETTINGS_RECIPIENTS_MAX, &notice);
	return settings->alert.exec_count > 0 ? store_add_notice(outbox->parts.store, &notice, &id)
					      : 0;
}

int
outbox_add(struct outbox *outbox, const struct outbox_letter *letter, int64_t now_s)
{
	const struct settings *settings = &outbox->parts.role->settings;
	int r = 0;
	for (int i = 0; r == 0 && i < settings->alert.recipient_count; i++) {
		int64_t waiting = 0;
		if (letter->kind == NOTICE_UPDATE)
			r = store_count_waiting_notices(outbox->parts.store, letter->incident->id,
			    settings->alert.recipients[i].address, &waiting);
		if (r == 0 && waiting == 0)
			r = add_one(outbox, letter, i, now_s);
	}
	return r == 0 ? add_program(outbox, letter, now_s) : r;
}

/* ---- the relay's answer ---- */

static bool
is_for_program(const struct row_notice *row)
{
	return strcmp(row->recipient, NOTICE_PROGRAM) == 0;
}

static int
count_relays(const struct outbox *outbox, const struct row_notice *row)
{
	return is_for_program(row) ? 1 : outbox->parts.role->settings.alert.relay_count;
}

/* The result's three digits; 0: there was no result. */
static int
parse_code(const char *line)
{
	if (!isdigit((unsigned char)line[0]) || !isdigit((unsigned char)line[1]) ||
	    !isdigit((unsigned char)line[2]) || (line[3] != ' ' && line[3] != '\0'))
		return 0;
	return (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
}

static void
log_result(const struct row_notice *row)
{
	switch (row->state) {
	case NOTICE_SENT:
		log_info("notice %" PRId64 ": sent to %s, incident %" PRId64 ", %s", row->id,
		    row->recipient, row->incident, row->reply);
		break;
	case NOTICE_REFUSED:
		log_error("notice %" PRId64 ": refused for %s and given up, %s", row->id,
		    row->recipient, row->reply);
		break;
	case NOTICE_FOLDED: /* not by an answer */
		break;
	case NOTICE_WAITING:
		log_warning("notice %" PRId64 ": not sent to %s yet, try %" PRId64 ", %s", row->id,
		    row->recipient, row->attempts, row->reply);
		break;
	}
}

/* A result that cannot be saved keeps the delivery: it is saved at a later step, never lost. */
static bool
save_result(struct outbox *outbox, const struct row_notice *row)
{
	int r = store_begin(outbox->parts.store);
	if (r == 0)
		r = store_update_notice(outbox->parts.store, row);
	if (r == 0)
		r = store_commit(outbox->parts.store, true);
	if (r == 0)
		return true;
	log_error("notice %" PRId64 ": result not saved yet, %s", row->id,
	    store_problem(outbox->parts.store));
	store_rollback(outbox->parts.store);
	return false;
}

static void
finish_delivery(struct delivery *delivery)
{
	struct outbox *outbox = delivery->outbox;
	struct row_notice row = delivery->row;
	delivery->line[delivery->length] = '\0';
	escape_text(delivery->line, strcspn(delivery->line, "\n"), row.reply, sizeof(row.reply));
	if (delivery->length == 0)
		snprintf(row.reply, sizeof(row.reply), "no result: the sending process ended");
	attempt_judge(
	    &row, parse_code(delivery->line), count_relays(outbox, &row), outbox->parts.now());
	if (!save_result(outbox, &row))
		return;
	log_result(&row);
	delivery_free(delivery);
}

/* Reads until the line is whole or the pipe has closed. */
static void
on_readable(evutil_socket_t fd, short what UNUSED, void *owner)
{
	struct delivery *delivery = owner;
	size_t room = sizeof(delivery->line) - 1 - delivery->length;
	ssize_t n = read(fd, delivery->line + delivery->length, room);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n > 0)
		delivery->length += (size_t)n;
	bool whole = memchr(delivery->line, '\n', delivery->length) != NULL;
	if (n > 0 && !whole && (size_t)n < room)
		return;
	event_del(delivery->event);
	finish_delivery(delivery);
}

/* ---- to alert ---- */

static bool
is_under_way(const struct outbox *outbox, int64_t id)
{
	const struct delivery *delivery;
	LIST_FOREACH(delivery, &outbox->under_way, entry)
	if (delivery->row.id == id)
		return true;
	return false;
}

static bool
on_under_way(int64_t id, void *owner)
{
	return is_under_way(owner, id);
}

static int
count_under_way(const char *recipient, void *owner)
{
	int count = 0;
	const struct outbox *outbox = owner;
	const struct delivery *delivery;
	LIST_FOREACH(delivery, &outbox->under_way, entry)
	count += (delivery->row.about == ABOUT_INCIDENT || delivery->row.about == ABOUT_DIGEST) &&
	    strcmp(delivery->row.recipient, recipient) == 0;
	return count;
}

static struct digest_parts
digest_parts(struct outbox *outbox)
{
	return (struct digest_parts){
	    .store = outbox->parts.store,
	    .settings = &outbox->parts.role->settings,
	    .window = outbox->parts.window,
	    .host = outbox->parts.host,
	    .count_under_way = count_under_way,
	    .is_under_way = on_under_way,
	    .owner = outbox,
	};
}

static void
send_notice(struct outbox *outbox, const struct row_notice *row, int fd)
{
	struct message_notice message = {
	    .notice = (uint64_t)row->id,
	    .relay = (uint64_t)attempt_relay(row, count_relays(outbox, row)),
	    .program = is_for_program(row),
	    .created_s = (uint64_t)row->created_s,
	    .body = {(const uint8_t *)row->body, strlen(row->body)},
	};
	memcpy(message.recipient, row->recipient, sizeof(message.recipient));
	memcpy(message.subject, row->subject, sizeof(message.subject));
	memcpy(message.message_id, row->message_id, sizeof(message.message_id));
	memcpy(message.in_reply_to, row->in_reply_to, sizeof(message.in_reply_to));
	message_send(outbox->parts.role->links[ROLE_ALERT], MESSAGE_TYPE_NOTICE, &message, fd);
}

/* The program is not run when a mail got there before its time. 1, 0 (and it is done) or -errno. */
static int
is_needed(struct outbox *outbox, const struct row_notice *row)
{
	int64_t told;
	if (!is_for_program(row) || row->about != ABOUT_INCIDENT || row->attempts > 0 ||
	    outbox->parts.role->settings.alert.exec_after_s == 0)
		return 1;
	int r = store_count_told(outbox->parts.store, row->incident, row->created_s, &told);
	if (r < 0 || told == 0)
		return r < 0 ? r : 1;
	struct row_notice done = *row;
	done.state = NOTICE_FOLDED;
	done.done_s = outbox->parts.now();
	return save_result(outbox, &done) ? 0 : -EIO;
}

static int
begin_delivery(const struct row_notice *row, void *owner)
{
	struct outbox *outbox = owner;
	int fds[2];
	if (outbox->count >= OUTBOX_UNDER_WAY_MAX)
		return 1;
	if (is_under_way(outbox, row->id))
		return 0;
	int needed = is_needed(outbox, row);
	if (needed <= 0)
		return needed;
	const struct digest_parts digest = digest_parts(outbox);
	int allowed = digest_allows(&digest, row, outbox->parts.now());
	if (allowed <= 0)
		return allowed;
	if (pipe2(fds, O_CLOEXEC | O_NONBLOCK) < 0)
		fatal("outbox: no pipe, %s", log_errno(errno));
	struct delivery *delivery = mem_alloc(sizeof(*delivery));
	delivery->outbox = outbox;
	delivery->row = *row;
	delivery->row.body = NULL;
	delivery->fd = fds[0];
	delivery->event = event_new(
	    outbox->parts.role->base, fds[0], EV_READ | EV_PERSIST, on_readable, delivery);
	if (delivery->event == NULL || event_add(delivery->event, NULL) < 0)
		fatal("outbox: no event");
	LIST_INSERT_HEAD(&outbox->under_way, delivery, entry);
	outbox->count++;
	send_notice(outbox, row, fds[1]);
	close(fds[1]);
	return 0;
}

/* Results that came while the store could not be written. */
static void
finish_unsaved(struct outbox *outbox)
{
	struct delivery *delivery = LIST_FIRST(&outbox->under_way);
	while (delivery != NULL) {
		struct delivery *next = LIST_NEXT(delivery, entry);
		if (event_pending(delivery->event, EV_READ, NULL) == 0)
			finish_delivery(delivery);
		delivery = next;
	}
}

/* A notice may wait for its time so long; one that would have to wait longer has a wrong time. */
static int64_t
find_longest_wait(const struct outbox *outbox)
{
	int64_t after_s = outbox->parts.role->settings.alert.exec_after_s;
	return after_s > ATTEMPT_LAST_S ? after_s : ATTEMPT_LAST_S;
}

void
outbox_step(struct outbox *outbox, int64_t now_s)
{
	finish_unsaved(outbox);
	if (outbox->parts.role->links[ROLE_ALERT] == NULL || outbox->count >= OUTBOX_UNDER_WAY_MAX)
		return;
	const struct digest_parts digest = digest_parts(outbox);
	int r = digest_step(&digest, now_s);
	if (r == 0)
		r = store_list_due_notices(outbox->parts.store, now_s, find_longest_wait(outbox),
		    LOOKED_AT_MAX, begin_delivery, outbox);
	if (r < 0)
		log_error("outbox: not read or folded, %s", store_problem(outbox->parts.store));
}
