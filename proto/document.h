/* SPDX-License-Identifier: ISC
 *
 * document.h - JSON documents from rows: what `watchdogctl --json` prints and what its text is
 * made of. Every key is described in watchdogctl(8).
 *
 * Each function returns a new object. Times are seconds since 1970, null where the thing has not
 * happened; ages are seconds. Text that is no UTF-8 (it was cut) is escaped, never lost.
 */
#ifndef WATCHDOGD_PROTO_DOCUMENT_H
#define WATCHDOGD_PROTO_DOCUMENT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "proto/catalogue.h"
#include "proto/rows.h"
#include "proto/top.h"

/* Puts text, or an escaped form of it where it is no UTF-8. */
void document_put_text(json_t *object, const char *key, const char *text);
/* Puts a time, or null for 0. */
void document_put_time(json_t *object, const char *key, int64_t time_s);
void document_put_number(json_t *object, const char *key, int64_t number);
/* Counts are far below 2^63; one that is not comes from a damaged store. */
void document_put_count(json_t *object, const char *key, uint64_t count);
void document_put_bool(json_t *object, const char *key, bool value);
void document_put_name(json_t *object, const char *key, const struct names *list, int value);
/* Puts a value that was just made; NULL is a panic(). */
void document_put(json_t *object, const char *key, json_t *value);

/* {"running", "since", "version", "last_tick", "age_s", "roles": {}}. running: it answers. */
json_t *document_daemon(const struct row_daemon *row, bool running, int64_t now_s);
/* Adds one role to document_daemon()'s "roles". */
void document_add_role(json_t *daemon, const struct row_role *row);
/* {"waiting", "refused"} */
json_t *document_alerts(const struct row_daemon *row);

/* {"name", "present", "good_mail": {}, "queues": {}, "rates": {}, ...} */
json_t *document_instance(const struct row_instance *row);
/* {"name", "path", "present", "polled", "last_tick", "messages", "bytes", "oldest_age_s"} */
json_t *document_spool(const struct row_spool *row);
/* {"last_full_reconcile", "drift", "overflows", "unread", "watches", "event_limit"}, all zero and
 * null. */
json_t *document_watch(void);
/* Adds what one instance's watcher says of itself. */
void document_add_watch(json_t *watch, const struct row_instance *row);

/* {"dimension", "class", "rank", "key", "count", "error", "total", "share", "example", "text"} */
json_t *document_top(const struct message_tick_top *row);

/* {"id", "kind", "instance", "state", ..., "also": [], "who": [], "remedies": []} */
json_t *document_incident(const struct row_incident *row);
/* Of one that was open at the same time: {"id", "kind", "state", "text"} */
json_t *document_beside(const struct row_incident *row);
/* {"instance", "since", "until", "uid", "text"} */
json_t *document_planned(const struct row_planned *row);
/* {"time", "uid", "verb", "incident", "action", "text"} */
json_t *document_audit(const struct row_audit *row);
/* {"action", "remedy", "state", "messages", "text", "undo", ...} */
json_t *document_action(const struct row_action *row);
/* {"setting", "was_set", "old_value", "value", "state", "time"} */
json_t *document_change(const struct row_change *row);
/* {"queue_id", "queue", "class", "outcome", ..., "copy"} */
json_t *document_target(const struct row_target *row);
/* {"notice", "state", "recipient", "subject", ...} */
json_t *document_notice(const struct row_notice *row);
/* {"time", "step_s", "instance", "messages": {}, ...} */
json_t *document_history(const struct row_history *row);
/* {"time", "step_s", "spool", "messages", "messages_max", "bytes", "oldest_age_s"} */
json_t *document_spool_history(const struct row_spool_history *row);
/* {"name", "text", "classes": [], "queues": [], "undo", "keeps_copy"} */
json_t *document_remedy(const struct catalogue_remedy *remedy);

/* What watch answers. {"queue_id", "queue", "class", ..., "next_try"} */
json_t *document_message(const struct message_answer_message *row);
/* {"recipient", "done", "status", "reason"} */
json_t *document_recipient(const struct message_answer_recipient *row);
/* {"time", "from", "to"} */
json_t *document_move(const struct message_answer_move *row);
/* {"dimension", "class", "rank", "key", ..., "examples": []} */
json_t *document_rank(const struct message_answer_top *row);
/* {"domain", "counts": []}, or NULL when the row is malformed. */
json_t *document_domain(const struct message_answer_domain *row);

#endif
