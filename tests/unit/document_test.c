/* SPDX-License-Identifier: ISC
 *
 * document_test.c - rows to documents: what scripts rely on.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/document.h"

#define NOW 1780500000

static json_int_t
number(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);
	assert_true(json_is_integer(value));
	return json_integer_value(value);
}

static const char *
text(const json_t *object, const char *key)
{
	const char *value = json_string_value(json_object_get(object, key));
	assert_non_null(value);
	return value;
}

static void
assert_null_at(const json_t *object, const char *key)
{
	assert_true(json_is_null(json_object_get(object, key)));
}

static void
daemon_tells_how_old_it_is(void **state UNUSED)
{
	struct row_daemon row = {.started_s = NOW - 100, .last_tick_s = NOW - 3, .version = "1.2"};
	json_t *daemon = document_daemon(&row, true, NOW);
	assert_true(json_is_true(json_object_get(daemon, "running")));
	assert_int_equal(number(daemon, "since"), NOW - 100);
	assert_int_equal(number(daemon, "last_tick"), NOW - 3);
	assert_int_equal(number(daemon, "age_s"), 3);
	assert_string_equal(text(daemon, "version"), "1.2");
	json_decref(daemon);

	json_t *turned_back = document_daemon(&row, true, NOW - 1000); /* the clock was set back */
	assert_int_equal(number(turned_back, "age_s"), 0);
	json_decref(turned_back);

	row.last_tick_s = 0;
	json_t *blind = document_daemon(&row, false, NOW);
	assert_null_at(blind, "last_tick");
	assert_null_at(blind, "age_s");
	json_decref(blind);
}

static void
role_is_found_by_its_name(void **state UNUSED)
{
	struct row_daemon row = {0};
	struct row_role role = {ROLE_WATCH, true, 42, NOW, 3};
	json_t *daemon = document_daemon(&row, true, NOW);
	document_add_role(daemon, &role);
	const json_t *watch = json_object_get(json_object_get(daemon, "roles"), "watch");
	assert_int_equal(number(watch, "pid"), 42);
	assert_int_equal(number(watch, "restarts"), 3);
	json_decref(daemon);
}

static const struct {
	uint64_t incoming, active, incoming_age_s, active_age_s, deliveries;
	bool flows;
	json_int_t waiting, oldest_age_s;
} mails[] = {
    {0, 0, 0, 0, 0, true, 0, 0}, /* nobody mails */
    {0, 0, 500, 500, 0, true, 0, 0}, /* only bounces wait */
    {1, 0, 59, 0, 0, true, 1, 59}, /* not for long yet */
    {1, 0, 60, 0, 0, false, 1, 60}, /* and nothing moves */
    {0, 7, 0, 3600, 0, false, 7, 3600},
    {5, 7, 600, 3600, 1, true, 12, 3600}, /* slow, but it moves */
    {5, 0, 600, 3600, 0, false, 5, 600}, /* what is old in active is no good mail */
};

static void
good_mail_flows_unless_it_waits_and_nothing_moves(void **state UNUSED)
{
	for (size_t i = 0; i < ARRAY_LENGTH(mails); i++) {
		struct row_instance row = {.name = "-"};
		row.queues[QUEUE_INCOMING].normal = mails[i].incoming;
		row.queues[QUEUE_INCOMING].oldest_age_s = mails[i].incoming_age_s;
		row.queues[QUEUE_ACTIVE].normal = mails[i].active;
		row.queues[QUEUE_ACTIVE].oldest_age_s = mails[i].active_age_s;
		row.last_minute.deliveries = mails[i].deliveries;
		json_t *instance = document_instance(&row);
		const json_t *good = json_object_get(instance, "good_mail");
		assert_int_equal(json_is_true(json_object_get(good, "flows")), mails[i].flows);
		assert_int_equal(number(good, "waiting"), mails[i].waiting);
		assert_int_equal(number(good, "oldest_age_s"), mails[i].oldest_age_s);
		json_decref(instance);
	}
}

