/* SPDX-License-Identifier: ISC
 *
 * notice_test.c - the mails, word for word, as an operator reads them.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/mem.h"
#include "proto/letter.h"
#include "proto/letter_text.h"
#include "watchdogd/engine/notice.h"
#include "watchdogd/engine/words.h"

#define NOW 1780500000 /* 2026-06-03 15:20:00 UTC */

static const struct row_incident incident = {
    .id = 42,
    .rule = "bounce-flood",
    .instance = "-",
    .signal = SIGNAL_BOUNCES,
    .began_s = NOW - 40,
    .opened_s = NOW,
    .level = 500,
    .value = 812,
    .peak = 8214,
    .peak_s = NOW + 600,
    .clearing_s = NOW + 900,
    .text = "bounces 812, above 500 for 40 s",
    .example = "9C1F2A in deferred, from <> to <ava1204@8231.com>",
};

static struct window_instance *
make_instance(void)
{
	struct window_instance *instance = mem_alloc(sizeof(*instance));
	struct message_tick_queue *queues = instance->last.queues;
	instance->last_s = NOW;
	queues[QUEUE_ACTIVE] = (struct message_tick_queue){
	    .messages = 15,
	    .normal = 12,
	    .bounces = 3,
	    .oldest_age_s = 4,
	};
	queues[QUEUE_DEFERRED] = (struct message_tick_queue){
	    .messages = 830,
	    .normal = 20,
	    .bounces = 809,
	    .dsn = 1,
	    .oldest_age_s = 7300,
	};
	instance->seconds[NOW % WINDOW_SECONDS] = (struct window_second){
	    .time_s = NOW, .arrivals = 300, .bounces_made = 200, .deliveries = 204};
	return instance;
}

static const struct row_action actions[] = {
    {
	.id = 12,
	.remedy = "hold-bounces",
	.instance = "-",
	.state = ACTION_RUNNING,
	.text = "held 318 messages, 2 gone before",
    },
    {
	.id = 13,
	.remedy = "delete-bounces",
	.instance = "-",
	.state = ACTION_WAITING,
	.text = "will delete 24 h 0 min after the incident opened",
    },
};

static struct message_tick_top rows[] = {
    {"-", DIMENSION_CAUSE, CLASS_BOUNCE, 1,
	"mail from 203.0.113.0/24, refused by inner.example with 550 5.7.1 rejected", 755, 0, 812,
	""},
    {"-", DIMENSION_CAUSE, CLASS_BOUNCE, 2, "others", 57, 0, 812, ""},
    {"-", DIMENSION_SHAPE, CLASS_NORMAL, 1, "{letters}@{4 digits}.com", 87, 0, 100, ""},
    {"-", DIMENSION_SHAPE, CLASS_NORMAL, 2, "{letters}@example.org", 9, 0, 100, ""},
};
static const struct tops tops = {rows, 4, NOW};

static const char opening[] =
    "What       bounce-flood: bounces 812, above 500 for 40 s\n"
    "Since      2026-06-03 15:19:20 +0000 (40 s)\n"
    "Good mail  204 messages delivered in the last minute; 12 wait in incoming and active, "
    "the oldest message there is 4 s old\n"
    "Who        93 % of 812 bounces were caused by mail from 203.0.113.0/24, refused by "
    "inner.example with 550 5.7.1 rejected\n"
    "           7 % of 812 bounces were caused by others\n"
    "           87 % of arriving messages have a sender like {letters}@{4 digits}.com\n"
    "\n"
    "Remedies\n"
    "  action 12  hold-bounces, running: held 318 messages, 2 gone before\n"
    "             undo:  watchdogctl remedy undo 12\n"
    "  action 13  delete-bounces, waiting: will delete 24 h 0 min after the incident opened\n"
    "             undo:  watchdogctl remedy undo 13\n"
    "\n"
    "Example    9C1F2A in deferred, from <> to <ava1204@8231.com>\n"
    "\n"
    "Queue       messages    normal   bounces       dsn  oldest\n"
    "maildrop           0         0         0         0  -\n"
    "incoming           0         0         0         0  -\n"
    "active            15        12         3         0  4 s\n"
    "deferred         830        20       809         1  2 h 1 min\n"
    "hold               0         0         0         0  -\n"
    "corrupt            0         0         0         0  -\n"
    "\n"
    "Look       watchdogctl status\n"
    "           watchdogctl incidents 42\n"
    "Stop       watchdogctl pause (no remedy acts until watchdogctl resume)\n"
    "\n"
    "watchdogd on mx1.example.org, incident 42, Postfix instance -\n";

