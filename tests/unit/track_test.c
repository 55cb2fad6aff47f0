/* SPDX-License-Identifier: ISC
 *
 * track_test.c - a message's life in real directories, as Postfix leads it: what the counts and
 * the flows say after each step, and that a look at the disk finds nothing to correct.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "tests/unit/track_place.h"

static void
test_delivered(void **state)
{
	struct fixture at;
	(void)state;
	set_up(&at);
	look(&at, SCAN_RESCAN);
	accept_message(&at, "AAAA1", "a@b.test");
	pump(&at);
	assert_counts(&at, 0, 1, 0, 0, 0);
	assert_flows(&at, (struct flows){.arrivals = 1});
	move(&at, "incoming/AAAA1", "active/AAAA1");
	pump(&at);
	assert_counts(&at, 0, 0, 1, 0, 0);
	at.track.now_s =
	    queue_get(at.track.queue, queue_find(at.track.queue, 0, "AAAA1"))->arrival_s;
	at.track.now_s += 7;
	unlink_file(&at, "active/AAAA1");
	pump(&at);
	assert_flows(&at, (struct flows){.arrivals = 1, .deliveries = 1});
	assert_left(&at, 1, 7);
	assert_exact(&at);
	tear_down(&at);
}

/* All of it between two batches. */
static void
test_delivered_at_once(void **state)
{
	struct fixture at;
	(void)state;
	set_up(&at);
	look(&at, SCAN_RESCAN);
	accept_message(&at, "AAAA1", "a@b.test");
	move(&at, "incoming/AAAA1", "active/AAAA1");
	unlink_file(&at, "active/AAAA1");
	pump(&at);
	assert_counts(&at, 0, 0, 0, 0, 0);
	assert_flows(&at, (struct flows){.arrivals = 1, .deliveries = 1});
	assert_left(&at, 1, 0);
	tear_down(&at);
}

/* A file that is being written is no message yet, and may never become one. */
static void
test_rejected(void **state)
{
	struct fixture at;
	(void)state;
	set_up(&at);
	look(&at, SCAN_RESCAN);
	write_message(&at, "incoming/1.2", "a@b.test", 0600);
	move(&at, "incoming/1.2", "incoming/AAAA1");
	pump(&at);
	assert_counts(&at, 0, 0, 0, 0, 0);
	assert_exact(&at);
	assert_counts(&at, 0, 0, 0, 0, 0);
	unlink_file(&at, "incoming/AAAA1");
	pump(&at);
	assert_flows(&at, (struct flows){0});
	tear_down(&at);
}

/* Unfinished when we start, accepted later: an arrival. */
static void
test_accepted_after_start(void **state)
{
	struct fixture at;
	(void)state;
	set_up(&at);
	write_message(&at, "incoming/AAAA1", "a@b.test", 0600);
	write_message(&at, "deferred/BBBB1", "a@b.test", 0700);
	at.track.exact_s = UINT32_MAX;
	look(&at, SCAN_RESCAN);
	assert_counts(&at, 0, 0, 0, 1, 0);
	assert_int_equal(fchmodat(at.fd, "incoming/AAAA1", 0700, 0), 0);
	pump(&at);
	assert_counts(&at, 0, 1, 0, 1, 0);
	assert_flows(&at, (struct flows){.arrivals = 1});
	tear_down(&at);
}

/* HOLD by an access table: moved while still 0600. */
static void
test_held_at_arrival(void **state)
{
	struct fixture at;
	(void)state;
	set_up(&at);
	look(&at, SCAN_RESCAN);
	write_message(&at, "incoming/1.2", "a@b.test", 0600);
	move(&at, "incoming/1.2", "incoming/AAAA1");
	move(&at, "incoming/AAAA1", "hold/AAAA1");
	pump(&at);
	assert_counts(&at, 0, 0, 0, 0, 0);
	assert_int_equal(fchmodat(at.fd, "hold/AAAA1", 0700, 0), 0);
	pump(&at);
	assert_counts(&at, 0, 0, 0, 0, 1);
	assert_flows(&at, (struct flows){.arrivals = 1});
	move(&at, "hold/AAAA1", "deferred/AAAA1");
	pump(&at);
	assert_counts(&at, 0, 0, 0, 1, 0);
	unlink_file(&at, "deferred/AAAA1");
	pump(&at);
	assert_flows(&at, (struct flows){.arrivals = 1, .removed = 1});
	tear_down(&at);
}