static void
instance_has_six_queues_by_class_and_six_rates(void **state UNUSED)
{
	struct row_instance row = {.name = "-", .flow.present = 1};
	row.queues[QUEUE_DEFERRED] = (struct message_tick_queue){.messages = 21,
	    .normal = 1,
	    .bounces = 2,
	    .dsn = 3,
	    .notices = 4,
	    .unread = 11,
	    .bytes = 6,
	    .oldest_age_s = 7};
	row.last_minute = (struct message_tick_flow){.arrivals = 1,
	    .deliveries = 2,
	    .deferrals = 3,
	    .bounces_made = 4,
	    .bounced = 5,
	    .removed = 6};
	row.total = (struct message_tick_flow){.arrivals = 11,
	    .deliveries = 12,
	    .deferrals = 13,
	    .bounces_made = 14,
	    .bounced = 15,
	    .removed = 16};
	json_t *instance = document_instance(&row);
	const json_t *totals = json_object_get(instance, "totals");
	const json_t *queues = json_object_get(instance, "queues");
	const json_t *deferred = json_object_get(queues, "deferred");
	const json_t *rates = json_object_get(instance, "rates");
	assert_int_equal(json_object_size(queues), QUEUE_COUNT);
	assert_int_equal(number(deferred, "messages"), 21);
	assert_int_equal(number(deferred, "normal"), 1);
	assert_int_equal(number(deferred, "bounces"), 2);
	assert_int_equal(number(deferred, "dsn"), 3);
	assert_int_equal(number(deferred, "notices"), 4);
	assert_int_equal(number(deferred, "unread"), 11);
	assert_int_equal(number(deferred, "bytes"), 6);
	assert_int_equal(number(deferred, "oldest_age_s"), 7);
	assert_int_equal(number(rates, "arrivals_per_min"), 1);
	assert_int_equal(number(rates, "deliveries_per_min"), 2);
	assert_int_equal(number(rates, "deferrals_per_min"), 3);
	assert_int_equal(number(rates, "bounces_made_per_min"), 4);
	assert_int_equal(number(rates, "bounced_per_min"), 5);
	assert_int_equal(number(rates, "removed_per_min"), 6);
	assert_int_equal(number(totals, "arrivals"), 11);
	assert_int_equal(number(totals, "deliveries"), 12);
	assert_int_equal(number(totals, "deferrals"), 13);
	assert_int_equal(number(totals, "bounces_made"), 14);
	assert_int_equal(number(totals, "bounced"), 15);
	assert_int_equal(number(totals, "removed"), 16);
	assert_true(json_is_true(json_object_get(instance, "present")));
	json_decref(instance);
}

static void
watch_of_two_instances_is_one(void **state UNUSED)
{
	struct row_instance a = {
	    .flow = {.last_full_reconcile_s = NOW - 5, .drift = 2, .overflows = 1, .watches = 90}};
	struct row_instance b = a;
	a.queues[QUEUE_ACTIVE].unread = 1;
	b.queues[QUEUE_HOLD].unread = 2;
	b.flow.last_full_reconcile_s = NOW - 50;
	json_t *watch = document_watch();
	assert_null_at(watch, "last_full_reconcile");
	document_add_watch(watch, &a);
	document_add_watch(watch, &b);
	assert_int_equal(number(watch, "last_full_reconcile"), NOW - 50);
	assert_int_equal(number(watch, "drift"), 2);
	assert_int_equal(number(watch, "overflows"), 1);
	assert_int_equal(number(watch, "watches"), 90);
	assert_int_equal(number(watch, "unread"), 3);
	json_decref(watch);
}

static const struct {
	const char *remedy;
	enum action_state state;
	int64_t undo_of;
	const char *undo, *run; /* NULL: null */
	const char *confirm; /* in mode confirm */
} acts[] = {
    {"hold-bounces", ACTION_RUNNING, 0, "watchdogctl remedy undo 7", NULL, NULL},
    {"hold-bounces", ACTION_CAPPED, 0, "watchdogctl remedy undo 7", NULL, NULL},
    {"hold-bounces", ACTION_DONE, 0, "watchdogctl remedy undo 7", NULL, NULL},
    {"hold-bounces", ACTION_FAILED, 0, "watchdogctl remedy undo 7", NULL, NULL},
    {"hold-bounces", ACTION_UNDONE, 0, NULL, NULL, NULL},
    {"hold-bounces", ACTION_WAITING, 0, NULL, NULL, "watchdogctl confirm 7"},
    {"hold-bounces", ACTION_ASKING, 0, NULL, NULL, "watchdogctl confirm 7"},
    {"hold-bounces", ACTION_SKIPPED, 0, NULL, NULL, NULL},
    {"hold-bounces", ACTION_REJECTED, 0, NULL, NULL, NULL},
    {"hold-bounces", ACTION_WOULD, 0, NULL, "watchdogctl remedy run hold-bounces --instance mx",
	NULL},
    {"release", ACTION_DONE, 6, NULL, NULL, NULL},
    {"delete-bounces", ACTION_DONE, 0, "watchdogctl remedy undo 7", NULL, NULL},
    {"restore", ACTION_DONE, 6, NULL, NULL, NULL},
    {"a-remedy-of-old", ACTION_DONE, 0, NULL, NULL, NULL},
};

