/* SPDX-License-Identifier: ISC
 *
 * message.h - every message between the roles, in one table. X(TYPE, tag, LIST) gives the type
 * number, `struct message_tag` and its layout.
 *
 * The links: parent <-> each role; engine <-> watch, remedy, alert, control; control <-> watch. A
 * link is a SEQPACKET socketpair that the parent makes and hands to both ends with LINK; when one
 * end is restarted, both get a new link, and what was under way on the old one is void: a series of
 * frames counts only when its closing frame (TICK, SELECT_END, ORDER_END, OUTCOME, ANSWER_END) has
 * come.
 * Times are wall clock; `instance` is the name that postmulti gives ("-": the only one).
 */
#ifndef WATCHDOGD_PROTO_MESSAGE_H
#define WATCHDOGD_PROTO_MESSAGE_H

#include "proto/names.h"
#include "proto/queue_id.h"
#include "proto/wire.h"

#define INSTANCE_NAME_SIZE 64
#define INSTANCES_MAX 64
#define SPOOL_NAME_SIZE 64
#define SPOOLS_MAX 16
#define PATH_TEXT_SIZE 1024
#define ADDRESS_TEXT_SIZE 512 /* escaped addresses and the like */
#define REASON_TEXT_SIZE 1024
#define FILTER_TEXT_SIZE 256
#define QSHAPE_BUCKETS_MAX 32
#define QSHAPE_COUNTS_SIZE ((QSHAPE_BUCKETS_MAX + 1) * 21)
#define SETTING_NAME_SIZE 128 /* of a setting that a remedy changes */
#define SETTING_VALUE_SIZE 1024
#define SELECTION_TEXT_SIZE 1024 /* a selector (selector.h) as the store has it */

/* clang-format off */

/* ---- parent to every role, at its start: CONFIG, INSTANCE..., LINK..., START ---- */

/* settings_encode()'s text */
#define MESSAGE_CONFIG(U64, I64, TEXT, BYTES) BYTES(text)
/* one Postfix instance that was found */
#define MESSAGE_INSTANCE(U64, I64, TEXT, BYTES)                                               \
	TEXT(name, INSTANCE_NAME_SIZE)                                                        \
	TEXT(config_directory, PATH_TEXT_SIZE)                                                \
	TEXT(queue_directory, PATH_TEXT_SIZE)                                                 \
	TEXT(mail_owner, 64)                                                                  \
	U64(active_limit) /* messages that active takes; 0: not known */                      \
	U64(reserve_bytes) /* with less left on the disk it accepts no mail */
/* carries a descriptor: our end of a new link to `peer` (enum role_name). Also sent later. */
#define MESSAGE_LINK(U64, I64, TEXT, BYTES) U64(peer)
/* everything was said: enter the sandbox and run */
#define MESSAGE_START(U64, I64, TEXT, BYTES) U64(start_s)
/* finish what must be finished and exit 0 */
#define MESSAGE_STOP(U64, I64, TEXT, BYTES) U64(unused)
/* is your loop alive? PONG says the same number; READY is said once, after START */
#define MESSAGE_PING(U64, I64, TEXT, BYTES) U64(number)
#define MESSAGE_PONG(U64, I64, TEXT, BYTES) U64(number)
#define MESSAGE_READY(U64, I64, TEXT, BYTES) U64(pid)
/* parent to engine: a role started, ended or was restarted */
#define MESSAGE_ROLE(U64, I64, TEXT, BYTES)                                                   \
	U64(role)                                                                             \
	U64(running)                                                                          \
	U64(pid)                                                                              \
	U64(since_s)                                                                          \
	U64(restarts)

/* ---- watch to engine, each tick: of each instance TICK_QUEUE x 6, TICK_FLOW and at times
 * TICK_TOP...; of each spool TICK_SPOOL; then TICK ---- */

