/* SPDX-License-Identifier: ISC
 *
 * columns.h - the columns of each kind of row, in the order in which statements name them. A new
 * column is one line here, one migration, and its field in proto/. Inside schema/ only.
 */
#ifndef WATCHDOGD_SCHEMA_COLUMNS_H
#define WATCHDOGD_SCHEMA_COLUMNS_H

#include "schema/column.h"

#define COLUMNS_INSTANCE(T, FIRST, NEXT)      \
	FIRST(T, TEXT, name, NULL)            \
	NEXT(T, TEXT, config_directory, NULL) \
	NEXT(T, TEXT, queue_directory, NULL)  \
	NEXT(T, TEXT, mail_owner, NULL)

#define COLUMNS_TICK_QUEUE(T, FIRST, NEXT)  \
	FIRST(T, NAME, queue, &names_queue) \
	NEXT(T, COUNT, messages, NULL)      \
	NEXT(T, COUNT, normal, NULL)        \
	NEXT(T, COUNT, bounces, NULL)       \
	NEXT(T, COUNT, dsn, NULL)           \
	NEXT(T, COUNT, notices, NULL)       \
	NEXT(T, COUNT, unread, NULL)        \
	NEXT(T, COUNT, bytes, NULL)         \
	NEXT(T, COUNT, oldest_age_s, NULL)

/* What is counted for good, what has a value for a longer time, and what is only true of the last
 * tick. */
#define COLUMNS_TOTAL(T, FIRST, NEXT)      \
	FIRST(T, COUNT, arrivals, NULL)    \
	NEXT(T, COUNT, deliveries, NULL)   \
	NEXT(T, COUNT, deferrals, NULL)    \
	NEXT(T, COUNT, bounces_made, NULL) \
	NEXT(T, COUNT, bounced, NULL)      \
	NEXT(T, COUNT, removed, NULL)
#define COLUMNS_FLOW(T, FIRST, NEXT)      \
	COLUMNS_TOTAL(T, FIRST, NEXT)     \
	NEXT(T, COUNT, left_normal, NULL) \
	NEXT(T, COUNT, left_p50_s, NULL)  \
	NEXT(T, COUNT, left_p95_s, NULL)
#define COLUMNS_TICK_FLOW(T, FIRST, NEXT)           \
	COLUMNS_FLOW(T, FIRST, NEXT)                \
	NEXT(T, COUNT, present, NULL)               \
	NEXT(T, COUNT, last_full_reconcile_s, NULL) \
	NEXT(T, COUNT, drift, NULL)                 \
	NEXT(T, COUNT, overflows, NULL)             \
	NEXT(T, COUNT, watches, NULL)               \
	NEXT(T, COUNT, event_limit, NULL)           \
	NEXT(T, COUNT, polled, NULL)                \
	NEXT(T, COUNT, waiting_p50_s, NULL)         \
	NEXT(T, COUNT, waiting_p95_s, NULL)         \
	NEXT(T, COUNT, senders, NULL)               \
	NEXT(T, COUNT, first_attempts, NULL)        \
	NEXT(T, COUNT, first_deferred, NULL)        \
	NEXT(T, COUNT, busiest_sender, NULL)        \
	NEXT(T, COUNT, busiest_network, NULL)       \
	NEXT(T, COUNT, busiest_shape, NULL)         \
	NEXT(T, COUNT, busiest_domain, NULL)        \
	NEXT(T, COUNT, active_limit, NULL)          \
	NEXT(T, COUNT, disk_bytes, NULL)            \
	NEXT(T, COUNT, disk_free_bytes, NULL)       \
	NEXT(T, COUNT, inodes, NULL)                \
	NEXT(T, COUNT, inodes_free, NULL)

/* What is kept of both when they are rolled up. */
#define COLUMNS_STEP_QUEUE(T, FIRST, NEXT)  \
	FIRST(T, NAME, queue, &names_queue) \
	NEXT(T, COUNT, messages, NULL)      \
	NEXT(T, COUNT, bounces, NULL)       \
	NEXT(T, COUNT, dsn, NULL)           \
	NEXT(T, COUNT, bytes, NULL)         \
	NEXT(T, COUNT, oldest_age_s, NULL)