static void
action_says_how_it_is_undone_or_done(void **state UNUSED)
{
	for (size_t i = 0; i < ARRAY_LENGTH(acts); i++) {
		struct row_action row = {
		    .id = 7,
		    .state = acts[i].state,
		    .undo_of = acts[i].undo_of,
		    .instance = "mx",
		    .mode = MODE_CONFIRM,
		};
		snprintf(row.remedy, sizeof(row.remedy), "%s", acts[i].remedy);
		json_t *action = document_action(&row);
		if (acts[i].undo != NULL)
			assert_string_equal(text(action, "undo"), acts[i].undo);
		else
			assert_null_at(action, "undo");
		if (acts[i].run != NULL)
			assert_string_equal(text(action, "run"), acts[i].run);
		else
			assert_null_at(action, "run");
		if (acts[i].confirm != NULL)
			assert_string_equal(text(action, "confirm"), acts[i].confirm);
		else
			assert_null_at(action, "confirm");
		json_decref(action);
	}
}

static void
what_has_not_happened_is_null(void **state UNUSED)
{
	struct row_incident row = {.id = 1, .rule = "r", .instance = "-", .opened_s = NOW};
	json_t *incident = document_incident(&row);
	assert_int_equal(number(incident, "opened"), NOW);
	assert_null_at(incident, "closed");
	assert_null_at(incident, "clearing");
	assert_string_equal(text(incident, "state"), "open");
	assert_true(json_is_array(json_object_get(incident, "remedies")));
	json_decref(incident);
}

/* Text that was cut in the middle of a letter, or comes from a damaged store. */
static void
text_that_is_no_utf8_is_escaped_not_lost(void **state UNUSED)
{
	struct row_target row = {.queue_id = "9C1F2A", .sender = "gr\xc3\xbc\xc3", .copy = NULL};
	json_t *target = document_target(&row);
	assert_string_equal(text(target, "sender"), "gr\xc3\xbc\\xc3");
	assert_null_at(target, "copy");
	json_decref(target);
}

/* A store that was tampered with holds numbers that no list knows. */
static void
values_out_of_range_have_a_name(void **state UNUSED)
{
	struct row_target row = {.queue = (enum queue_name)77,
	    .class = (enum message_class) - 1,
	    .size_bytes = UINT64_MAX};
	json_t *target = document_target(&row);
	assert_string_equal(text(target, "queue"), "?");
	assert_string_equal(text(target, "class"), "?");
	assert_int_equal(number(target, "size_bytes"), INT64_MAX);
	json_decref(target);
}

static void
every_remedy_names_its_classes_and_queues(void **state UNUSED)
{
	json_t *remedy = document_remedy(catalogue_find("hold-bounces"));
	char *shown = json_dumps(json_object_get(remedy, "classes"), JSON_COMPACT);
	assert_string_equal(shown, "[\"bounce\"]");
	free(shown);
	shown = json_dumps(json_object_get(remedy, "queues"), JSON_COMPACT);
	assert_string_equal(shown, "[\"incoming\",\"deferred\"]");
	free(shown);
	assert_string_equal(text(remedy, "undo"), "release");
	json_decref(remedy);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(daemon_tells_how_old_it_is),
	    cmocka_unit_test(role_is_found_by_its_name),
	    cmocka_unit_test(good_mail_flows_unless_it_waits_and_nothing_moves),
	    cmocka_unit_test(instance_has_six_queues_by_class_and_six_rates),
	    cmocka_unit_test(watch_of_two_instances_is_one),
	    cmocka_unit_test(action_says_how_it_is_undone_or_done),
	    cmocka_unit_test(what_has_not_happened_is_null),
	    cmocka_unit_test(text_that_is_no_utf8_is_escaped_not_lost),
	    cmocka_unit_test(values_out_of_range_have_a_name),
	    cmocka_unit_test(every_remedy_names_its_classes_and_queues),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