#define MESSAGE_TICK_QUEUE(U64, I64, TEXT, BYTES)                                             \
	TEXT(instance, INSTANCE_NAME_SIZE)                                                    \
	U64(queue) /* enum queue_name */                                                      \
	U64(messages) /* of all classes */                                                    \
	U64(normal)                                                                           \
	U64(bounces)                                                                          \
	U64(dsn)                                                                              \
	U64(notices)                                                                          \
	U64(unread)                                                                           \
	U64(bytes)                                                                            \
	U64(oldest_age_s) /* of any class; 0 when empty */
/* what happened since the last tick, and the watcher's own health */
#define MESSAGE_TICK_FLOW(U64, I64, TEXT, BYTES)                                              \
	TEXT(instance, INSTANCE_NAME_SIZE)                                                    \
	U64(arrivals) /* accepted messages of all classes, bounces made here included */      \
	U64(deliveries) /* left active, no bounce made for them */                            \
	U64(deferrals) /* active to deferred */                                               \
	U64(bounces_made) /* bounces that Postfix made */                                     \
	U64(bounced) /* left active after a bounce log was written */                         \
	U64(removed) /* deleted from any queue but active and maildrop */                     \
	U64(present) /* 0: the queue directory is absent */                                   \
	U64(last_full_reconcile_s)                                                            \
	U64(drift) /* corrections that reconciles had to make, since the role's start */      \
	U64(overflows) /* of the inotify queue, since the role's start */                     \
	U64(watches) /* directories watched */                                                \
	U64(event_limit) /* fs.inotify.max_queued_events when inotify was opened; 0: ? */     \
	U64(polled) /* 1: no events come from this file system, it is looked at on a timer */                                                \
	U64(left_normal) /* normal messages that were delivered, and how long it had taken */ \
	U64(left_p50_s)                                                                       \
	U64(left_p95_s)                                                                       \
	U64(waiting_p50_s) /* ages of the normal ones in incoming, active and deferred */     \
	U64(waiting_p95_s)                                                                    \
	U64(senders) /* of normal mail that arrived, each counted once in five seconds */     \
	U64(first_attempts) /* messages that left active for the first time */                \
	U64(first_deferred) /* of them: to deferred */                                        \
	/* arrivals of late, decayed, of the sender, ... of normal mail that has most */      \
	U64(busiest_sender)                                                                   \
	U64(busiest_network)                                                                  \
	U64(busiest_shape)                                                                    \
	U64(busiest_domain) /* of recipients */                                               \
	/* what may fill up, and how much of it is left; 0: not known, or without limit */    \
	U64(active_limit)                                                                     \
	U64(disk_bytes) /* of the queues' file system, that mail can have */                  \
	U64(disk_free_bytes)                                                                  \
	U64(inodes)                                                                           \
	U64(inodes_free)
/* who the mail is from and about, now: the first ranks of a dimension; every few ticks */
#define MESSAGE_TICK_TOP(U64, I64, TEXT, BYTES)                                               \
	TEXT(instance, INSTANCE_NAME_SIZE)                                                    \
	U64(dimension) /* enum dimension */                                                   \
	U64(class) /* enum message_class */                                                   \
	U64(rank) /* from 1 */                                                                \
	TEXT(key, ADDRESS_TEXT_SIZE) /* escaped; of a cause, what goes on "caused by" */                                          \
	U64(count) /* of causes: bounces in the queues; else: arrivals of late, decayed */    \
	U64(error) /* the count is at most so much too high */                                \
	U64(total) /* of this dimension and class, in the unit of count */                    \
	TEXT(example, ADDRESS_TEXT_SIZE) /* one that it stands for, escaped */
/* a directory outside Postfix where mail waits; not before it was looked at for the first time */
#define MESSAGE_TICK_SPOOL(U64, I64, TEXT, BYTES)                                             \
	TEXT(name, SPOOL_NAME_SIZE) /* as the settings have it */                             \
	U64(present) /* 0: the directory is absent */                                         \
	U64(polled) /* 1: it is looked at on a timer, not when an event says so */            \
	U64(messages)                                                                         \
	U64(bytes)                                                                            \
	U64(oldest_age_s) /* 0 when empty */