/* A bounce log, then a bounce of ours, then the message goes. */
static void
test_bounced(void **state)
{
	struct fixture at;
	(void)state;
	set_up(&at);
	look(&at, SCAN_RESCAN);
	accept_message(&at, "AAAA1", "a@b.test");
	move(&at, "incoming/AAAA1", "active/AAAA1");
	write_message(&at, "bounce/AAAA1", "", 0600);
	accept_message(&at, "BBBB2", "");
	unlink_file(&at, "bounce/AAAA1");
	unlink_file(&at, "active/AAAA1");
	pump(&at);
	assert_counts(&at, 0, 1, 0, 0, 0);
	assert_int_equal(
	    queue_get_counts(at.track.queue, 0, QUEUE_INCOMING)->messages[CLASS_BOUNCE], 1);
	assert_flows(&at, (struct flows){.arrivals = 2, .bounces_made = 1, .bounced = 1});
	assert_left(&at, 0, 0);
	tear_down(&at);
}

/* Some recipients bounced, the rest is delivered at a later try: delivered. */
static void
test_partly_bounced(void **state)
{
	struct fixture at;
	(void)state;
	set_up(&at);
	look(&at, SCAN_RESCAN);
	accept_message(&at, "AAAA1", "a@b.test");
	move(&at, "incoming/AAAA1", "active/AAAA1");
	write_message(&at, "bounce/AAAA1", "", 0600);
	unlink_file(&at, "bounce/AAAA1");
	move(&at, "active/AAAA1", "deferred/AAAA1");
	move(&at, "deferred/AAAA1", "active/AAAA1");
	unlink_file(&at, "active/AAAA1");
	pump(&at);
	assert_flows(&at, (struct flows){.arrivals = 1, .deliveries = 1, .deferrals = 1});
	assert_int_equal(at.track.meters[0].senders, 1);
	assert_int_equal(at.track.meters[0].first_attempts, 1);
	assert_int_equal(at.track.meters[0].first_deferred, 1);
	tear_down(&at);
}

/* `postfix reload`: everything active goes back to incoming and comes again. */
static void
test_reload(void **state)
{
	struct fixture at;
	char from[64], to[64];
	(void)state;
	set_up(&at);
	for (int i = 0; i < 60; i++) {
		snprintf(from, sizeof(from), "active/%05X", i + 1);
		write_message(&at, from, "a@b.test", 0700);
	}
	at.track.exact_s = UINT32_MAX;
	look(&at, SCAN_RESCAN);
	at.track.exact_s = 0;
	for (int i = 0; i < 60; i++) {
		snprintf(from, sizeof(from), "active/%05X", i + 1);
		snprintf(to, sizeof(to), "incoming/%05X", i + 1);
		move(&at, from, to);
		assert_int_equal(fchmodat(at.fd, to, 0700, 0), 0);
		if (i == 30)
			pump(&at);
		if (i % 2 == 0)
			move(&at, to, from);
	}
	pump(&at);
	assert_counts(&at, 0, 30, 30, 0, 0);
	assert_flows(&at, (struct flows){0});
	assert_exact(&at);
	tear_down(&at);
}

/* `postsuper -r`: the old id in maildrop, a new one in incoming, the arrival time is kept. */
static void
test_requeued(void **state)
{
	struct fixture at;
	(void)state;
	set_up(&at);
	write_message(&at, "deferred/AAAA1", "", 0700);
	at.track.exact_s = UINT32_MAX;
	look(&at, SCAN_RESCAN);
	at.track.exact_s = 0;
	move(&at, "deferred/AAAA1", "maildrop/AAAA1");
	pump(&at);
	assert_counts(&at, 1, 0, 0, 0, 0);
	accept_message(&at, "BBBB2", "");
	pump(&at);
	unlink_file(&at, "maildrop/AAAA1");
	pump(&at);
	assert_counts(&at, 0, 1, 0, 0, 0);
	assert_flows(&at, (struct flows){0});
	accept_message(&at, "CCCC3", "");
	pump(&at);
	assert_flows(&at, (struct flows){.arrivals = 1, .bounces_made = 1});
	tear_down(&at);
}

