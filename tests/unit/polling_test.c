/* SPDX-License-Identifier: ISC
 *
 * polling_test.c - directories that change without an event: that is noticed, and what the looks on
 * a timer find is counted as what it was.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "tests/unit/track_place.h"
#include "watchdogd/watch/polling.h"

#define ARRIVAL_S 1795510277u /* of every message that is built */

static void
ignore(const struct inotify_change *change UNUSED, void *owner UNUSED)
{
}

/* No event comes of what has happened by now. */
static void
lose(struct fixture *at)
{
	assert_int_equal(inotify_drain(at->inotify, 100, ignore, NULL), 0);
}

static void
poll_at(struct fixture *at, uint32_t now_s)
{
	lose(at);
	polling_begin_look(&at->track, now_s);
	look(at, SCAN_RECONCILE);
	polling_end_look(&at->track);
}

static void
begin(struct fixture *at)
{
	set_up(at);
	polling_init(&at->track);
	polling_begin_look(&at->track, ARRIVAL_S - 30);
	look(at, SCAN_RESCAN);
	polling_end_look(&at->track);
	assert_false(polling_is_on(&at->track));
}

static void
test_deaf_place(void **state UNUSED)
{
	struct fixture at;
	begin(&at);
	poll_at(&at, ARRIVAL_S - 20); /* nothing happened: that is no reason */
	assert_false(polling_is_on(&at.track));
	write_message(&at, "deferred/AAAA1", "a@b.test", 0700);
	poll_at(&at, ARRIVAL_S - 10);
	assert_true(polling_is_on(&at.track));
	assert_int_equal(at.track.drift, 1);
	assert_counts(&at, 0, 0, 0, 1, 0);
	/* from now on what is found is no drift, but what it was */
	meter_reset(&at.track.meters[0]);
	write_message(&at, "active/BBBB1", "a@b.test", 0700);
	write_message(&at, "hold/CCCC1", "a@b.test", 0700);
	poll_at(&at, ARRIVAL_S + 1);
	assert_counts(&at, 0, 0, 1, 1, 1);
	assert_flows(&at, (struct flows){.arrivals = 2});
	unlink_file(&at, "active/BBBB1");
	unlink_file(&at, "hold/CCCC1");
	move(&at, "deferred/AAAA1", "active/AAAA1");
	poll_at(&at, ARRIVAL_S + 3);
	assert_counts(&at, 0, 0, 1, 0, 0);
	assert_flows(&at, (struct flows){.arrivals = 2, .deliveries = 1, .removed = 1});
	assert_int_equal(at.track.drift, 1);
	tear_down(&at);
}

/* The first that is seen of a place may be a new hash directory and what it holds. */
static void
test_directory_without_event(void **state UNUSED)
{
	struct fixture at;
	begin(&at);
	make_directory(&at, "deferred/A");
	write_message(&at, "deferred/A/AAAA1", "a@b.test", 0700);
	poll_at(&at, ARRIVAL_S - 10);
	assert_true(polling_is_on(&at.track));
	assert_counts(&at, 0, 0, 0, 1, 0);
	assert_int_equal(at.track.drift, 0);
	tear_down(&at);
	/* one whose event is late only is none */
	begin(&at);
	make_directory(&at, "deferred/A");
	polling_begin_look(&at.track, ARRIVAL_S - 10);
	look(&at, SCAN_RECONCILE);
	polling_end_look(&at.track);
	assert_false(polling_is_on(&at.track));
	tear_down(&at);
}

/* What had been there for long, and is found by the first look, did not just arrive. */
static void
test_old_mail_of_a_remote_place(void **state UNUSED)
{
	struct fixture at;
	set_up(&at);
	polling_init(&at.track);
	at.track.spool.instances[0].is_remote = at.track.spool.instances[0].polled = true;
	write_message(&at, "deferred/AAAA1", "a@b.test", 0700);
	poll_at(&at, ARRIVAL_S + 100);
	assert_counts(&at, 0, 0, 0, 1, 0);
	assert_flows(&at, (struct flows){0});
	write_message(&at, "deferred/BBBB1", "a@b.test", 0700); /* a clock that is behind */
	poll_at(&at, ARRIVAL_S + 102);
	assert_flows(&at, (struct flows){0});
	/* events may come all the same: it stays polled */
	write_message(&at, "deferred/CCCC1", "a@b.test", 0700);
	pump(&at);
	polling_end_look(&at.track);
	assert_true(polling_is_on(&at.track));
	tear_down(&at);
}

static void
test_events_come_again(void **state UNUSED)
{
	struct fixture at;
	begin(&at);
	write_message(&at, "deferred/AAAA1", "a@b.test", 0700);
	poll_at(&at, ARRIVAL_S);
	assert_true(polling_is_on(&at.track));
	move(&at, "deferred/AAAA1", "active/AAAA1");
	pump(&at);
	poll_at(&at, ARRIVAL_S + 2);
	assert_false(polling_is_on(&at.track));
	assert_counts(&at, 0, 0, 1, 0, 0);
	tear_down(&at);
}

static void
test_types(void **state UNUSED)
{
	assert_true(polling_is_remote(0x6969)); /* NFS */
	assert_true(polling_is_remote(0xff534d42)); /* CIFS */
	assert_false(polling_is_remote(0xef53)); /* ext4 */
	assert_false(polling_is_remote(0x794c7630)); /* overlayfs: its own mount has events */
	assert_false(polling_is_remote(0));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_deaf_place),
	    cmocka_unit_test(test_directory_without_event),
	    cmocka_unit_test(test_old_mail_of_a_remote_place),
	    cmocka_unit_test(test_events_come_again),
	    cmocka_unit_test(test_types),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
