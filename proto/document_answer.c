/* SPDX-License-Identifier: ISC
 *
 * document_answer.c - what watch answers about the queues as they are now.
 */
#include "proto/document.h"

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