/* Hash directories come with files in them, go, and come again under the same name. */
static void
test_hash_directories(void **state)
{
	struct fixture at;
	(void)state;
	set_up(&at);
	look(&at, SCAN_RESCAN);
	for (int round = 0; round < 3; round++) {
		accept_message(&at, "AAAA1", "a@b.test");
		move(&at, "incoming/AAAA1", "active/AAAA1");
		pump(&at);
		make_directory(&at, "deferred/A");
		make_directory(&at, "deferred/A/B");
		move(&at, "active/AAAA1", "deferred/A/B/AAAA1"); /* no event: not yet watched */
		pump(&at);
		assert_counts(&at, 0, 0, 0, 1, 0);
		move(&at, "deferred/A/B/AAAA1", "active/AAAA1");
		pump(&at);
		assert_counts(&at, 0, 0, 1, 0, 0);
		unlink_file(&at, "active/AAAA1");
		assert_int_equal(unlinkat(at.fd, "deferred/A/B", AT_REMOVEDIR), 0);
		assert_int_equal(unlinkat(at.fd, "deferred/A", AT_REMOVEDIR), 0);
		if (round != 1) /* once removed and made within one batch */
			pump(&at);
	}
	assert_counts(&at, 0, 0, 0, 0, 0);
	assert_flows(&at, (struct flows){.arrivals = 3, .deliveries = 3, .deferrals = 3});
	assert_exact(&at);
	tear_down(&at);
}

/* The event of the first move is lost, those of the next ones are not, all in one batch. */
static void
test_new_directory_and_older_events(void **state)
{
	struct fixture at;
	(void)state;
	set_up(&at);
	look(&at, SCAN_RESCAN);
	accept_message(&at, "AAAA1", "a@b.test");
	move(&at, "incoming/AAAA1", "active/AAAA1");
	pump(&at);
	make_directory(&at, "deferred/A");
	move(&at, "active/AAAA1", "deferred/A/AAAA1");
	move(&at, "deferred/A/AAAA1", "active/AAAA1"); /* the only event */
	move(&at, "active/AAAA1", "deferred/A/AAAA1");
	pump(&at);
	assert_counts(&at, 0, 0, 0, 1, 0);
	assert_exact(&at);
	tear_down(&at);
}

/* A reconcile comes upon a new directory before the event that tells of it is read. */
static void
test_new_directory_in_reconcile(void **state)
{
	struct fixture at;
	(void)state;
	set_up(&at);
	look(&at, SCAN_RESCAN);
	accept_message(&at, "AAAA1", "a@b.test");
	move(&at, "incoming/AAAA1", "active/AAAA1");
	pump(&at);
	make_directory(&at, "deferred/A");
	move(&at, "active/AAAA1", "deferred/A/AAAA1");
	write_message(&at, "deferred/A/BBBB1", "a@b.test", 0700);
	scan_start(&at.scan, SCAN_RECONCILE);
	while (!scan_is_idle(&at.scan))
		scan_step(&at.scan, 1000);
	pump(&at);
	assert_counts(&at, 0, 0, 0, 2, 0);
	assert_flows(&at, (struct flows){.arrivals = 2, .deferrals = 1});
	assert_exact(&at);
	tear_down(&at);
}

/* Out of the queues altogether, by hand. */
static void
test_moved_out(void **state)
{
	struct fixture at;
	(void)state;
	set_up(&at);
	write_message(&at, "deferred/AAAA1", "a@b.test", 0700);
	write_message(&at, "hold/BBBB1", "a@b.test", 0700);
	look(&at, SCAN_RESCAN);
	assert_counts(&at, 0, 0, 0, 1, 1);
	move(&at, "deferred/AAAA1", "elsewhere");
	pump(&at);
	assert_counts(&at, 0, 0, 0, 0, 1);
	assert_exact(&at);
	unlink_file(&at, "elsewhere");
	tear_down(&at);
}

