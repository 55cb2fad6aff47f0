/* SPDX-License-Identifier: ISC
 *
 * question_test.c - questions about a queue directory of real queue files (tests/corpus), answered
 * in portions: every row once, the right counts, and what is told when it cannot be answered.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <event2/event.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/mem.h"
#include "tests/unit/record_build.h"
#include "watchdogd/watch/question.h"
#include "watchdogd/watch/scan.h"

#define CORPUS "tests/corpus/queue/"
#define NOW_S 1900000000

/* ---- a queue directory ---- */

struct stored {
	const char *path, *source; /* mode 0700 */
};

static const struct stored stored[] = {
    {"deferred/9C1F2A", CORPUS "normal/smtp"},
    {"deferred/9C1F2B", CORPUS "bounce/undelivered"},
    {"deferred/9C1F2C", CORPUS "normal/many-recipients"},
    {"deferred/9C1F2D", CORPUS "dsn/from-outside"},
    {"deferred/9C1F2E", CORPUS "normal/partly-delivered"},
    {"hold/9C1F30", CORPUS "normal/sendmail-extracted"},
    {"hold/9C1F31", CORPUS "bounce/delayed"},
    {"active/9C1F32", CORPUS "notice/postmaster-notice"},
    {"maildrop/9C1F33", CORPUS "normal/maildrop"},
    {"deferred/9C1F34", CORPUS "unread/truncated"},
};

/* As bounce(8) writes it. */
static const char defer_log[] =
    "<partly-delivered@slow.test>: connect to slow.test[192.0.2.1]:25: timed out\n"
    "recipient=partly-delivered@slow.test\noffset=242\nstatus=4.4.1\naction=delayed\n"
    "reason=connect to slow.test[192.0.2.1]:25: Connection timed out\n\n";

struct room {
	char directory[64];
	int fd;
	struct message_instance instances[2];
	struct inotify *inotify;
	struct track track;
	struct questions questions;
	struct event_base *base;
	struct channel *control; /* watch's end */
	struct channel *watch; /* control's end */
	/* what came */
	struct message_answer_message messages[64];
	char copy[4096];
	struct message_answer_recipient recipients[2000];
	struct message_answer_move moves[64];
	struct message_answer_domain domains[64];
	struct message_answer_top tops[64];
	unsigned domain_count, top_count;
	unsigned message_count, recipient_count, move_count, end_count;
	struct message_answer_end end;
};

static void
copy_file(int directory, const struct stored *file)
{
	char bytes[65536];
	AUTO_CLOSE int in = open(file->source, O_RDONLY | O_CLOEXEC);
	AUTO_CLOSE int out = openat(directory, file->path, O_WRONLY | O_CREAT | O_CLOEXEC, 0700);
	for (;;) {
		ssize_t length = read(in, bytes, sizeof(bytes));
		assert_true(length >= 0);
		if (length == 0)
			break;
		assert_int_equal(write(out, bytes, (size_t)length), length);
	}
	assert_int_equal(fchmod(out, 0700), 0);
}

static void
on_frame(struct channel *channel UNUSED, struct channel_frame *frame, void *room_)
{
	struct room *room = room_;
	struct message_answer_message *message;
	switch (frame->type) {
	case MESSAGE_TYPE_ANSWER_MESSAGE:
		message = &room->messages[room->message_count++ % ARRAY_LENGTH(room->messages)];
		assert_int_equal(message_decode(MESSAGE_TYPE_ANSWER_MESSAGE, frame->payload,
				     frame->length, message),
		    0);
		snprintf(room->copy, sizeof(room->copy), "%.*s", (int)message->copy.length,
		    (const char *)message->copy.data);
		break;
	case MESSAGE_TYPE_ANSWER_RECIPIENT:
		assert_int_equal(message_decode(MESSAGE_TYPE_ANSWER_RECIPIENT, frame->payload,
				     frame->length, &room->recipients[room->recipient_count++]),
		    0);
		break;
	case MESSAGE_TYPE_ANSWER_MOVE:
		assert_int_equal(message_decode(MESSAGE_TYPE_ANSWER_MOVE, frame->payload,
				     frame->length, &room->moves[room->move_count++]),
		    0);
		break;
	case MESSAGE_TYPE_ANSWER_DOMAIN:
		assert_int_equal(message_decode(MESSAGE_TYPE_ANSWER_DOMAIN, frame->payload,
				     frame->length, &room->domains[room->domain_count++]),
		    0);
		break;
	case MESSAGE_TYPE_ANSWER_TOP:
		assert_int_equal(message_decode(MESSAGE_TYPE_ANSWER_TOP, frame->payload,
				     frame->length, &room->tops[room->top_count++]),
		    0);
		break;
	case MESSAGE_TYPE_ANSWER_END:
		assert_int_equal(message_decode(MESSAGE_TYPE_ANSWER_END, frame->payload,
				     frame->length, &room->end),
		    0);
		room->end_count++;
		break;
	default:
		fail_msg("a frame of type %u", frame->type);
	}
}

