/* SPDX-License-Identifier: ISC
 *
 * history_rows.c - one table of columns for both. A value that is not there (nothing left, so there
 * is no delay) is an empty field, and a blank among the bars.
 */
#include "watchdogctl/history_rows.h"

#include <inttypes.h>
#include <string.h>

#define BARS_MAX 50 /* columns of a chart: more steps share one, which shows their maximum */
#define LABEL_COLUMNS 14

/* Keys of a step; key of an object in it first, or NULL. */
static const struct column {
	const char *name, *object, *key;
	bool is_charted;
} columns[] = {
    {"maildrop", "messages", "maildrop", false},
    {"incoming", "messages", "incoming", true},
    {"active", "messages", "active", true},
    {"deferred", "messages", "deferred", true},
    {"hold", "messages", "hold", true},
    {"corrupt", "messages", "corrupt", false},
    {"bounces", NULL, "bounces", false},
    {"bounces_max", NULL, "bounces_max", true},
    {"oldest_age_s", NULL, "oldest_age_s", true},
    {"arrivals", NULL, "arrivals", true},
    {"deliveries", NULL, "deliveries", true},
    {"deferrals", NULL, "deferrals", true},
    {"bounces_made", NULL, "bounces_made", true},
    {"bounced", NULL, "bounced", false},
    {"removed", NULL, "removed", false},
    {"left", NULL, "left", false},
    {"delay_p50_s", "delay", "p50_s", false},
    {"delay_p95_s", "delay", "p95_s", true},
    {"waiting_p50_s", "waiting_age", "p50_s", false},
    {"waiting_p95_s", "waiting_age", "p95_s", false},
};

/* -1: there is none. */
static int64_t
value_of(const json_t *step, const struct column *column)
{
	const json_t *object =
	    column->object != NULL ? json_object_get(step, column->object) : step;
	return text_has(object, column->key) ? text_number(object, column->key) : -1;
}

/* ---- comma-separated values ---- */

static void
print_row(struct text *text, const json_t *step)
{
	text_print(text, "%" PRId64 ",%" PRId64 ",%s", text_number(step, "time"),
	    text_number(step, "step_s"), text_string(step, "instance"));
	for (size_t i = 0; i < ARRAY_LENGTH(columns); i++) {
		int64_t value = value_of(step, &columns[i]);
		if (value >= 0)
			text_print(text, ",%" PRId64, value);
		else
			text_print(text, ",");
	}
	text_print(text, "\n");
}

static void
print_csv(struct text *text, const json_t *steps)
{
	size_t i;
	const json_t *step;
	text_print(text, "time,step_s,instance");
	for (i = 0; i < ARRAY_LENGTH(columns); i++)
		text_print(text, ",%s", columns[i].name);
	text_print(text, "\n");
	json_array_foreach(steps, i, step) print_row(text, step);
}

/* ---- a chart ---- */

struct bars {
	int64_t values[BARS_MAX]; /* -1: none */
	int count;
	int64_t most;
};

/* The instance's steps, spread over the columns. */
static void
fill_bars(struct bars *bars, const json_t *steps, const char *instance, size_t of_instance,
    const struct column *column)
{
	size_t i, at = 0;
	const json_t *step;
	bars->count = of_instance < BARS_MAX ? (int)of_instance : BARS_MAX;
	bars->most = 0;
	for (i = 0; i < BARS_MAX; i++)
		bars->values[i] = -1;
	json_array_foreach(steps, i, step)
	{
		if (strcmp(text_string(step, "instance"), instance) != 0)
			continue;
		int64_t value = value_of(step, column);
		int64_t *bar = &bars->values[at++ * (size_t)bars->count / of_instance];
		*bar = value > *bar ? value : *bar;
		bars->most = value > bars->most ? value : bars->most;
	}
}

static void
print_bars(struct text *text, const struct bars *bars)
{
	static const char *const ascii[] = {"_", ".", ":", "-", "=", "+", "*", "#"};
	static const char *const blocks[] = {
	    "\u2581", "\u2582", "\u2583", "\u2584", "\u2585", "\u2586", "\u2587", "\u2588"};
	for (int i = 0; i < bars->count; i++) {
		int64_t value = bars->values[i];
		/* the smallest that is not 0 is told from 0 */
		int level = value <= 0 || bars->most == 0
		    ? 0
		    : 1 + (int)((double)value / (double)bars->most * 6.0);
		const char *bar = text->blocks ? blocks[level] : ascii[level];
		text_print(text, "%s", value < 0 ? " " : bar);
	}
}

static void
print_instance(struct text *text, const json_t *steps, const char *instance)
{
	size_t i, of_instance = 0;
	const json_t *step;
	json_array_foreach(steps, i, step) of_instance +=
	    strcmp(text_string(step, "instance"), instance) == 0;
	text_print(text, "\nInstance %s\n", instance);
	for (i = 0; i < ARRAY_LENGTH(columns); i++) {
		struct bars bars;
		if (!columns[i].is_charted)
			continue;
		fill_bars(&bars, steps, instance, of_instance, &columns[i]);
		text_print(text, "%-*s", LABEL_COLUMNS, columns[i].name);
		print_bars(text, &bars);
		text_print(text, " max %" PRId64 "\n", bars.most);
	}
}

static void
print_chart(struct text *text, const json_t *document)
{
	size_t i, k;
	const json_t *step;
	const json_t *steps = json_object_get(document, "steps");
	char since[CLOCK_TEXT_SIZE], until[CLOCK_TEXT_SIZE];
	text_print(text, "From %s to %s\n", text_time(text_number(document, "since"), since),
	    text_time(text_number(document, "until"), until));
	json_array_foreach(steps, i, step)
	{
		const char *instance = text_string(step, "instance");
		for (k = 0; k < i; k++)
			if (strcmp(text_string(json_array_get(steps, k), "instance"), instance) ==
			    0)
				break;
		if (k == i)
			print_instance(text, steps, instance);
	}
	if (json_array_size(steps) == 0)
		text_print(text, "Nothing was recorded then.\n");
}

/* ---- by name ---- */

bool
history_format_is(const char *format)
{
	static const char *const formats[] = {"", "text", "csv", "json", "chart"};
	for (size_t i = 0; i < ARRAY_LENGTH(formats); i++)
		if (strcmp(formats[i], format) == 0)
			return true;
	return false;
}

bool
history_write(struct text *text, const char *format, const json_t *document)
{
	if (strcmp(format, "csv") == 0)
		print_csv(text, json_object_get(document, "steps"));
	else if (strcmp(format, "chart") == 0)
		print_chart(text, document);
	else
		return false;
	return true;
}
