/* SPDX-License-Identifier: ISC
 *
 * history.c - a table of steps for each instance. Stocks are means over the step, bounces the most
 * at once, flows are sums.
 */
#include <inttypes.h>
#include <string.h>

#include "watchdogctl/render.h"

static const char *
step_name(int64_t step_s)
{
	return step_s == 1 ? "second" : step_s == 60 ? "minute" : "hour";
}

/* A step's time without its year and zone, which the heading has. */
static const char *
short_time(int64_t time_s, char text[CLOCK_TEXT_SIZE])
{
	static const size_t year = 5, length = 14; /* of "2026-06-03 14:05:09 +0900" */
	clock_format((struct clock_wall){time_s * 1000}, text);
	if (strlen(text) < year + length)
		return text;
	text[year + length] = '\0';
	return text + year;
}

static void
print_step(struct text *text, const json_t *step)
{
	const json_t *messages = json_object_get(step, "messages");
	char time[CLOCK_TEXT_SIZE], age[CLOCK_SPAN_SIZE];
	text_print(text,
	    "%-14s %8" PRId64 " %8" PRId64 " %8" PRId64 " %8" PRId64 " %6s %7" PRId64 " %7" PRId64
	    " %6" PRId64 "\n",
	    short_time(text_number(step, "time"), time), text_number(messages, "active"),
	    text_number(messages, "deferred"), text_number(messages, "hold"),
	    text_number(step, "bounces_max"), text_age(text_number(step, "oldest_age_s"), age),
	    text_number(step, "arrivals"), text_number(step, "deliveries"),
	    text_number(step, "bounces_made"));
}

static void
print_instance(struct text *text, const json_t *steps, const char *instance)
{
	size_t i;
	const json_t *step;
	text_print(text, "\nInstance %s\n", instance);
	text_print(text,
	    "time             active deferred     hold  bounces oldest arrived    sent   made\n");
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

void
history_render(struct text *text, const json_t *document)
{
	size_t i;
	const json_t *step;
	const json_t *steps = json_object_get(document, "steps");
	char since[CLOCK_TEXT_SIZE], until[CLOCK_TEXT_SIZE];
	text_print(text, "Each %s from %s to %s\n", step_name(text_number(document, "step_s")),
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
	text_print(text, "\n");
	text_item(text, 0, "Columns",
	    "active, deferred, hold: messages, mean; bounces: the most at once, not held; oldest: "
	    "in incoming and active; arrived, sent, made (bounces that Postfix made): in the %s",
	    step_name(text_number(document, "step_s")));
}