typedef void (*letter_writer)(FILE *out, const void *letter, size_t length);

static char *
render(letter_writer write, const char *letter)
{
	char *text = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&text, &length);
	assert_non_null(out);
	write(out, letter, strlen(letter));
	assert_int_equal(fclose(out), 0);
	return text;
}

/* The mail in English as the text that is read; free() it. */
static char *
compose(enum notice_kind kind, const struct notice_facts *facts, int64_t now_s, char *subject,
    size_t size)
{
	AUTO_FREE char *letter = notice_compose(kind, LANGUAGE_EN, facts, now_s, subject, size);
	return render(letter_write_text, letter);
}

static void
opening_is_what_was_reviewed(void **state UNUSED)
{
	AUTO_FREE struct window_instance *instance = make_instance();
	struct notice_facts facts = {
	    .host = "mx1.example.org",
	    .subject_prefix = "[watchdogd]",
	    .incident = &incident,
	    .actions = actions,
	    .action_count = 2,
	    .tops = &tops,
	    .instance = instance,
	};
	char subject[256];
	AUTO_FREE char *body = compose(NOTICE_OPENING, &facts, NOW, subject, sizeof(subject));
	assert_string_equal(subject, "[watchdogd] bounce-flood on mx1.example.org: bounces 812");
	assert_string_equal(body, opening);
}

static const char japanese[] =
    "状況       bounce-flood: 現在 配送待ちのバウンス 812 通、しきい値 500\n"
    "発生       2026-06-03 15:19:20 +0000（経過時間 40 秒）\n"
    "通常メール 直近 1 分間の配送 204 通、incoming と active で待機中 12 通（両キューで最も"
    "古いメールは到着から 4 秒）\n"
    "発生元     バウンス 812 通のうち 93 % の原因: mail from 203.0.113.0/24, refused by "
    "inner.example with 550 5.7.1 rejected\n"
    "           バウンス 812 通のうち 7 % の原因: others\n"
    "           差出人の型 {letters}@{4 digits}.com: 届いた通常メールの 87 %\n"
    "\n"
    "対処\n"
    "  対処 12    hold-bounces（実行中） 記録: 318 通を保留（2 通は既になし）\n"
    "             取消:  watchdogctl remedy undo 12\n"
    "  対処 13    delete-bounces（実行予定） 記録: 発生から 24 時間 0 分後に削除\n"
    "             取消:  watchdogctl remedy undo 13\n"
    "\n"
    "メール例   9C1F2A in deferred, from <> to <ava1204@8231.com>\n"
    "\n"
    "キュー          合計      通常  バウンス  外部 DSN  最も古い\n";

static void
japanese_tells_the_same(void **state UNUSED)
{
	AUTO_FREE struct window_instance *instance = make_instance();
	struct notice_facts facts = {
	    .host = "mx1.example.org",
	    .subject_prefix = "[watchdogd]",
	    .incident = &incident,
	    .actions = actions,
	    .action_count = 2,
	    .tops = &tops,
	    .instance = instance,
	};
	char subject[256];
	AUTO_FREE char *letter =
	    notice_compose(NOTICE_OPENING, LANGUAGE_JA, &facts, NOW, subject, sizeof(subject));
	AUTO_FREE char *text = render(letter_write_text, letter);
	assert_string_equal(subject,
	    "[watchdogd] mx1.example.org: bounce-flood を検知（配送待ちのバウンス 812 通）");
	text[sizeof(japanese) - 1] = '\0';
	assert_string_equal(text, japanese);
}