/* Nothing told of these: the reconcile corrects each, and says so. */
static void
test_drift(void **state)
{
	struct fixture at;
	(void)state;
	set_up(&at);
	write_message(&at, "active/AAAA1", "a@b.test", 0700);
	write_message(&at, "active/BBBB1", "a@b.test", 0700);
	look(&at, SCAN_RESCAN);
	move(&at, "active/AAAA1", "elsewhere"); /* moves out of active are not asked for */
	uint32_t number = queue_find(at.track.queue, 0, "BBBB1");
	queue_move(at.track.queue, number, spool_root(0, QUEUE_HOLD));
	pump(&at);
	assert_counts(&at, 0, 0, 1, 0, 1);
	look(&at, SCAN_RECONCILE);
	assert_counts(&at, 0, 0, 1, 0, 0);
	assert_int_equal(at.track.drift, 2);
	look(&at, SCAN_RECONCILE);
	assert_int_equal(at.track.drift, 2);
	unlink_file(&at, "elsewhere");
	tear_down(&at);
}

/* More events than the kernel queues: all is lost but the truth on the disk. */
static void
test_overflow(void **state)
{
	struct fixture at;
	char from[64], to[64];
	(void)state;
	set_up(&at);
	make_directory(&at, "deferred/7");
	for (int i = 0; i < 400; i++) {
		snprintf(from, sizeof(from), "active/%05X", i + 1);
		write_message(&at, from, "a@b.test", 0700);
	}
	at.track.exact_s = UINT32_MAX;
	look(&at, SCAN_RESCAN);
	at.track.exact_s = 1795510277;
	for (int round = 0; !at.track.rescan_due && round < 200; round++) {
		for (int i = 0; i < 400; i++) { /* until the kernel gives up */
			snprintf(from, sizeof(from), "active/%05X", i + 1);
			snprintf(to, sizeof(to), "deferred/7/%05X", i + 1);
			move(&at, round % 2 == 0 ? from : to, round % 2 == 0 ? to : from);
		}
		if (round == 100) /* a reconcile that does not know yet finds all sorts of things */
			scan_start(&at.scan, SCAN_RECONCILE);
		for (int i = 0; round == 101 && i < 20; i++)
			scan_step(&at.scan, 100);
		if (round == 101) {
			for (int i = 0; i < 100; i++) {
				snprintf(from, sizeof(from), "active/%05X", i + 1);
				snprintf(to, sizeof(to), "active/%05XB", i + 1);
				unlink_file(&at, from);
				write_message(&at, to, "", 0700);
			}
			for (int i = 100; i < 250; i++) {
				snprintf(from, sizeof(from), "active/%05X", i + 1);
				snprintf(to, sizeof(to), "hold/%05X", i + 1);
				move(&at, from, to);
			}
			pump_once(&at);
		}
	}
	assert_int_equal(at.track.overflows, 1);
	look(&at, SCAN_RESCAN);
	assert_int_equal(at.track.drift, 0);
	assert_counts(&at, 0, 0, 250, 0, 150);
	assert_int_equal(
	    queue_get_counts(at.track.queue, 0, QUEUE_ACTIVE)->messages[CLASS_BOUNCE], 100);
	assert_exact(&at);
	tear_down(&at);
}

static void
forget_change(const struct inotify_change *change, void *owner)
{
	(void)change;
	(void)owner;
}

/* The events are lost in the middle of a reconcile: the look that begins then sees everything anew,
 * also what the reconcile had not come to. */
static void
test_overflow_in_reconcile(void **state)
{
	struct fixture at;
	char path[64];
	(void)state;
	set_up(&at);
	for (int i = 0; i < 100; i++) {
		snprintf(path, sizeof(path), "active/%05X", i + 1);
		write_message(&at, path, "a@b.test", 0700);
	}
	look(&at, SCAN_RESCAN);
	scan_start(&at.scan, SCAN_RECONCILE);
	scan_step(&at.scan, 3);
	for (int i = 0; i < 100; i++) {
		snprintf(path, sizeof(path), "active/%05X", i + 1);
		unlink_file(&at, path);
	}
	while (inotify_drain(at.inotify, 1, forget_change, NULL) > 0)
		continue;
	track_lose_events(&at.track);
	look(&at, SCAN_RESCAN);
	assert_counts(&at, 0, 0, 0, 0, 0);
	assert_exact(&at);
	tear_down(&at);
}

