/* SPDX-License-Identifier: ISC
 *
 * store_history_test.c - roll-ups against a naive computation over the same ticks, history at the
 * borders of minutes, retention, and clocks that jump.
 */
#include "tests/unit/store_place.h"

#include <errno.h>

#define BEGIN_S 1780002000 /* a full hour */
#define NEVER_S (INT64_C(1) << 40)

static const struct store_retention keep_all = {NEVER_S, NEVER_S, NEVER_S, NEVER_S};

/* ---- ticks, from one formula ---- */

static uint64_t
messages_at(int64_t time_s, int queue)
{
	return (uint64_t)(time_s * 7919 % 1009) + (uint64_t)queue * 10;
}

static uint64_t
bounces_at(int64_t time_s, int queue)
{
	return (uint64_t)(time_s * 104729 % 97) + (uint64_t)queue;
}

static void
add_tick_with(struct store *store, const char *instance, int64_t time_s, uint64_t more)
{
	for (int queue = 0; queue < QUEUE_COUNT; queue++) {
		struct message_tick_queue tick = {
		    .queue = (uint64_t)queue,
		    .messages = messages_at(time_s, queue) + more,
		    .bounces = bounces_at(time_s, queue) + more,
		    .oldest_age_s = (uint64_t)(time_s % 61 + queue),
		};
		snprintf(tick.instance, sizeof(tick.instance), "%s", instance);
		assert_stored(store, store_add_tick_queue(store, time_s, &tick));
	}
	struct message_tick_flow flow = {
	    .arrivals = (uint64_t)(time_s % 5) + more,
	    .deliveries = (uint64_t)(time_s % 4),
	    .deferrals = 1,
	    .bounces_made = (uint64_t)(time_s % 3),
	    .bounced = 2,
	    .removed = (uint64_t)(time_s % 2),
	    .present = 1,
	    .drift = 5,
	    .watches = 32,
	    .event_limit = 16384,
	    .polled = 1,
	    .left_normal = (uint64_t)(time_s % 4),
	    .left_p50_s = (uint64_t)(time_s % 4 > 0 ? time_s % 13 : 0),
	    .left_p95_s = (uint64_t)(time_s % 4 > 0 ? time_s % 131 : 0),
	    .waiting_p50_s = (uint64_t)(time_s % 17),
	    .waiting_p95_s = (uint64_t)(time_s % 171),
	    .senders = (uint64_t)(time_s % 5),
	    .first_attempts = 3,
	    .first_deferred = (uint64_t)(time_s % 3),
	    .busiest_sender = (uint64_t)(time_s % 19),
	    .busiest_network = (uint64_t)(time_s % 23),
	    .busiest_shape = (uint64_t)(time_s % 29),
	    .busiest_domain = (uint64_t)(time_s % 31),
	};
	snprintf(flow.instance, sizeof(flow.instance), "%s", instance);
	assert_stored(store, store_add_tick_flow(store, time_s, &flow));
}

static void
add_ticks(struct store *store, const char *instance, int64_t from_s, int64_t to_s)
{
	assert_stored(store, store_begin(store));
	for (int64_t time_s = from_s; time_s < to_s; time_s++)
		add_tick_with(store, instance, time_s, 0);
	assert_stored(store, store_commit(store, false));
}

static void
roll_up(struct store *store, int64_t now_s, const struct store_retention *retention)
{
	assert_stored(store, store_begin(store));
	assert_stored(store, store_roll_up(store, now_s, retention));
	assert_stored(store, store_commit(store, false));
}

static void
watch_instance(struct store *store, const char *name)
{
	struct message_instance instance = {.queue_directory = "/var/spool/postfix"};
	snprintf(instance.name, sizeof(instance.name), "%s", name);
	assert_stored(store, store_save_instance(store, &instance));
}

/* ---- steps, listed and computed ---- */

struct steps {
	struct row_history list[4000];
	int count;
};

static struct steps steps;

static int
note_step(const struct row_history *row, void *owner)
{
	struct steps *listed = owner;
	assert_true(listed->count < 4000);
	listed->list[listed->count++] = *row;
	return 0;
}

static void
list_steps(
    struct store *store, const char *instance, int64_t since_s, int64_t until_s, int64_t step_s)
{
	steps.count = 0;
	assert_stored(store,
	    store_list_history(store, instance, since_s, until_s, step_s, 4000, note_step, &steps));
}