/* What a detector says beyond a number is kept, in its own words. */
static void
other_findings_are_quoted(void **state UNUSED)
{
	struct row_incident gone = incident;
	struct notice_facts facts = {.host = "mx1", .subject_prefix = "", .incident = &gone};
	char subject[256];
	strcpy(gone.text, "rule bounce-flood is not in the settings any more");
	AUTO_FREE char *letter =
	    notice_compose(NOTICE_ALL_CLEAR, LANGUAGE_JA, &facts, NOW, subject, sizeof(subject));
	assert_non_null(strstr(letter, "\nf\t検知記録\trule bounce-flood is not in"));
	assert_string_equal(subject, "mx1: bounce-flood は終息（最大 配送待ちのバウンス 8214 通）");
}

/* Whatever a line of the text says, the HTML says too, with its meaning taken from no byte. */
static void
html_says_what_the_text_says(void **state UNUSED)
{
	struct row_incident hostile = incident;
	struct notice_facts facts = {
	    .host = "mx1",
	    .subject_prefix = "",
	    .incident = &hostile,
	    .actions = actions,
	    .action_count = 2,
	};
	char subject[256];
	strcpy(hostile.example, "from <\"><script>alert(1)</script>&amp;");
	AUTO_FREE char *letter =
	    notice_compose(NOTICE_OPENING, LANGUAGE_EN, &facts, NOW, subject, sizeof(subject));
	AUTO_FREE char *html = render(letter_write_html, letter);
	assert_null(strstr(html, "<script"));
	assert_non_null(
	    strstr(html, "from &lt;&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;amp;"));
	static const char *const said[] = {
	    "<html lang=\"en\">",
	    "bounce-flood: bounces 812, above 500 for 40 s",
	    "2026-06-03 15:19:20 +0000 (40 s)",
	    "<b>action 12</b> hold-bounces, running: held 318 messages, 2 gone before",
	    "watchdogctl remedy undo 12</code>",
	    "watchdogctl remedy undo 13</code>",
	    "watchdogctl incidents 42",
	    "watchdogd on mx1, incident 42, Postfix instance -",
	    "</body>\n</html>\n",
	};
	for (size_t i = 0; i < ARRAY_LENGTH(said); i++)
		if (strstr(html, said[i]) == NULL)
			fail_msg("'%s' is not in %s", said[i], html);
}

/* What else lit up, in both languages. */
static void
what_is_beside_is_told(void **state UNUSED)
{
	struct row_incident beside[2] = {
	    {.id = 40, .rule = "filter-stall", .text = "in 1 min 500 arrived"},
	    {.id = 43, .rule = "queue-full", .text = "active queue 97 % full"},
	};
	struct notice_facts facts = {
	    .host = "mx1",
	    .subject_prefix = "",
	    .incident = &incident,
	    .beside = beside,
	    .beside_count = 2,
	};
	char subject[256];
	AUTO_FREE char *letter =
	    notice_compose(NOTICE_OPENING, LANGUAGE_EN, &facts, NOW, subject, sizeof(subject));
	AUTO_FREE char *text = render(letter_write_text, letter);
	assert_non_null(strstr(text,
	    "\nAlso       filter-stall, incident 40: in 1 min 500 arrived\n"
	    "           queue-full, incident 43: active queue 97 % full\n"));
	AUTO_FREE char *other =
	    notice_compose(NOTICE_OPENING, LANGUAGE_JA, &facts, NOW, subject, sizeof(subject));
	assert_non_null(
	    strstr(other, "\nf\t\tqueue-full（インシデント 43） 記録: active queue 97 % full\n"));
}

