/* SPDX-License-Identifier: ISC
 *
 * readings_test.c - files of comma-separated values, good and hostile, and what replay makes of them.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lib/mem.h"
#include "watchdogctl/readings.h"
#include "watchdogctl/replay.h"

/* ---- times and numbers ---- */

static void
times_are_those_of_iso_8601(void **state UNUSED)
{
	static const struct {
		const char *text;
		int64_t time_s; /* 0: it is none */
	} table[] = {
	    {"1780463109", 1780463109},
	    {"1780463109.25", 1780463109},
	    {"2026-06-03T05:05:09Z", 1780463109},
	    {"2026-06-03 14:05:09", 1780463109}, /* local */
	    {"2026-06-03T14:05", 1780463100},
	    {"2026-06-03T14:05:09.5+09:00", 1780463109},
	    {"2026-06-03 01:05:09-0400", 1780463109},
	    {"2026-02-30 00:00:00", 0},
	    {"2026-06-03", 0},
	    {"2026-06-03 25:00", 0},
	    {"2026-06-03 14:05:09X", 0},
	    {"2026-06-03 14:05:09Zz", 0},
	    {"1780463109000", 0}, /* milliseconds */
	    {"1780463109.", 0},
	    {"-5", 0},
	    {"0", 0},
	    {"99999-01-01 00:00:00", 0},
	    {"", 0},
	};
	for (size_t i = 0; i < ARRAY_LENGTH(table); i++) {
		int64_t time_s = 0;
		int r = readings_parse_time(table[i].text, &time_s);
		assert_int_equal(r, table[i].time_s != 0 ? 0 : -EINVAL);
		assert_int_equal(time_s, table[i].time_s);
	}
}

static void
numbers_are_finite_and_decimal(void **state UNUSED)
{
	static const char *const good[] = {"0", "-1.5", "+2", "1e3", ".5"};
	static const char *const bad[] = {
	    "", "nan", "inf", "0x10", "1e16", "-1e999", "1 2", "1,5", "--1", "e", "5s"};
	double value = 7;
	for (size_t i = 0; i < ARRAY_LENGTH(bad); i++)
		assert_int_equal(readings_parse_value(bad[i], &value), -EINVAL);
	assert_true(value == 7);
	for (size_t i = 0; i < ARRAY_LENGTH(good); i++)
		assert_int_equal(readings_parse_value(good[i], &value), 0);
	assert_true(value == 0.5);
}

/* ---- files ---- */

#define TEXT(text) text, sizeof(text) - 1

static const struct {
	const char *text;
	size_t length;
	int rows; /* good ones */
	double sum; /* of time and value */
	const char *problem; /* NULL: none */
} files[] = {
    {TEXT(""), 0, 0, NULL},
    {TEXT("time,value\n"), 0, 0, NULL},
    {TEXT("10,1\n20,2"), 2, 33, NULL},
    {TEXT("\xef\xbb\xbf"
	  "timestamp,count\r\n10,1\r\n\r\n20,2\r\n"),
	2, 33, NULL},
    {TEXT("host,Value,Date\na,1,10\nb,2,20\n"), 2, 33, NULL},
    {TEXT("when,how many\n10,1\n"), 1, 11, NULL},
    {TEXT("time,\"value\"\n\"10\", 1 \n\"20\",\"2\",\"a \"\"b\"\", c\"\n"), 2, 33, NULL},
    {TEXT("10,1\n10,2\n"), 1, 11, "f:2: found \"10\", expected a time after the row before"},
    {TEXT("10,1\n9,2\n"), 1, 11, "f:2: found \"9\", expected a time after the row before"},
    {TEXT("10,1\n\n20,x\033[2J\n"), 1, 11, "f:3: found \"x\\x1b[2J\", expected a number"},
    {TEXT("10,1\n20\n"), 1, 11, "f:2: found 1 column, expected 2 with commas between"},
    {TEXT("10,1\nnever,2\n"), 1, 11, "f:2: found \"never\", expected a time:"},
    {TEXT("2026-06-03 14:05:09,x\n"), 0, 0, "f:1: found \"x\", expected a number"},
    {TEXT("host,time\na,10\n"), 0, 0, "f:1: found one column for both"},
    {TEXT("10,1\n\"20,2\n"), 1, 11, "f:2: found the line's end, expected a closing quote"},
    {TEXT("10,1\n20,\0002\n"), 1, 11, "f:2: found a NUL byte, expected text"},
};

