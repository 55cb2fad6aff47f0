/* SPDX-License-Identifier: ISC
 *
 * document_answer.c - what watch answers about the queues as they are now.
 */
#include "proto/document.h"

#include <stdio.h>
#include <stdlib.h>

/* Null where there is none. */
static void
put_optional(json_t *object, const char *key, const char *text)
{
	if (text[0] != '\0')
		document_put_text(object, key, text);
	else
		document_put(object, key, json_null());
}

json_t *
document_message(const struct message_answer_message *row)
{
	json_t *message = json_object();
	document_put_text(message, "queue_id", row->queue_id);
	document_put_name(message, "queue", &names_queue, (int)row->queue);
	document_put_name(message, "class", &names_class, (int)row->class);
	document_put_time(message, "arrival", (int64_t)row->arrival_s);
	document_put_count(message, "size_bytes", row->size_bytes);
	document_put_text(message, "sender", row->sender);
	document_put_text(message, "recipient", row->recipient);
	document_put_count(message, "recipients", row->recipients);
	put_optional(message, "client", row->client);
	put_optional(message, "reason", row->reason);
	put_optional(message, "cause", row->cause);
	document_put_time(message, "next_try", (int64_t)row->next_try_s);
	return message;
}

json_t *
document_recipient(const struct message_answer_recipient *row)
{
	json_t *recipient = json_object();
	document_put_text(recipient, "recipient", row->address);
	document_put_bool(recipient, "done", row->done != 0);
	put_optional(recipient, "status", row->status);
	put_optional(recipient, "reason", row->reason);
	return recipient;
}

static void
put_queue(json_t *object, const char *key, uint64_t queue)
{
	if (queue < QUEUE_COUNT)
		document_put_name(object, key, &names_queue, (int)queue);
	else
		document_put(object, key, json_null());
}

json_t *
document_move(const struct message_answer_move *row)
{
	json_t *move = json_object();
	document_put_time(move, "time", (int64_t)row->time_s);
	put_queue(move, "from", row->from);
	put_queue(move, "to", row->to);
	return move;
}

/* "12 0 7": digits and single blanks. NULL when it is anything else. */
static json_t *
make_counts(const char *text)
{
	json_t *counts = json_array();
	for (;;) {
		char *end;
		if (*text < '0' || *text > '9')
			break;
		json_array_append_new(counts, json_integer(strtoll(text, &end, 10)));
		if (*end == '\0')
			return counts;
		if (*end != ' ')
			break;
		text = end + 1;
	}
	json_decref(counts);
	return NULL;
}

json_t *
document_domain(const struct message_answer_domain *row)
{
	json_t *counts = make_counts(row->counts);
	if (counts == NULL)
		return NULL;
	json_t *domain = json_object();
	document_put_text(domain, "domain", row->domain);
	document_put(domain, "counts", counts);
	return domain;
}

json_t *
document_rank(const struct message_answer_top *row)
{
	const char *const examples[] = {row->example, row->example2, row->example3};
	struct message_tick_top top = {
	    .dimension = row->dimension,
	    .class = row->class,
	    .rank = row->rank,
	    .count = row->count,
	    .error = row->error,
	    .total = row->total,
	};
	snprintf(top.key, sizeof(top.key), "%s", row->key);
	snprintf(top.example, sizeof(top.example), "%s", row->example);
	json_t *rank = document_top(&top), *list = json_array();
	for (size_t i = 0; i < ARRAY_LENGTH(examples); i++) {
		if (examples[i][0] == '\0')
			continue;
		json_t *holder = json_object(); /* text that is no UTF-8 is escaped there */
		document_put_text(holder, "text", examples[i]);
		json_array_append(list, json_object_get(holder, "text"));
		json_decref(holder);
	}
	json_object_del(rank, "example");
	document_put(rank, "examples", list);
	return rank;
}
