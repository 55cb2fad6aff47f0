/* SPDX-License-Identifier: ISC
 *
 * replay.c - replay: the file is read twice, for its step and whether all of it is good, then row by
 * row; memory is the same for a file of any length.
 */
#include "watchdogctl/replay.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "lib/clock.h"
#include "lib/escape.h"
#include "lib/log.h"
#include "lib/mem.h"
#include "watchdogctl/readings.h"
#include "watchdogctl/render.h"
#include "watchdogd/detect/series.h"

#define STEP_MOST_S 3600
#define LEVEL_MOST 100.0
#define YEAR_S (365.0 * 86400)
#define USUAL 4.6 /* twice a day: below it an alarm ends ... */
#define CALM_S 60 /* ... after so long */

struct alarm {
	bool is_on;
	int64_t high_s; /* when the score was last not usual */
};

struct replay {
	struct readings readings;
	struct series_shape shape;
	struct series series;
	struct alarm alarm;
	double level;
	int64_t last_s; /* 0: no reading yet */
	char *problem;
};

static int PRINTF_LIKE(2, 3) complain(struct replay *replay, const char *format, ...)
{
	AUTO_FREE char *text = NULL;
	va_list arguments;
	va_start(arguments, format);
	int length = vasprintf(&text, format, arguments);
	va_end(arguments);
	if (length >= 0)
		escape_line(text, (size_t)length, replay->problem, REPLAY_PROBLEM_SIZE);
	return -EINVAL;
}

/* ---- what is asked ---- */

static int
find_level(struct replay *replay, const char *text)
{
	double level = log10(YEAR_S);
	if (text[0] != '\0' &&
	    (readings_parse_value(text, &level) < 0 || level <= 0 || level > LEVEL_MOST))
		return complain(
		    replay, "level: found \"%s\", expected a number up to 100, such as 7.5", text);
	replay->level = level;
	return 0;
}

static int
find_kind(struct replay *replay, const char *text, enum series_kind *ret_kind)
{
	static const struct {
		const char *name;
		enum series_kind kind;
	} kinds[] = {{"flow", SERIES_FLOW}, {"gauge", SERIES_GAUGE}, {"peak", SERIES_PEAK}};
	for (size_t i = 0; i < ARRAY_LENGTH(kinds); i++)
		if (strcmp(text, kinds[i].name) == 0) {
			*ret_kind = kinds[i].kind;
			return 0;
		}
	if (text[0] != '\0')
		return complain(replay, "kind: found \"%s\", expected flow, gauge or peak", text);
	*ret_kind = replay->readings.is_count ? SERIES_FLOW : SERIES_GAUGE;
	return 0;
}

/* ---- the first reading of the file ---- */

struct survey {
	uint32_t distances[STEP_MOST_S + 1]; /* between rows: how many of each; 0: longer */
	int64_t last_s, rows;
	int64_t negative_line; /* the first one, 0: none */
};

static int
survey_rows(struct replay *replay, struct survey *survey)
{
	struct reading reading;
	int r;
	while ((r = readings_next(&replay->readings, &reading)) > 0) {
		int64_t distance_s = reading.time_s - survey->last_s;
		if (survey->rows++ > 0)
			survey->distances[distance_s <= STEP_MOST_S ? distance_s : 0]++;
		survey->last_s = reading.time_s;
		if (reading.value < 0 && survey->negative_line == 0)
			survey->negative_line = replay->readings.line;
	}
	return r < 0 ? complain(replay, "%s", replay->readings.problem) : 0;
}

/* The distance that is most frequent: others are gaps, or rows between. */
static int
find_step(struct replay *replay, const struct survey *survey, int32_t *ret_step_s)
{
	int32_t step_s = 0;
	for (int32_t i = 1; i <= STEP_MOST_S; i++)
		if (survey->distances[i] > survey->distances[step_s])
			step_s = i;
	if (survey->rows < 2)
		return complain(replay, "%s:%lld: found the end, expected two rows and more",
		    replay->readings.name, (long long)replay->readings.line);
	if (step_s == 0)
		return complain(replay,
		    "%s:%lld: found most rows more than an hour apart, expected 1 s to 1 h",
		    replay->readings.name, (long long)replay->readings.line);
	*ret_step_s = step_s;
	return 0;
}