static void
rows_are_read_and_problems_told(void **state UNUSED)
{
	for (size_t i = 0; i < ARRAY_LENGTH(files); i++) {
		struct readings readings;
		struct reading reading;
		int r, rows = 0;
		double sum = 0;
		AUTO_FCLOSE FILE *file = tmpfile();
		assert_non_null(file);
		fwrite(files[i].text, 1, files[i].length, file);
		rewind(file);
		readings_init(&readings, file, "f");
		while ((r = readings_next(&readings, &reading)) > 0) {
			rows++;
			sum += (double)reading.time_s + reading.value;
		}
		assert_int_equal(rows, files[i].rows);
		assert_true(sum == files[i].sum);
		assert_int_equal(r, files[i].problem != NULL ? -EINVAL : 0);
		if (files[i].problem != NULL)
			assert_memory_equal(
			    readings.problem, files[i].problem, strlen(files[i].problem));
	}
}

/* `count` of this byte in a row, and a line's end. */
static void
assert_bounded(char byte, int count, int expected, const char *problem)
{
	struct readings readings;
	struct reading reading;
	AUTO_FCLOSE FILE *file = tmpfile();
	assert_non_null(file);
	fputs("10,1", file);
	for (int i = 0; i < count; i++)
		fputc(byte, file);
	fputs("\n", file);
	rewind(file);
	readings_init(&readings, file, "f");
	assert_int_equal(readings_next(&readings, &reading), expected);
	if (problem != NULL)
		assert_non_null(strstr(readings.problem, problem));
}

static void
lines_and_columns_are_bounded(void **state UNUSED)
{
	assert_bounded(' ', READINGS_LINE_MAX - 4, 1, NULL);
	assert_bounded(' ', READINGS_LINE_MAX - 3, -EINVAL, "f:1: found a longer line");
	assert_bounded(' ', 1000000, -EINVAL, "f:1: found a longer line");
	assert_bounded(',', READINGS_COLUMNS_MAX - 2, 1, NULL);
	assert_bounded(',', READINGS_COLUMNS_MAX - 1, -EINVAL, "f:1: found more columns");
}

/* ---- replay ---- */

#define DAY_S 86400
#define STEP_S 300
#define MONDAY_S INT64_C(1767571200)

/* Three weeks of a daily rhythm, with an hour missing, and a flood of an hour at the end. */
static void
write_story(FILE *file)
{
	fputs("timestamp,count\n", file);
	for (int64_t at_s = 0; at_s < 21 * DAY_S; at_s += STEP_S) {
		bool busy = at_s % DAY_S / 3600 >= 8 && at_s % DAY_S / 3600 < 18;
		int64_t noise = at_s / STEP_S * 7919 % 11;
		int64_t count = (busy ? 300 : 100) + noise;
		if (at_s >= 20 * DAY_S + 12 * 3600 && at_s < 20 * DAY_S + 13 * 3600)
			count *= 10;
		if (at_s < 15 * DAY_S || at_s >= 15 * DAY_S + 3600)
			fprintf(
			    file, "%lld,%lld\n", (long long)(MONDAY_S + at_s), (long long)count);
	}
}

static int
replay(const char *path, const struct ctl_request *asked, bool json, char **ret_shown,
    char problem[REPLAY_PROBLEM_SIZE])
{
	size_t length;
	struct arguments arguments = {.json = json, .request = *asked};
	snprintf(arguments.request.file, sizeof(arguments.request.file), "%s", path);
	FILE *out = open_memstream(ret_shown, &length);
	int r = replay_run(&arguments, out, problem);
	fclose(out);
	return r;
}