static uint64_t
waiting_bounces(int64_t time_s)
{
	return bounces_at(time_s, QUEUE_MAILDROP) + bounces_at(time_s, QUEUE_INCOMING) +
	    bounces_at(time_s, QUEUE_ACTIVE) + bounces_at(time_s, QUEUE_DEFERRED);
}

static int64_t
larger(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* The delays of the same ticks: means of p50, the worst p95. */
static void
compute_delays(struct row_history *row, int64_t from_s, int64_t to_s)
{
	double left = 0, waiting = 0, ticks = 0;
	for (int64_t t = row->time_s; t < row->time_s + row->step_s; t++) {
		if (t < from_s || t >= to_s)
			continue;
		ticks++;
		row->left_normal += t % 4;
		left += (double)(t % 4 * (t % 13));
		waiting += (double)(t % 17);
		row->left_p95_s = larger(row->left_p95_s, t % 4 > 0 ? t % 131 : 0);
		row->waiting_p95_s = larger(row->waiting_p95_s, t % 171);
	}
	if (row->left_normal > 0)
		row->left_p50_s = (int64_t)(left / (double)row->left_normal + 0.5);
	row->waiting_p50_s = (int64_t)(waiting / ticks + 0.5);
}

/* What is learned of: sums, of the busiest the maximum. */
static void
compute_learned(struct row_history *row, int64_t from_s, int64_t to_s)
{
	for (int64_t t = row->time_s; t < row->time_s + row->step_s; t++) {
		if (t < from_s || t >= to_s)
			continue;
		row->senders += t % 5;
		row->first_attempts += 3;
		row->first_deferred += t % 3;
		row->busiest_sender = larger(row->busiest_sender, t % 19);
		row->busiest_network = larger(row->busiest_network, t % 23);
		row->busiest_shape = larger(row->busiest_shape, t % 29);
		row->busiest_domain = larger(row->busiest_domain, t % 31);
	}
}

/* The step that begins at begin_s, of the ticks in [from_s, to_s). */
static struct row_history
compute(int64_t begin_s, int64_t step_s, int64_t from_s, int64_t to_s)
{
	struct row_history row = {.time_s = begin_s, .step_s = step_s};
	double messages[QUEUE_COUNT] = {0}, bounces = 0, ticks = 0;
	for (int64_t t = begin_s; t < begin_s + step_s; t++) {
		if (t < from_s || t >= to_s)
			continue;
		ticks++;
		for (int queue = 0; queue < QUEUE_COUNT; queue++)
			messages[queue] += (double)messages_at(t, queue);
		bounces += (double)waiting_bounces(t);
		if ((int64_t)waiting_bounces(t) > row.bounces_max)
			row.bounces_max = (int64_t)waiting_bounces(t);
		if (t % 61 + QUEUE_ACTIVE > row.oldest_age_s)
			row.oldest_age_s = t % 61 + QUEUE_ACTIVE;
		row.arrivals += t % 5;
		row.deliveries += t % 4;
		row.deferrals += 1;
		row.bounces_made += t % 3;
		row.bounced += 2;
		row.removed += t % 2;
	}
	for (int queue = 0; queue < QUEUE_COUNT; queue++)
		row.messages[queue] = (int64_t)(messages[queue] / ticks + 0.5);
	row.bounces = (int64_t)(bounces / ticks + 0.5);
	compute_delays(&row, from_s, to_s);
	compute_learned(&row, from_s, to_s);
	return row;
}

static void
assert_step(const struct row_history *row, const struct row_history *expected)
{
	assert_int_equal(row->time_s, expected->time_s);
	assert_int_equal(row->step_s, expected->step_s);
	for (int queue = 0; queue < QUEUE_COUNT; queue++)
		assert_int_equal(row->messages[queue], expected->messages[queue]);
	assert_int_equal(row->bounces, expected->bounces);
	assert_int_equal(row->bounces_max, expected->bounces_max);
	assert_int_equal(row->oldest_age_s, expected->oldest_age_s);
	assert_int_equal(row->arrivals, expected->arrivals);
	assert_int_equal(row->deliveries, expected->deliveries);
	assert_int_equal(row->deferrals, expected->deferrals);
	assert_int_equal(row->bounces_made, expected->bounces_made);
	assert_int_equal(row->bounced, expected->bounced);
	assert_int_equal(row->removed, expected->removed);
	assert_int_equal(row->left_normal, expected->left_normal);
	assert_int_equal(row->left_p50_s, expected->left_p50_s);
	assert_int_equal(row->left_p95_s, expected->left_p95_s);
	assert_int_equal(row->waiting_p50_s, expected->waiting_p50_s);
	assert_int_equal(row->waiting_p95_s, expected->waiting_p95_s);
	assert_int_equal(row->senders, expected->senders);
	assert_int_equal(row->first_attempts, expected->first_attempts);
	assert_int_equal(row->first_deferred, expected->first_deferred);
	assert_int_equal(row->busiest_sender, expected->busiest_sender);
	assert_int_equal(row->busiest_network, expected->busiest_network);
	assert_int_equal(row->busiest_shape, expected->busiest_shape);
	assert_int_equal(row->busiest_domain, expected->busiest_domain);
}

/* All steps that the ticks in [from_s, to_s) touch are listed, each as computed. */
static void
assert_steps(struct store *store, int64_t step_s, int64_t from_s, int64_t to_s, int64_t rolled_s)
{
	list_steps(store, "-", 0, NEVER_S, step_s);
	int at = 0;
	for (int64_t t = from_s - from_s % step_s; t < rolled_s; t += step_s) {
		struct row_history expected = compute(t, step_s, from_s, to_s);
		assert_true(at < steps.count);
		assert_step(&steps.list[at++], &expected);
	}
	assert_int_equal(at, steps.count);
}

/* ---- tests ---- */

static void
test_steps_are_what_a_naive_sum_gives(void **state)
{
	struct place *place = *state;
	int64_t from_s = BEGIN_S - 90,
		to_s = BEGIN_S + 3600 + 125; /* steps begin and end in part */
	add_ticks(place->store, "-", from_s, to_s);
	add_ticks(place->store, "other", from_s, to_s);
	roll_up(place->store, to_s, &keep_all);
	assert_steps(place->store, 1, from_s, to_s, to_s);
	assert_steps(place->store, 60, from_s, to_s, to_s);
	assert_steps(place->store, 3600, from_s, to_s, BEGIN_S + 3600);
	roll_up(place->store, to_s, &keep_all); /* again: the same */
	assert_steps(place->store, 60, from_s, to_s, to_s);
	assert_steps(place->store, 3600, from_s, to_s, BEGIN_S + 3600);
}

static void
test_minutes_are_there_before_they_are_rolled_up(void **state)
{
	struct place *place = *state;
	add_ticks(place->store, "-", BEGIN_S, BEGIN_S + 150);
	assert_steps(place->store, 60, BEGIN_S, BEGIN_S + 150, BEGIN_S + 150);
	roll_up(place->store, BEGIN_S + 61, &keep_all); /* the first only */
	assert_steps(place->store, 60, BEGIN_S, BEGIN_S + 150, BEGIN_S + 150);
}

static void
test_history_ends_at_its_borders(void **state)
{
	struct place *place = *state;
	add_ticks(place->store, "-", BEGIN_S, BEGIN_S + 300);
	const struct {
		int64_t since_s, until_s, step_s;
		int first, count; /* in steps from BEGIN_S */
	} cases[] = {
	    {0, 300, 60, 0, 5},
	    {60, 120, 60, 1, 1},
	    {59, 120, 60, 1, 1},
	    {61, 180, 60, 2, 1},
	    {60, 121, 60, 1, 2},
	    {120, 120, 60, 0, 0},
	    {240, 9999, 60, 4, 1},
	    {10, 12, 1, 10, 2},
	    {299, 400, 1, 299, 1},
	    {-100, 1, 1, 0, 1},
	};
	for (int rolled = 0; rolled < 2; rolled++) {
		for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
			list_steps(place->store, "-", BEGIN_S + cases[i].since_s,
			    BEGIN_S + cases[i].until_s, cases[i].step_s);
			assert_int_equal(steps.count, cases[i].count);
			if (steps.count > 0)
				assert_int_equal(steps.list[0].time_s,
				    BEGIN_S + cases[i].first * cases[i].step_s);
		}
		roll_up(place->store, BEGIN_S + 200, &keep_all);
	}
	assert_int_equal(
	    store_list_history(place->store, NULL, 0, 1, 7, 10, note_step, &steps), -EINVAL);
}

