/* SPDX-License-Identifier: ISC
 *
 * queues.c - the queues of each instance as a table, and what flowed in the last minute.
 */
#include <inttypes.h>

#include "proto/names.h"
#include "watchdogctl/queues.h"
#include "watchdogctl/render.h"
#include "watchdogctl/status.h"

#define DAY_S 86400

static void
print_queue(struct text *text, const char *name, const json_t *queue)
{
	char size[TEXT_SIZE_SIZE], age[CLOCK_SPAN_SIZE];
	text_print(text,
	    "  %-8s %8" PRId64 " %7" PRId64 " %7" PRId64 " %7" PRId64 " %7" PRId64 " %7" PRId64
	    " %7s  %s\n",
	    name, text_number(queue, "messages"), text_number(queue, "normal"),
	    text_number(queue, "bounces"), text_number(queue, "dsn"), text_number(queue, "notices"),
	    text_number(queue, "unread"), text_size(text_number(queue, "bytes"), size),
	    text_number(queue, "messages") > 0
		? clock_format_span(text_number(queue, "oldest_age_s"), age)
		: "-");
}

static void
print_flow(struct text *text, const json_t *rates)
{
	text_item(text, 2, "Last min",
	    "%" PRId64 " arrived, %" PRId64 " delivered, %" PRId64 " deferred, %" PRId64
	    " bounces made, %" PRId64 " bounced, %" PRId64 " removed",
	    text_number(rates, "arrivals_per_min"), text_number(rates, "deliveries_per_min"),
	    text_number(rates, "deferrals_per_min"), text_number(rates, "bounces_made_per_min"),
	    text_number(rates, "bounced_per_min"), text_number(rates, "removed_per_min"));
}

/* Until it is done. */
static void
print_learning(struct text *text, const json_t *learning)
{
	int64_t learned_s = text_number(learning, "learned_s");
	int64_t needed_s = text_number(learning, "needed_s");
	if (learned_s < needed_s)
		text_item(text, 2, "Learning",
		    "%" PRId64 " of %" PRId64 " days of what is normal: %s", learned_s / DAY_S,
		    needed_s / DAY_S,
		    learned_s < DAY_S ? "nothing is judged by it yet"
				      : "it takes more than later to be unusual");
}

void
queues_print_instance(struct text *text, const json_t *instance)
{
	const json_t *queues = json_object_get(instance, "queues");
	text_print(text, "\nInstance %s (%s)\n", text_string(instance, "name"),
	    text_string(instance, "config_directory"));
	if (text_number(instance, "last_tick") == 0)
		text_item(text, 2, "Unseen", "watchdogd has just begun: nothing is counted yet");
	else if (!text_bool(instance, "present"))
		text_item(text, 2, "Absent", "there is no queue directory %s",
		    text_string(instance, "queue_directory"));
	text_print(
	    text, "  queue    messages  normal bounces     dsn notices  unread    size  oldest\n");
	for (int queue = 0; queue < QUEUE_COUNT; queue++) {
		const char *name = names_get(&names_queue, queue);
		print_queue(text, name, json_object_get(queues, name));
	}
	print_flow(text, json_object_get(instance, "rates"));
	print_learning(text, json_object_get(instance, "learning"));
}

static void
print_spool(struct text *text, const json_t *spool)
{
	char size[TEXT_SIZE_SIZE], age[CLOCK_SPAN_SIZE];
	int64_t messages = text_number(spool, "messages");
	const char *name = text_string(spool, "name"), *path = text_string(spool, "path");
	if (text_number(spool, "last_tick") == 0)
		text_print(text, "  %-18s %8s %7s %6s  %s\n", name, "unseen", "-", "-", path);
	else if (!text_bool(spool, "present"))
		text_print(text, "  %-18s %8s %7s %6s  %s\n", name, "ABSENT", "-", "-", path);
	else
		text_print(text, "  %-18s %8" PRId64 " %7s %6s  %s\n", name, messages,
		    text_size(text_number(spool, "bytes"), size),
		    messages > 0 ? text_age(text_number(spool, "oldest_age_s"), age) : "-", path);
}

void
queues_print_spools(struct text *text, const json_t *spools)
{
	size_t i;
	const json_t *spool;
	if (json_array_size(spools) == 0)
		return;
	text_print(text, "\nSpools of others\n");
	text_print(text, "  name               messages    size oldest  directory\n");
	json_array_foreach(spools, i, spool) print_spool(text, spool);
}

void
queues_render(struct text *text, const json_t *document)
{
	size_t i;
	const json_t *instance;
	status_print_daemon(text, document);
	json_array_foreach(json_object_get(document, "instances"), i, instance)
	    queues_print_instance(text, instance);
	queues_print_spools(text, json_object_get(document, "spools"));
	int64_t incidents = text_number(document, "open_incidents");
	if (incidents > 0) {
		text_print(text, "\n");
		text_item(text, 0, "Wrong", "%" PRId64 " incident%s open: watchdogctl status",
		    incidents, incidents == 1 ? " is" : "s are");
	}
}