#define MESSAGE_TICK(U64, I64, TEXT, BYTES) U64(time_ms)

/* Which messages: what is 0 or empty is no condition. Text is as it is printed, escaped. */
#define MESSAGE_FILTER(U64, I64, TEXT, BYTES)                                                 \
	U64(queues) /* bit set of 1 << enum queue_name */                                     \
	U64(classes) /* bit set of 1 << enum message_class */                                 \
	TEXT(sender, FILTER_TEXT_SIZE) /* envelope sender; "<>"; or "@domain" */              \
	TEXT(shape, FILTER_TEXT_SIZE) /* pattern of the envelope sender */                    \
	TEXT(domain, FILTER_TEXT_SIZE) /* of a recipient */                                   \
	TEXT(client, FILTER_TEXT_SIZE) /* address of the original client, or a network */     \
	TEXT(reason, FILTER_TEXT_SIZE) /* part of a reason why it was deferred */             \
	U64(older_s)                                                                          \
	U64(younger_s)                                                                        \
	U64(larger_bytes)                                                                     \
	U64(smaller_bytes)

/* ---- engine to watch: which messages? ---- */

/* a message that is asked for by name; `count` of them come before a SELECT with listed = count */
#define MESSAGE_SELECT_ID(U64, I64, TEXT, BYTES)                                              \
	U64(request)                                                                          \
	TEXT(queue_id, QUEUE_ID_SIZE)                                                         \
	U64(inode)                                                                            \
	U64(arrival_s)
/* Each message that is answered has been read anew: class, inode and T are true at ctime_ns. */
#define MESSAGE_SELECT(U64, I64, TEXT, BYTES)                                                 \
	U64(request)                                                                          \
	TEXT(instance, INSTANCE_NAME_SIZE)                                                    \
	MESSAGE_FILTER(U64, I64, TEXT, BYTES) /* both sets are given */                       \
	U64(from) /* 0, or where an answer before this one ended */                           \
	U64(limit) /* answer at most so many; 0: only count */                                \
	U64(copy_bytes) /* send up to so much of envelope and headers with each; 0: none */   \
	U64(listed) /* 0, or only those named by SELECT_ID */
#define MESSAGE_SELECTED(U64, I64, TEXT, BYTES)                                               \
	U64(request)                                                                          \
	TEXT(queue_id, QUEUE_ID_SIZE)                                                         \
	U64(queue)                                                                            \
	U64(class)                                                                            \
	U64(inode)                                                                            \
	U64(ctime_ns)                                                                         \
	U64(arrival_s)                                                                        \
	U64(size_bytes)                                                                       \
	TEXT(sender, ADDRESS_TEXT_SIZE) /* escaped */                                         \
	TEXT(recipient, ADDRESS_TEXT_SIZE) /* the first, escaped */                           \
	BYTES(copy) /* readable, escaped text, one record or header a line */
#define MESSAGE_SELECT_END(U64, I64, TEXT, BYTES)                                             \
	U64(request)                                                                          \
	U64(selected)                                                                         \
	U64(matching) /* messages of this kind, by the live set; with conditions: at most */  \
	U64(total) /* messages of all classes in these queues */                              \
	U64(at) /* 0: all was looked at; else where it ended, having read enough */           \
	TEXT(error, REASON_TEXT_SIZE)

/* ---- engine to remedy and back: ORDER, ORDER_MESSAGE..., ORDER_END; OUTCOME_MESSAGE..., OUTCOME */

#define MESSAGE_ORDER(U64, I64, TEXT, BYTES)                                                  \
	U64(order) /* unique in the store */                                                  \
	TEXT(remedy, 64) /* a row of the catalogue */                                         \
	TEXT(config_directory, PATH_TEXT_SIZE)                                                \
	TEXT(queue_directory, PATH_TEXT_SIZE)                                                 \
	U64(repeat) /* it was sent before and no answer came: some of it may be done */