static void
test_limit_keeps_the_newest(void **state)
{
	struct place *place = *state;
	add_ticks(place->store, "a", BEGIN_S, BEGIN_S + 200);
	add_ticks(place->store, "b", BEGIN_S, BEGIN_S + 200);
	roll_up(place->store, BEGIN_S + 130, &keep_all);
	steps.count = 0;
	assert_stored(place->store,
	    store_list_history(place->store, NULL, 0, NEVER_S, 60, 5, note_step, &steps));
	assert_int_equal(steps.count, 5);
	assert_int_equal(steps.list[0].time_s, BEGIN_S + 60);
	assert_string_equal(steps.list[0].instance, "b");
	assert_int_equal(steps.list[4].time_s, BEGIN_S + 180);
	list_steps(place->store, "nobody", 0, NEVER_S, 60);
	assert_int_equal(steps.count, 0);
}

static void
test_old_steps_are_dropped_and_new_ones_stay(void **state)
{
	struct place *place = *state;
	const struct store_retention short_lived = {600, 1800, 7200, NEVER_S};
	int64_t end_s = BEGIN_S + 3 * 3600;
	for (int64_t t = BEGIN_S; t < end_s; t += 60) {
		add_ticks(place->store, "-", t, t + 60);
		roll_up(place->store, t + 60, &short_lived);
	}
	list_steps(place->store, "-", 0, NEVER_S, 1);
	assert_int_equal(steps.list[0].time_s, end_s - 600);
	assert_int_equal(steps.count, 600);
	list_steps(place->store, "-", 0, NEVER_S, 60);
	assert_int_equal(steps.list[0].time_s, end_s - 1800);
	list_steps(place->store, "-", 0, NEVER_S, 3600);
	assert_int_equal(steps.count, 2);
	struct row_history expected = compute(end_s - 3600, 3600, BEGIN_S, end_s);
	assert_step(&steps.list[1], &expected);
}

