/* SPDX-License-Identifier: ISC
 *
 * history.c - a table of steps for each instance. Stocks are means over the step, bounces the most
 * at once, flows are sums.
 */
#include <inttypes.h>
#include <string.h>

#include "watchdogctl/history.h"
#include "watchdogctl/render.h"

const char *
history_step_name(int64_t step_s)
{
	return step_s == 1 ? "second" : step_s == 60 ? "minute" : "hour";
}

/* A step's time without what the heading has or its length says: "06-03 14:05", of seconds
 * "14:05:09". */
static const char *
short_time(int64_t time_s, int64_t step_s, char text[CLOCK_TEXT_SIZE])
{
	static const size_t year = 5, date = 11, minute = 16, second = 19;
	clock_format_seconds(time_s, text);
	if (strlen(text) < second)
		return text;
	text[step_s == 1 ? second : minute] = '\0';
	return text + (step_s == 1 ? date : year);
}

/* A delay of good mail; "-" when none left. */
static const char *
format_delay(const json_t *step, const char *key, char text[CLOCK_SPAN_SIZE])
{
	const json_t *delay = json_object_get(step, "delay");
	return text_has(delay, key) ? text_age(text_number(delay, key), text) : "-";
}

static void
print_step(struct text *text, const json_t *step)
{
	const json_t *messages = json_object_get(step, "messages");
	char time[CLOCK_TEXT_SIZE], age[CLOCK_SPAN_SIZE], p50[CLOCK_SPAN_SIZE],
	    p95[CLOCK_SPAN_SIZE];
	text_print(text,
	    "%-11s %6" PRId64 " %8" PRId64 " %6" PRId64 " %7" PRId64 " %6s %7" PRId64 " %6" PRId64
	    " %5" PRId64 " %4s %4s\n",
	    short_time(text_number(step, "time"), text_number(step, "step_s"), time),
	    text_number(messages, "active"), text_number(messages, "deferred"),
	    text_number(messages, "hold"), text_number(step, "bounces_max"),
	    text_age(text_number(step, "oldest_age_s"), age), text_number(step, "arrivals"),
	    text_number(step, "deliveries"), text_number(step, "bounces_made"),
	    format_delay(step, "p50_s", p50), format_delay(step, "p95_s", p95));
}

static void
print_instance(struct text *text, const json_t *steps, const char *instance)
{
	size_t i;
	const json_t *step;
	text_print(text, "\nInstance %s\n", instance);
	text_print(text,
	    "time        active deferred   hold bounces oldest arrived   sent  made  p50  p95\n");
	json_array_foreach(steps, i, step)
	{
		if (strcmp(text_string(step, "instance"), instance) == 0)
			print_step(text, step);
	}
}

/* Whether an earlier step is of the same instance. */
static bool
was_printed(const json_t *steps, size_t at)
{
	const char *instance = text_string(json_array_get(steps, at), "instance");
	for (size_t i = 0; i < at; i++)
		if (strcmp(text_string(json_array_get(steps, i), "instance"), instance) == 0)
			return true;
	return false;
}

/* Steps of the spools, each in its turn: the steps are ordered by time. */
static void
print_spools(struct text *text, const json_t *steps)
{
	size_t i;
	const json_t *step;
	char time[CLOCK_TEXT_SIZE], size[TEXT_SIZE_SIZE], age[CLOCK_SPAN_SIZE];
	if (json_array_size(steps) == 0)
		return;
	text_print(text, "\nSpools of others\n");
	text_print(text, "time        spool              messages  most at once    size oldest\n");
	json_array_foreach(steps, i, step)
	{
		text_print(text, "%-11s %-18s %8" PRId64 " %13" PRId64 " %7s %6s\n",
		    short_time(text_number(step, "time"), text_number(step, "step_s"), time),
		    text_string(step, "spool"), text_number(step, "messages"),
		    text_number(step, "messages_max"), text_size(text_number(step, "bytes"), size),
		    text_age(text_number(step, "oldest_age_s"), age));
	}
}

void
history_render(struct text *text, const json_t *document)
{
	size_t i;
	const json_t *step;
	const json_t *steps = json_object_get(document, "steps");
	char since[CLOCK_TEXT_SIZE], until[CLOCK_TEXT_SIZE];
	text_print(text, "Each %s from %s to %s\n",
	    history_step_name(text_number(document, "step_s")),
	    text_time(text_number(document, "since"), since),
	    text_time(text_number(document, "until"), until));
	if (json_array_size(steps) == 0) {
		text_print(text, "Nothing was recorded then.\n");
		return;
	}
	json_array_foreach(steps, i, step)
	{
		if (!was_printed(steps, i))
			print_instance(text, steps, text_string(step, "instance"));
	}
	print_spools(text, json_object_get(document, "spools"));
	text_print(text, "\n");
	text_item(text, 0, "Columns",
	    "active, deferred, hold: messages, mean; bounces: the most at once, not held; oldest: "
	    "in incoming and active; arrived, sent, made (bounces that Postfix made): in the %s; "
	    "p50, p95: how long good mail that left had been in the queues",
	    history_step_name(text_number(document, "step_s")));
}