static void
flood_is_an_alarm_and_the_rhythm_is_none(void **state UNUSED)
{
	char path[] = "/tmp/readings_test.XXXXXX", problem[REPLAY_PROBLEM_SIZE];
	AUTO_FREE char *shown = NULL;
	AUTO_FCLOSE FILE *file = fdopen(mkstemp(path), "w");
	assert_non_null(file);
	write_story(file);
	fflush(file);
	assert_int_equal(replay(path, &(struct ctl_request){0}, false, &shown, problem), 0);
	unlink(path);
	char *rest = shown, *line = strsep(&rest, "\n");
	int64_t flood_s = MONDAY_S + 20 * DAY_S + 12 * 3600;
	int early = 0, during = 0, rows = 0, last = 1;
	assert_string_equal(line, "time,value,score,alarm");
	while ((line = strsep(&rest, "\n")) != NULL && line[0] != '\0') {
		int64_t time_s = strtoll(line, NULL, 10);
		last = strcmp(line + strlen(line) - 2, ",1") == 0;
		rows++;
		early += last && time_s < flood_s;
		during += last && time_s >= flood_s && time_s < flood_s + 3600;
	}
	assert_int_equal(rows, 21 * DAY_S / STEP_S - 3600 / STEP_S);
	assert_int_equal(early, 0);
	assert_true(during >= 10);
	assert_int_equal(last, 0); /* and it ends */
}

static const struct {
	const char *text;
	struct ctl_request asked;
	const char *problem;
} refused[] = {
    {"", {0}, ":1: found the end, expected two rows and more"},
    {"10,1\n", {0}, ":2: found the end, expected two rows and more"},
    {"10,1\n90000,2\n", {0}, "found most rows more than an hour apart"},
    {"time,count\n10,1\n20,-2\n", {0}, ":3: found a negative number, expected 0 and more"},
    {"10,1\n20,2\n", {.kind = "flood"}, "kind: found \"flood\", expected flow, gauge or peak"},
    {"10,1\n20,2\n", {.level = "high"}, "level: found \"high\", expected a number"},
    {"10,1\n20,2\n", {.level = "0"}, "level: found \"0\", expected a number"},
    {"10,1\n20,2\n30,x\n", {0}, ":3: found \"x\", expected a number"},
};

static void
nothing_is_printed_of_a_bad_file(void **state UNUSED)
{
	char path[] = "/tmp/readings_test.XXXXXX", problem[REPLAY_PROBLEM_SIZE];
	AUTO_FCLOSE FILE *made = fdopen(mkstemp(path), "w");
	assert_non_null(made);
	for (size_t i = 0; i < ARRAY_LENGTH(refused); i++) {
		AUTO_FREE char *shown = NULL;
		AUTO_FCLOSE FILE *file = fopen(path, "we");
		fputs(refused[i].text, file);
		fflush(file);
		assert_int_equal(replay(path, &refused[i].asked, false, &shown, problem), -EINVAL);
		assert_non_null(strstr(problem, refused[i].problem));
		assert_string_equal(shown, "");
	}
	unlink(path);
	AUTO_FREE char *none = NULL;
	assert_int_equal(replay(path, &(struct ctl_request){0}, false, &none, problem), -EINVAL);
	assert_non_null(strstr(problem, "No such file"));
}

static void
json_is_an_object_a_line(void **state UNUSED)
{
	char path[] = "/tmp/readings_test.XXXXXX", problem[REPLAY_PROBLEM_SIZE];
	AUTO_FREE char *shown = NULL;
	AUTO_FCLOSE FILE *file = fdopen(mkstemp(path), "w");
	assert_non_null(file);
	fputs("10,1\n20,2.5\n", file);
	fflush(file);
	assert_int_equal(replay(path, &(struct ctl_request){0}, true, &shown, problem), 0);
	unlink(path);
	assert_string_equal(shown,
	    "{\"time\":10,\"value\":1.0,\"score\":0.0,\"alarm\":false}\n"
	    "{\"time\":20,\"value\":2.5,\"score\":0.0,\"alarm\":false}\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(times_are_those_of_iso_8601),
	    cmocka_unit_test(numbers_are_finite_and_decimal),
	    cmocka_unit_test(rows_are_read_and_problems_told),
	    cmocka_unit_test(lines_and_columns_are_bounded),
	    cmocka_unit_test(flood_is_an_alarm_and_the_rhythm_is_none),
	    cmocka_unit_test(nothing_is_printed_of_a_bad_file),
	    cmocka_unit_test(json_is_an_object_a_line),
	};
	setenv("TZ", "JST-9", 1);
	tzset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