static void
test_nothing_is_dropped_before_it_is_rolled_up(void **state)
{
	struct place *place = *state;
	const struct store_retention none = {1, 1, NEVER_S, NEVER_S};
	add_ticks(place->store, "-", BEGIN_S, BEGIN_S + 3600);
	/* a long stop, then bounded work a call */
	for (int i = 0; i < 100; i++)
		roll_up(place->store, BEGIN_S + 40 * 86400, &none);
	list_steps(place->store, "-", 0, NEVER_S, 3600);
	assert_int_equal(steps.count, 1);
	struct row_history expected = compute(BEGIN_S, 3600, BEGIN_S, BEGIN_S + 3600);
	assert_step(&steps.list[0], &expected);
	list_steps(place->store, "-", 0, NEVER_S, 1);
	assert_int_equal(steps.count, 0);
}

static void
test_a_clock_that_jumps_back_writes_over(void **state)
{
	struct place *place = *state;
	add_ticks(place->store, "-", BEGIN_S, BEGIN_S + 600);
	roll_up(place->store, BEGIN_S + 600, &keep_all);
	assert_stored(place->store, store_begin(place->store));
	for (int64_t t = BEGIN_S + 120; t < BEGIN_S + 240; t++)
		add_tick_with(place->store, "-", t, 1000);
	assert_stored(place->store, store_commit(place->store, false));
	roll_up(place->store, BEGIN_S + 180, &keep_all);
	roll_up(place->store, BEGIN_S + 240, &keep_all);
	list_steps(place->store, "-", 0, NEVER_S, 60);
	assert_int_equal(steps.count, 10);
	struct row_history before = compute(BEGIN_S + 60, 60, BEGIN_S, BEGIN_S + 600);
	struct row_history over = compute(BEGIN_S + 180, 60, BEGIN_S, BEGIN_S + 600);
	assert_step(&steps.list[1], &before);
	struct row_history first = compute(BEGIN_S + 120, 60, BEGIN_S, BEGIN_S + 600);
	assert_int_equal(steps.list[2].arrivals, first.arrivals + 60 * 1000);
	assert_int_equal(steps.list[3].arrivals, over.arrivals + 60 * 1000);
	assert_int_equal(steps.list[3].messages[0], over.messages[0] + 1000);
}

static void
test_numbers_beyond_reason_break_nothing(void **state)
{
	struct place *place = *state;
	for (int64_t t = BEGIN_S; t < BEGIN_S + 60; t++) {
		struct message_tick_queue tick = {.instance = "-", .messages = UINT64_MAX};
		struct message_tick_flow flow = {.instance = "-", .arrivals = UINT64_MAX};
		assert_stored(place->store, store_add_tick_queue(place->store, t, &tick));
		assert_stored(place->store, store_add_tick_flow(place->store, t, &flow));
	}
	roll_up(place->store, BEGIN_S + 7200, &keep_all);
	list_steps(place->store, "-", 0, NEVER_S, 60);
	assert_int_equal(steps.count, 1);
	assert_int_equal(steps.list[0].arrivals, INT64_MAX);
}

