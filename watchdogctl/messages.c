/* SPDX-License-Identifier: ISC
 *
 * messages.c - list and show: messages that are in the queues now.
 */
#include <inttypes.h>

#include "lib/mem.h"
#include "watchdogctl/render.h"

/* ---- list ---- */

/* ", and 3 more"; free() it. */
static char *
name_others(const json_t *message)
{
	int64_t count = text_number(message, "recipients");
	return count > 1 ? mem_format(" and %" PRId64 " more", count - 1) : mem_text("");
}

static void
print_message(struct text *text, const json_t *message)
{
	char age[CLOCK_SPAN_SIZE], size[TEXT_SIZE_SIZE], span[CLOCK_SPAN_SIZE];
	AUTO_FREE char *others = name_others(message);
	int64_t next_s = text_number(message, "next_try");
	int64_t age_s = text->now_s - text_number(message, "arrival");
	text_item(text, 0, text_string(message, "queue_id"),
	    "%s, %s, %s old, %s bytes, from <%s> to <%s>%s%s%s%s%s%s%s",
	    text_string(message, "queue"), text_string(message, "class"),
	    text_age(age_s > 0 ? age_s : 0, age),
	    text_size(text_number(message, "size_bytes"), size), text_string(message, "sender"),
	    text_string(message, "recipient"), others,
	    text_has(message, "client") ? ", client " : "", text_string(message, "client"),
	    next_s > text->now_s ? ", next try in " : "",
	    next_s > text->now_s ? clock_format_span(next_s - text->now_s, span) : "",
	    text_has(message, "reason") ? ": " : "", text_string(message, "reason"));
}

void
list_render(struct text *text, const json_t *document)
{
	size_t i;
	const json_t *message;
	const json_t *messages = json_object_get(document, "messages");
	int64_t shown = (int64_t)json_array_size(messages);
	int64_t matching = text_number(document, "matching");
	bool complete = text_bool(document, "complete");
	json_array_foreach(messages, i, message) print_message(text, message);
	text_item(text, 0, "Messages",
	    "%" PRId64 " shown, %s%" PRId64 " match of %" PRId64 " in these queues%s%s", shown,
	    complete ? "" : "at least ", matching, text_number(document, "total"),
	    complete ? "" : "; not all were looked at",
	    matching > shown || !complete ? "; more: --limit" : "");
	if (text_number(document, "unread") > 0)
		text_item(text, 0, "Unread", "%" PRId64 " are not read yet, or cannot be",
		    text_number(document, "unread"));
}

/* ---- show ---- */

static void
print_recipient(struct text *text, const json_t *recipient)
{
	text_item(text, 2, "Recipient", "<%s>%s%s%s%s%s", text_string(recipient, "recipient"),
	    text_bool(recipient, "done") ? ", done" : "",
	    text_has(recipient, "status") || text_has(recipient, "reason") ? ": " : "",
	    text_string(recipient, "status"), text_has(recipient, "status") ? " " : "",
	    text_string(recipient, "reason"));
}

static void
print_move(struct text *text, const json_t *move)
{
	char time[CLOCK_TEXT_SIZE];
	text_time(text_number(move, "time"), time);
	if (!text_has(move, "from"))
		text_item(text, 2, "Move", "%s, came into %s", time, text_string(move, "to"));
	else if (!text_has(move, "to"))
		text_item(text, 2, "Move", "%s, left %s", time, text_string(move, "from"));
	else
		text_item(text, 2, "Move", "%s, from %s to %s", time, text_string(move, "from"),
		    text_string(move, "to"));
}

static void
print_envelope(struct text *text, const json_t *message)
{
	char time[CLOCK_TEXT_SIZE], span[CLOCK_SPAN_SIZE], size[TEXT_SIZE_SIZE];
	int64_t next_s = text_number(message, "next_try");
	text_item(text, 2, "Arrived", "%s (%s ago)",
	    text_time(text_number(message, "arrival"), time),
	    text_since(text, text_number(message, "arrival"), span));
	text_item(text, 2, "Size", "%s bytes", text_size(text_number(message, "size_bytes"), size));
	text_item(text, 2, "Sender", "<%s>", text_string(message, "sender"));
	if (text_has(message, "client"))
		text_item(text, 2, "Client", "%s", text_string(message, "client"));
	if (text_has(message, "cause"))
		text_item(text, 2, "Caused by", "%s", text_string(message, "cause"));
	if (next_s > text->now_s)
		text_item(text, 2, "Next try", "%s (in %s)", text_time(next_s, time),
		    clock_format_span(next_s - text->now_s, span));
	else if (next_s > 0)
		text_item(text, 2, "Next try", "is due");
}

void
show_render(struct text *text, const json_t *document)
{
	size_t i;
	const json_t *part;
	const json_t *message = json_object_get(document, "message");
	bool is_there = json_is_object(message);
	if (is_there) {
		text_print(text, "%s on %s: %s in %s\n", text_string(message, "queue_id"),
		    text_string(document, "instance"), text_string(message, "class"),
		    text_string(message, "queue"));
		print_envelope(text, message);
	} else {
		text_print(text, "It is not in the queues of %s any more.\n",
		    text_string(document, "instance"));
	}
	json_array_foreach(json_object_get(document, "recipients"), i, part)
	    print_recipient(text, part);
	json_array_foreach(json_object_get(document, "moves"), i, part) print_move(text, part);
	if (is_there) {
		text_print(text, "  Envelope and headers\n");
		text_quote(text, 4, text_string(message, "copy"));
	}
}
