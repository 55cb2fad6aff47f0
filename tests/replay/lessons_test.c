/* SPDX-License-Identifier: ISC
 *
 * lessons_test.c - what was learned outlives the engine: one that stops in the middle knows what one
 * knows that never stopped.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/log.h"
#include "lib/mem.h"
#include "tests/replay/history.h"
#include "watchdogd/engine/lessons.h"

#define BEGIN_S 1782000000
#define PAST_S (36 * 3600)

struct place {
	char directory[64];
	struct store *store;
	struct message_instance instance;
};

static void
set_up(struct place *place, int64_t past_s)
{
	*place = (struct place){.directory = "/tmp/watchdogd-lessons.XXXXXX"};
	assert_non_null(mkdtemp(place->directory));
	snprintf(place->instance.name, sizeof(place->instance.name), "-");
	AUTO_FREE char *path = mem_format("%s/history.db", place->directory);
	history_write(path, BEGIN_S - past_s, BEGIN_S);
	assert_int_equal(store_open(path, &place->store), 0);
	assert_int_equal(store_begin(place->store), 0);
}

static void
tear_down(struct place *place)
{
	static const char *const tails[] = {"", "-wal", "-shm"};
	store_rollback(place->store);
	store_close(place->store);
	for (size_t i = 0; i < ARRAY_LENGTH(tails); i++) {
		AUTO_FREE char *path = mem_format("%s/history.db%s", place->directory, tails[i]);
		unlink(path);
	}
	assert_int_equal(rmdir(place->directory), 0);
}

static struct lessons *
open_lessons(struct place *place, int64_t now_s)
{
	struct lessons *lessons = lessons_new(&place->instance, 1);
	assert_int_equal(lessons_load(lessons, place->store, now_s), 0);
	return lessons;
}

static bool
is_frozen(int64_t time_s)
{
	return time_s > BEGIN_S + 1200 && time_s <= BEGIN_S + 1290;
}

static void
save_tick(struct place *place, int64_t time_s, struct row_sample *ret_sample)
{
	struct message_tick_flow flow;
	history_second(time_s, &flow);
	if (is_frozen(time_s))
		flow.arrivals += 50;
	assert_int_equal(store_add_tick_flow(place->store, time_s, &flow), 0);
	*ret_sample = (struct row_sample){
	    .time_s = time_s,
	    .arrivals = (int64_t)flow.arrivals,
	    .bounces_made = (int64_t)flow.bounces_made,
	    .senders = (int64_t)flow.senders,
	    .first_attempts = (int64_t)flow.first_attempts,
	    .first_deferred = (int64_t)flow.first_deferred,
	    .busiest_sender = (int64_t)flow.busiest_sender,
	    .busiest_network = (int64_t)flow.busiest_network,
	    .busiest_shape = (int64_t)flow.busiest_shape,
	    .busiest_domain = (int64_t)flow.busiest_domain,
	};
}

/* Runs those that are there over the seconds from first to last; the first one keeps. */
static void
run(struct place *place, struct lessons *keeper, struct lessons *other, int first, int last)
{
	for (int second = first; second <= last; second++) {
		struct row_sample sample;
		int64_t now_s = BEGIN_S + second;
		save_tick(place, now_s, &sample);
		assert_int_equal(
		    lessons_take(keeper, place->store, 0, &sample, is_frozen(now_s)), 0);
		if (other != NULL)
			assert_int_equal(
			    lessons_take(other, place->store, 0, &sample, is_frozen(now_s)), 0);
		assert_int_equal(lessons_keep(keeper, place->store, now_s), 0);
	}
}

struct kept {
	char series[BASELINE_SERIES_COUNT + BASELINE_TROUBLE_COUNT][32];
	uint8_t states[BASELINE_SERIES_COUNT + BASELINE_TROUBLE_COUNT][SERIES_BYTES_MAX];
	int count;
};

static int
take_kept(const struct row_learned *row, void *owner)
{
	struct kept *kept = owner;
	memcpy(kept->series[kept->count], row->series, sizeof(row->series));
	memcpy(kept->states[kept->count++], row->state, row->length);
	return 0;
}

static struct kept *
load_kept(struct place *place)
{
	struct kept *kept = mem_alloc(sizeof(*kept));
	assert_int_equal(store_list_learned(place->store, "-", take_kept, kept), 0);
	assert_int_equal(kept->count, ARRAY_LENGTH(kept->states));
	return kept;
}

/* Whether both would keep the same. */
static void
assert_same(struct place *place, struct lessons *one, struct lessons *two, int64_t now_s)
{
	assert_int_equal(lessons_keep(one, place->store, now_s + 301), 0);
	AUTO_FREE struct kept *first = load_kept(place);
	assert_int_equal(lessons_keep(two, place->store, now_s + 301), 0);
	AUTO_FREE struct kept *second = load_kept(place);
	for (int i = 0; i < first->count; i++)
		if (memcmp(first->states[i], second->states[i], SERIES_BYTES_MAX) != 0)
			fail_msg("%s is not the same", first->series[i]);
}