#define COLUMNS_STEP_FLOW(T, FIRST, NEXT)     \
	FIRST(T, COUNT, arrivals, NULL)       \
	NEXT(T, COUNT, deliveries, NULL)      \
	NEXT(T, COUNT, deferrals, NULL)       \
	NEXT(T, COUNT, bounces_made, NULL)    \
	NEXT(T, COUNT, bounced, NULL)         \
	NEXT(T, COUNT, removed, NULL)         \
	NEXT(T, COUNT, senders, NULL)         \
	NEXT(T, COUNT, first_attempts, NULL)  \
	NEXT(T, COUNT, first_deferred, NULL)  \
	NEXT(T, COUNT, busiest_sender, NULL)  \
	NEXT(T, COUNT, busiest_network, NULL) \
	NEXT(T, COUNT, busiest_shape, NULL)   \
	NEXT(T, COUNT, busiest_domain, NULL)

#define COLUMNS_TICK_SPOOL(T, FIRST, NEXT) \
	FIRST(T, COUNT, present, NULL)     \
	NEXT(T, COUNT, polled, NULL)       \
	NEXT(T, COUNT, messages, NULL)     \
	NEXT(T, COUNT, bytes, NULL)        \
	NEXT(T, COUNT, oldest_age_s, NULL)
#define COLUMNS_SPOOL(T, FIRST, NEXT) \
	FIRST(T, TEXT, name, NULL)    \
	NEXT(T, TEXT, path, NULL)     \
	NEXT(T, I64, time_s, NULL)    \
	COLUMNS_TICK_SPOOL(T, NEXT, NEXT)
#define COLUMNS_SPOOL_HISTORY(T, FIRST, NEXT) \
	FIRST(T, I64, time_s, NULL)           \
	NEXT(T, TEXT, name, NULL)             \
	NEXT(T, I64, messages, NULL)          \
	NEXT(T, I64, messages_max, NULL)      \
	NEXT(T, I64, bytes, NULL)             \
	NEXT(T, I64, oldest_age_s, NULL)

#define COLUMNS_TOP(T, FIRST, NEXT)                 \
	FIRST(T, NAME, dimension, &names_dimension) \
	NEXT(T, NAME, class, &names_class)          \
	NEXT(T, COUNT, rank, NULL)                  \
	NEXT(T, TEXT, key, NULL)                    \
	NEXT(T, COUNT, count, NULL)                 \
	NEXT(T, COUNT, error, NULL)                 \
	NEXT(T, COUNT, total, NULL)                 \
	NEXT(T, TEXT, example, NULL)

/* After the queues' means, which are an array. */
#define COLUMNS_HISTORY(T, FIRST, NEXT)     \
	FIRST(T, I64, time_s, NULL)         \
	NEXT(T, TEXT, instance, NULL)       \
	NEXT(T, I64, bounces, NULL)         \
	NEXT(T, I64, bounces_max, NULL)     \
	NEXT(T, I64, oldest_age_s, NULL)    \
	NEXT(T, I64, arrivals, NULL)        \
	NEXT(T, I64, deliveries, NULL)      \
	NEXT(T, I64, deferrals, NULL)       \
	NEXT(T, I64, bounces_made, NULL)    \
	NEXT(T, I64, bounced, NULL)         \
	NEXT(T, I64, removed, NULL)         \
	NEXT(T, I64, left_normal, NULL)     \
	NEXT(T, I64, left_p50_s, NULL)      \
	NEXT(T, I64, left_p95_s, NULL)      \
	NEXT(T, I64, waiting_p50_s, NULL)   \
	NEXT(T, I64, waiting_p95_s, NULL)   \
	NEXT(T, I64, senders, NULL)         \
	NEXT(T, I64, first_attempts, NULL)  \
	NEXT(T, I64, first_deferred, NULL)  \
	NEXT(T, I64, busiest_sender, NULL)  \
	NEXT(T, I64, busiest_network, NULL) \
	NEXT(T, I64, busiest_shape, NULL)   \
	NEXT(T, I64, busiest_domain, NULL)