#define MESSAGE_ORDER_MESSAGE(U64, I64, TEXT, BYTES)                                          \
	U64(order)                                                                            \
	TEXT(queue_id, QUEUE_ID_SIZE)                                                         \
	U64(queue)                                                                            \
	U64(inode)                                                                            \
	U64(ctime_ns)
#define MESSAGE_ORDER_END(U64, I64, TEXT, BYTES) U64(order) U64(messages)
#define MESSAGE_OUTCOME_MESSAGE(U64, I64, TEXT, BYTES)                                        \
	U64(order)                                                                            \
	TEXT(queue_id, QUEUE_ID_SIZE)                                                         \
	U64(outcome) /* enum target_outcome */
#define MESSAGE_OUTCOME(U64, I64, TEXT, BYTES)                                                \
	U64(order)                                                                            \
	U64(messages)                                                                         \
	U64(failed) /* 1: the remedy as a whole failed */                                     \
	TEXT(text, REASON_TEXT_SIZE) /* what happened, in words */

/* ---- engine to remedy and back, about a setting: CHANGE_ORDER; CHANGE_OUTCOME ---- */

/* The row that explains it is in the store before a step that changes anything is ordered. */
#define MESSAGE_CHANGE_ORDER(U64, I64, TEXT, BYTES)                                           \
	U64(order) /* unique in the store, and with those of ORDER */                         \
	U64(step) /* enum change_step */                                                      \
	TEXT(remedy, 64) /* a row of the catalogue */                                         \
	TEXT(config_directory, PATH_TEXT_SIZE)                                                \
	TEXT(queue_directory, PATH_TEXT_SIZE)                                                 \
	TEXT(setting, SETTING_NAME_SIZE) /* which one, where the remedy has several */        \
	TEXT(value, SETTING_VALUE_SIZE) /* what it is to be, or, of an undo, was made */      \
	U64(was_set) /* before; 0: the default held. Of a plan: nothing */                    \
	TEXT(old_value, SETTING_VALUE_SIZE) /* before. Of a plan: nothing */                  \
	U64(repeat) /* it was sent before and no answer came: some of it may be done */
#define MESSAGE_CHANGE_OUTCOME(U64, I64, TEXT, BYTES)                                         \
	U64(order)                                                                            \
	U64(outcome) /* enum change_outcome */                                                \
	U64(was_set) /* what was found */                                                     \
	TEXT(old_value, SETTING_VALUE_SIZE)                                                   \
	TEXT(value, SETTING_VALUE_SIZE) /* what it would be, or is now */                     \
	U64(reload) /* a program is, or was, told to read its settings anew */                \
	TEXT(text, REASON_TEXT_SIZE) /* what happened, in words */

/* ---- engine to alert ---- */

/* Carries a pipe's write end. Whoever knows the result (send, or alert itself) writes one line
 * "NNN text\n" into it: 2xx sent, 5xx refused for good, else to be tried again. No line at all:
 * to be tried again. */
#define MESSAGE_NOTICE(U64, I64, TEXT, BYTES)                                                 \
	U64(notice)                                                                           \
	U64(relay) /* index in alert.relays */                                                \
	U64(program) /* 1: for the program of alert.exec, not by mail */                      \
	TEXT(recipient, 320)                                                                  \
	TEXT(subject, 512) /* UTF-8, no line break */                                         \
	TEXT(message_id, 256) /* without the angle brackets; the same at every try */         \
	TEXT(in_reply_to, 256) /* of the incident's first notice, or empty */                 \
	U64(created_s)                                                                        \
	BYTES(body) /* UTF-8, lines end in LF */

/* ---- control to engine and back ---- */