/* ---- the present ---- */

struct present {
	struct row_instance list[4];
	int count;
};

static int
note_instance(const struct row_instance *row, void *owner)
{
	struct present *present = owner;
	present->list[present->count++] = *row;
	return 0;
}

static void
test_instances_show_their_last_tick_and_minute(void **state)
{
	struct place *place = *state;
	static struct present present;
	struct message_instance back = {
	    .name = "b", .config_directory = "/etc/postfix-b", .queue_directory = "/var/spool/b"};
	watch_instance(place->store, "a");
	watch_instance(place->store, "b");
	watch_instance(place->store, "gone");
	add_ticks(place->store, "gone", BEGIN_S, BEGIN_S + 10);
	add_ticks(place->store, "a", BEGIN_S, BEGIN_S + 100);
	add_ticks(place->store, "b", BEGIN_S + 80, BEGIN_S + 100);
	assert_stored(place->store, store_forget_instances(place->store));
	assert_stored(place->store, store_save_instance(place->store, &back));
	watch_instance(place->store, "a");
	present.count = 0;
	assert_stored(place->store, store_list_instances(place->store, note_instance, &present));
	assert_int_equal(present.count, 2);
	const struct row_instance *a = &present.list[0], *b = &present.list[1];
	assert_string_equal(a->name, "a");
	assert_string_equal(b->config_directory, "/etc/postfix-b");
	assert_string_equal(b->queue_directory, "/var/spool/b");
	assert_int_equal(a->time_s, BEGIN_S + 99);
	for (int queue = 0; queue < QUEUE_COUNT; queue++) {
		assert_int_equal(a->queues[queue].queue, queue);
		assert_int_equal(a->queues[queue].messages, messages_at(BEGIN_S + 99, queue));
	}
	assert_int_equal(a->flow.arrivals, (BEGIN_S + 99) % 5);
	assert_int_equal(a->flow.watches, 32);
	assert_int_equal(a->flow.event_limit, 16384);
	assert_int_equal(a->flow.polled, 1);
	assert_int_equal(a->last_minute.deferrals, 60);
	assert_int_equal(b->last_minute.deferrals, 20);
	assert_int_equal(a->last_minute.drift, 5);
	assert_int_equal(a->total.deferrals, 100);
	assert_int_equal(b->total.deferrals, 20);
	struct row_history minute = {.time_s = BEGIN_S + 40, .step_s = 60};
	compute_delays(&minute, BEGIN_S, BEGIN_S + 100);
	assert_int_equal(a->last_minute.left_normal, minute.left_normal);
	assert_int_equal(a->last_minute.left_p50_s, minute.left_p50_s);
	assert_int_equal(a->last_minute.left_p95_s, minute.left_p95_s);
	assert_int_equal(a->flow.waiting_p95_s, (BEGIN_S + 99) % 171);
}

static void
test_last_tick_is_the_one_written_last(void **state)
{
	struct place *place = *state;
	static struct present present;
	watch_instance(place->store, "-");
	add_ticks(place->store, "-", BEGIN_S + 900, BEGIN_S + 901);
	add_ticks(place->store, "-", BEGIN_S, BEGIN_S + 1); /* the clock was set right */
	present.count = 0;
	assert_stored(place->store, store_list_instances(place->store, note_instance, &present));
	assert_int_equal(present.list[0].time_s, BEGIN_S);
	assert_int_equal(present.list[0].queues[1].messages, messages_at(BEGIN_S, 1));
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, place_make, place_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(test_steps_are_what_a_naive_sum_gives),
	    CASE(test_minutes_are_there_before_they_are_rolled_up),
	    CASE(test_history_ends_at_its_borders),
	    CASE(test_limit_keeps_the_newest),
	    CASE(test_old_steps_are_dropped_and_new_ones_stay),
	    CASE(test_nothing_is_dropped_before_it_is_rolled_up),
	    CASE(test_a_clock_that_jumps_back_writes_over),
	    CASE(test_numbers_beyond_reason_break_nothing),
	    CASE(test_instances_show_their_last_tick_and_minute),
	    CASE(test_last_tick_is_the_one_written_last),
	};
	return cmocka_run_group_tests_name("store_history", tests, NULL, NULL);
}
