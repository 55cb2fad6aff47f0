/* SPDX-License-Identifier: ISC
 *
 * metrics_test.c - a bad day as metrics: every family, what its samples are, both formats against
 * reviewed texts, and no label that mail can fill.
 */
#include "tests/unit/console.h"

#include "proto/metrics.h"
#include "schema/report.h"

static json_t *
make(struct place *place)
{
	json_t *status;
	const struct ctl_request request = {.verb = CTL_STATUS};
	struct report_question question = {
	    .store = place->store,
	    .request = &request,
	    .running = true,
	    .now_s = CONSOLE_NOW,
	};
	assert_int_equal(report_make(&question, &status), 0);
	json_t *metrics = metrics_make(status);
	json_decref(status);
	return metrics;
}

static char *
format_metrics(const json_t *metrics, enum metrics_format format)
{
	char *text = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&text, &length);
	metrics_write(metrics, format, out);
	fclose(out);
	return text;
}

static void
day_reads_as_reviewed(void **state)
{
	static const char *const paths[] = {
	    [METRICS_OPENMETRICS] = "tests/unit/metrics_text/bad-day.openmetrics",
	    [METRICS_PROMETHEUS] = "tests/unit/metrics_text/bad-day.prom",
	};
	json_t *metrics = make(*state);
	for (size_t i = 0; i < ARRAY_LENGTH(paths); i++) {
		AUTO_FREE char *text = format_metrics(metrics, (enum metrics_format)i);
		if (getenv("UPDATE_TEXT") != NULL) {
			AUTO_FCLOSE FILE *file = fopen(paths[i], "we");
			assert_non_null(file);
			fputs(text, file);
		}
		AUTO_FREE char *reviewed = console_read_file(paths[i]);
		assert_string_equal(text, reviewed);
	}
	json_decref(metrics);
}

static bool
label_is_bounded(const char *key)
{
	static const char *const bounded[] = {
	    "version", "mode", "role", "postfix_instance", "queue", "class", "kind", "spool"};
	for (size_t i = 0; i < ARRAY_LENGTH(bounded); i++)
		if (strcmp(bounded[i], key) == 0)
			return true;
	return false;
}

/* What has a name of the daemon's own, and no other. */
static void
labels_are_bounded_and_every_family_is_explained(void **state)
{
	size_t i, k;
	const json_t *family, *sample;
	const char *key;
	json_t *label, *metrics = make(*state);
	size_t samples = 0;
	json_array_foreach(json_object_get(metrics, "families"), i, family)
	{
		const char *name = json_string_value(json_object_get(family, "name"));
		const char *unit = json_string_value(json_object_get(family, "unit"));
		const char *text = json_string_value(json_object_get(family, "text"));
		size_t from = strlen(name) - strlen(unit);
		assert_string_equal(name + from, unit);
		assert_true(unit[0] == '\0' || name[from - 1] == '_');
		assert_true(strlen(text) > 10 && text[strlen(text) - 1] == '.');
		json_array_foreach(json_object_get(family, "samples"), k, sample)
		{
			samples++;
			json_object_foreach(json_object_get(sample, "labels"), key, label)
			    assert_true(label_is_bounded(key));
		}
	}
	assert_in_range(samples, 100, 200); /* two instances, three spools */
	json_decref(metrics);
}

static int64_t
value_of(const json_t *metrics, const char *name, const char *label)
{
	size_t i, k;
	const json_t *family, *sample;
	json_array_foreach(json_object_get(metrics, "families"), i, family)
	{
		if (strcmp(json_string_value(json_object_get(family, "name")), name) != 0)
			continue;
		json_array_foreach(json_object_get(family, "samples"), k, sample)
		{
			const json_t *labels = json_object_get(sample, "labels");
			const char *kind = json_string_value(json_object_get(labels, "kind"));
			if (label == NULL || (kind != NULL && strcmp(kind, label) == 0))
				return json_integer_value(json_object_get(sample, "value"));
		}
	}
	return -1;
}

static void
incidents_of_a_rule_are_one_sample(void **state UNUSED)
{
	json_t *status = json_loads("{\"incidents\":[{\"kind\":\"a\",\"instance\":\"-\"},{\"kind\":"
				    "\"b\",\"instance\":\"-\"},"
				    "{\"kind\":\"a\",\"instance\":\"-\"}]}",
	    0, NULL);
	json_t *metrics = metrics_make(status);
	assert_int_equal(value_of(metrics, "postfix_watchdog_incidents", "a"), 2);
	assert_int_equal(value_of(metrics, "postfix_watchdog_incidents", "b"), 1);
	json_decref(metrics);
	json_decref(status);
}

/* Null is no sample, as is what is not there. */
static void
what_is_not_known_has_no_sample(void **state UNUSED)
{
	json_t *status = json_loads(
	    "{\"daemon\":{\"last_tick\":null,\"since\":7},\"instances\":[{\"name\":\"-\","
	    "\"good_mail\":{\"delay\":null}}],\"paused\":true}",
	    0, NULL);
	json_t *metrics = metrics_make(status);
	assert_int_equal(value_of(metrics, "postfix_watchdog_start_time_seconds", NULL), 7);
	assert_int_equal(value_of(metrics, "postfix_watchdog_paused", NULL), 1);
	assert_int_equal(
	    value_of(metrics, "postfix_watchdog_last_tick_timestamp_seconds", NULL), -1);
	assert_int_equal(
	    value_of(metrics, "postfix_watchdog_good_mail_delay_p95_seconds", NULL), -1);
	json_decref(metrics);
	json_decref(status);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		day_reads_as_reviewed, console_make_bad_day, place_remove),
	    cmocka_unit_test_setup_teardown(labels_are_bounded_and_every_family_is_explained,
		console_make_bad_day, place_remove),
	    cmocka_unit_test(incidents_of_a_rule_are_one_sample),
	    cmocka_unit_test(what_is_not_known_has_no_sample),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