static int
prepare(struct replay *replay, const struct ctl_request *request)
{
	AUTO_FREE struct survey *survey = mem_alloc(sizeof(*survey));
	enum series_kind kind = SERIES_GAUGE;
	int32_t step_s = 0;
	int r = find_level(replay, request->level);
	if (r == 0)
		r = survey_rows(replay, survey);
	if (r == 0)
		r = find_kind(replay, request->kind, &kind);
	if (r == 0)
		r = find_step(replay, survey, &step_s);
	if (r < 0)
		return r;
	if (kind != SERIES_GAUGE && survey->negative_line != 0)
		return complain(replay, "%s:%lld: found a negative number, expected 0 and more",
		    replay->readings.name, (long long)survey->negative_line);
	replay->shape = series_shape_of(kind, step_s);
	series_init(&replay->series, &replay->shape);
	return 0;
}

/* ---- the second ---- */

static double
feed(struct replay *replay, int64_t time_s, double value, double exposure)
{
	struct series_verdict verdict;
	const struct series_sample sample = {
	    .time_s = time_s,
	    .week_s = clock_week_second(time_s),
	    .value = value,
	    .exposure = exposure,
	    .frozen = replay->alarm.is_on,
	};
	series_step(&replay->series, &replay->shape, &sample, &verdict);
	return verdict.score;
}

static void
turn_alarm(struct alarm *alarm, double score, double level, int64_t time_s)
{
	if (score >= fmin(USUAL, level))
		alarm->high_s = time_s;
	if (score >= level)
		alarm->is_on = true;
	else if (time_s - alarm->high_s >= CALM_S)
		alarm->is_on = false;
}

/* Time in which nothing was measured passes at once: nothing is learned from it. */
static double
step(struct replay *replay, const struct reading *reading)
{
	int32_t step_s = replay->shape.spans.step_s;
	if (replay->last_s != 0 && reading->time_s - replay->last_s >= 2 * (int64_t)step_s)
		feed(replay, reading->time_s - step_s, 0, -1);
	double exposure = replay->shape.kind == SERIES_FLOW ? step_s : 1;
	double score = feed(replay, reading->time_s, reading->value, exposure);
	turn_alarm(&replay->alarm, score, replay->level, reading->time_s);
	replay->last_s = reading->time_s;
	return score;
}

void
replay_render(struct text *text, const json_t *document)
{
	text_print(text, "%lld,%.15g,%.2f,%d\n", (long long)text_number(document, "time"),
	    json_number_value(json_object_get(document, "value")),
	    json_number_value(json_object_get(document, "score")), text_bool(document, "alarm"));
}

static void
print_row(const struct arguments *arguments, FILE *out, const json_t *document)
{
	if (!arguments->json) {
		replay_render(&(struct text){.out = out}, document);
		return;
	}
	/* a write error shows when the stream is closed */
	if (json_dumpf(document, out, JSON_COMPACT | JSON_REAL_PRECISION(15)) == 0)
		fputc('\n', out);
}

static int
play(struct replay *replay, const struct arguments *arguments, FILE *out)
{
	struct reading reading;
	int r;
	if (!arguments->json)
		fputs("time,value,score,alarm\n", out);
	while ((r = readings_next(&replay->readings, &reading)) > 0) {
		double score = step(replay, &reading);
		json_t *row = json_pack("{s:I, s:f, s:f, s:b}", "time", (json_int_t)reading.time_s,
		    "value", reading.value, "score", score, "alarm", replay->alarm.is_on);
		print_row(arguments, out, row);
		json_decref(row);
	}
	return r < 0 ? complain(replay, "%s", replay->readings.problem) : 0;
}

int
replay_run(const struct arguments *arguments, FILE *out, char problem[REPLAY_PROBLEM_SIZE])
{
	const char *path = arguments->request.file;
	AUTO_FREE struct replay *replay = mem_alloc(sizeof(*replay));
	AUTO_FCLOSE FILE *file = fopen(path, "re");
	replay->problem = problem;
	if (file == NULL)
		return complain(replay, "%s: %s", path, log_errno(errno));
	readings_init(&replay->readings, file, path);
	int r = prepare(replay, &arguments->request);
	if (r < 0)
		return r;
	if (fseek(file, 0, SEEK_SET) < 0)
		return complain(replay, "%s: expected a file that can be read twice", path);
	readings_init(&replay->readings, file, path);
	return play(replay, arguments, out);
}