#define MESSAGE_COMMAND(U64, I64, TEXT, BYTES)                                                \
	U64(request)                                                                          \
	U64(uid) /* of the person, from SO_PEERCRED */                                        \
	TEXT(verb, 32) /* pause, resume, plan, run, undo, confirm, ack, test, ... */          \
	TEXT(remedy, 64)                                                                      \
	TEXT(instance, INSTANCE_NAME_SIZE) /* empty: the only one */                          \
	U64(action) /* for undo, confirm, reject */                                           \
	TEXT(set, 1024) /* PARAMETER=VALUE, of a parametric remedy; else empty */             \
	MESSAGE_FILTER(U64, I64, TEXT, BYTES) /* of a remedy that takes a selection */        \
	U64(incident) /* for ack, revert, ... */                                             \
	U64(for_s) /* for snooze; 0: not said */                                              \
	U64(since_s) /* for report; 0: not said */                                            \
	U64(until_s)                                                                          \
	TEXT(text, FILTER_TEXT_SIZE) /* what the person says about it, whom a test is to, a language */
#define MESSAGE_COMMAND_RESULT(U64, I64, TEXT, BYTES)                                         \
	U64(request)                                                                          \
	U64(ok)                                                                               \
	BYTES(document) /* JSON object; {"error": "..."} unless ok */

/* ---- control to watch: QUESTION; and back: ANSWER_..., ANSWER_END ---- */

#define MESSAGE_QUESTION(U64, I64, TEXT, BYTES)                                               \
	U64(request)                                                                          \
	U64(kind) /* enum question_kind */                                                    \
	TEXT(instance, INSTANCE_NAME_SIZE) /* empty: the only one */                          \
	U64(limit) /* rows at most */                                                         \
	MESSAGE_FILTER(U64, I64, TEXT, BYTES)                                                 \
	TEXT(queue_id, QUEUE_ID_SIZE) /* show */                                              \
	U64(dimensions) /* top: bit set of 1 << enum dimension */                             \
	U64(by_sender) /* qshape: by the sender's domain, not the recipients' */              \
	U64(parents) /* qshape: domains above count what is below them */                     \
	U64(subdomains) /* qshape: a parent has so many, or is not shown */                   \
	U64(buckets) /* qshape: how many, up to QSHAPE_BUCKETS_MAX */                         \
	U64(bucket_s) /* qshape: how long the first one is */                                 \
	U64(linear) /* qshape: all are as long as the first one */
/* A message, read anew: list, show. */
#define MESSAGE_ANSWER_MESSAGE(U64, I64, TEXT, BYTES)                                         \
	U64(request)                                                                          \
	TEXT(queue_id, QUEUE_ID_SIZE)                                                         \
	U64(queue)                                                                            \
	U64(class)                                                                            \
	U64(arrival_s)                                                                        \
	U64(size_bytes) /* of the content, as showq(8) tells it */                            \
	TEXT(sender, ADDRESS_TEXT_SIZE) /* escaped */                                         \
	TEXT(recipient, ADDRESS_TEXT_SIZE) /* the first that is not done, escaped */          \
	U64(recipients) /* that are not done */                                               \
	TEXT(client, ADDRESS_TEXT_SIZE) /* address of the original client, escaped */         \
	TEXT(reason, REASON_TEXT_SIZE) /* why it was deferred last, escaped */                \
	TEXT(cause, ADDRESS_TEXT_SIZE) /* of a bounce, in words; or empty */                  \
	U64(next_try_s) /* of a deferred one */                                               \
	BYTES(copy) /* show: envelope and headers, escaped text, a record or header a line */
/* Of the message before: one recipient. */
#define MESSAGE_ANSWER_RECIPIENT(U64, I64, TEXT, BYTES)                                       \
	U64(request)                                                                          \
	TEXT(address, ADDRESS_TEXT_SIZE) /* escaped */                                        \
	U64(done) /* delivered or bounced */                                                  \
	TEXT(status, 32) /* "4.4.1", or empty */                                              \
	TEXT(reason, REASON_TEXT_SIZE) /* escaped */