static void
restart_forgets_nothing(void **state UNUSED)
{
	struct place place;
	set_up(&place, PAST_S);
	struct lessons *steady = open_lessons(&place, BEGIN_S);
	run(&place, steady, NULL, 1, 1000);
	/* killed: 1000 is not the second at which it was kept last */
	struct lessons *again = open_lessons(&place, BEGIN_S + 1000);
	run(&place, steady, again, 1001, 1600);
	assert_same(&place, steady, again, BEGIN_S + 1600);
	lessons_free(steady);
	lessons_free(again);
	tear_down(&place);
}

/* In an incident, which the store tells of. */
static void
restart_in_an_incident_forgets_nothing(void **state UNUSED)
{
	int64_t id;
	struct place place;
	set_up(&place, PAST_S);
	struct row_incident incident = {
	    .rule = "mail-flood",
	    .instance = "-",
	    .state = INCIDENT_CLOSED,
	    .opened_s = BEGIN_S + 1200,
	    .closed_s = BEGIN_S + 1290,
	};
	assert_int_equal(store_save_incident(place.store, &incident, &id), 0);
	struct lessons *steady = open_lessons(&place, BEGIN_S);
	run(&place, steady, NULL, 1, 1400);
	struct lessons *again = open_lessons(&place, BEGIN_S + 1400);
	run(&place, steady, again, 1401, 1410);
	assert_same(&place, steady, again, BEGIN_S + 1410);
	lessons_free(steady);
	lessons_free(again);
	tear_down(&place);
}

/* Another version's bytes, or some that are missing: all is learned anew from history. */
static void
what_cannot_be_read_is_learned_anew(void **state UNUSED)
{
	struct place place;
	set_up(&place, PAST_S);
	struct lessons *steady = open_lessons(&place, BEGIN_S);
	run(&place, steady, NULL, 1, 600);
	struct row_learned bad = {.series = "arrivals",
	    .time_s = BEGIN_S + 600,
	    .state = (const uint8_t *)"?",
	    .length = 1};
	assert_int_equal(store_save_learned(place.store, "-", &bad), 0);
	log_set_level(LOG_LEVEL_ERROR);
	struct lessons *again = open_lessons(&place, BEGIN_S + 600);
	struct baseline_finding finding;
	assert_false(lessons_find(again, 0, SIGNAL_ARRIVALS, &finding));
	for (int i = 601; !lessons_find(again, 0, SIGNAL_ARRIVALS, &finding); i++) {
		assert_true(i < 700);
		run(&place, again, NULL, i, i);
	}
	assert_true(finding.judges);
	lessons_free(steady);
	lessons_free(again);
	tear_down(&place);
}

/* Of minutes and of ticks; what is normal is told as the signal counts it, a minute. */
static void
history_teaches_what_is_normal(void **state UNUSED)
{
	struct place place;
	struct baseline_finding finding;
	set_up(&place, 4 * 86400);
	struct lessons *lessons = open_lessons(&place, BEGIN_S);
	for (int second = 1; !lessons_find(lessons, 0, SIGNAL_ARRIVALS, &finding); second++)
		run(&place, lessons, NULL, second, second);
	bool is_day = BEGIN_S % 86400 / 3600 >= 8 && BEGIN_S % 86400 / 3600 < 18;
	assert_true(finding.judges);
	assert_in_range((int)finding.normal, is_day ? 80 : 20, is_day ? 100 : 28);
	assert_true(finding.score < 4);
	lessons_free(lessons);
	tear_down(&place);
}

/* History of before senders were counted teaches nothing of them: it does not teach that there are
 * none. */
static void
what_was_not_told_is_not_learned(void **state UNUSED)
{
	struct place place;
	struct baseline_finding finding;
	int64_t begin_s = BEGIN_S - 2 * 86400;
	set_up(&place, 0);
	for (int64_t time_s = begin_s; time_s < BEGIN_S; time_s += 60) {
		struct message_tick_flow flow = {.instance = "-", .arrivals = 20 + time_s / 60 % 9};
		assert_int_equal(store_add_tick_flow(place.store, time_s, &flow), 0);
	}
	struct lessons *lessons = open_lessons(&place, BEGIN_S);
	for (int second = 1; second < 400; second++) {
		run(&place, lessons, NULL, second, second);
		if (lessons_find(lessons, 0, SIGNAL_ARRIVALS, &finding))
			assert_true(finding.score < 6);
	}
	assert_true(finding.judges);
	lessons_free(lessons);
	tear_down(&place);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(restart_forgets_nothing),
	    cmocka_unit_test(restart_in_an_incident_forgets_nothing),
	    cmocka_unit_test(what_cannot_be_read_is_learned_anew),
	    cmocka_unit_test(history_teaches_what_is_normal),
	    cmocka_unit_test(what_was_not_told_is_not_learned),
	};
	setenv("TZ", "UTC0", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
