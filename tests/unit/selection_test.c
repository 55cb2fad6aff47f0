/* SPDX-License-Identifier: ISC
 *
 * selection_test.c - every question is answered once, and watch's answers are checked.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <event2/event.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "watchdogd/engine/selection.h"

static void
ignore_frame(struct channel *channel UNUSED, struct channel_frame *frame UNUSED, void *owner UNUSED)
{
}

static void
ignore_end(struct channel *channel UNUSED, const char *reason UNUSED, void *owner UNUSED)
{
}

static const struct channel_handlers handlers = {ignore_frame, ignore_end};

struct rig {
	struct event_base *base;
	struct channel *watch;
	int far;
	struct selection *selection;
	int answers, messages;
	bool failed;
	char first[QUEUE_ID_SIZE];
};

static struct rig rig;

static void
set_up(void)
{
	int fds[2];
	rig = (struct rig){.base = event_base_new()};
	assert_int_equal(channel_pair(fds), 0);
	rig.watch = channel_new(rig.base, fds[0], &handlers, NULL);
	rig.far = fds[1];
	rig.selection = selection_new();
}

static void
tear_down(void)
{
	selection_free(rig.selection);
	channel_free(rig.watch);
	close(rig.far);
	event_base_free(rig.base);
}

static void
on_answer(const struct selection_answer *answer, int64_t now_s UNUSED, void *owner UNUSED)
{
	rig.answers++;
	rig.failed = answer->error != NULL;
	rig.messages = answer->count;
	if (answer->count > 0)
		memcpy(rig.first, answer->targets[0].queue_id, sizeof(rig.first));
}

static void
ask(uint64_t limit)
{
	struct selection_question question = {
	    .select = {.instance = "-", .limit = limit},
	    .done = on_answer,
	};
	assert_int_equal(selection_ask(rig.selection, rig.watch, &question), 0);
}

static int
give(enum message_type type, const void *message)
{
	static uint8_t buffer[8192];
	long length = wire_encode(message_layout(type), message, buffer, sizeof(buffer));
	assert_true(length >= 0);
	struct channel_frame frame = {(uint16_t)type, (size_t)length, buffer, -1};
	return selection_take(rig.selection, &frame, 1000);
}

static struct message_selected
make_selected(uint64_t request, const char *queue_id)
{
	struct message_selected selected = {
	    .request = request,
	    .queue = QUEUE_DEFERRED,
	    .class = CLASS_BOUNCE,
	};
	snprintf(selected.queue_id, sizeof(selected.queue_id), "%s", queue_id);
	return selected;
}

static void
whole_answer_comes_once(void **state UNUSED)
{
	set_up();
	ask(10);
	struct message_selected selected = make_selected(1, "4AF3B2");
	struct message_select_end end = {.request = 1, .selected = 1};
	assert_int_equal(give(MESSAGE_TYPE_SELECTED, &selected), 0);
	assert_int_equal(rig.answers, 0);
	assert_int_equal(give(MESSAGE_TYPE_SELECT_END, &end), 0);
	assert_int_equal(rig.answers, 1);
	assert_int_equal(rig.messages, 1);
	assert_string_equal(rig.first, "4AF3B2");
	assert_int_equal(give(MESSAGE_TYPE_SELECT_END, &end), -EBADMSG);
	assert_int_equal(rig.answers, 1);
	tear_down();
}

static void
malformed_answers_are_refused(void **state UNUSED)
{
	set_up();
	ask(1);
	struct message_selected good = make_selected(1, "4AF3B2");
	struct message_selected foreign = make_selected(2, "4AF3B2");
	struct message_selected path = make_selected(1, "../../etc/passwd");
	struct message_selected queue = good, class = good;
	struct message_select_end wrong = {.request = 1, .selected = 7};
	queue.queue = QUEUE_COUNT;
	class.class = CLASS_COUNT;
	assert_int_equal(give(MESSAGE_TYPE_SELECTED, &foreign), -EBADMSG);
	assert_int_equal(give(MESSAGE_TYPE_SELECTED, &path), -EBADMSG);
	assert_int_equal(give(MESSAGE_TYPE_SELECTED, &queue), -EBADMSG);
	assert_int_equal(give(MESSAGE_TYPE_SELECTED, &class), -EBADMSG);
	assert_int_equal(give(MESSAGE_TYPE_SELECT_END, &wrong), -EBADMSG);
	assert_int_equal(give(MESSAGE_TYPE_SELECTED, &good), 0);
	assert_int_equal(give(MESSAGE_TYPE_SELECTED, &good), -EBADMSG); /* more than asked for */
	assert_int_equal(rig.answers, 0);
	tear_down();
}

static void
lost_watch_answers_all(void **state UNUSED)
{
	set_up();
	ask(1);
	ask(2);
	selection_lost(rig.selection, 1000);
	assert_int_equal(rig.answers, 2);
	assert_true(rig.failed);
	struct selection_question question = {.done = on_answer};
	assert_int_equal(selection_ask(rig.selection, NULL, &question), -ENOTCONN);
	assert_int_equal(rig.answers, 2);
	tear_down();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(whole_answer_comes_once),
	    cmocka_unit_test(malformed_answers_are_refused),
	    cmocka_unit_test(lost_watch_answers_all),
	};
	return cmocka_run_group_tests_name("selection", tests, NULL, NULL);
}