/* Where it was seen to move; QUEUE_COUNT is outside the queues. */
#define MESSAGE_ANSWER_MOVE(U64, I64, TEXT, BYTES)                                            \
	U64(request)                                                                          \
	U64(time_s)                                                                           \
	U64(from)                                                                             \
	U64(to)
/* A row of qshape, the one with the most first. */
#define MESSAGE_ANSWER_DOMAIN(U64, I64, TEXT, BYTES)                                          \
	U64(request)                                                                          \
	TEXT(domain, ADDRESS_TEXT_SIZE) /* escaped; "TOTAL" */                                \
	TEXT(counts, QSHAPE_COUNTS_SIZE) /* decimal, a blank between: all, then each bucket */
/* A rank of top. */
#define MESSAGE_ANSWER_TOP(U64, I64, TEXT, BYTES)                                             \
	U64(request)                                                                          \
	U64(dimension)                                                                        \
	U64(class)                                                                            \
	U64(rank)                                                                             \
	TEXT(key, ADDRESS_TEXT_SIZE)                                                          \
	U64(count)                                                                            \
	U64(error)                                                                            \
	U64(total)                                                                            \
	TEXT(example, ADDRESS_TEXT_SIZE) /* up to three, escaped; empty: there is none */     \
	TEXT(example2, ADDRESS_TEXT_SIZE)                                                     \
	TEXT(example3, ADDRESS_TEXT_SIZE)
#define MESSAGE_ANSWER_END(U64, I64, TEXT, BYTES)                                             \
	U64(request)                                                                          \
	TEXT(instance, INSTANCE_NAME_SIZE)                                                    \
	U64(rows) /* that were sent */                                                        \
	U64(matching) /* rows that there are, as far as was looked */                         \
	U64(total) /* messages in these queues */                                             \
	U64(unread) /* of them, whose envelope is not read yet, or cannot be */               \
	U64(partial) /* not all was looked at: it took too long */                            \
	TEXT(error, REASON_TEXT_SIZE)

#define MESSAGE_TYPES(X)                                                                      \
	X(CONFIG, config)                                                                     \
	X(INSTANCE, instance)                                                                 \
	X(LINK, link)                                                                         \
	X(START, start)                                                                       \
	X(STOP, stop)                                                                         \
	X(PING, ping)                                                                         \
	X(PONG, pong)                                                                         \
	X(READY, ready)                                                                       \
	X(ROLE, role)                                                                         \
	X(TICK_QUEUE, tick_queue)                                                             \
	X(TICK_FLOW, tick_flow)                                                               \
	X(TICK_TOP, tick_top)                                                                 \
	X(TICK_SPOOL, tick_spool)                                                             \
	X(TICK, tick)                                                                         \
	X(SELECT_ID, select_id)                                                               \
	X(SELECT, select)                                                                     \
	X(SELECTED, selected)                                                                 \
	X(SELECT_END, select_end)                                                             \
	X(ORDER, order)                                                                       \
	X(ORDER_MESSAGE, order_message)                                                       \
	X(ORDER_END, order_end)                                                               \
	X(OUTCOME_MESSAGE, outcome_message)                                                   \
	X(OUTCOME, outcome)                                                                   \
	X(CHANGE_ORDER, change_order)                                                         \
	X(CHANGE_OUTCOME, change_outcome)                                                     \
	X(NOTICE, notice)                                                                     \
	X(COMMAND, command)                                                                   \
	X(COMMAND_RESULT, command_result)                                                     \
	X(QUESTION, question)                                                                 \
	X(ANSWER_MESSAGE, answer_message)                                                     \
	X(ANSWER_RECIPIENT, answer_recipient)                                                 \
	X(ANSWER_MOVE, answer_move)                                                           \
	X(ANSWER_DOMAIN, answer_domain)                                                       \
	X(ANSWER_TOP, answer_top)                                                             \
	X(ANSWER_END, answer_end)
