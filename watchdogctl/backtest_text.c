/* SPDX-License-Identifier: ISC
 *
 * backtest_text.c - a rehearsal for people: how fine it was judged, then each incident. With other
 * settings to compare with: what only one of them, both, or both differently would have opened.
 */
#include <inttypes.h>
#include <string.h>

#include "watchdogctl/history.h"
#include "watchdogctl/render.h"

static void
print_stretches(struct text *text, const json_t *stretches)
{
	size_t i;
	const json_t *stretch;
	bool is_coarse = false;
	char since[CLOCK_TEXT_SIZE];
	json_array_foreach(stretches, i, stretch)
	{
		int64_t step_s = text_number(stretch, "step_s");
		int64_t judged = text_number(stretch, "judged");
		text_item(text, 2, i == 0 ? "Judged" : NULL, "%" PRId64 " %s%s since %s", judged,
		    history_step_name(step_s), text_plural(judged),
		    text_time(text_number(stretch, "since"), since));
		is_coarse = is_coarse || step_s > 1;
	}
	if (json_array_size(stretches) == 0)
		text_item(text, 2, "Judged", "nothing: nothing was recorded then");
	if (is_coarse)
		text_item(text, 2, NULL,
		    "of a minute or an hour its means are judged: what is shorter than two of "
		    "them is not seen");
}

static void
print_times(struct text *text, const json_t *incident)
{
	char time[CLOCK_TEXT_SIZE], span[CLOCK_SPAN_SIZE];
	int64_t opened_s = text_number(incident, "opened"),
		closed_s = text_number(incident, "closed");
	text_item(text, 4, "Opened", "%s, judged by the %s", text_time(opened_s, time),
	    history_step_name(text_number(incident, "step_s")));
	if (text_number(incident, "reopened") > 0)
		text_item(text, 4, "Back", "%" PRId64 " time%s, since %s",
		    text_number(incident, "reopened"),
		    text_plural(text_number(incident, "reopened")),
		    text_time(text_number(incident, "reopened_at"), time));
	if (text_has(incident, "closed"))
		text_item(text, 4, "Closed", "%s, %s after it began", text_time(closed_s, time),
		    clock_format_span(closed_s - text_number(incident, "began"), span));
	else
		text_item(text, 4, "Closed", "not until the end of the history");
}

static void
print_incident(struct text *text, const json_t *incident)
{
	size_t i;
	const json_t *action;
	char time[CLOCK_TEXT_SIZE];
	text_print(
	    text, "  %s on %s\n", text_string(incident, "kind"), text_string(incident, "instance"));
	print_times(text, incident);
	text_item(text, 4, "What", "%s", text_string(incident, "text"));
	text_item(text, 4, "Peak", "%s %" PRId64 " at %s", text_string(incident, "signal"),
	    text_number(incident, "peak"), text_time(text_number(incident, "peak_at"), time));
	json_array_foreach(json_object_get(incident, "remedies"), i, action) text_item(text, 4,
	    i == 0 ? "Remedies" : NULL, "%s (%s): %s", text_string(action, "remedy"),
	    text_string(action, "mode"), text_string(action, "text"));
	text_item(text, 4, "Mails", "%" PRId64, text_number(incident, "mails"));
}

static bool
is_changed_so(const json_t *incident, const char *change)
{
	return change == NULL || strcmp(text_string(incident, "change"), change) == 0;
}

/* Those of that change, NULL: all, under a heading where there are any. */
static void
print_incidents(struct text *text, const json_t *rehearsal, const char *change, const char *heading)
{
	size_t i;
	const json_t *incident;
	json_array_foreach(json_object_get(rehearsal, "incidents"), i, incident)
	{
		if (!is_changed_so(incident, change))
			continue;
		if (heading != NULL)
			text_print(text, "\n%s %s:\n", heading, text_string(rehearsal, "settings"));
		else
			text_print(text, "\n");
		heading = NULL;
		print_incident(text, incident);
	}
}

static void
print_sum(struct text *text, const json_t *rehearsal)
{
	int64_t count = (int64_t)json_array_size(json_object_get(rehearsal, "incidents"));
	int64_t mails = text_number(rehearsal, "mails");
	text_print(text, "%s: %" PRId64 " incident%s, %" PRId64 " mail%s\n",
	    text_string(rehearsal, "settings"), count, text_plural(count), mails,
	    text_plural(mails));
}

void
backtest_render(struct text *text, const json_t *document)
{
	const json_t *other = json_object_get(document, "against");
	print_sum(text, document);
	if (other != NULL)
		print_sum(text, other);
	print_stretches(text, json_object_get(document, "stretches"));
	if (other == NULL) {
		print_incidents(text, document, NULL, NULL);
		return;
	}
	print_incidents(text, document, "only", "Only with");
	print_incidents(text, other, "only", "Only with");
	print_incidents(text, document, "different", "Otherwise with");
	print_incidents(text, other, "different", "Otherwise with");
	print_incidents(text, document, "same", "The same, also with");
}