/* An operator holds it between its acceptance and our reading of it. */
static void
test_held_before_it_is_read(void **state)
{
	struct fixture at;
	(void)state;
	set_up(&at);
	look(&at, SCAN_RESCAN);
	accept_message(&at, "AAAA1", "a@b.test");
	while (inotify_drain(at.inotify, 1, track_on_change, &at.track) > 0)
		continue;
	track_settle(&at.track);
	move(&at, "incoming/AAAA1", "hold/AAAA1");
	while (reader_run(&at.track.reader, 100))
		continue;
	pump(&at);
	assert_counts(&at, 0, 0, 0, 0, 1);
	assert_exact(&at);
	tear_down(&at);
}

/* What cannot be read is counted, as unread, and never again opened in vain. */
static void
test_unreadable(void **state)
{
	struct fixture at;
	(void)state;
	set_up(&at);
	close(openat(at.fd, "deferred/AAAA1", O_WRONLY | O_CREAT, 0700));
	write_message(&at, "corrupt/BBBB1", "a@b.test", 0400);
	assert_int_equal(symlinkat("AAAA1", at.fd, "deferred/CCCC1"), 0);
	look(&at, SCAN_RESCAN);
	assert_counts(&at, 0, 0, 0, 1, 0);
	assert_int_equal(count(&at, QUEUE_CORRUPT), 1);
	assert_int_equal(
	    queue_get_counts(at.track.queue, 0, QUEUE_DEFERRED)->messages[CLASS_UNREAD], 1);
	assert_exact(&at);
	tear_down(&at);
}

/* Copied into a queue, not renamed: complete at the second look only. */
static void
test_copied_in(void **state)
{
	struct fixture at;
	(void)state;
	set_up(&at);
	look(&at, SCAN_RESCAN);
	AUTO_CLOSE int fd = openat(at.fd, "deferred/AAAA1", O_WRONLY | O_CREAT, 0700);
	pump(&at);
	assert_counts(&at, 0, 0, 0, 1, 0);
	write_message(&at, "deferred/AAAA1", "", 0700);
	look(&at, SCAN_RECONCILE);
	assert_int_equal(
	    queue_get_counts(at.track.queue, 0, QUEUE_DEFERRED)->messages[CLASS_BOUNCE], 1);
	assert_int_equal(at.track.drift, 0);
	unlink_file(&at, "deferred/AAAA1");
	pump(&at);
	assert_counts(&at, 0, 0, 0, 0, 0);
	tear_down(&at);
}

/* A queue's directory is away for a while. */
static void
test_root_removed(void **state)
{
	struct fixture at;
	(void)state;
	set_up(&at);
	write_message(&at, "hold/AAAA1", "a@b.test", 0700);
	look(&at, SCAN_RESCAN);
	move(&at, "hold", "hold-away");
	pump(&at);
	assert_true(at.track.look_due);
	look(&at, SCAN_RECONCILE);
	assert_counts(&at, 0, 0, 0, 0, 0);
	move(&at, "hold-away", "hold");
	track_open_directory(&at.track, spool_root(0, QUEUE_HOLD));
	pump(&at);
	assert_counts(&at, 0, 0, 0, 0, 1);
	unlink_file(&at, "hold/AAAA1");
	pump(&at);
	assert_counts(&at, 0, 0, 0, 0, 0);
	tear_down(&at);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_delivered),
	    cmocka_unit_test(test_delivered_at_once),
	    cmocka_unit_test(test_rejected),
	    cmocka_unit_test(test_accepted_after_start),
	    cmocka_unit_test(test_held_at_arrival),
	    cmocka_unit_test(test_bounced),
	    cmocka_unit_test(test_partly_bounced),
	    cmocka_unit_test(test_reload),
	    cmocka_unit_test(test_requeued),
	    cmocka_unit_test(test_hash_directories),
	    cmocka_unit_test(test_new_directory_and_older_events),
	    cmocka_unit_test(test_new_directory_in_reconcile),
	    cmocka_unit_test(test_moved_out),
	    cmocka_unit_test(test_drift),
	    cmocka_unit_test(test_overflow),
	    cmocka_unit_test(test_overflow_in_reconcile),
	    cmocka_unit_test(test_held_before_it_is_read),
	    cmocka_unit_test(test_unreadable),
	    cmocka_unit_test(test_copied_in),
	    cmocka_unit_test(test_root_removed),
	};
	return cmocka_run_group_tests_name("track", tests, NULL, NULL);
}