#define COLUMNS_SAMPLE(T, FIRST, NEXT)      \
	FIRST(T, I64, time_s, NULL)         \
	NEXT(T, I64, arrivals, NULL)        \
	NEXT(T, I64, bounces_made, NULL)    \
	NEXT(T, I64, senders, NULL)         \
	NEXT(T, I64, first_attempts, NULL)  \
	NEXT(T, I64, first_deferred, NULL)  \
	NEXT(T, I64, busiest_sender, NULL)  \
	NEXT(T, I64, busiest_network, NULL) \
	NEXT(T, I64, busiest_shape, NULL)   \
	NEXT(T, I64, busiest_domain, NULL)  \
	NEXT(T, I64, bounces, NULL)         \
	NEXT(T, I64, dsn, NULL)             \
	NEXT(T, I64, maildrop, NULL)        \
	NEXT(T, I64, incoming, NULL)        \
	NEXT(T, I64, active, NULL)          \
	NEXT(T, I64, deferred, NULL)        \
	NEXT(T, I64, hold, NULL)            \
	NEXT(T, I64, corrupt, NULL)         \
	NEXT(T, I64, oldest_age_s, NULL)

#define COLUMNS_INCIDENT(T, FIRST, NEXT)      \
	FIRST(T, REF, id, NULL)               \
	NEXT(T, TEXT, rule, NULL)             \
	NEXT(T, TEXT, instance, NULL)         \
	NEXT(T, NAME, signal, &names_signal)  \
	NEXT(T, NAME, state, &names_incident) \
	NEXT(T, I64, began_s, NULL)           \
	NEXT(T, I64, opened_s, NULL)          \
	NEXT(T, I64, clearing_s, NULL)        \
	NEXT(T, I64, closed_s, NULL)          \
	NEXT(T, I64, level, NULL)             \
	NEXT(T, I64, value, NULL)             \
	NEXT(T, I64, peak, NULL)              \
	NEXT(T, I64, peak_s, NULL)            \
	NEXT(T, I64, reopened, NULL)          \
	NEXT(T, I64, reopened_s, NULL)        \
	NEXT(T, I64, acked_s, NULL)           \
	NEXT(T, TEXT, acked_by, NULL)         \
	NEXT(T, I64, snoozed_until_s, NULL)   \
	NEXT(T, TEXT, closed_by, NULL)        \
	NEXT(T, BOOL, muted, NULL)            \
	NEXT(T, I64, told_s, NULL)            \
	NEXT(T, I64, told_peak, NULL)         \
	NEXT(T, I64, told_ended, NULL)        \
	NEXT(T, I64, updates, NULL)           \
	NEXT(T, TEXT, text, NULL)             \
	NEXT(T, TEXT, example, NULL)

#define COLUMNS_PLANNED(T, FIRST, NEXT) \
	FIRST(T, TEXT, instance, NULL)  \
	NEXT(T, I64, since_s, NULL)     \
	NEXT(T, I64, until_s, NULL)     \
	NEXT(T, I64, uid, NULL)         \
	NEXT(T, TEXT, text, NULL)

#define COLUMNS_AUDIT(T, FIRST, NEXT) \
	FIRST(T, I64, time_s, NULL)   \
	NEXT(T, I64, uid, NULL)       \
	NEXT(T, TEXT, verb, NULL)     \
	NEXT(T, REF, incident, NULL)  \
	NEXT(T, REF, action, NULL)    \
	NEXT(T, TEXT, text, NULL)

#define COLUMNS_ACTION(T, FIRST, NEXT)       \
	FIRST(T, REF, id, NULL)              \
	NEXT(T, REF, incident, NULL)         \
	NEXT(T, TEXT, remedy, NULL)          \
	NEXT(T, TEXT, instance, NULL)        \
	NEXT(T, NAME, state, &names_action)  \
	NEXT(T, TEXT, requested_by, NULL)    \
	NEXT(T, REF, undo_of, NULL)          \
	NEXT(T, I64, created_s, NULL)        \
	NEXT(T, I64, due_s, NULL)            \
	NEXT(T, I64, updated_s, NULL)        \
	NEXT(T, I64, matching, NULL)         \
	NEXT(T, I64, selected, NULL)         \
	NEXT(T, I64, done, NULL)             \
	NEXT(T, I64, gone, NULL)             \
	NEXT(T, I64, changed, NULL)          \
	NEXT(T, I64, failed, NULL)           \
	NEXT(T, TEXT, text, NULL)            \
	NEXT(T, TEXT, setting, NULL)         \
	NEXT(T, TEXT, value, NULL)           \
	NEXT(T, NAME, revert, &names_revert) \
	NEXT(T, I64, revert_after_s, NULL)   \
	NEXT(T, TEXT, selection, NULL)       \
	NEXT(T, NAME, mode, &names_mode)     \
	NEXT(T, TEXT, confirmed_by, NULL)