static void
observing_says_how_to_do_it(void **state UNUSED)
{
	struct row_action would = {
	    .id = 12,
	    .remedy = "hold-bounces",
	    .instance = "mx-out",
	    .state = ACTION_WOULD,
	    .text = "would hold 809 messages; mode is observe, nothing is done",
	};
	struct notice_facts facts = {
	    .host = "mx1",
	    .subject_prefix = "",
	    .incident = &incident,
	    .actions = &would,
	    .action_count = 1,
	    .paused = true,
	};
	char subject[256];
	AUTO_FREE char *body = compose(NOTICE_OPENING, &facts, NOW, subject, sizeof(subject));
	assert_string_equal(subject, "bounce-flood on mx1: bounces 812");
	assert_non_null(strstr(body,
	    "  action 12  hold-bounces, would: would hold 809 messages; mode is observe, nothing "
	    "is "
	    "done\n             do it: watchdogctl remedy run hold-bounces --instance mx-out\n"
	    "  acting is paused: watchdogctl resume\n"));
	assert_null(strstr(body, "undo"));
}

static void
all_clear_tells_the_whole_story(void **state UNUSED)
{
	struct row_action done[] = {actions[0], actions[1]};
	done[0].state = ACTION_DONE;
	done[0].done = 318;
	done[1].state = ACTION_DONE;
	done[1].done = 20;
	struct notice_facts facts = {
	    .host = "mx1",
	    .subject_prefix = "[watchdogd]",
	    .incident = &incident,
	    .actions = done,
	    .action_count = 2,
	};
	char subject[256];
	AUTO_FREE char *body =
	    compose(NOTICE_ALL_CLEAR, &facts, NOW + 1800, subject, sizeof(subject));
	assert_string_equal(subject, "[watchdogd] bounce-flood on mx1 is over: peak 8214 bounces");
	assert_non_null(strstr(body, "Over since 2026-06-03 15:35:00 +0000\n"));
	assert_non_null(strstr(body, "Peak       8214 at 2026-06-03 15:30:00 +0000\n"));
	assert_non_null(strstr(body, "undo:  watchdogctl remedy undo 12\n"));
	assert_non_null(strstr(body, "undo:  watchdogctl remedy undo 13\n"));
	assert_null(strstr(body, "watchdogctl pause"));
}

/* What was held and then deleted cannot be released: no mail offers it. */
static void
deleted_is_not_offered_back(void **state UNUSED)
{
	struct row_action both[] = {actions[0], actions[1]};
	both[1].state = ACTION_DONE; /* the hold is still ending */
	both[0].done = 318;
	struct notice_facts facts = {
	    .host = "mx1",
	    .subject_prefix = "",
	    .incident = &incident,
	    .actions = both,
	    .action_count = 2,
	};
	for (both[1].done = 317; both[1].done <= 318; both[1].done++) {
		char subject[256];
		AUTO_FREE char *body =
		    compose(NOTICE_ALL_CLEAR, &facts, NOW + 1800, subject, sizeof(subject));
		bool is_offered = strstr(body, "remedy undo 12") != NULL;
		assert_int_equal(is_offered, both[1].done == 317);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(opening_is_what_was_reviewed),
	    cmocka_unit_test(japanese_tells_the_same),
	    cmocka_unit_test(other_findings_are_quoted),
	    cmocka_unit_test(html_says_what_the_text_says),
	    cmocka_unit_test(what_is_beside_is_told),
	    cmocka_unit_test(observing_says_how_to_do_it),
	    cmocka_unit_test(all_clear_tells_the_whole_story),
	    cmocka_unit_test(deleted_is_not_offered_back),
	};
	setenv("TZ", "UTC0", 1);
	tzset();
	return cmocka_run_group_tests_name("notice", tests, NULL, NULL);
}