static void
on_end(struct channel *channel UNUSED, const char *reason UNUSED, void *room UNUSED)
{
}

static const struct channel_handlers handlers = {.on_frame = on_frame, .on_end = on_end};

static void
look(struct room *room)
{
	struct scan scan;
	scan_init(&scan, &room->track);
	scan_start(&scan, SCAN_RESCAN);
	while (!scan_step(&scan, 1000) || reader_run(&room->track.reader, 1000))
		continue;
	while (reader_run(&room->track.reader, 1000))
		continue;
	scan_done(&scan);
}

static int
enter(void **state)
{
	static const char *const queues[] = {
	    "maildrop", "incoming", "active", "deferred", "hold", "corrupt", "bounce", "defer"};
	struct room *room = *state = mem_alloc(sizeof(*room));
	int ends[2];
	snprintf(room->directory, sizeof(room->directory), "/tmp/question_test.XXXXXX");
	assert_non_null(mkdtemp(room->directory));
	room->fd = open(room->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	for (size_t i = 0; i < ARRAY_LENGTH(queues); i++)
		assert_int_equal(mkdirat(room->fd, queues[i], 0700), 0);
	for (size_t i = 0; i < ARRAY_LENGTH(stored); i++)
		copy_file(room->fd, &stored[i]);
	snprintf(room->instances[0].name, INSTANCE_NAME_SIZE, "-");
	snprintf(room->instances[0].queue_directory, PATH_TEXT_SIZE, "%s", room->directory);
	assert_int_equal(inotify_open(&room->inotify), 0);
	track_init(&room->track, room->instances, 1, room->inotify);
	questions_init(&room->questions, &room->track);
	room->base = event_base_new();
	assert_int_equal(channel_pair(ends), 0);
	room->control = channel_new(room->base, ends[0], &handlers, room);
	room->watch = channel_new(room->base, ends[1], &handlers, room);
	look(room);
	return 0;
}

static void
remove_all(int fd)
{
	DIR *directory = fdopendir(dup(fd));
	rewinddir(directory);
	for (struct dirent *item; (item = readdir(directory)) != NULL;) {
		if (item->d_name[0] == '.' || unlinkat(fd, item->d_name, 0) == 0)
			continue;
		AUTO_CLOSE int child = openat(fd, item->d_name, O_RDONLY | O_DIRECTORY);
		remove_all(child);
		unlinkat(fd, item->d_name, AT_REMOVEDIR);
	}
	closedir(directory);
}

static int
leave(void **state)
{
	struct room *room = *state;
	questions_done(&room->questions);
	channel_free(room->control);
	channel_free(room->watch);
	event_base_free(room->base);
	track_done(&room->track);
	inotify_close(room->inotify);
	remove_all(room->fd);
	close(room->fd);
	rmdir(room->directory);
	free(room);
	return 0;
}

static void
write_log(struct room *room, const char *path)
{
	AUTO_CLOSE int fd = openat(room->fd, path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_int_equal(write(fd, defer_log, strlen(defer_log)), (ssize_t)strlen(defer_log));
}

/* ---- asking ---- */

static const struct clock_wall now = {NOW_S * INT64_C(1000)};

static void
take(struct room *room, const struct message_question *question)
{
	questions_take(&room->questions, question, room->control, (struct clock_mono){0}, now);
}

/* Steps at this time until all is answered, or waits; how many steps it took. */
static unsigned
step_all(struct room *room, int64_t mono_ms)
{
	unsigned steps = 0;
	while (questions_step(&room->questions, room->control, (struct clock_mono){mono_ms}) ==
	    QUESTION_MORE) {
		event_base_loop(room->base, EVLOOP_NONBLOCK);
		steps++;
	}
	for (int i = 0; i < 10; i++)
		event_base_loop(room->base, EVLOOP_NONBLOCK);
	return steps;
}

static void
ask(struct room *room, const struct message_question *question)
{
	room->message_count = room->recipient_count = room->move_count = room->end_count = 0;
	room->domain_count = room->top_count = 0;
	take(room, question);
	for (int64_t mono_ms = 0; room->end_count == 0 && mono_ms < 1000; mono_ms += 20)
		step_all(room, mono_ms);
	assert_int_equal(room->end_count, 1);
	assert_int_equal(room->end.request, question->request);
}

static const struct message_answer_message *
find(const struct room *room, const char *id)
{
	for (unsigned i = 0; i < room->message_count; i++)
		if (strcmp(room->messages[i].queue_id, id) == 0)
			return &room->messages[i];
	fail_msg("%s was not named", id);
	return NULL;
}

/* ---- list ---- */

static void
every_message_is_listed_as_its_file_says(void **state)
{
	struct room *room = *state;
	const struct message_question question = {
	    .request = 7, .kind = QUESTION_LIST, .limit = 100};
	ask(room, &question);
	assert_int_equal(room->message_count, ARRAY_LENGTH(stored));
	assert_int_equal(room->end.rows, room->message_count);
	assert_int_equal(room->end.matching, room->message_count);
	assert_int_equal(room->end.total, ARRAY_LENGTH(stored));
	assert_int_equal(room->end.unread, 1);
	assert_int_equal(room->end.partial, 0);
	assert_string_equal(room->end.error, "");
	assert_string_equal(room->end.instance, "-");
	const struct message_answer_message *smtp = find(room, "9C1F2A");
	assert_int_equal(smtp->queue, QUEUE_DEFERRED);
	assert_int_equal(smtp->class, CLASS_NORMAL);
	assert_true(smtp->next_try_s > 0);
	assert_string_not_equal(smtp->client, "");
	const struct message_answer_message *bounce = find(room, "9C1F2B");
	assert_int_equal(bounce->class, CLASS_BOUNCE);
	assert_string_equal(bounce->sender, "");
	assert_string_equal(bounce->client, "");
	assert_string_not_equal(bounce->cause, "");
	assert_string_equal(smtp->cause, "");
	assert_true(find(room, "9C1F2C")->recipients > 100);
	assert_int_equal(find(room, "9C1F30")->next_try_s, 0); /* held */
	assert_int_equal(find(room, "9C1F30")->recipients, 1);
	assert_int_equal(find(room, "9C1F32")->class, CLASS_NOTICE);
	assert_int_equal(find(room, "9C1F33")->queue, QUEUE_MAILDROP);
	const struct message_answer_message *truncated = find(room, "9C1F34");
	assert_int_equal(truncated->class, CLASS_UNREAD);
	assert_int_equal(truncated->recipients, 0);
	assert_true(truncated->arrival_s > 0 && truncated->size_bytes > 0);
}

static void
conditions_choose(void **state)
{
	struct room *room = *state;
	struct message_question question = {.kind = QUESTION_LIST, .limit = 100};
	question.queues = 1 << QUEUE_DEFERRED;
	question.classes = 1 << CLASS_BOUNCE | 1 << CLASS_DSN;
	ask(room, &question);
	assert_int_equal(room->message_count, 2);
	find(room, "9C1F2B");
	find(room, "9C1F2D");
	assert_int_equal(room->end.total, 6);
	question = (struct message_question){.kind = QUESTION_LIST, .limit = 100};
	memcpy(question.sender, "<>", 3);
	ask(room, &question);
	assert_int_equal(room->message_count, 3); /* not the one whose sender cannot be read */
	question.younger_s = 1;
	ask(room, &question);
	assert_int_equal(room->message_count, 0);
}

/* What needs no file is counted beyond the limit; what does is counted as far as it was read. */
static void
limit_bounds_rows_not_counts(void **state)
{
	struct room *room = *state;
	struct message_question question = {.kind = QUESTION_LIST, .limit = 2};
	question.classes = 1 << CLASS_NORMAL;
	ask(room, &question);
	assert_int_equal(room->message_count, 2);
	assert_int_equal(room->end.rows, 2);
	assert_int_equal(room->end.matching, 5);
	assert_int_equal(room->end.partial, 0);
	memcpy(question.domain, "slow.test", 10);
	ask(room, &question);
	assert_int_equal(room->message_count, 2);
	assert_int_equal(room->end.matching, 2);
	assert_int_equal(room->end.partial, 1);
}

static void
question_that_takes_too_long_is_answered_as_far_as_it_came(void **state)
{
	struct room *room = *state;
	const struct message_question question = {.kind = QUESTION_LIST, .limit = 100};
	/* more than one portion */
	for (int i = 0; i < 30000; i++) {
		char id[16];
		snprintf(id, sizeof(id), "%05XABC", i);
		queue_add(room->track.queue, 0, id, spool_root(0, QUEUE_INCOMING));
	}
	room->message_count = 0;
	take(room, &question);
	step_all(room, QUESTION_LIMIT_MS);
	assert_int_equal(room->end_count, 1);
	assert_int_equal(room->end.partial, 1);
	room->end_count = 0;
	take(room, &question);
	assert_true(step_all(room, QUESTION_LIMIT_MS - 1) >= 1);
	assert_int_equal(room->end.partial, 0);
}

/* ---- show ---- */

static void
message_is_shown_with_its_recipients(void **state)
{
	struct room *room = *state;
	struct message_question question = {.kind = QUESTION_SHOW, .queue_id = "9C1F2E"};
	ask(room, &question);
	assert_int_equal(room->message_count, 1);
	unsigned done = 0;
	for (unsigned i = 0; i < room->recipient_count; i++)
		done += room->recipients[i].done != 0;
	assert_true(done > 0);
	assert_int_equal(room->recipient_count - done, room->messages[0].recipients);
	assert_non_null(strstr(room->copy, "\nsender: "));
	assert_non_null(strstr(room->copy, "\nSubject: "));
	assert_int_equal(room->end.partial, 0);
}

static void
reason_comes_from_the_log(void **state)
{
	struct room *room = *state;
	struct message_question question = {.kind = QUESTION_SHOW, .queue_id = "9C1F2E"};
	write_log(room, "defer/9C1F2E");
	ask(room, &question);
	assert_non_null(strstr(room->messages[0].reason, "Connection timed out"));
	unsigned with_reason = 0;
	for (unsigned i = 0; i < room->recipient_count; i++) {
		const struct message_answer_recipient *row = &room->recipients[i];
		with_reason += row->reason[0] != '\0';
		if (row->reason[0] == '\0')
			continue;
		assert_string_equal(row->address, "partly-delivered@slow.test");
		assert_string_equal(row->status, "4.4.1");
	}
	assert_int_equal(with_reason, 1);
	question = (struct message_question){.kind = QUESTION_LIST, .limit = 100};
	snprintf(question.reason, sizeof(question.reason), "TIMED out");
	ask(room, &question);
	assert_int_equal(room->message_count, 1);
	assert_string_equal(room->messages[0].queue_id, "9C1F2E");
	/* one that is held has its log below the hash directory of its id */
	assert_int_equal(mkdirat(room->fd, "defer/9", 0700), 0);
	write_log(room, "defer/9/9C1F31");
	ask(room, &question);
	assert_int_equal(room->message_count, 2);
	find(room, "9C1F31");
}

static void
recipients_are_bounded(void **state)
{
	static struct file file;
	struct room *room = *state;
	const struct message_question question = {.kind = QUESTION_SHOW, .queue_id = "9C1F40"};
	begin_file(&file);
	put_text(&file, 'S', "ben@good.example");
	for (int i = 0; i < 1200; i++)
		put_text(&file, 'R', "anna@later.example");
	end_file(&file, "kim@later.example");
	AUTO_CLOSE int fd = openat(room->fd, "hold/9C1F40", O_WRONLY | O_CREAT | O_CLOEXEC, 0700);
	assert_int_equal(write(fd, file.bytes, file.length), (ssize_t)file.length);
	look(room);
	ask(room, &question);
	assert_int_equal(room->messages[0].recipients, 1201);
	assert_int_equal(room->recipient_count, 1000);
	assert_int_equal(room->end.partial, 1);
}

static void
message_that_is_not_there_is_told(void **state)
{
	struct room *room = *state;
	const struct message_question question = {.kind = QUESTION_SHOW, .queue_id = "ABCDEF0"};
	ask(room, &question);
	assert_non_null(strstr(room->end.error, "ABCDEF0: no such message"));
	const struct message_question truncated = {.kind = QUESTION_SHOW, .queue_id = "9C1F34"};
	ask(room, &truncated);
	assert_non_null(strstr(room->end.error, "9C1F34: its file"));
}

static void
moves_are_shown_of_what_has_left_too(void **state)
{
	struct room *room = *state;
	struct message_question question = {.kind = QUESTION_SHOW, .queue_id = "9C1F2A"};
	struct moves *moves = &room->track.moves;
	moves_add(moves, 0, "9C1F2A", MOVES_OUTSIDE, QUEUE_INCOMING, 100);
	moves_add(moves, 0, "ABCDEF0", QUEUE_INCOMING, QUEUE_ACTIVE, 101);
	moves_add(moves, 1, "9C1F2A", QUEUE_HOLD, QUEUE_DEFERRED, 102); /* of another instance */
	moves_add(moves, 0, "9C1F2A", QUEUE_ACTIVE, QUEUE_DEFERRED, 103);
	ask(room, &question);
	assert_int_equal(room->message_count, 1);
	assert_int_equal(room->move_count, 2);
	assert_int_equal(room->moves[0].time_s, 100);
	assert_int_equal(room->moves[0].from, QUEUE_COUNT);
	assert_int_equal(room->moves[1].time_s, 103);
	memcpy(question.queue_id, "ABCDEF0", 8);
	ask(room, &question);
	assert_string_equal(room->end.error, "");
	assert_int_equal(room->message_count, 0);
	assert_int_equal(room->move_count, 1);
	for (unsigned i = 0; i < MOVES_MAX - 1; i++)
		moves_add(moves, 0, "9C1F2B", QUEUE_ACTIVE, QUEUE_DEFERRED, 104);
	ask(room, &question);
	assert_string_not_equal(room->end.error, ""); /* forgotten */
}

/* ---- many, and none ---- */

static void
too_many_questions_are_refused_the_others_answered(void **state)
{
	struct room *room = *state;
	struct message_question question = {.kind = QUESTION_LIST, .limit = 1};
	for (unsigned i = 0; i < QUESTIONS_MAX; i++)
		take(room, &question);
	question.request = 99;
	take(room, &question);
	event_base_loop(room->base, EVLOOP_ONCE);
	assert_int_equal(room->end_count, 1);
	assert_int_equal(room->end.request, 99);
	assert_non_null(strstr(room->end.error, "ask again"));
	step_all(room, 0);
	assert_int_equal(room->end_count, QUESTIONS_MAX + 1);
}

static void
lost_control_takes_its_questions_with_it(void **state)
{
	struct room *room = *state;
	const struct message_question question = {.kind = QUESTION_LIST, .limit = 1};
	take(room, &question);
	questions_drop(&room->questions);
	assert_int_equal(step_all(room, 0), 0);
	assert_int_equal(room->end_count, 0);
}

static void
blind_watcher_says_so(void **state)
{
	struct room *room = *state;
	const struct message_question list = {.kind = QUESTION_LIST, .limit = 100};
	const struct message_question show = {.kind = QUESTION_SHOW, .queue_id = "ABCDEF0"};
	room->questions.is_blind = true;
	ask(room, &list);
	assert_int_equal(room->message_count, ARRAY_LENGTH(stored));
	assert_int_equal(room->end.partial, 1);
	ask(room, &show);
	assert_non_null(strstr(room->end.error, "not seen yet"));
}

static void
several_instances_want_a_name(void **state)
{
	struct room *room = *state;
	struct message_question question = {.kind = QUESTION_LIST, .limit = 100};
	struct spool *spool = &room->track.spool;
	snprintf(room->instances[1].name, INSTANCE_NAME_SIZE, "postfix-in");
	spool->instances[1] = (struct spool_instance){.names = &room->instances[1], .fd = -1};
	spool->instance_count = 2;
	ask(room, &question);
	assert_non_null(strstr(room->end.error, "--instance"));
	snprintf(question.instance, sizeof(question.instance), "-");
	ask(room, &question);
	assert_string_equal(room->end.error, "");
	assert_int_equal(room->message_count, ARRAY_LENGTH(stored));
	snprintf(question.instance, sizeof(question.instance), "postfix-in");
	ask(room, &question);
	assert_non_null(strstr(room->end.error, "absent"));
	spool->instance_count = 1;
}

static void
table_counts_recipients_or_senders(void **state)
{
	struct room *room = *state;
	struct message_question question = {
	    .kind = QUESTION_QSHAPE, .limit = 100, .buckets = 2, .bucket_s = 300};
	question.queues = 1 << QUEUE_DEFERRED;
	ask(room, &question);
	assert_string_equal(room->end.error, "");
	assert_string_equal(room->domains[0].domain, "TOTAL");
	uint64_t all = strtoull(room->domains[0].counts, NULL, 10);
	uint64_t recipients = 0;
	question.by_sender = 1;
	ask(room, &question);
	assert_int_equal(
	    strtoull(room->domains[0].counts, NULL, 10), 5); /* not the truncated one */
	assert_int_equal(room->end.unread, 1);
	question = (struct message_question){.kind = QUESTION_LIST, .limit = 100};
	question.queues = 1 << QUEUE_DEFERRED;
	ask(room, &question);
	for (unsigned i = 0; i < room->message_count; i++)
		recipients += room->messages[i].recipients;
	assert_int_equal(all, recipients);
	question.kind = QUESTION_QSHAPE; /* without buckets */
	ask(room, &question);
	assert_non_null(strstr(room->end.error, "buckets"));
}

static void
causes_are_ranked(void **state)
{
	struct room *room = *state;
	struct message_question question = {.kind = QUESTION_TOP, .limit = 10};
	question.dimensions = 1 << DIMENSION_CAUSE;
	ask(room, &question);
	assert_true(room->top_count >= 1);
	assert_int_equal(room->tops[0].rank, 1);
	assert_int_equal(room->tops[0].class, CLASS_BOUNCE);
	assert_string_not_equal(room->tops[0].key, "");
	question.dimensions = 1 << DIMENSION_SENDER; /* nothing arrived since */
	ask(room, &question);
	assert_int_equal(room->top_count, 0);
	assert_string_equal(room->end.error, "");
}

static void
question_that_cannot_be_asked_is_refused(void **state)
{
	struct room *room = *state;
	struct message_question question = {.kind = QUESTION_COUNT};
	ask(room, &question);
	assert_string_not_equal(room->end.error, "");
	question = (struct message_question){.kind = QUESTION_LIST, .instance = "elsewhere"};
	ask(room, &question);
	assert_non_null(strstr(room->end.error, "no such instance"));
	question = (struct message_question){.kind = QUESTION_LIST, .client = "nowhere"};
	ask(room, &question);
	assert_non_null(strstr(room->end.error, "nowhere is no address"));
}

int
main(void)
{
#define IN_ROOM(test) cmocka_unit_test_setup_teardown(test, enter, leave)
	const struct CMUnitTest tests[] = {
	    IN_ROOM(every_message_is_listed_as_its_file_says),
	    IN_ROOM(conditions_choose),
	    IN_ROOM(limit_bounds_rows_not_counts),
	    IN_ROOM(question_that_takes_too_long_is_answered_as_far_as_it_came),
	    IN_ROOM(message_is_shown_with_its_recipients),
	    IN_ROOM(reason_comes_from_the_log),
	    IN_ROOM(recipients_are_bounded),
	    IN_ROOM(message_that_is_not_there_is_told),
	    IN_ROOM(moves_are_shown_of_what_has_left_too),
	    IN_ROOM(too_many_questions_are_refused_the_others_answered),
	    IN_ROOM(lost_control_takes_its_questions_with_it),
	    IN_ROOM(blind_watcher_says_so),
	    IN_ROOM(several_instances_want_a_name),
	    IN_ROOM(table_counts_recipients_or_senders),
	    IN_ROOM(causes_are_ranked),
	    IN_ROOM(question_that_cannot_be_asked_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