#define COLUMNS_CHANGE(T, FIRST, NEXT)       \
	FIRST(T, REF, action, NULL)          \
	NEXT(T, TEXT, remedy, NULL)          \
	NEXT(T, TEXT, instance, NULL)        \
	NEXT(T, TEXT, setting, NULL)         \
	NEXT(T, BOOL, was_set, NULL)         \
	NEXT(T, TEXT, old_value, NULL)       \
	NEXT(T, TEXT, value, NULL)           \
	NEXT(T, NAME, state, &names_journal) \
	NEXT(T, I64, time_s, NULL)

#define COLUMNS_REMEDY(T, FIRST, NEXT) \
	FIRST(T, TEXT, name, NULL)     \
	NEXT(T, TEXT, lacks, NULL)     \
	NEXT(T, I64, time_s, NULL)

/* The key of a message of an action, what may change about it, and the whole without its copy. */
#define COLUMNS_TARGET(T, FIRST, NEXT)         \
	FIRST(T, I64, action, NULL)            \
	NEXT(T, I64, order, NULL)              \
	NEXT(T, TEXT, queue_id, NULL)          \
	NEXT(T, NAME, queue, &names_queue)     \
	NEXT(T, NAME, class, &names_class)     \
	NEXT(T, BITS, inode, NULL)             \
	NEXT(T, BITS, ctime_ns, NULL)          \
	NEXT(T, BITS, arrival_s, NULL)         \
	NEXT(T, BITS, size_bytes, NULL)        \
	NEXT(T, TEXT, sender, NULL)            \
	NEXT(T, TEXT, recipient, NULL)         \
	NEXT(T, NAME, outcome, &names_outcome) \
	NEXT(T, I64, time_s, NULL)
#define COLUMNS_TARGET_COPY(T, FIRST, NEXT) \
	COLUMNS_TARGET(T, FIRST, NEXT) NEXT(T, BORROWED, copy, NULL)

#define COLUMNS_NOTICE(T, FIRST, NEXT)      \
	FIRST(T, REF, id, NULL)             \
	NEXT(T, REF, incident, NULL)        \
	NEXT(T, NAME, about, &names_about)  \
	NEXT(T, NAME, state, &names_notice) \
	NEXT(T, I64, created_s, NULL)       \
	NEXT(T, I64, next_try_s, NULL)      \
	NEXT(T, I64, done_s, NULL)          \
	NEXT(T, I64, attempts, NULL)        \
	NEXT(T, I64, relay, NULL)           \
	NEXT(T, I64, refused_by, NULL)      \
	NEXT(T, TEXT, recipient, NULL)      \
	NEXT(T, TEXT, subject, NULL)        \
	NEXT(T, TEXT, message_id, NULL)     \
	NEXT(T, TEXT, in_reply_to, NULL)    \
	NEXT(T, TEXT, reply, NULL)
#define COLUMNS_NOTICE_BODY(T, FIRST, NEXT) \
	COLUMNS_NOTICE(T, FIRST, NEXT) NEXT(T, BORROWED, body, NULL)
/* What a try to send it changes. */
#define COLUMNS_NOTICE_RESULT(T, FIRST, NEXT) \
	FIRST(T, NAME, state, &names_notice)  \
	NEXT(T, I64, next_try_s, NULL)        \
	NEXT(T, I64, done_s, NULL)            \
	NEXT(T, I64, attempts, NULL)          \
	NEXT(T, I64, relay, NULL)             \
	NEXT(T, I64, refused_by, NULL)        \
	NEXT(T, TEXT, reply, NULL)            \
	NEXT(T, REF, id, NULL)

#define COLUMNS_ROLE(T, FIRST, NEXT)      \
	FIRST(T, NAME, role, &names_role) \
	NEXT(T, BOOL, running, NULL)      \
	NEXT(T, I64, pid, NULL)           \
	NEXT(T, I64, since_s, NULL)       \
	NEXT(T, I64, restarts, NULL)

#define COLUMNS_DAEMON(T, FIRST, NEXT)    \
	FIRST(T, NAME, mode, &names_mode) \
	NEXT(T, BOOL, paused, NULL)       \
	NEXT(T, I64, started_s, NULL)     \
	NEXT(T, TEXT, version, NULL)

#endif