/* clang-format on */

#define MESSAGE_ENUM_(TYPE, tag) MESSAGE_TYPE_##TYPE,
enum message_type {
	MESSAGE_TYPE_NONE,
	MESSAGE_TYPES(MESSAGE_ENUM_) MESSAGE_TYPE_END,
};

WIRE_STRUCT(message_config, MESSAGE_CONFIG);
WIRE_STRUCT(message_instance, MESSAGE_INSTANCE);
WIRE_STRUCT(message_link, MESSAGE_LINK);
WIRE_STRUCT(message_start, MESSAGE_START);
WIRE_STRUCT(message_stop, MESSAGE_STOP);
WIRE_STRUCT(message_ping, MESSAGE_PING);
WIRE_STRUCT(message_pong, MESSAGE_PONG);
WIRE_STRUCT(message_ready, MESSAGE_READY);
WIRE_STRUCT(message_role, MESSAGE_ROLE);
WIRE_STRUCT(message_tick_queue, MESSAGE_TICK_QUEUE);
WIRE_STRUCT(message_tick_flow, MESSAGE_TICK_FLOW);
WIRE_STRUCT(message_tick_top, MESSAGE_TICK_TOP);
WIRE_STRUCT(message_tick_spool, MESSAGE_TICK_SPOOL);
WIRE_STRUCT(message_tick, MESSAGE_TICK);
WIRE_STRUCT(message_select_id, MESSAGE_SELECT_ID);
WIRE_STRUCT(message_select, MESSAGE_SELECT);
WIRE_STRUCT(message_selected, MESSAGE_SELECTED);
WIRE_STRUCT(message_select_end, MESSAGE_SELECT_END);
WIRE_STRUCT(message_order, MESSAGE_ORDER);
WIRE_STRUCT(message_order_message, MESSAGE_ORDER_MESSAGE);
WIRE_STRUCT(message_order_end, MESSAGE_ORDER_END);
WIRE_STRUCT(message_outcome_message, MESSAGE_OUTCOME_MESSAGE);
WIRE_STRUCT(message_outcome, MESSAGE_OUTCOME);
WIRE_STRUCT(message_change_order, MESSAGE_CHANGE_ORDER);
WIRE_STRUCT(message_change_outcome, MESSAGE_CHANGE_OUTCOME);
WIRE_STRUCT(message_notice, MESSAGE_NOTICE);
WIRE_STRUCT(message_command, MESSAGE_COMMAND);
WIRE_STRUCT(message_command_result, MESSAGE_COMMAND_RESULT);
WIRE_STRUCT(message_question, MESSAGE_QUESTION);
WIRE_STRUCT(message_answer_message, MESSAGE_ANSWER_MESSAGE);
WIRE_STRUCT(message_answer_recipient, MESSAGE_ANSWER_RECIPIENT);
WIRE_STRUCT(message_answer_move, MESSAGE_ANSWER_MOVE);
WIRE_STRUCT(message_answer_domain, MESSAGE_ANSWER_DOMAIN);
WIRE_STRUCT(message_answer_top, MESSAGE_ANSWER_TOP);
WIRE_STRUCT(message_answer_end, MESSAGE_ANSWER_END);

struct channel;

/* The layout of a type; NULL for a number that is none. */
const struct wire_layout *message_layout(unsigned type);

/* Encodes and queues a message; fd (or -1) goes along. A message that does not fit is panic():
 * every sender bounds what he puts in. */
void message_send(struct channel *channel, enum message_type type, const void *message, int fd);

/* Decodes a frame that must be of `type` into ret_message. 0 or -EBADMSG. */
int message_decode(
    enum message_type type, const uint8_t *payload, size_t length, void *ret_message) MUST_CHECK;

/* The same over a blocking descriptor (remedy, a role's start). 0 or -errno. */
int message_write(int fd, enum message_type type, const void *message, int pass_fd) MUST_CHECK;

#endif
